package instancetypes_test

import (
	"slices"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
)

func TestLabels(t *testing.T) {
	t.Parallel()

	for _, it := range instancetypes.All() {
		labels := it.Labels()
		if labels["instance-family"]+"."+labels["instance-size"] != it.Name || labels["instance-gpu-manufacturer"] != "nvidia" {
			t.Errorf("%s has the labels %v", it.Name, labels)
		}
		nvme, hasNVMe := labels["instance-local-nvme"]
		unknown := slices.Contains(it.UnknownLabels(), "instance-local-nvme")
		switch {
		case it.LocalNVMeGB == instancetypes.Unknown && (hasNVMe || !unknown):
			t.Errorf("%s: the instance store is not known, and the label is %q", it.Name, nvme)
		case it.LocalNVMeGB == 0 && (hasNVMe || unknown):
			t.Errorf("%s has no instance store, and the label is %q", it.Name, nvme)
		case it.LocalNVMeGB > 0 && (!hasNVMe || unknown):
			t.Errorf("%s has an instance store of %d GB and no label", it.Name, it.LocalNVMeGB)
		}
	}
}

func TestNotSupported(t *testing.T) {
	t.Parallel()

	for family := range instancetypes.NotSupported {
		if slices.Contains(instancetypes.Families(), family) {
			t.Errorf("%s is in the catalogue too", family)
		}
	}
}
