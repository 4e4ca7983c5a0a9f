package keda

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/keda/readiness"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// NewScaledJob makes the resource keda_scaled_job.
var NewScaledJob = objectresource.New(objectresource.Descriptor[ScaledJobModel]{
	TypeName: "keda_scaled_job",
	Schema:   scaledJobSchema,
	Form: objectresource.Typed(scaledJobKind, objectresource.Annotations[ScaledJobModel]{
		Write: writeScaledJobAnnotations,
		Read:  readScaledJobAnnotations,
	}),
	Check:  checkScaledJob,
	Status: observeScaledJob,
	Ready: func(ctx context.Context, request objectresource.ReadyRequest[ScaledJobModel]) kube.Predicate {
		if !valueOr(request.Model.WaitForReady, true) {
			return nil
		}

		return readiness.ScaledJob(ctx, request.Client)
	},
	Orphaned: orphaned,
})

// ScaledJobModel holds the attributes of keda_scaled_job.
type ScaledJobModel struct {
	objectresource.Namespaced
	ScaledJobSpec
	ScaledJobAnnotations
	ScalingStatus

	WaitForReady *bool `tfsdk:"wait_for_ready" json:"-"`
}

func scaledJobSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A [ScaledJob](https://keda.sh/docs/2.21/reference/scaledjob-spec/) of KEDA: it makes Jobs for events. " +
			"The attributes are the fields of its `spec`, and annotations of KEDA. " +
			"A plan finds what KEDA or Kubernetes would refuse or ignore.",
		Attributes: merge(documented[ScaledJobSpec](scaledJobSpecSchema()), withAnnotations(scaledJobAnnotationSchema(), scaledJobAnnotationAttributes), waitSchema(), scalingStatusSchema()),
	}
}

func observeScaledJob(live *unstructured.Unstructured, model *ScaledJobModel) {
	model.observe(live)
}
