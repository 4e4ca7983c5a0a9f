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

// A lease that is watched needs no clock but one's own.
func TestLeaseWatch(t *testing.T) {
	t.Parallel()
	const duration = 15 * time.Second
	noon := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	// look is what is seen at a time after noon: when the lease was renewed by
	// the operator's clock, and whether the API server was away before.
	type look struct {
		after   time.Duration
		renewed time.Duration
		away    bool
	}
	every2s := func(until time.Duration, renewed func(time.Duration) time.Duration) []look {
		var looks []look
		for after := time.Duration(0); after <= until; after += 2 * time.Second {
			looks = append(looks, look{after: after, renewed: renewed(after)})
		}
		return looks
	}
	never := func(time.Duration) time.Duration { return 0 }
	for name, test := range map[string]struct {
		looks []look
		want  bool
	}{
		"at first sight":                      {looks: []look{{renewed: -time.Second}}},
		"long ago, at first sight":            {looks: []look{{renewed: -time.Minute}}, want: true},
		"never":                               {looks: every2s(20*time.Second, never), want: true},
		"not yet":                             {looks: every2s(18*time.Second, never)},
		"by a clock of the future":            {looks: every2s(20*time.Second, func(time.Duration) time.Duration { return time.Hour }), want: true},
		"all the time":                        {looks: every2s(time.Minute, func(after time.Duration) time.Duration { return after })},
		"until ten seconds ago":               {looks: every2s(30*time.Second, func(after time.Duration) time.Duration { return min(after, 20*time.Second) })},
		"without looking":                     {looks: []look{{after: 0}, {after: 25 * time.Second}}},
		"with the API server away, until now": {looks: append(every2s(18*time.Second, never), look{after: 20 * time.Second, away: true})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var now time.Time
			watch := &leaseWatch{now: func() time.Time { return now }}
			silent := false
			for _, look := range test.looks {
				now = noon.Add(look.after)
				if look.away {
					watch.forget()
				}
				silent = watch.silent(lease{renewed: noon.Add(look.renewed), duration: duration})
			}
			if silent != test.want {
				t.Errorf("silent is %t, want %t", silent, test.want)
			}
		})
	}
}
