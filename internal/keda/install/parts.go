package install

import (
	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// parts are the objects of a release that have to go in an order.
type parts struct {
	// registrations make the API server ask KEDA's programs: for metrics, and for
	// admission. They go while the programs answer: an API without a server stops
	// every deletion of a namespace, and a webhook without one every change.
	registrations []kube.Ref
	// crds are the kinds that go with the release. Those that its resource policy
	// keeps are not among them.
	crds []kube.Ref
	// workloads are KEDA's programs.
	workloads []kube.Ref
}

func partsOf(release *helm.Release) (parts, error) {
	var found parts
	objects, err := release.Objects()
	if err != nil {
		return found, err
	}
	for _, object := range objects {
		ref := kube.RefOf(object)
		switch {
		case helm.Keeps(object):
		case helm.IsCRD(object):
			found.crds = append(found.crds, ref)
		case helm.IsAPIService(object), ref.Group == "admissionregistration.k8s.io":
			found.registrations = append(found.registrations, ref)
		case ref.Group == "apps":
			found.workloads = append(found.workloads, ref)
		}
	}
	return found, nil
}
