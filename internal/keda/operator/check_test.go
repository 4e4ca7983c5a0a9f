package operator

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// written is a configuration in which these attributes are set.
type written map[string]any

// unknown stands for a value that is not known yet.
type unknown struct{}

// configOf is a configuration as Terraform sends it.
func configOf(t *testing.T, attributes written) tfsdk.Config {
	t.Helper()

	own := operatorSchema(t.Context())
	kind := own.Type().TerraformType(t.Context()).(tftypes.Object)

	return tfsdk.Config{Schema: own, Raw: valueOf(t, kind, map[string]any(attributes))}
}

// valueOf turns a Go value into one of Terraform's type; what is left out is
// null.
func valueOf(t *testing.T, kind tftypes.Type, value any) tftypes.Value {
	t.Helper()

	switch value := value.(type) {
	case nil:
		return tftypes.NewValue(kind, nil)
	case unknown:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case []any:
		element := elementOf(kind)

		var elements []tftypes.Value
		for _, one := range value {
			elements = append(elements, valueOf(t, element, one))
		}

		return tftypes.NewValue(kind, elements)
	case map[string]any:
		fields := map[string]tftypes.Value{}

		if object, isObject := kind.(tftypes.Object); isObject {
			for name := range maps.Keys(value) {
				if object.AttributeTypes[name] == nil {
					t.Fatalf("there is no attribute %s", name)
				}
			}

			for name, of := range object.AttributeTypes {
				fields[name] = valueOf(t, of, value[name])
			}
		} else {
			for name, one := range value {
				fields[name] = valueOf(t, elementOf(kind), one)
			}
		}

		return tftypes.NewValue(kind, fields)
	}

	return tftypes.NewValue(kind, value)
}

func elementOf(kind tftypes.Type) tftypes.Type {
	switch kind := kind.(type) {
	case tftypes.List:
		return kind.ElementType
	case tftypes.Set:
		return kind.ElementType
	case tftypes.Map:
		return kind.ElementType
	}

	return nil
}

func TestCheckConfig(t *testing.T) {
	t.Parallel()

	archive := filepath.Join(t.TempDir(), "keda.tgz")
	if err := os.WriteFile(archive, nil, 0o600); err != nil {
		t.Fatal(err)
	}

	const role = "arn:aws:iam::123456789012:role/keda-operator"

	texts := func(all ...any) written { return written{"values": all} }
	bearing := func(one map[string]any) written { return written{"tolerations": []any{one}} }

	for name, test := range map[string]struct {
		config written
		// at and words are empty if the configuration is good.
		at      path.Path
		words   string
		warning bool
	}{
		"nothing":               {config: written{}},
		"everything is unknown": {config: written{"name": unknown{}, "namespace": unknown{}, "repository": unknown{}, "chart": unknown{}, "version": unknown{}, "role_arn": unknown{}, "watch_namespaces": unknown{}, "tolerations": unknown{}, "values": unknown{}, "replicas": unknown{}, "node_selector": unknown{}, "repository_username": unknown{}, "repository_password_wo": unknown{}}},

		"release name":       {config: written{"name": "keda-2.prod"}},
		"long release name":  {config: written{"name": strings.Repeat("k", 54)}, at: at("name"), words: "at most 53"},
		"upper-case release": {config: written{"name": "Keda"}, at: at("name"), words: `"Keda"`},
		"namespace":          {config: written{"namespace": "keda-system"}},
		"namespace with dot": {config: written{"namespace": "keda.system"}, at: at("namespace"), words: `"keda.system"`},

		"version":           {config: written{"version": "2.19.0"}},
		"version with v":    {config: written{"version": "v2.19.0"}},
		"range":             {config: written{"version": ">= 2.19, < 3"}},
		"clear range":       {config: written{"version": "~> 2.20.0, != 2.20.1"}},
		"caret":             {config: written{"version": "^2.20"}},
		"unclear range":     {config: written{"version": "~> 2.20"}, at: at("version"), words: "other versions in Helm's notation"},
		"unclear in a list": {config: written{"version": "~>2, != 2.20.1"}, at: at("version"), words: "other versions in Helm's notation"},
		"no version":        {config: written{"version": "latest"}, at: at("version"), words: `"latest"`},
		"empty version":     {config: written{"version": ""}, at: at("version"), words: "neither a version"},

		"https":            {config: written{"repository": "https://charts.example.com/keda"}},
		"oci":              {config: written{"repository": "oci://ghcr.io/kedacore/charts"}},
		"ftp":              {config: written{"repository": "ftp://example.com"}, at: at("repository"), words: "ftp://"},
		"no scheme":        {config: written{"repository": "charts.example.com"}, at: at("repository"), words: "not the URL"},
		"user in URL":      {config: written{"repository": "https://me:planted@example.com"}, at: at("repository"), words: "holds credentials"},
		"query":            {config: written{"repository": "https://example.com/?a=b"}, at: at("repository"), words: "after its path"},
		"file":             {config: written{"repository": "https://example.com/index.yaml"}, at: at("repository"), words: "is a file"},
		"chart":            {config: written{"chart": "keda-mirror"}},
		"chart with alias": {config: written{"chart": "kedacore/keda"}, at: at("chart"), words: "helm repo add"},
		"chart as URL":     {config: written{"chart": "oci://ghcr.io/kedacore/charts/keda"}, at: at("chart"), words: "is a URL"},
		"chart with blank": {config: written{"chart": "my keda"}, at: at("chart"), words: `"my keda"`},

		"path":                 {config: written{"chart": archive}},
		"path to nothing":      {config: written{"chart": "./not-there"}, at: at("chart"), words: "not there yet", warning: true},
		"path and repository":  {config: written{"chart": archive, "repository": "https://example.com"}, at: at("repository"), words: "no repository is asked"},
		"credentials":          {config: written{"repository": "https://example.com", "repository_username": "a", "repository_password_wo": "b"}},
		"credentials unknown":  {config: written{"repository_username": "a", "repository_password_wo": unknown{}}},
		"no password":          {config: written{"repository_username": "a"}, at: at("repository_username"), words: "both are needed"},
		"no user":              {config: written{"repository_password_wo": "planted"}, at: at("repository_password_wo"), words: "both are needed"},
		"password in the open": {config: written{"repository": "http://example.com", "repository_username": "a", "repository_password_wo": "planted"}, at: at("repository"), words: "plain HTTP"},
		"password to loopback": {config: written{"repository": "http://127.0.0.1:80", "repository_username": "a", "repository_password_wo": "b"}},

		"role":            {config: written{"role_arn": role}},
		"role in a path":  {config: written{"role_arn": "arn:aws-us-gov:iam::123456789012:role/team/keda"}},
		"no ARN":          {config: written{"role_arn": "keda-operator"}, at: at("role_arn"), words: "not the ARN of an IAM role"},
		"user":            {config: written{"role_arn": "arn:aws:iam::123456789012:user/keda"}, at: at("role_arn"), words: "something else than an IAM role"},
		"role of nobody":  {config: written{"role_arn": "arn:aws:iam::1234:role/keda"}, at: at("role_arn"), words: "12 digits"},
		"roles":           {config: written{"role_arn": "arn:aws:iam::123456789012:role/*"}, at: at("role_arn"), words: "wildcard"},
		"watched":         {config: written{"watch_namespaces": []any{"a", unknown{}}}},
		"watched badly":   {config: written{"watch_namespaces": []any{"a,b"}}, at: at("watch_namespaces"), words: `"a,b"`},
		"watched nothing": {config: written{"watch_namespaces": []any{nil}}, at: at("watch_namespaces"), words: "is null"},

		"toleration":          {config: bearing(map[string]any{"key": "a", "value": "b", "effect": "NoSchedule"})},
		"every taint":         {config: bearing(map[string]any{"operator": "Exists"})},
		"for a time":          {config: bearing(map[string]any{"key": "a", "operator": "Exists", "effect": "NoExecute", "toleration_seconds": int64(60)})},
		"value with Exists":   {config: bearing(map[string]any{"key": "a", "operator": "Exists", "value": "b"}), at: at("tolerations").AtListIndex(0).AtName("value"), words: "every value"},
		"no key":              {config: bearing(map[string]any{"value": "b"}), at: at("tolerations").AtListIndex(0), words: "Without a key"},
		"time for no effect":  {config: bearing(map[string]any{"key": "a", "toleration_seconds": int64(60)}), at: at("tolerations").AtListIndex(0).AtName("toleration_seconds"), words: "NoExecute"},
		"time for an unknown": {config: bearing(map[string]any{"key": "a", "effect": unknown{}, "toleration_seconds": int64(60)})},

		"values":            {config: texts("a: {b: 1}", `{"c": true}`, "", unknown{})},
		"values that break": {config: texts("a: [", "b: 1"), at: at("values").AtListIndex(0), words: "not the YAML"},
		"a list of values":  {config: texts("b: 1", "- a"), at: at("values").AtListIndex(1), words: "a list"},
		"a key twice":       {config: texts("a: 1\na: 2"), at: at("values").AtListIndex(0), words: "already set"},
		"values of null":    {config: texts(nil), at: at("values").AtListIndex(0), words: "is null"},

		"role twice":      {config: written{"role_arn": role, "values": []any{"podIdentity: {aws: {irsa: {enabled: false}}}"}}, at: at("values").AtListIndex(0), words: "podIdentity.aws.irsa.enabled, which role_arn sets"},
		"role by values":  {config: texts("podIdentity: {aws: {irsa: {enabled: true, roleArn: x}}}")},
		"irsa's audience": {config: written{"role_arn": role, "values": []any{"podIdentity: {aws: {irsa: {audience: x}}}"}}},
		"replicas twice":  {config: written{"replicas": map[string]any{"operator": int64(2)}, "values": []any{"operator: {replicaCount: 1}"}}, at: at("values").AtListIndex(0), words: "operator.replicaCount"},
		"other replicas":  {config: written{"replicas": map[string]any{"operator": int64(2)}, "values": []any{"webhooks: {replicaCount: 1}"}}},
		"role for nobody": {config: written{"role_arn": role, "values": []any{"serviceAccount: {operator: {create: false}}"}}, at: at("role_arn"), words: "makes no service account"},
		"no account":      {config: texts("serviceAccount: {operator: {create: false}}")},
		"two roles":       {config: written{"role_arn": role, "values": []any{"serviceAccount: {operator: {annotations: {eks.amazonaws.com/role-arn: x}}}"}}, at: at("role_arn"), words: "leave one of them out"},
		"no metrics":      {config: texts("metricsServer: {enabled: false}"), at: at("values"), words: "no further", warning: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			found := checkConfig(t.Context(), configOf(t, test.config))
			if test.words == "" {
				if len(found) > 0 {
					t.Errorf("a good configuration has %v", found)
				}

				return
			}

			severity := diag.SeverityError
			if test.warning {
				severity = diag.SeverityWarning
			}

			if len(found) != 1 || found[0].Severity() != severity {
				t.Fatalf("found %v, want one of severity %s", found, severity)
			}

			where, hasPath := found[0].(diag.DiagnosticWithPath)
			if !hasPath || !where.Path().Equal(test.at) {
				t.Errorf("it is at %v, want %s", found[0], test.at)
			}

			if text := found[0].Summary() + " " + found[0].Detail(); !strings.Contains(text, test.words) || strings.Contains(text, "planted") {
				t.Errorf("it says %q, want %q and no password", text, test.words)
			}
		})
	}
}
