package readiness

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

var (
	kedaVersion = schema.GroupVersion{Group: "keda.sh", Version: "v1alpha1"}
	coreVersion = schema.GroupVersion{Version: "v1"}
	hpaKind     = schema.GroupVersionKind{Group: "autoscaling", Version: "v2", Kind: "HorizontalPodAutoscaler"}
)

// authentication is an object that a trigger refers to.
type authentication struct {
	kube.Ref
	// object is nil where it does not exist, or may not be read.
	object  *unstructured.Unstructured
	missing bool
}

// authentications looks up what the triggers refer to, each once.
func authentications(ctx context.Context, cluster Cluster, live *unstructured.Unstructured) []authentication {
	var found []authentication
	for _, trigger := range objects(live, "spec", "triggers") {
		reference, _ := trigger["authenticationRef"].(map[string]any)
		name, _ := reference["name"].(string)
		if name == "" {
			continue
		}
		ref := kube.Ref{GroupVersionKind: kedaVersion.WithKind("TriggerAuthentication"), Namespace: live.GetNamespace(), Name: name}
		if reference["kind"] == "ClusterTriggerAuthentication" {
			ref.GroupVersionKind, ref.Namespace = kedaVersion.WithKind("ClusterTriggerAuthentication"), ""
		}
		if slices.ContainsFunc(found, func(other authentication) bool { return other.Ref == ref }) {
			continue
		}
		object, err := cluster.Get(ctx, ref)
		if err != nil {
			object = nil
		}
		found = append(found, authentication{Ref: ref, object: object, missing: err != nil && kube.IsGone(err)})
	}
	return found
}

// missingAuthentications names those that do not exist, which KEDA only logs.
func missingAuthentications(ctx context.Context, cluster Cluster, live *unstructured.Unstructured) []string {
	var missing []string
	for _, a := range authentications(ctx, cluster, live) {
		if a.missing {
			missing = append(missing, a.account())
		}
	}
	return missing
}

func (a authentication) account() string {
	return fmt.Sprintf("%s does not exist. Make it first, and let this resource depend on it.", a.Ref)
}

// missingValues names the Secrets, ConfigMaps and keys that do not exist, which
// KEDA takes for empty values. It knows them of a TriggerAuthentication only:
// those of a ClusterTriggerAuthentication are in KEDA's own namespace.
func (a authentication) missingValues(ctx context.Context, cluster Cluster) []string {
	if a.object == nil || a.Namespace == "" {
		return nil
	}
	var missing []string
	for field, kind := range map[string]string{"secretTargetRef": "Secret", "configMapTargetRef": "ConfigMap"} {
		for _, reference := range objects(a.object, "spec", field) {
			name, _ := reference["name"].(string)
			key, _ := reference["key"].(string)
			ref := kube.Ref{GroupVersionKind: coreVersion.WithKind(kind), Namespace: a.Namespace, Name: name}
			if problem := missingKey(ctx, cluster, ref, key); problem != "" {
				missing = append(missing, fmt.Sprintf("%s refers to %s", a.Ref, problem))
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// missingKey says what is not there. That it may not be read says nothing.
func missingKey(ctx context.Context, cluster Cluster, ref kube.Ref, key string) string {
	object, err := cluster.Get(ctx, ref)
	switch {
	case err != nil && kube.IsGone(err):
		return fmt.Sprintf("%s, which does not exist.", ref)
	case err != nil:
		return ""
	}
	for _, field := range []string{"data", "binaryData"} {
		if entries, _ := object.Object[field].(map[string]any); entries[key] != nil {
			return ""
		}
	}
	return fmt.Sprintf("the key %q of %s, which has no such key.", key, ref)
}

// target is what a ScaledObject scales. Its kind's defaults are KEDA's.
func target(live *unstructured.Unstructured) kube.Ref {
	version, kind := text(live, "spec", "scaleTargetRef", "apiVersion"), text(live, "spec", "scaleTargetRef", "kind")
	if version == "" {
		version = "apps/v1"
	}
	if kind == "" {
		kind = "Deployment"
	}
	return kube.Ref{
		GroupVersionKind: schema.FromAPIVersionAndKind(version, kind),
		Namespace:        live.GetNamespace(), Name: text(live, "spec", "scaleTargetRef", "name"),
	}
}
