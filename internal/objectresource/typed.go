package objectresource

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Annotations are the attributes of a model that stand for annotations. Both
// functions are nil if there are none.
type Annotations[M any] struct {
	// Write returns the annotations that the attributes stand for.
	Write func(model M) map[string]string
	// Read sets every such attribute from annotations, and deletes from the map
	// what it took.
	Read func(annotations map[string]string, model *M)
}

// Typed is the form of a model that embeds [Namespaced] or [ClusterWide] beside
// a spec: all fields with a json tag are the object's spec, so a field that is
// not of the spec has the tag `json:"-"`.
func Typed[M any, P namedModelOf[M]](kind kube.Kind, annotations Annotations[M]) Form[M] {
	return typed[M, P]{kind: kind, annotations: annotations}
}

type typed[M any, P namedModelOf[M]] struct {
	kind        kube.Kind
	annotations Annotations[M]
}

func (t typed[M, P]) Kind() *kube.Kind { return &t.kind }

func (t typed[M, P]) Attributes() map[string]schema.Attribute {
	return namingAttributes(t.kind)
}

func (t typed[M, P]) Object(model M) (*unstructured.Unstructured, error) {
	encoded, err := json.Marshal(model)
	if err != nil {
		return nil, fmt.Errorf("encoding the spec of a %s: %w", t.kind.Kind, err)
	}
	spec := map[string]any{}
	if err := utiljson.Unmarshal(encoded, &spec); err != nil {
		return nil, fmt.Errorf("encoding the spec of a %s: %w", t.kind.Kind, err)
	}
	object := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	object.SetGroupVersionKind(t.kind.GroupVersionKind)
	name, namespace := P(&model).names()
	object.SetName(*name)
	if namespace != nil {
		object.SetNamespace(*namespace)
	}
	labels, annotations := P(&model).maps()
	object.SetLabels(*labels)
	all := maps.Clone(*annotations)
	if t.annotations.Write != nil {
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, t.annotations.Write(model))
	}
	if len(all) > 0 {
		object.SetAnnotations(all)
	}
	return object, nil
}

func (t typed[M, P]) Absorb(object *unstructured.Unstructured, model *M) error {
	spec, _ := object.Object["spec"].(map[string]any)
	encoded, err := json.Marshal(spec)
	if err != nil {
		return fmt.Errorf("reading %s: %w", kube.RefOf(object), err)
	}
	clearSpec(reflect.ValueOf(model).Elem())
	if err := json.Unmarshal(encoded, model); err != nil {
		return fmt.Errorf("%s has a spec that this provider cannot read: %w", kube.RefOf(object), err)
	}
	name, namespace := P(model).names()
	*name = object.GetName()
	if namespace != nil {
		*namespace = object.GetNamespace()
	}
	labels, annotations := P(model).maps()
	*labels = object.GetLabels()
	*annotations = t.absorbAnnotations(object.GetAnnotations(), *annotations, model)
	return nil
}

// absorbAnnotations returns those annotations that no attribute stands for. What
// the configuration sets as an annotation stays one.
func (t typed[M, P]) absorbAnnotations(found, prior map[string]string, model *M) map[string]string {
	if t.annotations.Read == nil {
		return found
	}
	kept, offered := map[string]string{}, map[string]string{}
	for key, value := range found {
		if _, set := prior[key]; set {
			kept[key] = value
		} else {
			offered[key] = value
		}
	}
	t.annotations.Read(offered, model)
	maps.Copy(kept, offered)
	if len(kept) == 0 {
		return nil
	}
	return kept
}

func (t typed[M, P]) Attribute(field string) path.Path {
	return attributeOf(reflect.TypeFor[M](), field)
}

// clearSpec sets the fields of the spec to zero: decoding into elements that
// exist would mix both.
func clearSpec(model reflect.Value) {
	for i := range model.NumField() {
		field := model.Type().Field(i)
		switch {
		case field.Anonymous && field.Type.Kind() == reflect.Struct:
			clearSpec(model.Field(i))
		case field.Tag.Get("json") != "-" && field.IsExported():
			model.Field(i).SetZero()
		}
	}
}
