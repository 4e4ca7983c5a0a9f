package keda

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Annotations of KEDA (apis/keda/v1alpha1/scaledobject_types.go).
const (
	annotationPaused               = "autoscaling.keda.sh/paused"
	annotationPausedReplicas       = "autoscaling.keda.sh/paused-replicas"
	annotationPausedScaleIn        = "autoscaling.keda.sh/paused-scale-in"
	annotationPausedScaleOut       = "autoscaling.keda.sh/paused-scale-out"
	annotationForceActivation      = "autoscaling.keda.sh/force-activation"
	annotationTransferHPAOwnership = "scaledobject.keda.sh/transfer-hpa-ownership"
	annotationHPAExcludedLabels    = "scaledobject.keda.sh/hpa-excluded-labels"
)

// ScaledObjectAnnotations are the attributes that are annotations.
type ScaledObjectAnnotations struct {
	Paused               *bool    `tfsdk:"paused"                 json:"-"`
	PausedReplicas       *int32   `tfsdk:"paused_replicas"        json:"-"`
	PausedScaleIn        *bool    `tfsdk:"paused_scale_in"        json:"-"`
	PausedScaleOut       *bool    `tfsdk:"paused_scale_out"       json:"-"`
	ForceActivation      *bool    `tfsdk:"force_activation"       json:"-"`
	TransferHPAOwnership *bool    `tfsdk:"transfer_hpa_ownership" json:"-"`
	HPAExcludedLabels    []string `tfsdk:"hpa_excluded_labels"    json:"-"`
}

// scaledObjectAnnotationAttributes names the attribute for each annotation.
var scaledObjectAnnotationAttributes = map[string]string{
	annotationPaused:               "paused",
	annotationPausedReplicas:       "paused_replicas",
	annotationPausedScaleIn:        "paused_scale_in",
	annotationPausedScaleOut:       "paused_scale_out",
	annotationForceActivation:      "force_activation",
	annotationTransferHPAOwnership: "transfer_hpa_ownership",
	annotationHPAExcludedLabels:    "hpa_excluded_labels",
}

func scaledObjectAnnotationSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"paused": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether KEDA leaves the workload as it is. It deletes the HPA while it does. Default: `false`.",
		},
		"paused_replicas": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Pause at this number of replicas; 0 or more. It pauses whether `paused` is set or not. Default: not paused.",
			Validators:          notNegative,
		},
		"paused_scale_in": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether KEDA leaves out scaling down. Default: `false`.",
		},
		"paused_scale_out": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether KEDA leaves out scaling up. Default: `false`.",
		},
		"force_activation": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether KEDA treats the workload as active whatever the triggers say, so that it does not scale to zero. Default: `false`.",
		},
		"transfer_hpa_ownership": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether KEDA takes over the existing HPA that `advanced.horizontal_pod_autoscaler_config.name` names, which it then needs. " +
				"Default: `false`; KEDA refuses a workload that has an HPA.",
		},
		"hpa_excluded_labels": schema.ListAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Keys of labels of this object that the HPA does not get. Default: none; the HPA gets all labels.",
			Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(excludedLabel...)},
		},
	}
}

func writeScaledObjectAnnotations(m ScaledObjectModel) map[string]string {
	annotations := map[string]string{}
	writeBool(annotations, annotationPaused, m.Paused)
	writeInt32(annotations, annotationPausedReplicas, m.PausedReplicas)
	writeBool(annotations, annotationPausedScaleIn, m.PausedScaleIn)
	writeBool(annotations, annotationPausedScaleOut, m.PausedScaleOut)
	writeBool(annotations, annotationForceActivation, m.ForceActivation)
	writeBool(annotations, annotationTransferHPAOwnership, m.TransferHPAOwnership)
	writeList(annotations, annotationHPAExcludedLabels, m.HPAExcludedLabels)

	return annotations
}

func readScaledObjectAnnotations(annotations map[string]string, m *ScaledObjectModel) {
	m.Paused = readBool(annotations, annotationPaused)
	m.PausedReplicas = readInt32(annotations, annotationPausedReplicas)
	m.PausedScaleIn = readBool(annotations, annotationPausedScaleIn)
	m.PausedScaleOut = readBool(annotations, annotationPausedScaleOut)
	m.ForceActivation = readBool(annotations, annotationForceActivation)
	m.TransferHPAOwnership = readBool(annotations, annotationTransferHPAOwnership)
	m.HPAExcludedLabels = readList(annotations, annotationHPAExcludedLabels)
}

// checkScaledObjectAnnotations finds annotations that an attribute stands for,
// and combinations in which KEDA ignores one of them.
func checkScaledObjectAnnotations(f *findings, m *ScaledObjectModel) {
	checkAnnotationKeys(f, m.Annotations, scaledObjectAnnotationAttributes)

	// HasPausedAnnotation and NeedToBePausedByAnnotation
	// (apis/keda/v1alpha1/scaledobject_types.go).
	if m.Paused != nil && !*m.Paused && m.PausedReplicas != nil && f.known(at("paused"), at("paused_replicas")) {
		f.fail(at("paused"), "Paused all the same", "paused is false, but paused_replicas is %d, and KEDA pauses whenever that is set. Remove paused_replicas.", *m.PausedReplicas)
	}

	// verifyHpas (apis/keda/v1alpha1/scaledobject_webhook.go).
	if valueOr(m.TransferHPAOwnership, false) && m.hpaName() == "" && f.known(at("transfer_hpa_ownership"), at("advanced")) {
		f.fail(at("transfer_hpa_ownership"), "No HPA to take over",
			"KEDA takes over only the HPA that advanced.horizontal_pod_autoscaler_config.name names, which is not set.")
	}
}
