package objectresource

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// anyForm is the form of a resource whose kind its configuration says.
type anyForm struct{ Form[widgetModel] }

func (anyForm) Kind() *kube.Kind { return nil }

func identityForms() map[string]*object[widgetModel, *widgetModel] {
	clusterWide := widgetKind
	clusterWide.Namespaced = false
	return map[string]*object[widgetModel, *widgetModel]{
		"namespaced":   widgetResource(),
		"cluster-wide": withForm(Typed(clusterWide, Annotations[widgetModel]{})),
		"any":          withForm(anyForm{widgetDescriptor().Form}),
	}
}

func ref(apiVersion, kind, namespace, name string) kube.Ref {
	return kube.Ref{GroupVersionKind: schema.FromAPIVersionAndKind(apiVersion, kind), Namespace: namespace, Name: name}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]*kube.Ref{
		"namespaced": {
			"ns/n": new(ref("example.com/v1", "Widget", "ns", "n")),
			"n":    nil, "ns/": nil, "/n": nil, "": nil, "a/b/c": nil,
		},
		"cluster-wide": {
			"n":    new(ref("example.com/v1", "Widget", "", "n")),
			"ns/n": nil, "": nil,
		},
		"any": {
			"v1/Namespace/n":           new(ref("v1", "Namespace", "", "n")),
			"v1/ConfigMap/ns/n":        new(ref("v1", "ConfigMap", "ns", "n")),
			"apps/v1/Deployment/ns/n":  new(ref("apps/v1", "Deployment", "ns", "n")),
			"v1.example.com/v1/Kind/n": new(ref("v1.example.com/v1", "Kind", "", "n")),
			"keda.sh/v1alpha1/Kind/n":  new(ref("keda.sh/v1alpha1", "Kind", "", "n")),
			"ns/n":                     nil, "v1/ConfigMap": nil, "apps/v1/Deployment": nil, "v1//ns/n": nil,
			"v1/ConfigMap//n": nil, "v1/ConfigMap/ns/n/more": nil, "": nil, "n": nil,
		},
	}
	for form, ids := range tests {
		for id, want := range ids {
			resource := identityForms()[form]
			got, err := resource.parseID(id)
			switch {
			case want == nil && (err == nil || !strings.Contains(err.Error(), resource.idForm())):
				t.Errorf("%s, %q: got %v, %v, want an error that says the form", form, id, got, err)
			case want != nil && (err != nil || got != *want):
				t.Errorf("%s, %q: got %v, %v, want %v", form, id, got, err, *want)
			case want != nil && resource.importID(got) != id:
				t.Errorf("%s: the id of %v is %q, want %q", form, got, resource.importID(got), id)
			}
		}
	}
}

// TestIdentity shows that an identity leads back to its object, and stays.
func TestIdentity(t *testing.T) {
	t.Parallel()
	for form, resource := range identityForms() {
		want := ref("example.com/v1", "Widget", "ns", "n")
		if form == "cluster-wide" {
			want.Namespace = ""
		}
		identity := emptyIdentity(t.Context(), resource)
		if diags := resource.setIdentity(t.Context(), want, identity); diags.HasError() {
			t.Fatal(form, diags)
		}
		got, diags := resource.identified(t.Context(), identity)
		if diags.HasError() || got != want {
			t.Errorf("%s: got %v, %v, want %v", form, got, diags, want)
		}
		before := identity.Raw
		if diags := resource.setIdentity(t.Context(), ref("example.com/v2", "Widget", "ns", "n"), identity); diags.HasError() || !identity.Raw.Equal(before) {
			t.Errorf("%s: the identity changed: %v", form, diags)
		}
	}
}

func emptyIdentity(ctx context.Context, from *object[widgetModel, *widgetModel]) *tfsdk.ResourceIdentity {
	var resp resource.IdentitySchemaResponse
	from.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &resp)
	return &tfsdk.ResourceIdentity{
		Schema: resp.IdentitySchema,
		Raw:    tftypes.NewValue(resp.IdentitySchema.Type().TerraformType(ctx), nil),
	}
}
