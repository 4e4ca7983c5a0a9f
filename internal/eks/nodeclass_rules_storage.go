package eks

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

var (
	minVolume = resource.MustParse("1Gi")
	maxVolume = resource.MustParse("59000Gi")
)

// checkEphemeralStorage is about the volume's size; iops and throughput have
// bounds in the schema.
func checkEphemeralStorage(f *findings, m *NodePoolModel) {
	where := nodeClassAt("ephemeral_storage").AtName("size")
	storage := m.NodeClass.EphemeralStorage
	if storage == nil || storage.Size == nil || !f.known(where) {
		return
	}
	size, err := resource.ParseQuantity(*storage.Size)
	if err != nil || size.Cmp(minVolume) < 0 || size.Cmp(maxVolume) > 0 {
		f.fail(where, "No size of a volume", "%q is not a Kubernetes quantity from %s to %s.", *storage.Size, minVolume.String(), maxVolume.String())
		return
	}
	if m.canMatch(f) && f.known(at("limits")) {
		m.checkInstanceStore(f, size)
	}
}

// checkInstanceStore warns that a large volume takes the place of fast local
// disks (EKS user guide, "Create a node class for Amazon EKS").
func (m *NodePoolModel) checkInstanceStore(f *findings, size resource.Quantity) {
	var unused []string
	for _, it := range m.matching() {
		store := resource.NewScaledQuantity(int64(it.LocalNVMeGB), resource.Giga)
		if it.LocalNVMeGB > 0 && size.Cmp(*store) >= 0 {
			unused = append(unused, fmt.Sprintf("%s (%d GB)", it.Name, it.LocalNVMeGB))
		}
	}
	if len(unused) == 0 {
		return
	}
	if len(unused) > shownTypes {
		unused = append(unused[:shownTypes], fmt.Sprintf("%d more", len(unused)-shownTypes))
	}
	f.warn(nodeClassAt("ephemeral_storage").AtName("size"), "Local NVMe disks are not used",
		"EKS Auto Mode keeps images and containers on an instance's local NVMe disks, unless ephemeral_storage.size is at least as large: with %s it is for %s. "+
			"A smaller size, or none, loads images and models faster.", size.String(), strings.Join(unused, ", "))
}
