package manifest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/util/jsonpath"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

var (
	manifestPath = path.Root("manifest")
	fieldsPath   = path.Root("wait_for").AtName("fields")
	rolloutPath  = path.Root("wait_for").AtName("rollout")
)

// rolledOutKinds are those that change their pods step by step.
var rolledOutKinds = []schema.GroupKind{
	{Group: "apps", Kind: "Deployment"}, {Group: "apps", Kind: "StatefulSet"}, {Group: "apps", Kind: "DaemonSet"},
}

// check finds what cannot work in a configuration.
func check(_ context.Context, request objectresource.CheckRequest[model]) []objectresource.Problem {
	var problems []objectresource.Problem
	fail := func(at path.Path, summary, detail string) {
		problems = append(problems, objectresource.Problem{Path: at, Summary: summary, Detail: detail})
	}
	wait := request.Model.WaitFor
	if wait != nil && !request.Unknown.At(fieldsPath) {
		for field := range wait.Fields {
			if _, err := compileField(field); err != nil {
				fail(fieldsPath.AtMapKey(field), "Not the path of a field",
					fmt.Sprintf("%q is not a path as in kubectl wait --for=jsonpath, such as status.phase: %v.", field, err))
			}
		}
	}
	if request.Unknown.At(manifestPath) {
		return problems
	}
	object, err := parse(request.Model.Manifest.ValueString())
	if err != nil {
		fail(manifestPath, "The manifest is not one object", fmt.Sprintf("manifest: %v.", err))
		return problems
	}
	for _, rule := range rules {
		if detail := rule.broken(object); detail != "" {
			fail(manifestPath, rule.summary, "manifest: "+detail)
		}
	}
	if wait != nil && wait.Rollout != nil && *wait.Rollout {
		if !slices.Contains(rolledOutKinds, object.GroupVersionKind().GroupKind()) {
			fail(rolloutPath, "The kind has no rollout",
				fmt.Sprintf("Only a Deployment, a StatefulSet and a DaemonSet are rolled out, not a %s. Use conditions or fields.", object.GetKind()))
		}
	}
	return problems
}

// rules are what a manifest has to fulfil. A rule says in words how it is
// broken, or nothing.
var rules = []struct {
	summary string
	broken  func(object *unstructured.Unstructured) string
}{
	{"The manifest does not name its object", missing},
	{"The manifest is a list", listed},
	{"The manifest has a generated name", generated},
	{"The manifest sets what only the cluster sets", clusterSet},
	{"The manifest has secret values", secret},
}

func missing(object *unstructured.Unstructured) string {
	var absent []string
	for _, field := range [][]string{{"apiVersion"}, {"kind"}, {"metadata", "name"}} {
		text, _, err := unstructured.NestedString(object.Object, field...)
		isGenerated := field[0] == "metadata" && object.GetGenerateName() != ""
		if (text == "" || err != nil) && !isGenerated && listed(object) == "" {
			absent = append(absent, strings.Join(field, "."))
		}
	}
	if len(absent) == 0 {
		return ""
	}
	return fmt.Sprintf("%s must be set, to a text.", strings.Join(absent, ", "))
}

// listed goes by the form, as kubectl does: a kind may well be named ...List.
func listed(object *unstructured.Unstructured) string {
	if _, isList := object.Object["items"].([]any); !isList || !strings.HasSuffix(object.GetKind(), "List") {
		return ""
	}
	return fmt.Sprintf("a %s holds several objects. Use one resource for each, for instance with for_each.", object.GetKind())
}

func generated(object *unstructured.Unstructured) string {
	if object.GetGenerateName() == "" {
		return ""
	}
	return "metadata.generateName lets the cluster choose a name, and every apply would make one more object. Set metadata.name."
}

func clusterSet(object *unstructured.Unstructured) string {
	var found []string
	if _, set := object.Object["status"]; set {
		found = append(found, "status")
	}
	for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink"} {
		if _, set, _ := unstructured.NestedFieldNoCopy(object.Object, "metadata", field); set {
			found = append(found, "metadata."+field)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return fmt.Sprintf("%s is the cluster's to set. Remove it from the manifest.", strings.Join(found, ", "))
}

func secret(object *unstructured.Unstructured) string {
	if !holdsSecrets(object) {
		return ""
	}
	return "a Secret with data would be shown in plans and kept in the state in clear text. " +
		"Create it outside of Terraform, by External Secrets for instance, or with the write-only data_wo of hashicorp/kubernetes' kubernetes_secret_v1."
}

// holdsSecrets reports a Secret that is more than a name for values to come.
func holdsSecrets(object *unstructured.Unstructured) bool {
	if object.GetAPIVersion() != "v1" || object.GetKind() != "Secret" {
		return false
	}
	for _, field := range []string{"data", "stringData"} {
		if values, _ := object.Object[field].(map[string]any); len(values) > 0 {
			return true
		}
	}
	return false
}

// compileField reads a path as kubectl wait does: the braces and the leading
// dot may be left out.
func compileField(field string) (*jsonpath.JSONPath, error) {
	bare := strings.TrimSuffix(strings.TrimPrefix(field, "{"), "}")
	compiled := jsonpath.New(field).AllowMissingKeys(true)
	if err := compiled.Parse("{." + strings.TrimPrefix(bare, ".") + "}"); err != nil {
		return nil, fmt.Errorf("it cannot be parsed: %w", err)
	}
	return compiled, nil
}
