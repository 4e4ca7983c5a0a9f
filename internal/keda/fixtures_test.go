package keda

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// common is what every model embeds, with nothing set.
func common(t *testing.T, newResource func() resource.Resource) objectresource.Common {
	t.Helper()

	kind, isObject := schemaOf(t, newResource).Attributes["timeouts"].GetType().(timeouts.Type)
	if !isObject {
		t.Fatal("timeouts are of another type than expected")
	}

	return objectresource.Common{
		UID:      types.StringNull(),
		Timeouts: timeouts.Value{Object: types.ObjectNull(kind.AttrTypes)},
	}
}

func cronTrigger(name string) Trigger {
	return Trigger{EventSource: EventSource{
		Type: "cron", Name: (*Text)(&name),
		Metadata: map[string]string{"timezone": "UTC", "start": "0 * * * *", "end": "1 * * * *", "desiredReplicas": "1"},
	}}
}

func workloadTrigger(name string) Trigger {
	return Trigger{EventSource: EventSource{
		Type: "kubernetes-workload", Name: (*Text)(&name),
		Metadata: map[string]string{"podSelector": "pod=workload-test", "value": "1"},
	}}
}

func resourceTrigger(kind string) Trigger {
	return Trigger{MetricType: new("Utilization"), EventSource: EventSource{Type: kind, Metadata: map[string]string{"value": "10"}}}
}

// scaledObject is a valid ScaledObject with changes.
func scaledObject(changes ...func(*ScaledObjectModel)) ScaledObjectModel {
	model := ScaledObjectModel{ScaledObjectSpec: ScaledObjectSpec{
		ScaleTargetRef: &ScaleTargetRef{Name: "web"},
		Triggers:       []Trigger{cronTrigger("cron_trig")},
	}}
	model.Name, model.Namespace = "web", "default"

	for _, change := range changes {
		change(&model)
	}

	return model
}

const podTemplate = `{"spec":{"containers":[{"name":"worker","image":"worker"}]}}`

// scaledJob is a valid ScaledJob with changes.
func scaledJob(changes ...func(*ScaledJobModel)) ScaledJobModel {
	model := ScaledJobModel{ScaledJobSpec: ScaledJobSpec{
		JobTargetRef: &JobTargetRef{Template: podTemplate},
		Triggers:     []EventSource{cronTrigger("cron_trig").EventSource},
	}}
	model.Name, model.Namespace = "worker", "default"

	for _, change := range changes {
		change(&model)
	}

	return model
}

// stubProvider offers one resource, and is never configured.
type stubProvider struct{ newResource func() resource.Resource }

func (stubProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "keda"
}
func (stubProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (stubProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (stubProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (p stubProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{p.newResource}
}

func schemaOf(t *testing.T, newResource func() resource.Resource) schema.Schema {
	t.Helper()

	var resp resource.SchemaResponse
	newResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)

	return resp.Schema
}

// rawConfig is a model as Terraform sends it.
func rawConfig(t *testing.T, newResource func() resource.Resource, model any) tftypes.Value {
	t.Helper()

	own := schemaOf(t, newResource)
	state := tfsdk.State{Schema: own, Raw: tftypes.NewValue(own.Type().TerraformType(t.Context()), nil)}

	if diags := state.Set(t.Context(), model); diags.HasError() {
		t.Fatal(diags)
	}

	return state.Raw
}

// validate is what `terraform validate` says of a configuration.
func validate(t *testing.T, newResource func() resource.Resource, config tftypes.Value) []*tfprotov6.Diagnostic {
	t.Helper()

	var metadata resource.MetadataResponse
	newResource().Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "keda"}, &metadata)

	value, err := tfprotov6.NewDynamicValue(config.Type(), config)
	if err != nil {
		t.Fatal(err)
	}

	response, err := providerserver.NewProtocol6(stubProvider{newResource})().ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: metadata.TypeName, Config: &value,
	})
	if err != nil {
		t.Fatal(err)
	}

	return response.Diagnostics
}

// accepts reports whether `terraform validate` has no error.
func accepts(diagnostics []*tfprotov6.Diagnostic) bool {
	return !slices.ContainsFunc(diagnostics, func(found *tfprotov6.Diagnostic) bool {
		return found.Severity == tfprotov6.DiagnosticSeverityError
	})
}
