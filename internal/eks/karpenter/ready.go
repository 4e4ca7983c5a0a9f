package karpenter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Conditions of a NodePool (pkg/apis/v1/nodepool_status.go of
// sigs.k8s.io/karpenter). NodeRegistrationHealthy is not waited for: it is
// Unknown until the first node comes.
const (
	ready               = "Ready"
	validationSucceeded = "ValidationSucceeded"
	nodeClassReady      = "NodeClassReady"
	statusTrue          = "True"
	statusFalse         = "False"
)

// InvalidError says that Karpenter refuses a NodePool as it is: it will not
// become ready by waiting.
type InvalidError struct {
	Pool    kube.Ref
	Message string
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("Karpenter refuses %s: %s", e.Pool, strings.TrimSuffix(e.Message, "."))
}

// Ready returns what to wait for after a NodePool changed: that Karpenter accepts
// it and its node class is ready. The node class is looked at only to say why
// not. An error of the predicate is an *InvalidError.
func Ready(ctx context.Context, cluster Cluster, nodeClass kube.Ref) kube.Predicate {
	began := time.Now()
	return func(live *unstructured.Unstructured) (bool, string, error) {
		conditions := current(live)
		if isTrue(conditions, ready) {
			return true, "", nil
		}
		if validation, found := find(conditions, validationSucceeded); found && validation.Status == statusFalse {
			return false, "", &InvalidError{Pool: kube.RefOf(live), Message: validation.Message}
		}
		return false, diagnose(ctx, cluster, conditions, nodeClass, began), nil
	}
}

// IsReady reports whether a NodePool is ready as it is.
func IsReady(live *unstructured.Unstructured) bool { return isTrue(current(live), ready) }

// current are the conditions that are about the object's present generation. One
// of an earlier generation says nothing about what was applied last.
func current(live *unstructured.Unstructured) []kube.Condition {
	status, _ := live.Object["status"].(map[string]any)
	entries, _ := status["conditions"].([]any)
	conditions := kube.Conditions(live)
	return slices.DeleteFunc(conditions, func(condition kube.Condition) bool {
		return slices.ContainsFunc(entries, func(entry any) bool {
			fields, _ := entry.(map[string]any)
			observed, isCounted := fields["observedGeneration"].(int64)
			return fields["type"] == condition.Type && isCounted && observed > 0 && observed < live.GetGeneration()
		})
	})
}

func find(conditions []kube.Condition, name string) (kube.Condition, bool) {
	index := slices.IndexFunc(conditions, func(condition kube.Condition) bool { return condition.Type == name })
	if index < 0 {
		return kube.Condition{}, false
	}
	return conditions[index], true
}

func isTrue(conditions []kube.Condition, name string) bool {
	condition, found := find(conditions, name)
	return found && condition.Status == statusTrue
}

// diagnose says why a NodePool is not ready.
func diagnose(ctx context.Context, cluster Cluster, conditions []kube.Condition, nodeClass kube.Ref, since time.Time) string {
	var words []string
	for _, condition := range conditions {
		if condition.Status != statusTrue && condition.Type != ready && condition.Type != nodeRegistrationHealthy {
			words = append(words, say(condition))
		}
	}
	if len(conditions) == 0 {
		words = append(words, fmt.Sprintf("Karpenter has not looked at it. It looks only at NodePools whose node class is of a kind that it serves; "+
			"here that is %s of %s. EKS Auto Mode serves NodeClass of eks.amazonaws.com, self-managed Karpenter EC2NodeClass of karpenter.k8s.aws", nodeClass.Kind, nodeClass.Group))
	}
	words = append(words, diagnoseNodeClass(ctx, cluster, nodeClass, since)...)
	return strings.Join(words, "; ")
}

// nodeRegistrationHealthy says nothing about a pool without nodes.
const nodeRegistrationHealthy = "NodeRegistrationHealthy"

// diagnoseNodeClass says why a node class is not ready.
func diagnoseNodeClass(ctx context.Context, cluster Cluster, ref kube.Ref, since time.Time) []string {
	if ref.Version == "" {
		// Nobody can say which version of an unknown group to ask for.
		return nil
	}
	live, err := cluster.Get(ctx, ref)
	switch {
	case kube.Classify(err) == kube.KindNotInstalled:
		return []string{fmt.Sprintf("the cluster does not know the kind %s of %s: EKS Auto Mode is not enabled, or Karpenter is not installed", ref.Kind, ref.Group)}
	case kube.IsGone(err):
		return []string{fmt.Sprintf("%s does not exist", ref)}
	case err != nil:
		return []string{fmt.Sprintf("%s cannot be read: %v", ref, err)}
	}
	var words, reasons []string
	conditions := current(live)
	for _, condition := range conditions {
		// Ready repeats the others.
		if condition.Status != statusTrue && (condition.Type != ready || len(conditions) == 1) {
			words = append(words, fmt.Sprintf("%s: %s", ref, say(condition)))
			reasons = append(reasons, condition.Reason)
		}
	}
	// What events say is a help, and that they cannot be read no reason to fail.
	events, _ := cluster.Warnings(ctx, live, since)
	for _, event := range events {
		words = append(words, fmt.Sprintf("%s: event %s: %s", ref, event.Reason, event.Message))
		reasons = append(reasons, event.Reason)
	}
	return append(words, remedies(reasons)...)
}

func say(condition kube.Condition) string {
	text := fmt.Sprintf("%s is %s", condition.Type, condition.Status)
	if condition.Reason != "" && condition.Reason != condition.Type {
		text += " (" + condition.Reason + ")"
	}
	if condition.Message != "" && condition.Message != condition.Type {
		text += ": " + strings.TrimSuffix(condition.Message, ".")
	}
	return text
}

// byReason are remedies for what EKS gives as the reason of a condition or an
// event.
var byReason = map[string]string{
	"UnauthorizedNodeRole": "make an EC2 access entry (type EC2) for the node role with the access policy AmazonEKSAutoNodePolicy, " +
		"and let this resource depend on it",
	"InstanceProfileCreationFailed": "allow the cluster's role iam:CreateInstanceProfile and iam:PassRole for the node role, " +
		"which AmazonEKSComputePolicy does for roles that it covers, and check that the role exists",
	"SubnetsNotFound":        "no subnet matches: check the tags or IDs, the Region and the VPC",
	"SecurityGroupsNotFound": "no security group matches: check the tags, IDs or names, the Region and the VPC",
}

func remedies(reasons []string) []string {
	var words []string
	for _, reason := range reasons {
		if remedy, found := byReason[reason]; found && !slices.Contains(words, remedy) {
			words = append(words, remedy)
		}
	}
	return words
}
