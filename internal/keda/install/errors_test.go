package install

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

func refOf(kind, name string) kube.Ref {
	return kube.Ref{GroupVersionKind: schema.GroupVersionKind{Kind: kind}, Namespace: "web", Name: name}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	var many []kube.Ref
	for i := range shownObjects + 3 {
		many = append(many, refOf("ScaledJob", fmt.Sprint(i)))
	}
	for name, test := range map[string]struct {
		err   error
		words []string
	}{
		"in use":            {&InUseError{Objects: []kube.Ref{refOf("ScaledObject", "a")}}, []string{`by 1 of its objects`, `ScaledObject "web/a"`, "depends_on", "Nothing was changed"}},
		"in use by many":    {&InUseError{Objects: many}, []string{"by 23 of its objects", "and 3 more"}},
		"another release":   {&OtherError{Operator: refOf("Deployment", "keda-operator"), Release: helm.Key{Namespace: "a", Name: "b"}}, []string{`Deployment "web/keda-operator"`, `import it by the id "a/b"`}},
		"another, no Helm":  {&OtherError{Operator: refOf("Deployment", "keda-operator")}, []string{"no Helm release"}},
		"no namespace":      {&NamespaceError{Namespace: "keda"}, []string{`"keda" does not exist`, "create_namespace"}},
		"somebody's object": {fmt.Errorf("ServiceAccount x exists and cannot be imported into the current release: invalid"), []string{"ServiceAccount x", "`create` is then `false`"}},
	} {
		summary, detail := Describe(fmt.Errorf("wrapped: %w", test.err))
		for _, words := range test.words {
			if !strings.Contains(detail, words) || summary == "" {
				t.Errorf("%s: %q, %q; want %q", name, summary, detail, words)
			}
		}
	}
}
