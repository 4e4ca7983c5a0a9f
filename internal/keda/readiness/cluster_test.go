package readiness

import (
	"context"
	"errors"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// someObjects is a Cluster that holds what a test puts into it.
type someObjects struct {
	objects []*unstructured.Unstructured
	events  []kube.Event
	refuses bool
}

func (s *someObjects) Get(_ context.Context, ref kube.Ref) (*unstructured.Unstructured, error) {
	for _, object := range s.objects {
		if kube.RefOf(object) == ref {
			return object, nil
		}
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{Group: ref.Group, Resource: ref.Kind}, ref.Name)
}

func (s *someObjects) List(_ context.Context, ref kube.Ref, selector string) ([]unstructured.Unstructured, error) {
	if s.refuses {
		return nil, apierrors.NewForbidden(schema.GroupResource{Resource: ref.Kind}, "", errors.New("no"))
	}
	matches, err := labels.Parse(selector)
	if err != nil {
		return nil, err
	}
	var found []unstructured.Unstructured
	for _, object := range s.objects {
		if object.GroupVersionKind() == ref.GroupVersionKind && matches.Matches(labels.Set(object.GetLabels())) {
			found = append(found, *object)
		}
	}
	return found, nil
}

func (s *someObjects) Warnings(_ context.Context, _ *unstructured.Unstructured, since time.Time) ([]kube.Event, error) {
	var found []kube.Event
	for _, event := range s.events {
		if !event.Time.Before(since) {
			found = append(found, event)
		}
	}
	return found, nil
}

func (s *someObjects) add(t *testing.T, manifest string) {
	t.Helper()
	s.objects = append(s.objects, object(t, manifest))
}
