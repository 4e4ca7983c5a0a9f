package readiness

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

const (
	// defaultLeaseDuration is that of a lease that names none.
	defaultLeaseDuration = 15 * time.Second
	// leaseMargin is how much longer than its duration a lease is watched: a
	// renewal that is under way takes this long at most.
	leaseMargin = 5 * time.Second
	// lookedAway is the time between two looks, usually two seconds, after which
	// a lease counts as not watched.
	lookedAway = 10 * time.Second
)

// lease is what an operator last wrote of itself. It is zero if there is none.
type lease struct {
	renewed  time.Time
	duration time.Duration
}

// newestLease is the lease that was renewed last, of the operators in all
// namespaces.
func newestLease(ctx context.Context, cluster Cluster) (lease, error) {
	found, err := cluster.List(ctx, kube.Ref{GroupVersionKind: leaseVersion.WithKind("Lease")}, "")
	if err != nil {
		return lease{}, err
	}
	var newest lease
	for _, one := range found {
		if one.GetName() != leaseName {
			continue
		}
		if read := readLease(&one); read.renewed.After(newest.renewed) {
			newest = read
		}
	}
	return newest, nil
}

// readLease reads a lease. One that cannot be read is as good as fresh.
func readLease(live *unstructured.Unstructured) lease {
	written := text(live, "spec", "renewTime")
	if written == "" {
		return lease{}
	}
	renewed, err := time.Parse(time.RFC3339Nano, written)
	if err != nil {
		renewed = time.Now()
	}
	duration := defaultLeaseDuration
	if seconds, found, err := unstructured.NestedInt64(live.Object, "spec", "leaseDurationSeconds"); found && err == nil {
		duration = time.Duration(seconds) * time.Second
	}
	return lease{renewed: renewed, duration: duration}
}

// leaseWatch looks at the operator's lease again and again. It goes by its own
// clock, as leader election does: an operator that has not renewed its lease for
// the lease's duration has lost it, whatever the operator's clock says.
type leaseWatch struct {
	now func() time.Time
	// since is when the lease was first seen as it is.
	seen          lease
	since, looked time.Time
}

// silent reports whether nobody renews the lease.
func (w *leaseWatch) silent(newest lease) bool {
	now := w.now()
	if changed := !newest.renewed.Equal(w.seen.renewed); changed || now.Sub(w.looked) > lookedAway {
		w.seen, w.since = newest, now
	}
	w.looked = now
	return now.Sub(newest.renewed) >= leaseStale || now.Sub(w.since) >= newest.duration+leaseMargin
}

// forget makes the next look the first one.
func (w *leaseWatch) forget() { w.looked = time.Time{} }
