package keda

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/keda/readiness"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// NewScaledObject makes the resource keda_scaled_object.
var NewScaledObject = objectresource.New(objectresource.Descriptor[ScaledObjectModel]{
	TypeName: "keda_scaled_object",
	Schema:   scaledObjectSchema,
	Form: objectresource.Typed(scaledObjectKind, objectresource.Annotations[ScaledObjectModel]{
		Write: writeScaledObjectAnnotations,
		Read:  readScaledObjectAnnotations,
	}),
	Check:  checkScaledObject,
	Status: observeScaledObject,
	Ready: func(ctx context.Context, request objectresource.ReadyRequest[ScaledObjectModel]) kube.Predicate {
		if !valueOr(request.Model.WaitForReady, true) {
			return nil
		}

		return readiness.ScaledObject(ctx, request.Client)
	},
	Orphaned: orphaned,
})

// ScaledObjectModel holds the attributes of keda_scaled_object.
type ScaledObjectModel struct {
	objectresource.Namespaced
	ScaledObjectSpec
	ScaledObjectAnnotations
	ScalingStatus

	WaitForReady *bool   `tfsdk:"wait_for_ready" json:"-"`
	HPAName      *string `tfsdk:"hpa_name"       json:"-"`
}

func scaledObjectSchema(context.Context) schema.Schema {
	status := scalingStatusSchema()
	status["hpa_name"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "Name of the HorizontalPodAutoscaler that KEDA made.",
	}

	return schema.Schema{
		MarkdownDescription: "A [ScaledObject](https://keda.sh/docs/2.21/reference/scaledobject-spec/) of KEDA: it scales a workload by events. " +
			"The attributes are the fields of its `spec`, and annotations of KEDA. " +
			"A plan finds what KEDA, Kubernetes or the HPA would refuse or ignore. " +
			"KEDA reads a TriggerAuthentication again only when the ScaledObject changes or a trigger fails.",
		Attributes: merge(documented[ScaledObjectSpec](scaledObjectSpecSchema()), withAnnotations(scaledObjectAnnotationSchema(), scaledObjectAnnotationAttributes), waitSchema(), status),
	}
}

func observeScaledObject(live *unstructured.Unstructured, model *ScaledObjectModel) {
	model.observe(live)
	model.HPAName = nil

	if name, found, _ := unstructured.NestedString(live.Object, "status", "hpaName"); found && name != "" {
		model.HPAName = &name
	}
}
