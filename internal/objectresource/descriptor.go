package objectresource

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Descriptor is what one kind of object is, beside what all have in common.
//
// M is the model: a struct of native Go types with a tfsdk tag for every
// attribute, which embeds [Common], or [Namespaced] or [ClusterWide] for the
// form [Typed]. In a model, an attribute that is null or not known yet is nil,
// or the zero value where its Go type has no nil.
type Descriptor[M any] struct {
	// TypeName is the resource's full name, such as keda_scaled_object.
	TypeName string
	// Schema returns the kind's own attributes and its description. The
	// attributes of the form, uid and timeouts are added to it. None of them has a
	// default of the framework's or is write-only, what is inside of a configurable
	// attribute is not computed, and plan modifiers leave a plan alone that has no
	// state or equals it: see [QuickPlanner].
	Schema func(ctx context.Context) schema.Schema
	// Form turns the model into the object, and back.
	Form Form[M]
	// Check finds mistakes in the configuration, at validate and at plan; nil if
	// there is nothing to find. It contacts nothing.
	Check func(ctx context.Context, request CheckRequest[M]) []Problem
	// Ready returns what to wait for after a create and an update. Nil, or a nil
	// predicate, means nothing.
	Ready func(ctx context.Context, request ReadyRequest[M]) kube.Predicate
	// Status sets the computed attributes, every one of them, from the live
	// object; nil if there are none beside uid.
	Status func(live *unstructured.Unstructured, model *M)
	// Propagation is what a deletion does to the objects that this one owns. Nil,
	// or nothing, means the API server's default for the kind.
	Propagation func(object kube.Ref) metav1.DeletionPropagation
	// DeleteTimeout bounds a deletion for which the configuration says nothing.
	// Zero means [DefaultDeleteTimeout].
	DeleteTimeout time.Duration
	// Orphaned allows a deletion to remove a finalizer by force; nil if there is
	// none to remove.
	Orphaned func(client *kube.Client) *kube.OrphanedFinalizer
}

// CheckRequest is a configuration to find mistakes in.
type CheckRequest[M any] struct {
	// Model is the configuration with defaults filled in.
	Model M
	// Unknown lists what of it Terraform does not know yet. A rule that would
	// look at such a value has to wait.
	Unknown UnknownPaths
	// TriggerValidation is unknown at validate, when the provider is not
	// configured.
	TriggerValidation settings.TriggerValidation
}

// Problem is a mistake in a configuration.
type Problem struct {
	// Path is the attribute at fault.
	Path path.Path
	// Summary is a few words; Detail has the value, the rule and the remedy.
	Summary, Detail string
	// Warning says that the configuration works all the same.
	Warning bool
}

// ReadyRequest is an object that is to become ready.
type ReadyRequest[M any] struct {
	// Model is what was applied.
	Model M
	// Client is for looking at other objects than the one that is waited for.
	Client *kube.Client
}

// Form is how a model stands for an object.
type Form[M any] interface {
	// Attributes are those that the form adds to the schema.
	Attributes() map[string]schema.Attribute
	// Kind is the one kind that the model can be, or nil if it says so itself.
	Kind() *kube.Kind
	// Object returns what an apply sends. The model is fully known.
	Object(model M) (*unstructured.Unstructured, error)
	// Absorb sets the model's configurable attributes from an object. Where the
	// object says the same as the model, the model's way of saying it is kept.
	Absorb(object *unstructured.Unstructured, model *M) error
	// Attribute returns the attribute that stands for a field of the object,
	// such as spec.triggers[0].type, or the nearest one around it.
	Attribute(field string) path.Path
}
