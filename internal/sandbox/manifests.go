package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
)

// createManifests creates the cluster-scoped objects of YAML streams.
func (s *Stack) createManifests(ctx context.Context, streams ...[]byte) error {
	for _, stream := range streams {
		decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(stream), 4096)
		for {
			var object unstructured.Unstructured
			if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return fmt.Errorf("reading a manifest of the stack: %w", err)
			}
			if len(object.Object) == 0 {
				continue // an empty document between separators
			}
			if err := s.create(ctx, &object); err != nil {
				return err
			}
		}
	}
	return nil
}

// createWhenServed creates an object whose CustomResourceDefinition has only
// just been created.
func (s *Stack) createWhenServed(ctx context.Context, object *unstructured.Unstructured) error {
	return s.supervisor.await(ctx, "the API of "+object.GetKind(), func(ctx context.Context) error {
		if err := s.create(ctx, object); !apierrors.IsAlreadyExists(err) {
			return err
		}
		return nil
	})
}

func (s *Stack) create(ctx context.Context, object *unstructured.Unstructured) error {
	client, err := dynamic.NewForConfig(s.rest)
	if err != nil {
		return err
	}
	// The stack's own objects are of kinds whose plural is the regular one.
	resource, _ := meta.UnsafeGuessKindToResource(object.GroupVersionKind())
	if _, err := client.Resource(resource).Create(ctx, object, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("creating %s %s: %w", object.GetKind(), object.GetName(), err)
	}
	return nil
}
