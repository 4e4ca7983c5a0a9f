package sandboxtest

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
)

// servedAfter bounds how long the API server takes to serve a new kind.
const servedAfter = time.Minute

// CreateKEDACRDs makes KEDA's kinds without KEDA, for tests of objects that
// nothing reconciles.
func (s *Stack) CreateKEDACRDs(t testing.TB) {
	t.Helper()
	crds, err := kedachart.CRDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Apply(t, string(crds))
	for _, resource := range []string{"scaledobjects", "scaledjobs", "triggerauthentications", "clustertriggerauthentications"} {
		kind := schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: resource}
		s.Await(t, "the API server to serve "+resource, servedAfter, func() error {
			_, err := s.Dynamic.Resource(kind).List(t.Context(), metav1.ListOptions{})
			return err
		})
	}
}
