package operator

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/util/validation"
)

// ValidateConfig finds the mistakes. Warnings wait for the plan, which would
// repeat them.
func (o *operator) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	resp.Diagnostics.Append(checkConfig(ctx, req.Config).Errors()...)
}

// checkConfig finds what Helm, the chart or KEDA would refuse or ignore later.
// A rule looks at a value only once that is known. It contacts nothing.
func checkConfig(ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	var written model

	diags := config.Get(ctx, &written)
	if diags.HasError() {
		return diags
	}

	found := &findings{}
	found.checkNames(&written)
	found.checkSource(&written)
	found.checkRole(&written)
	found.checkNamespaces(ctx, &written)
	found.checkTolerations(ctx, &written)
	found.checkValues(ctx, &written)
	diags.Append(found.diags...)

	return diags
}

// findings gathers the mistakes of one configuration.
type findings struct{ diags diag.Diagnostics }

func (f *findings) fail(at path.Path, summary, detail string, args ...any) {
	f.diags.AddAttributeError(at, summary, fmt.Sprintf(detail, args...))
}

func (f *findings) warn(at path.Path, summary, detail string, args ...any) {
	f.diags.AddAttributeWarning(at, summary, fmt.Sprintf(detail, args...))
}

// isSet reports a text that is known and not null.
func isSet(text types.String) bool { return !text.IsNull() && !text.IsUnknown() }

// at returns the path of an attribute, given as in at("replicas.operator").
func at(dotted string) path.Path {
	result := path.Empty()
	for name := range strings.SplitSeq(dotted, ".") {
		result = result.AtName(name)
	}

	return result
}

const (
	// maxReleaseName is Helm's: names of objects are made of it.
	maxReleaseName = 53
)

// releaseName is what Helm allows.
var releaseName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func (f *findings) checkNames(written *model) {
	if name := written.Name.ValueString(); isSet(written.Name) && (len(name) > maxReleaseName || !releaseName.MatchString(name)) {
		f.fail(at("name"), "Not a name of a Helm release",
			"%q is not a name of a Helm release: it has at most %d lower-case letters, digits, dashes and dots, and begins and ends with a letter or digit.", name, maxReleaseName)
	}

	if isSet(written.Namespace) {
		f.checkNamespace(at("namespace"), written.Namespace.ValueString())
	}
}

func (f *findings) checkNamespace(at path.Path, name string) {
	for _, wrong := range validation.IsDNS1123Label(name) {
		f.fail(at, "Not a name of a namespace", "%q is not a name of a namespace: %s.", name, wrong)
	}
}

func (f *findings) checkNamespaces(ctx context.Context, written *model) {
	if written.WatchNamespaces.IsNull() || written.WatchNamespaces.IsUnknown() {
		return
	}

	var names []types.String

	f.diags.Append(written.WatchNamespaces.ElementsAs(ctx, &names, false)...)

	for _, name := range names {
		switch {
		case name.IsNull():
			f.fail(at("watch_namespaces"), "A namespace without a name", "An element of watch_namespaces is null: leave it out.")
		case !name.IsUnknown():
			f.checkNamespace(at("watch_namespaces"), name.ValueString())
		}
	}
}

func (f *findings) checkRole(written *model) {
	if !isSet(written.RoleARN) {
		return
	}

	given := written.RoleARN.ValueString()
	parsed, err := arn.Parse(given)

	switch {
	case err != nil:
		f.fail(at("role_arn"), "Not an ARN", "%q is not the ARN of an IAM role, which is such as arn:aws:iam::123456789012:role/keda-operator.", given)
	case parsed.Service != "iam" || !strings.HasPrefix(parsed.Resource, "role/") || parsed.Resource == "role/":
		f.fail(at("role_arn"), "Not the ARN of a role", "%q is the ARN of something else than an IAM role, which is such as arn:aws:iam::123456789012:role/keda-operator.", given)
	case len(parsed.AccountID) != accountDigits || strings.Trim(parsed.AccountID, "0123456789") != "":
		f.fail(at("role_arn"), "Not the ARN of a role", "%q names no account: its fifth part has to be the account's 12 digits.", given)
	case strings.Contains(given, "*"):
		f.fail(at("role_arn"), "Not one role", "%q has a wildcard, but the operator assumes one role: write its whole ARN.", given)
	}
}

// accountDigits is the length of an AWS account's id.
const accountDigits = 12

func (f *findings) checkTolerations(ctx context.Context, written *model) {
	if written.Tolerations.IsNull() || written.Tolerations.IsUnknown() {
		return
	}

	var all []types.Object

	f.diags.Append(written.Tolerations.ElementsAs(ctx, &all, false)...)

	for i, one := range all {
		if one.IsNull() || one.IsUnknown() {
			continue
		}

		var parsed toleration

		f.diags.Append(one.As(ctx, &parsed, objectOptions)...)
		f.checkToleration(at("tolerations").AtListIndex(i), parsed)
	}
}

// checkToleration applies the rules of the API server (ValidateTolerations).
func (f *findings) checkToleration(at path.Path, one toleration) {
	exists := one.Operator.ValueString() == "Exists"

	switch {
	case one.Operator.IsUnknown():
	case exists && isSet(one.Value) && one.Value.ValueString() != "":
		f.fail(at.AtName("value"), "A value that is never compared", "With the operator Exists every value is borne: leave the value %q out, or use Equal.", one.Value.ValueString())
	case !exists && one.Key.IsNull():
		f.fail(at, "A toleration of no taint", "Without a key, the operator has to be Exists, which bears every taint: set operator = \"Exists\", or a key.")
	}

	if !one.TolerationSeconds.IsNull() && !one.Effect.IsUnknown() && one.Effect.ValueString() != "NoExecute" {
		f.fail(at.AtName("toleration_seconds"), "A time for nothing", "toleration_seconds is only for the effect NoExecute, which removes pods that run.")
	}
}
