package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// scaledObject is one object of the benchmark, as its state.
const scaledObject = `{
  "name": "many-1", "namespace": "default", "wait_for_ready": false,
  "scale_target_ref": {"name": "many-1"},
  "max_replica_count": 10, "polling_interval": 5, "cooldown_period": 10,
  "triggers": [{
    "type": "aws-sqs-queue",
    "metadata": {"queueURL": "https://sqs.us-west-2.amazonaws.com/123456789012/many-1", "awsRegion": "us-west-2", "queueLength": "5"},
    "authentication_ref": {"name": "aws"}
  }]
}`

// server is the provider's own server, driven as Terraform drives it but in this
// process, where a profile shows what it does.
type server struct {
	tfprotov6.ProviderServer
	typeName string
	kind     tftypes.Type
	null     *tfprotov6.DynamicValue
}

// newServer makes a server that is configured for the API server at a URL.
func newServer(tb testing.TB, typeName, host string) *server {
	tb.Helper()
	made, err := acctest.ProtoV6ProviderFactories["keda"]()
	if err != nil {
		tb.Fatal(err)
	}
	schema, err := made.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	config := valueOf(tb, schema.Provider.ValueType(), `{"kubernetes": {"host": "`+host+`"}}`)
	configured, err := made.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err := errors.Join(err, failure(configured.Diagnostics)); err != nil {
		tb.Fatal(err)
	}
	kind := schema.ResourceSchemas[typeName].ValueType()
	return &server{ProviderServer: made, typeName: typeName, kind: kind, null: valueOf(tb, kind, `null`)}
}

// valueOf is what Terraform sends for a value that is written as JSON without
// its null attributes.
func valueOf(tb testing.TB, kind tftypes.Type, text string) *tfprotov6.DynamicValue {
	tb.Helper()
	var content any
	if err := json.Unmarshal([]byte(text), &content); err != nil {
		tb.Fatal(err)
	}
	encoded, err := tfprotov6.NewDynamicValue(kind, typed(kind, content))
	if err != nil {
		tb.Fatal(err)
	}
	return &encoded
}

func typed(kind tftypes.Type, content any) tftypes.Value {
	switch content := content.(type) {
	case map[string]any:
		nested := map[string]tftypes.Value{}
		switch kind := kind.(type) {
		case tftypes.Object:
			for name, attribute := range kind.AttributeTypes {
				nested[name] = typed(attribute, content[name])
			}
		case tftypes.Map:
			for key, element := range content {
				nested[key] = typed(kind.ElementType, element)
			}
		}
		return tftypes.NewValue(kind, nested)
	case []any:
		nested := make([]tftypes.Value, len(content))
		for i, element := range content {
			nested[i] = typed(kind.(tftypes.List).ElementType, element)
		}
		return tftypes.NewValue(kind, nested)
	}
	return tftypes.NewValue(kind, content)
}

func failure(diagnostics []*tfprotov6.Diagnostic) error {
	var failures []error
	for _, found := range diagnostics {
		failures = append(failures, errors.New(found.Summary+": "+found.Detail))
	}
	return errors.Join(failures...)
}

func (s *server) validate(ctx context.Context, config *tfprotov6.DynamicValue) error {
	resp, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: s.typeName, Config: config})
	return errors.Join(err, failure(resp.Diagnostics))
}

// plan returns what Terraform would apply.
func (s *server) plan(ctx context.Context, config, prior, proposed *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
	resp, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: s.typeName, Config: config, PriorState: prior, ProposedNewState: proposed,
	})
	return resp.PlannedState, errors.Join(err, failure(resp.Diagnostics))
}

// apply returns the new state.
func (s *server) apply(ctx context.Context, config, prior, planned *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
	resp, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: s.typeName, Config: config, PriorState: prior, PlannedState: planned,
	})
	return resp.NewState, errors.Join(err, failure(resp.Diagnostics))
}

// refresh returns the state after a look at the cluster.
func (s *server) refresh(ctx context.Context, state *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
	resp, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: s.typeName, CurrentState: state})
	return resp.NewState, errors.Join(err, failure(resp.Diagnostics))
}

// each is the life of one resource in the provider's server: the calls that
// Terraform makes for it, in their order. The first state is what the apply made.
func (s *server) each(tb testing.TB, step func(name string, call func() error)) {
	tb.Helper()
	ctx, config := tb.Context(), valueOf(tb, s.kind, scaledObject)
	var planned, state *tfprotov6.DynamicValue
	step("validate", func() error { return s.validate(ctx, config) })
	step("plan", func() (err error) { planned, err = s.plan(ctx, config, s.null, config); return err })
	step("create", func() (err error) { state, err = s.apply(ctx, config, s.null, planned); return err })
	step("read", func() (err error) { state, err = s.refresh(ctx, state); return err })
	step("again", func() error { _, err := s.plan(ctx, config, state, state); return err })
	step("plan-delete", func() error { _, err := s.plan(ctx, s.null, state, s.null); return err })
	step("delete", func() error { _, err := s.apply(ctx, s.null, state, s.null); return err })
}

// BenchmarkServer is the provider's own part, for each resource, of what
// BenchmarkScaledObjects measures as a whole.
func BenchmarkServer(b *testing.B) {
	_, host := newCluster(b)
	newServer(b, "keda_scaled_object", host).each(b, func(name string, call func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := call(); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// TestRequests holds the number of requests to the API server for each resource.
func TestRequests(t *testing.T) {
	cluster, host := newCluster(t)
	got := map[string]string{}
	newServer(t, "keda_scaled_object", host).each(t, func(name string, call func() error) {
		if err := call(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got[name] = cluster.since()
	})
	for step, want := range map[string]string{
		"validate": "", "plan": "", "create": "1 PATCH", "read": "1 GET", "again": "", "plan-delete": "", "delete": "1 DELETE",
	} {
		if got[step] != want {
			t.Errorf("%s makes the requests %q, want %q", step, got[step], want)
		}
	}
}
