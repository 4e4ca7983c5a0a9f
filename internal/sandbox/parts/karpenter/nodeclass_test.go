package main

import (
	"testing"

	"github.com/awslabs/operatorpkg/status"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
)

// newReconciler returns a reconciler over a store with the objects and with the
// indexes of the real manager.
func newReconciler(objects ...client.Object) *nodeClassReconciler {
	return &nodeClassReconciler{Client: fake.NewClientBuilder().
		WithScheme(scheme.Scheme).
		WithObjects(objects...).
		WithStatusSubresource(&NodeClass{}).
		WithIndex(&karpenterv1.NodeClaim{}, "spec.nodeClassRef.group", func(o client.Object) []string {
			return []string{o.(*karpenterv1.NodeClaim).Spec.NodeClassRef.Group}
		}).
		WithIndex(&karpenterv1.NodeClaim{}, nodeClassNameField, func(o client.Object) []string {
			return []string{o.(*karpenterv1.NodeClaim).Spec.NodeClassRef.Name}
		}).
		Build()}
}

func reconcileGPU(t *testing.T, r *nodeClassReconciler) {
	t.Helper()

	request := reconcile.Request{NamespacedName: client.ObjectKey{Name: "gpu"}}
	if _, err := r.Reconcile(t.Context(), request); err != nil {
		t.Fatal(err)
	}
}

func getGPU(t *testing.T, r *nodeClassReconciler) *NodeClass {
	t.Helper()

	nodeClass := &NodeClass{}
	if err := r.Get(t.Context(), client.ObjectKey{Name: "gpu"}, nodeClass); err != nil {
		t.Fatal(err)
	}
	return nodeClass
}

func TestNodeClassBecomesReady(t *testing.T) {
	t.Parallel()

	r := newReconciler(&NodeClass{ObjectMeta: metav1.ObjectMeta{Name: "gpu"}})
	reconcileGPU(t, r)
	nodeClass := getGPU(t, r)
	if !nodeClass.StatusConditions().Get(status.ConditionReady).IsTrue() {
		t.Errorf("not ready: %+v", nodeClass.Status.Conditions)
	}
	if !controllerutil.ContainsFinalizer(nodeClass, terminationFinalizer) {
		t.Error("no finalizer")
	}
}

func TestNodeClassWithUnauthorizedRole(t *testing.T) {
	t.Parallel()

	r := newReconciler(&NodeClass{ObjectMeta: metav1.ObjectMeta{
		Name:        "gpu",
		Annotations: map[string]string{unauthorizedRoleAnnotation: "true"},
	}})
	reconcileGPU(t, r)
	conditions := getGPU(t, r).StatusConditions()
	if !conditions.Get(status.ConditionReady).IsFalse() {
		t.Error("the NodeClass is not unready")
	}
	if reason := conditions.Get(validationSucceeded).Reason; reason != "UnauthorizedNodeRole" {
		t.Errorf("the reason is %q", reason)
	}
}

func TestNodeClassStaysWhileUsed(t *testing.T) {
	t.Parallel()

	claim := &karpenterv1.NodeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: "gpu-1"},
		Spec: karpenterv1.NodeClaimSpec{
			NodeClassRef: &karpenterv1.NodeClassReference{Group: eksGroup, Kind: "NodeClass", Name: "gpu"},
		},
	}
	r := newReconciler(
		&NodeClass{ObjectMeta: metav1.ObjectMeta{Name: "gpu", Finalizers: []string{terminationFinalizer}}},
		claim,
	)
	if err := r.Delete(t.Context(), getGPU(t, r)); err != nil {
		t.Fatal(err)
	}
	reconcileGPU(t, r)
	getGPU(t, r)

	if requests := nodeClassOf(t.Context(), claim); len(requests) != 1 || requests[0].Name != "gpu" {
		t.Errorf("a change of the NodeClaim asks for %v", requests)
	}
	if err := r.Delete(t.Context(), claim); err != nil {
		t.Fatal(err)
	}
	reconcileGPU(t, r)
	err := r.Get(t.Context(), client.ObjectKey{Name: "gpu"}, &NodeClass{})
	if !apierrors.IsNotFound(err) {
		t.Errorf("the NodeClass is still there: %v", err)
	}
}
