package instancetypes

import "strconv"

// Labels returns the labels that EKS Auto Mode puts on nodes of the type, by
// their keys without the domain eks.amazonaws.com, such as "instance-family".
// Those of [Type.UnknownLabels] are not among them.
func (t Type) Labels() map[string]string {
	labels := map[string]string{
		"compute-type":              "auto",
		"instance-category":         t.Category,
		"instance-generation":       strconv.Itoa(t.Generation),
		"instance-family":           t.Family,
		"instance-size":             t.Size,
		"instance-cpu":              strconv.Itoa(t.VCPU),
		"instance-cpu-manufacturer": t.CPUManufacturer,
		"instance-hypervisor":       t.Hypervisor,
		"instance-memory":           strconv.Itoa(t.MemoryMiB),
		"instance-gpu-name":         t.GPUName,
		"instance-gpu-manufacturer": GPUManufacturer,
		"instance-gpu-count":        strconv.Itoa(t.GPUCount),
		"instance-gpu-memory":       strconv.Itoa(t.GPUMemoryMiB),
	}
	if t.LocalNVMeGB > 0 {
		labels["instance-local-nvme"] = strconv.Itoa(t.LocalNVMeGB)
	}
	return labels
}

// UnknownLabels lists the labels whose values the catalogue does not know, in
// the same notation.
func (t Type) UnknownLabels() []string {
	labels := []string{"instance-ebs-bandwidth", "instance-network-bandwidth", "instance-encryption-in-transit-supported"}
	if t.LocalNVMeGB == Unknown {
		labels = append(labels, "instance-local-nvme")
	}
	return labels
}
