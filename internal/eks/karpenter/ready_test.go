package karpenter

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// someObjects is a cluster that holds what a test puts into it.
type someObjects struct {
	objects []*unstructured.Unstructured
	events  []kube.Event
	// forbidden is a kind that may not be listed.
	forbidden string
	// deleted lists what was deleted, and deletion is what that says.
	deleted  []kube.DeleteOptions
	deletion error
}

func (s *someObjects) Get(_ context.Context, ref kube.Ref) (*unstructured.Unstructured, error) {
	for _, object := range s.objects {
		if kube.RefOf(object) == ref {
			return object, nil
		}
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{Group: ref.Group, Resource: ref.Kind}, ref.Name)
}

func (s *someObjects) List(_ context.Context, ref kube.Ref, _ string) ([]unstructured.Unstructured, error) {
	if ref.Kind == s.forbidden {
		return nil, apierrors.NewForbidden(schema.GroupResource{Resource: ref.Kind}, "", errors.New("no"))
	}
	var found []unstructured.Unstructured
	for _, object := range s.objects {
		if object.GroupVersionKind() == ref.GroupVersionKind {
			found = append(found, *object)
		}
	}
	return found, nil
}

func (s *someObjects) Warnings(context.Context, *unstructured.Unstructured, time.Time) ([]kube.Event, error) {
	return s.events, nil
}

func (s *someObjects) Delete(_ context.Context, _ kube.Ref, options kube.DeleteOptions) ([]string, error) {
	s.deleted = append(s.deleted, options)
	return nil, s.deletion
}

// object is one with a status.
func object(kind schema.GroupVersionKind, name string, status map[string]any) *unstructured.Unstructured {
	made := &unstructured.Unstructured{Object: map[string]any{"status": status}}
	made.SetGroupVersionKind(kind)
	made.SetName(name)
	made.SetGeneration(2)
	return made
}

// condition is one of generation 2 unless another is given.
func condition(name, status, reason, message string, generation ...int64) map[string]any {
	observed := int64(2)
	if len(generation) > 0 {
		observed = generation[0]
	}
	return map[string]any{"type": name, "status": status, "reason": reason, "message": message, "observedGeneration": observed}
}

func conditions(all ...map[string]any) map[string]any {
	list := []any{}
	for _, one := range all {
		list = append(list, one)
	}
	return map[string]any{"conditions": list}
}

var classRef = kube.Ref{GroupVersionKind: NodeClassKind.GroupVersionKind, Name: "gpu"}

func TestReady(t *testing.T) {
	t.Parallel()
	readyClass := object(NodeClassKind.GroupVersionKind, "gpu", conditions(condition(ready, "True", "", "")))
	for name, test := range map[string]struct {
		pool    map[string]any
		cluster *someObjects
		class   kube.Ref
		done    bool
		says    []string
		fails   bool
	}{
		"ready": {
			pool: conditions(condition(validationSucceeded, "True", "", ""), condition("NodeRegistrationHealthy", "Unknown", "", ""), condition(ready, "True", "", "")),
			done: true,
		},
		"ready before the change": {
			pool: conditions(condition(ready, "True", "", "", 1), condition(validationSucceeded, "Unknown", "AwaitingReconciliation", "object is awaiting reconciliation")),
			says: []string{"ValidationSucceeded is Unknown (AwaitingReconciliation)"},
		},
		"refused": {
			pool: conditions(condition(validationSucceeded, "False", "NodePoolValidationFailed", "invalid value: x"), condition(ready, "False", "", "")), fails: true,
			says: []string{"invalid value: x"},
		},
		"refused before the change": {
			pool: conditions(condition(validationSucceeded, "False", "NodePoolValidationFailed", "invalid value: x", 1), condition(nodeClassReady, "Unknown", "", "")),
			says: []string{"NodeClassReady is Unknown"},
		},
		"no node class": {
			pool: conditions(condition(nodeClassReady, "False", "NodeClassNotFound", "NodeClass not found on cluster"), condition(ready, "False", "", "")), cluster: &someObjects{},
			says: []string{"NodeClassReady is False (NodeClassNotFound)", `NodeClass "gpu" does not exist`},
		},
		"role without rights": {
			pool: conditions(condition(nodeClassReady, "False", "UnhealthyDependents", "")),
			cluster: &someObjects{objects: []*unstructured.Unstructured{object(NodeClassKind.GroupVersionKind, "gpu", conditions(
				condition("SubnetsReady", "True", "", ""), condition(validationSucceeded, "False", "UnauthorizedNodeRole", "not authorized"), condition(ready, "False", "", "")))}},
			says: []string{"not authorized", "AmazonEKSAutoNodePolicy"},
		},
		"events of the node class": {
			pool: conditions(condition(nodeClassReady, "False", "", "")),
			cluster: &someObjects{
				objects: []*unstructured.Unstructured{readyClass},
				events:  []kube.Event{{Reason: "InstanceProfileCreationFailed", Message: "AccessDenied"}},
			},
			says: []string{"event InstanceProfileCreationFailed: AccessDenied", "iam:PassRole"},
		},
		"other kind": {
			pool: map[string]any{}, class: kube.Ref{GroupVersionKind: schema.GroupVersionKind{Group: "karpenter.azure.com", Kind: "AKSNodeClass"}, Name: "a"},
			says: []string{"Karpenter has not looked at it", "AKSNodeClass of karpenter.azure.com"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.cluster == nil {
				test.cluster = &someObjects{objects: []*unstructured.Unstructured{readyClass}}
			}
			if test.class == (kube.Ref{}) {
				test.class = classRef
			}
			pool := object(NodePoolKind.GroupVersionKind, "gpu", test.pool)
			done, progress, err := Ready(t.Context(), test.cluster, test.class)(pool)
			if done != test.done || (err != nil) != test.fails || done != IsReady(pool) {
				t.Errorf("done %t, error %v", done, err)
			}
			if err != nil {
				progress = err.Error()
			}
			for _, want := range test.says {
				if !strings.Contains(progress, want) {
					t.Errorf("%q does not say %q", progress, want)
				}
			}
		})
	}
}

func TestUnlaunchable(t *testing.T) {
	t.Parallel()
	cluster := &someObjects{events: []kube.Event{{Reason: "Other", Message: "no"}, {Reason: "NoCompatibleInstanceTypes", Message: "filtered out"}}}
	pool := kube.Ref{GroupVersionKind: NodePoolKind.GroupVersionKind, Name: "gpu"}
	if said := Unlaunchable(t.Context(), cluster, pool, "u", time.Now()); said != "filtered out" {
		t.Errorf("got %q", said)
	}
	if said := Unlaunchable(t.Context(), &someObjects{}, pool, "u", time.Now()); said != "" {
		t.Errorf("got %q", said)
	}
}

func claim(name, node, owner, providerID string) *unstructured.Unstructured {
	made := object(nodeClaimKind, name, map[string]any{"nodeName": node, "providerID": providerID})
	made.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "karpenter.sh/v1", Kind: "NodePool", Name: "gpu", UID: types.UID(owner)}})
	return made
}
