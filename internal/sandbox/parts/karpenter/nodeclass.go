package main

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
)

const (
	// terminationFinalizer keeps a NodeClass until no NodeClaim uses it.
	terminationFinalizer = eksGroup + "/termination"
	// unauthorizedRoleAnnotation, set to "true" on a NodeClass, simulates a node
	// role without an EC2 access entry that has AmazonEKSAutoNodePolicy.
	unauthorizedRoleAnnotation = "sandbox.eventscale/unauthorized-node-role"
	nodeClassNameField         = "spec.nodeClassRef.name"
)

// nodeClassReconciler stands for EKS's controller of NodeClasses. It simulates
// success: subnets, security groups and the instance profile are not looked up.
type nodeClassReconciler struct {
	client.Client
}

func (r *nodeClassReconciler) register(mgr manager.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("nodeclass").
		For(&NodeClass{}).
		Watches(&karpenterv1.NodeClaim{}, handler.EnqueueRequestsFromMapFunc(nodeClassOf)).
		Complete(r)
}

// nodeClassOf maps a NodeClaim to the NodeClass that it uses, which can go when
// its last NodeClaim has gone.
func nodeClassOf(_ context.Context, object client.Object) []reconcile.Request {
	ref := object.(*karpenterv1.NodeClaim).Spec.NodeClassRef
	if ref == nil || ref.Group != eksGroup {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Name: ref.Name}}}
}

// Reconcile implements reconcile.Reconciler.
func (r *nodeClassReconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	nodeClass := &NodeClass{}
	if err := r.Get(ctx, request.NamespacedName, nodeClass); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if !nodeClass.DeletionTimestamp.IsZero() {
		return reconcile.Result{}, r.finalize(ctx, nodeClass)
	}
	stored := nodeClass.DeepCopyObject().(*NodeClass)
	if controllerutil.AddFinalizer(nodeClass, terminationFinalizer) {
		// The patch replaces the whole list, so it must not meet another's change.
		patch := client.MergeFromWithOptions(stored, client.MergeFromWithOptimisticLock{})
		if err := r.Patch(ctx, nodeClass, patch); err != nil {
			return reconcile.Result{}, client.IgnoreNotFound(err)
		}
		stored = nodeClass.DeepCopyObject().(*NodeClass)
	}
	setConditions(nodeClass)
	if equality.Semantic.DeepEqual(stored, nodeClass) {
		return reconcile.Result{}, nil
	}
	err := r.Status().Patch(ctx, nodeClass, client.MergeFrom(stored))
	return reconcile.Result{}, client.IgnoreNotFound(err)
}

// finalize lets the NodeClass go once no NodeClaim uses it; until then the
// watch on NodeClaims calls again.
func (r *nodeClassReconciler) finalize(ctx context.Context, nodeClass *NodeClass) error {
	claims := &karpenterv1.NodeClaimList{}
	err := r.List(ctx, claims, client.MatchingFields{
		"spec.nodeClassRef.group": eksGroup,
		nodeClassNameField:        nodeClass.Name,
	})
	if err != nil || len(claims.Items) > 0 {
		return err
	}
	stored := nodeClass.DeepCopyObject().(*NodeClass)
	if !controllerutil.RemoveFinalizer(nodeClass, terminationFinalizer) {
		return nil
	}
	patch := client.MergeFromWithOptions(stored, client.MergeFromWithOptimisticLock{})
	return client.IgnoreNotFound(r.Patch(ctx, nodeClass, patch))
}

func setConditions(nodeClass *NodeClass) {
	conditions := nodeClass.StatusConditions()
	conditions.SetTrue(subnetsReady)
	conditions.SetTrue(securityGroupsReady)
	conditions.SetTrue(instanceProfileReady)
	if nodeClass.Annotations[unauthorizedRoleAnnotation] == "true" {
		conditions.SetFalse(validationSucceeded, "UnauthorizedNodeRole",
			"The node role is not authorized to join nodes to the cluster: it has no EC2 access entry with AmazonEKSAutoNodePolicy")
		return
	}
	conditions.SetTrue(validationSucceeded)
}
