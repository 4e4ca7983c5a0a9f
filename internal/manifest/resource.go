// Package manifest is the resource k8s_manifest: any Kubernetes object as YAML
// or JSON.
package manifest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// NewResource is the constructor of k8s_manifest.
func NewResource() resource.Resource {
	return objectresource.New(objectresource.Descriptor[model]{
		TypeName:    "k8s_manifest",
		Schema:      manifestSchema,
		Form:        form{},
		Check:       check,
		Ready:       ready,
		Status:      observe,
		Propagation: propagation,
	})()
}

type model struct {
	objectresource.Common

	Manifest textValue `tfsdk:"manifest"`
	WaitFor  *waitFor  `tfsdk:"wait_for"`
	Status   *string   `tfsdk:"status"`
}

// waitFor is what has to hold for the object to be ready: all of it.
type waitFor struct {
	Conditions []condition       `tfsdk:"conditions"`
	Fields     map[string]string `tfsdk:"fields"`
	Rollout    *bool             `tfsdk:"rollout"`
}

type condition struct {
	Type string `tfsdk:"type"`
	// Status is True if it is nil.
	Status *string `tfsdk:"status"`
}

func manifestSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A Kubernetes object of any kind, given as YAML or JSON, by server-side apply. " +
			"Its kind need not exist at plan, nor its cluster. " +
			"Only what the manifest sets is compared with the cluster and changed; what it leaves out belongs to others. " +
			"An object with secret values is refused, as they would be shown in plans and kept in the state.",
		Attributes: map[string]schema.Attribute{
			"wait_for": waitForAttribute(),
			"status": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "The object's `status` as JSON, for `jsondecode`; null if it has none. " +
					"It is as of the last apply or refresh, after `wait_for` held.",
			},
		},
	}
}

func waitForAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "What must hold before a create or an update is complete: all of what is given here. " +
			"The wait is bounded by `timeouts`. Default: nothing is waited for.",
		Attributes: map[string]schema.Attribute{
			"conditions": schema.ListNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Conditions in the object's `status.conditions`, which must be of its newest generation where they say so. Default: none.",
				Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Type of the condition, such as `Available`.",
					},
					"status": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Status that it must have, such as `True`, `False` or `Unknown`. Default: `True`.",
					},
				}},
			},
			"fields": schema.MapAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Fields of the object and the values that they must have, as text. " +
					"A field is a path as in `kubectl wait --for=jsonpath`, such as `status.phase` or `status.loadBalancer.ingress[0].hostname`; " +
					"the value `*` stands for any that is not empty. Default: none.",
				Validators: []validator.Map{mapvalidator.SizeAtLeast(1), mapvalidator.NoNullValues()},
			},
			"rollout": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to wait until a Deployment, StatefulSet or DaemonSet is rolled out, by the rules of `kubectl rollout status`. " +
					"Default: `false`.",
			},
		},
	}
}

// propagation makes the deletion of a workload wait for its pods: Terraform goes
// on to delete what they use. A Job's pods would even stay, by the API server's
// default. Other kinds keep the default, because a deletion in the foreground
// needs the garbage collector, which learns of a new kind within half a minute.
func propagation(object kube.Ref) metav1.DeletionPropagation {
	if object.Group == "apps" || object.Group == "batch" {
		return metav1.DeletePropagationForeground
	}
	return ""
}
