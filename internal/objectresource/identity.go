package objectresource

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// The attributes of an identity.
const (
	identityAPIVersion = "api_version"
	identityKind       = "kind"
	identityNamespace  = "namespace"
	identityName       = "name"
)

// IdentitySchema is namespace and name, and the kind where it is not fixed.
func (o *object[M, P]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := map[string]identityschema.Attribute{
		identityName: identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the object."},
	}
	kind := o.Form.Kind()
	if kind == nil {
		attributes[identityAPIVersion] = identityschema.StringAttribute{RequiredForImport: true, Description: "Group and version of the object's kind, such as apps/v1."}
		attributes[identityKind] = identityschema.StringAttribute{RequiredForImport: true, Description: "Kind of the object, such as Deployment."}
		attributes[identityNamespace] = identityschema.StringAttribute{OptionalForImport: true, Description: "Namespace of the object; none for a cluster-wide kind."}
	} else if kind.Namespaced {
		attributes[identityNamespace] = identityschema.StringAttribute{RequiredForImport: true, Description: "Namespace of the object."}
	}
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}

// setIdentity fills in an identity that is not set. One that is set stays: it
// may not change, and an object keeps it when its kind moves to another version.
func (o *object[M, P]) setIdentity(ctx context.Context, ref kube.Ref, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	if identity == nil || !identity.Raw.IsFullyNull() {
		return nil
	}
	values := map[string]string{identityName: ref.Name}
	if ref.Namespace != "" {
		values[identityNamespace] = ref.Namespace
	}
	if o.Form.Kind() == nil {
		values[identityAPIVersion], values[identityKind] = ref.GroupVersion().String(), ref.Kind
	}
	var diags diag.Diagnostics
	for name, value := range values {
		diags.Append(identity.SetAttribute(ctx, path.Root(name), value)...)
	}
	return diags
}

// identified returns the object that an identity names.
func (o *object[M, P]) identified(ctx context.Context, identity *tfsdk.ResourceIdentity) (kube.Ref, diag.Diagnostics) {
	var diags diag.Diagnostics
	text := func(name string) string {
		var value types.String
		diags.Append(identity.GetAttribute(ctx, path.Root(name), &value)...)
		return value.ValueString()
	}
	ref := kube.Ref{Name: text(identityName)}
	kind := o.Form.Kind()
	if kind == nil {
		ref.GroupVersionKind = schema.FromAPIVersionAndKind(text(identityAPIVersion), text(identityKind))
	} else {
		ref.GroupVersionKind = kind.GroupVersionKind
	}
	if kind == nil || kind.Namespaced {
		ref.Namespace = text(identityNamespace)
	}
	return ref, diags
}

// importID is what an import of the object takes.
func (o *object[M, P]) importID(ref kube.Ref) string {
	if o.Form.Kind() != nil {
		return ref.ID()
	}
	return fmt.Sprintf("%s/%s/%s", ref.GroupVersion(), ref.Kind, ref.ID())
}

// idForm says what an import takes.
func (o *object[M, P]) idForm() string {
	switch kind := o.Form.Kind(); {
	case kind == nil:
		return "API_VERSION/KIND/NAMESPACE/NAME, such as apps/v1/Deployment/web/server, or without NAMESPACE/ for a cluster-wide kind, such as v1/Namespace/web"
	case kind.Namespaced:
		return "NAMESPACE/NAME"
	}
	return "NAME"
}

// parseID returns the object that an import's id names.
func (o *object[M, P]) parseID(id string) (kube.Ref, error) {
	parts := strings.Split(id, "/")
	var ref kube.Ref
	kind := o.Form.Kind()
	if kind != nil {
		ref.GroupVersionKind = kind.GroupVersionKind
	} else {
		ref.GroupVersionKind, parts = cutKind(parts)
	}
	switch {
	case len(parts) == 2 && (kind == nil || kind.Namespaced):
		ref.Namespace, ref.Name = parts[0], parts[1]
	case len(parts) == 1 && (kind == nil || !kind.Namespaced):
		ref.Name = parts[0]
	}
	if ref.Name == "" || ref.Kind == "" || len(parts) == 2 && ref.Namespace == "" {
		return kube.Ref{}, fmt.Errorf("%q is not the id of such an object: it has the form %s", id, o.idForm())
	}
	return ref, nil
}

// cutKind takes the kind off the parts of an id. The group of core kinds is
// empty, and then left out with its slash.
func cutKind(parts []string) (schema.GroupVersionKind, []string) {
	size := 2
	if !isVersion(parts[0]) {
		size = 3
	}
	if len(parts) <= size {
		return schema.GroupVersionKind{}, nil
	}
	apiVersion := strings.Join(parts[:size-1], "/")
	return schema.FromAPIVersionAndKind(apiVersion, parts[size-1]), parts[size:]
}

// isVersion tells v1 from a group, which has a dot or no digit after the v.
func isVersion(part string) bool {
	return len(part) > 1 && part[0] == 'v' && part[1] >= '0' && part[1] <= '9' && !strings.Contains(part, ".")
}
