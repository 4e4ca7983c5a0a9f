package keda

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// annotationJobExcludedLabels is KEDA's (apis/keda/v1alpha1/scaledjob_types.go).
const annotationJobExcludedLabels = "scaledjob.keda.sh/job-excluded-labels"

// ScaledJobAnnotations are the attributes that are annotations.
type ScaledJobAnnotations struct {
	Paused            *bool    `tfsdk:"paused"              json:"-"`
	JobExcludedLabels []string `tfsdk:"job_excluded_labels" json:"-"`
}

// scaledJobAnnotationAttributes names the attribute for each annotation.
var scaledJobAnnotationAttributes = map[string]string{
	annotationPaused:            "paused",
	annotationJobExcludedLabels: "job_excluded_labels",
}

func scaledJobAnnotationSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"paused": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether KEDA makes no more Jobs. Those that run go on. Default: `false`.",
		},
		"job_excluded_labels": schema.ListAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Keys of labels of this object that the Jobs do not get. Default: none; the Jobs get all labels.",
			Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(excludedLabel...)},
		},
	}
}

func writeScaledJobAnnotations(m ScaledJobModel) map[string]string {
	annotations := map[string]string{}
	writeBool(annotations, annotationPaused, m.Paused)
	writeList(annotations, annotationJobExcludedLabels, m.JobExcludedLabels)

	return annotations
}

func readScaledJobAnnotations(annotations map[string]string, m *ScaledJobModel) {
	m.Paused = readBool(annotations, annotationPaused)
	m.JobExcludedLabels = readList(annotations, annotationJobExcludedLabels)
}

func checkScaledJobAnnotations(f *findings, m *ScaledJobModel) {
	checkAnnotationKeys(f, m.Annotations, scaledJobAnnotationAttributes)
}
