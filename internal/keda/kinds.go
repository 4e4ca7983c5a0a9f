package keda

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/keda/readiness"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

func kedaKind(kind, resource string, namespaced bool) kube.Kind {
	return kube.Kind{
		GroupVersionKind: schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: kind},
		Resource:         resource,
		Namespaced:       namespaced,
	}
}

var (
	scaledObjectKind                 = kedaKind("ScaledObject", "scaledobjects", true)
	scaledJobKind                    = kedaKind("ScaledJob", "scaledjobs", true)
	triggerAuthenticationKind        = kedaKind(kindTriggerAuthentication, "triggerauthentications", true)
	clusterTriggerAuthenticationKind = kedaKind(kindClusterTriggerAuthentication, "clustertriggerauthentications", false)
)

// orphaned lets a deletion go on where KEDA's operator, which would take its
// finalizer off the object, is gone.
func orphaned(client *kube.Client) *kube.OrphanedFinalizer { return readiness.Orphaned(client) }
