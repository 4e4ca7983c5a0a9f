package bench_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// simulatedCluster stores what is applied to it and does nothing else that an
// API server does. It takes no time, so that what is left is the provider's, and
// counts the requests.
type simulatedCluster struct {
	mu       sync.Mutex
	objects  map[string]*unstructured.Unstructured
	requests map[string]int
}

// newCluster returns the cluster and the URL that it answers at.
func newCluster(tb testing.TB) (*simulatedCluster, string) {
	tb.Helper()
	cluster := &simulatedCluster{objects: map[string]*unstructured.Unstructured{}, requests: map[string]int{}}
	server := httptest.NewServer(cluster)
	tb.Cleanup(server.Close)
	return cluster, server.URL
}

// since returns how many requests there were since the last call, such as
// "1 GET, 2 PATCH".
func (c *simulatedCluster) since() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var counts []string
	for _, method := range slices.Sorted(maps.Keys(c.requests)) {
		counts = append(counts, fmt.Sprintf("%d %s", c.requests[method], method))
	}
	clear(c.requests)
	return strings.Join(counts, ", ")
}

func (c *simulatedCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.URL.Path == "/apis/keda.sh/v1alpha1" {
		// Discovery, which is asked once for all objects of a kind.
		reply(w, http.StatusOK, metav1.APIResourceList{APIResources: []metav1.APIResource{{Name: "scaledobjects", Kind: "ScaledObject", Namespaced: true}}})
		return
	}
	c.requests[r.Method]++
	found := c.objects[r.URL.Path]
	switch r.Method {
	case http.MethodPatch:
		found = &unstructured.Unstructured{}
		if err := json.NewDecoder(r.Body).Decode(&found.Object); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		found.SetUID(types.UID(found.GetName()))
		found.SetResourceVersion("2")
		c.objects[r.URL.Path] = found
	case http.MethodDelete:
		delete(c.objects, r.URL.Path)
	}
	if found == nil {
		status := apierrors.NewNotFound(schema.GroupResource{Resource: path.Base(path.Dir(r.URL.Path))}, path.Base(r.URL.Path)).Status()
		reply(w, int(status.Code), status)
		return
	}
	if r.Method == http.MethodDelete {
		// An object that nothing holds back is gone at once.
		reply(w, http.StatusOK, metav1.Status{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusSuccess,
			Details: &metav1.StatusDetails{Name: found.GetName(), UID: found.GetUID()},
		})
		return
	}
	reply(w, http.StatusOK, found.Object)
}

func reply(w http.ResponseWriter, code int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(body)
}
