package readiness

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestOperatorAbsent(t *testing.T) {
	t.Parallel()
	lease := func(age time.Duration) string {
		return fmt.Sprintf("{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: operator.keda.sh, namespace: anywhere}, spec: {renewTime: %q}}",
			time.Now().Add(-age).UTC().Format(time.RFC3339Nano))
	}
	for name, test := range map[string]struct {
		objects []string
		refuses bool
		absent  bool
		why     string
		fails   bool
	}{
		"nothing at all":           {absent: true, why: "gone"},
		"only others":              {objects: []string{"{apiVersion: v1, kind: Pod, metadata: {name: x, labels: {app: web}}}", "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: node-1}}"}, absent: true},
		"a Deployment":             {objects: []string{"{apiVersion: apps/v1, kind: Deployment, metadata: {name: o, namespace: ops, labels: {app: keda-operator}}, spec: {replicas: 0}}"}, why: `Deployment "ops/o"`},
		"a pod of another chart":   {objects: []string{"{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ops, labels: {app.kubernetes.io/name: keda-operator}}, status: {phase: Pending}}"}, why: `Pod "ops/p"`},
		"a fresh lease":            {objects: []string{lease(20 * time.Second)}, why: "lease"},
		"a lease that fell silent": {objects: []string{lease(2 * time.Minute)}, absent: true},
		"a lease of the future":    {objects: []string{lease(-time.Hour)}, why: "lease"},
		"an unreadable lease":      {objects: []string{"{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: operator.keda.sh}, spec: {renewTime: soon}}"}, why: "lease"},
		"the newest lease counts":  {objects: []string{lease(time.Hour), lease(time.Second)}, why: "lease"},
		"it must not look":         {refuses: true, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cluster := &someObjects{refuses: test.refuses}
			for _, manifest := range test.objects {
				cluster.add(t, manifest)
			}
			absent, why, err := OperatorAbsent(t.Context(), cluster)
			if absent != test.absent || !strings.Contains(why, test.why) || (err != nil) != test.fails {
				t.Errorf("absent %t, why %q, error %v", absent, why, err)
			}
		})
	}
}
