package objectresource

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

var widgetRef = kube.Ref{GroupVersionKind: widgetKind.GroupVersionKind, Namespace: "ns", Name: "n"}

// refused is how the API server refuses values.
func refused(causes ...metav1.StatusCause) error {
	return &kube.RequestError{Object: widgetRef, Err: &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Reason: metav1.StatusReasonInvalid, Code: http.StatusUnprocessableEntity,
		Message: "Widget is invalid", Details: &metav1.StatusDetails{Name: "n", Kind: "Widget", Causes: causes},
	}}}
}

func TestClusterError(t *testing.T) {
	t.Parallel()
	conflict := func(fields ...kube.FieldConflict) error {
		return &kube.ConflictError{Object: widgetRef, Conflicts: fields, Err: errors.New("conflict")}
	}
	tests := map[string]struct {
		err  error
		want []string // the attribute, then words of the detail
	}{
		"a field": {
			err:  refused(metav1.StatusCause{Field: "spec.maxCount", Message: "Invalid value: 0: should be >= 1"}),
			want: []string{`max_count: Widget "ns/n", spec.maxCount: Invalid value: 0: should be >= 1`},
		},
		"two fields": {
			err: refused(
				metav1.StatusCause{Field: "spec.parts[1].type", Message: "Required value"},
				metav1.StatusCause{Field: "metadata.labels", Message: "Invalid value"},
			),
			want: []string{`parts[1].type: Widget "ns/n", spec.parts[1].type: Required value`, `labels: Widget "ns/n", metadata.labels: Invalid value`},
		},
		"no field": {
			err:  refused(),
			want: []string{`: Widget "ns/n": Widget is invalid`},
		},
		"one conflict": {
			err:  conflict(kube.FieldConflict{Manager: "kubectl-edit", Field: ".spec.maxCount"}),
			want: []string{`max_count: Widget "ns/n": .spec.maxCount is managed by "kubectl-edit". Remove the field`},
		},
		"two conflicts": {
			err: conflict(
				kube.FieldConflict{Manager: "kubectl-edit", Field: ".spec.maxCount"},
				kube.FieldConflict{Manager: "helm", Field: ".spec.options.a"},
			),
			want: []string{`: Widget "ns/n": .spec.maxCount is managed by "kubectl-edit"; .spec.options.a is managed by "helm".`},
		},
		"an object of another": {
			err:  &kube.ExistsError{Object: widgetRef, Managers: []string{`"helm"`}, Reason: "it is Helm's"},
			want: []string{`: Widget "ns/n" exists already and was not made by this configuration: it is Helm's. Its field managers are "helm".` + "\n\n" + `Import it by the id "ns/n"`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := widgetResource().failed(test.err, widgetRef)
			if len(got) != len(test.want) {
				t.Fatalf("got %v, want %d errors", got, len(test.want))
			}
			for i, want := range test.want {
				if words := located(got[i]); !strings.HasPrefix(words, want) {
					t.Errorf("got  %s\nwant %s", words, want)
				}
			}
		})
	}
}

func located(diagnostic diag.Diagnostic) string {
	at := path.Empty()
	if onAttribute, is := diagnostic.(diag.DiagnosticWithPath); is {
		at = onAttribute.Path()
	}
	return at.String() + ": " + diagnostic.Detail()
}

func TestProblem(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		given    Problem
		severity diag.Severity
		at       string
	}{
		{Problem{Path: path.Root("a")}, diag.SeverityError, "a"},
		{Problem{Path: path.Root("a"), Warning: true}, diag.SeverityWarning, "a"},
		{Problem{}, diag.SeverityError, ""},
		{Problem{Warning: true}, diag.SeverityWarning, ""},
	} {
		got := test.given.Diagnostic()
		if want := test.at + ": "; got.Severity() != test.severity || located(got) != want {
			t.Errorf("%+v: got %s on %q", test.given, got.Severity(), located(got))
		}
	}
}

func TestSettingsError(t *testing.T) {
	t.Parallel()
	unknown := SettingsError(&settings.UnknownError{Attributes: []string{"kubernetes.host"}})
	if unknown.Summary() != "The cluster is not known yet" || !strings.Contains(unknown.Detail(), "kubernetes.host comes from something that does not exist") {
		t.Errorf("got %v", unknown)
	}
	none := SettingsError(settings.ErrNoCluster)
	if none.Summary() != "No cluster is configured" || !strings.HasSuffix(none.Detail(), "set one of them.") {
		t.Errorf("got %v", none)
	}
}
