package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"time"

	"github.com/awslabs/operatorpkg/status"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	kwok "sigs.k8s.io/karpenter/kwok/cloudprovider"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/scheduling"
	"sigs.k8s.io/karpenter/pkg/utils/resources"
)

const (
	// providerIDPrefix is what the embedded KWOK provider finds its nodes by.
	providerIDPrefix = "kwok://"
	// kwokAnnotation makes KWOK keep a node alive.
	kwokAnnotation      = "kwok.x-k8s.io/node"
	kwokAnnotationValue = "fake"
)

// registerBackoff bounds the attempts to create a node: about 6 s in all. A
// node that stays away is replaced by Karpenter, as a failed instance is.
var registerBackoff = wait.Backoff{Duration: 100 * time.Millisecond, Factor: 2, Steps: 6}

// provider launches KWOK nodes for NodeClaims of EKS NodeClasses. Everything
// but the launch is Karpenter's KWOK provider.
type provider struct {
	*kwok.CloudProvider

	// ctx outlives the reconciliation that asks for a node.
	ctx       context.Context
	client    client.Client
	types     []*cloudprovider.InstanceType
	bootDelay time.Duration
}

func newProvider(ctx context.Context, c client.Client, types []*cloudprovider.InstanceType, bootDelay time.Duration) *provider {
	return &provider{
		CloudProvider: kwok.NewCloudProvider(ctx, c, types),
		ctx:           ctx,
		client:        c,
		types:         types,
		bootDelay:     bootDelay,
	}
}

// Name implements cloudprovider.CloudProvider.
func (p *provider) Name() string { return "eks-auto-mode-sandbox" }

// GetSupportedNodeClasses implements cloudprovider.CloudProvider.
func (p *provider) GetSupportedNodeClasses() []status.Object {
	return []status.Object{&NodeClass{}}
}

// Create implements cloudprovider.CloudProvider: it chooses the cheapest
// offering and returns at once, as EC2 does; the node follows after the boot
// delay.
func (p *provider) Create(ctx context.Context, claim *karpenterv1.NodeClaim) (*karpenterv1.NodeClaim, error) {
	nodeClass := &NodeClass{}
	err := p.client.Get(ctx, client.ObjectKey{Name: claim.Spec.NodeClassRef.Name}, nodeClass)
	if apierrors.IsNotFound(err) {
		return nil, cloudprovider.NewInsufficientCapacityError(fmt.Errorf("reading the NodeClass: %w", err))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the NodeClass: %w", err)
	}
	if ready := nodeClass.StatusConditions().Get(status.ConditionReady); ready.IsFalse() {
		return nil, cloudprovider.NewNodeClassNotReadyError(errors.New(ready.Message))
	}
	it, offering := p.cheapest(claim)
	if it == nil {
		return nil, cloudprovider.NewInsufficientCapacityError(errors.New("no instance type on offer meets the requirements"))
	}
	node := newNode(claim, it, offering)
	go p.boot(claim, node)
	return &karpenterv1.NodeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: node.Name, Labels: node.Labels, Annotations: node.Annotations},
		Status: karpenterv1.NodeClaimStatus{
			ProviderID:  node.Spec.ProviderID,
			Capacity:    node.Status.Capacity,
			Allocatable: node.Status.Allocatable,
		},
	}, nil
}

// cheapest returns the cheapest offering that the claim allows, or nil. Among
// equals, such as the zones of a type, it takes any. The claim of a static node
// pool names no instance types, so all of them are looked at.
func (p *provider) cheapest(claim *karpenterv1.NodeClaim) (*cloudprovider.InstanceType, *cloudprovider.Offering) {
	requirements := scheduling.NewNodeSelectorRequirementsWithMinValues(claim.Spec.Requirements...)
	var (
		bestType *cloudprovider.InstanceType
		best     *cloudprovider.Offering
	)
	for _, it := range p.types {
		if requirements.Compatible(it.Requirements, scheduling.AllowUndefinedWellKnownLabels) != nil ||
			!resources.Fits(claim.Spec.Resources.Requests, it.Allocatable()) {
			continue
		}
		offerings := it.Offerings.Available().Compatible(requirements)
		for _, i := range rand.Perm(len(offerings)) {
			if best == nil || offerings[i].Price < best.Price {
				bestType, best = it, offerings[i]
			}
		}
	}
	return bestType, best
}

// newNode builds the node as a kubelet would register it: with the labels that
// EKS Auto Mode gives, and tainted until Karpenter has registered it.
func newNode(claim *karpenterv1.NodeClaim, it *cloudprovider.InstanceType, offering *cloudprovider.Offering) *corev1.Node {
	name := newInstanceID()
	labels := maps.Clone(claim.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	for _, requirements := range []scheduling.Requirements{
		scheduling.NewNodeSelectorRequirementsWithMinValues(claim.Spec.Requirements...),
		it.Requirements,
		offering.Requirements,
	} {
		for key, r := range requirements {
			if r.Operator() == corev1.NodeSelectorOpIn && r.Len() == 1 {
				labels[key] = r.Any()
			}
		}
	}
	labels[corev1.LabelHostname] = name

	annotations := maps.Clone(claim.Annotations)
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[kwokAnnotation] = kwokAnnotationValue

	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels, Annotations: annotations},
		Spec: corev1.NodeSpec{
			ProviderID: providerIDPrefix + name,
			Taints:     []corev1.Taint{karpenterv1.UnregisteredNoExecuteTaint},
		},
		Status: corev1.NodeStatus{
			Capacity:    it.Capacity,
			Allocatable: it.Allocatable(),
			Phase:       corev1.NodePending,
		},
	}
}

// boot creates the node after the boot delay, unless its NodeClaim has been
// deleted meanwhile: an instance that is terminated while it boots never
// becomes a node.
func (p *provider) boot(claim *karpenterv1.NodeClaim, node *corev1.Node) {
	logger := log.FromContext(p.ctx).WithValues("NodeClaim", claim.Name, "Node", node.Name)
	select {
	case <-time.After(p.bootDelay):
	case <-p.ctx.Done():
		return
	}
	err := wait.ExponentialBackoffWithContext(p.ctx, registerBackoff, func(ctx context.Context) (bool, error) {
		current := &karpenterv1.NodeClaim{}
		err := p.client.Get(ctx, client.ObjectKeyFromObject(claim), current)
		if apierrors.IsNotFound(err) || err == nil && !current.DeletionTimestamp.IsZero() {
			return true, nil
		}
		if err == nil {
			err = p.client.Create(ctx, node.DeepCopy())
		}
		if err != nil && !apierrors.IsAlreadyExists(err) {
			logger.Error(err, "failed creating the node, which is tried again")
			return false, nil
		}
		return true, nil
	})
	if err != nil {
		logger.Error(err, "gave up creating the node")
	}
}

// newInstanceID makes a name in the form of an EC2 instance ID, by which EKS
// Auto Mode names its nodes.
func newInstanceID() string {
	return fmt.Sprintf("i-0%016x", rand.Uint64())
}
