package kube

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// intent is what an apply of the object sends: the object without what only the
// cluster may say, which an object that was read before carries.
func intent(object *unstructured.Unstructured, manager string) *unstructured.Unstructured {
	desired := object.DeepCopy()
	unstructured.RemoveNestedField(desired.Object, "status")
	metadata, _ := desired.Object["metadata"].(map[string]any)
	for _, field := range []string{"managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink"} {
		delete(metadata, field)
	}
	for _, field := range []string{"labels", "annotations"} {
		// Applying an empty map owns the map as a whole, and every other manager
		// that applies a key of it then conflicts.
		if isEmpty(metadata[field]) {
			delete(metadata, field)
		}
	}
	if isBare(desired.Object) {
		desired.SetAnnotations(map[string]string{bareAnnotation: manager})
	}
	return desired
}

// bareAnnotation is set on an object that sets nothing but its name, such as a
// Namespace. The API server keeps no record of an apply that owns no field, and
// Create could not tell later who made the object.
const bareAnnotation = "app.kubernetes.io/managed-by"

func isBare(object map[string]any) bool {
	for key, value := range object {
		switch key {
		case "apiVersion", "kind":
		case "metadata":
			metadata, _ := value.(map[string]any)
			for key, value := range metadata {
				if key != "name" && key != "namespace" && !isEmpty(value) {
					return false
				}
			}
		default:
			if !isEmpty(value) {
				return false
			}
		}
	}
	return true
}
