package karpenter

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Deleter is the part of *kube.Client that a removal needs.
type Deleter interface {
	Cluster
	Delete(ctx context.Context, ref kube.Ref, options kube.DeleteOptions) ([]string, error)
}

// Instances tells which EC2 instances are not terminated.
type Instances interface {
	// Living returns the state of each of the instances that is not terminated, by
	// its ID.
	Living(ctx context.Context, ids []string) (map[string]string, error)
}

const (
	// lookAgain is how often nodes are looked for that are on their way out.
	lookAgain = 2 * time.Second
	// accountTimeout bounds the reading of what keeps nodes, for an error: it
	// happens after the caller's own time has run out.
	accountTimeout = 15 * time.Second
)

// SurvivorsError says that nodes of a pool are still there, and what keeps them.
type SurvivorsError struct {
	Pool kube.Ref
	// After is how long the wait was.
	After time.Duration
	// Survivors are the nodes and what keeps each, in words.
	Survivors []string
	// Cause is context.DeadlineExceeded, context.Canceled, or the error that the
	// cluster gave.
	Cause error
}

func (e *SurvivorsError) Error() string {
	var words strings.Builder
	fmt.Fprintf(&words, "%s is not gone after %s", e.Pool, e.After.Round(time.Second))
	if !errors.Is(e.Cause, context.DeadlineExceeded) {
		fmt.Fprintf(&words, " (%v)", e.Cause)
	}
	for _, survivor := range e.Survivors {
		fmt.Fprintf(&words, "\n- %s", survivor)
	}
	return words.String()
}

func (e *SurvivorsError) Unwrap() error { return e.Cause }

// Remove deletes a NodePool and waits until its nodes are gone: Karpenter drains
// them, by the pods' own rules. The API server keeps the NodePool until then, so
// that a removal which is cut off can be repeated. Instances is nil where AWS
// is not configured. ctx bounds the wait. It returns warnings, which tell what
// could not be made sure of.
//
// Errors: a *SurvivorsError, or that of the first request.
func Remove(ctx context.Context, cluster Deleter, pool kube.Ref, uid types.UID, instances Instances) ([]string, error) {
	r := removal{cluster: cluster, pool: pool, uid: uid, instances: instances, began: time.Now()}
	if _, err := r.claims(ctx); err != nil {
		return nil, err
	}
	_, err := cluster.Delete(ctx, pool, kube.DeleteOptions{UID: uid, Propagation: metav1.DeletePropagationForeground})
	if _, remains := errors.AsType[*kube.DeleteError](err); remains {
		return nil, r.survivors(ctx, err)
	}
	if err != nil {
		return nil, err
	}
	if err := r.wait(ctx, r.nodesGone); err != nil {
		return nil, r.survivors(ctx, err)
	}
	return r.awaitInstances(ctx)
}

// removal is a NodePool on its way out.
type removal struct {
	cluster   Deleter
	pool      kube.Ref
	uid       types.UID
	instances Instances
	began     time.Time
	// seen are the EC2 instances of all NodeClaims that were there.
	seen []string
}

// claims reads the NodeClaims of the pool, and not those of another pool that has
// its name now.
func (r *removal) claims(ctx context.Context) ([]unstructured.Unstructured, error) {
	claims, err := r.cluster.List(ctx, kube.Ref{GroupVersionKind: nodeClaimKind}, PoolLabel+"="+r.pool.Name)
	if kube.IsGone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	claims = slices.DeleteFunc(claims, func(claim unstructured.Unstructured) bool {
		owner := metav1.GetControllerOf(&claim)
		if owner == nil && len(claim.GetOwnerReferences()) > 0 {
			owner = &claim.GetOwnerReferences()[0]
		}
		return owner != nil && owner.Kind == r.pool.Kind && owner.UID != r.uid
	})
	for _, claim := range claims {
		if id := instanceID(claim); id != "" && !slices.Contains(r.seen, id) {
			r.seen = append(r.seen, id)
		}
	}
	return claims, nil
}

// instanceID is the EC2 instance of a NodeClaim, from the ID that its provider
// gave the node: aws:///us-west-2a/i-0123456789abcdef0. It is empty for a node
// that is no EC2 instance.
func instanceID(claim unstructured.Unstructured) string {
	providerID, _, _ := unstructured.NestedString(claim.Object, "status", "providerID")
	rest, isEC2 := strings.CutPrefix(providerID, "aws:///")
	id := rest[strings.LastIndexByte(rest, '/')+1:]
	if !isEC2 || !strings.HasPrefix(id, "i-") {
		return ""
	}
	return id
}

func (r *removal) nodesGone(ctx context.Context) (bool, error) {
	claims, err := r.claims(ctx)
	return len(claims) == 0, err
}

// wait looks again until it holds.
func (r *removal) wait(ctx context.Context, holds func(context.Context) (bool, error)) error {
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		done, err := holds(ctx)
		if done || err != nil {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// survivors is the error about the nodes that are left.
func (r *removal) survivors(ctx context.Context, cause error) error {
	if deletion, ok := errors.AsType[*kube.DeleteError](cause); ok {
		cause = deletion.Cause
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), accountTimeout)
	defer cancel()
	failure := &SurvivorsError{Pool: r.pool, After: time.Since(r.began), Cause: cause}
	claims, err := r.claims(ctx)
	if err != nil {
		failure.Survivors = []string{fmt.Sprintf("which nodes are left cannot be read: %v", err)}
		return failure
	}
	account := newAccount(ctx, r.cluster)
	for _, claim := range claims {
		failure.Survivors = append(failure.Survivors, account.of(claim)...)
	}
	if len(claims) == 0 {
		failure.Survivors = []string{"it has no nodes: the API server has yet to let it go"}
	}
	return failure
}

// awaitInstances waits until EC2 has no instance of the pool that lives. The
// NodeClaims are gone by then, so this finds what their end left behind. That EC2
// cannot be asked is a warning: Karpenter has said that the instances are gone.
func (r *removal) awaitInstances(ctx context.Context) ([]string, error) {
	if r.instances == nil || len(r.seen) == 0 {
		return nil, nil
	}
	var (
		living map[string]string
		unread error
	)
	err := r.wait(ctx, func(ctx context.Context) (bool, error) {
		living, unread = r.instances.Living(ctx, r.seen)
		return unread != nil || len(living) == 0, nil
	})
	if unread != nil {
		return []string{fmt.Sprintf("Karpenter has let go of the nodes of %s. Whether their EC2 instances %s are terminated cannot be read: %v",
			r.pool, strings.Join(r.seen, ", "), unread)}, nil
	}
	if err == nil {
		return nil, nil
	}
	failure := &SurvivorsError{Pool: r.pool, After: time.Since(r.began), Cause: err}
	for _, id := range slices.Sorted(maps.Keys(living)) {
		failure.Survivors = append(failure.Survivors, fmt.Sprintf("EC2 instance %s is %s, although its NodeClaim is gone: terminate it, or it goes on costing", id, living[id]))
	}
	return nil, failure
}
