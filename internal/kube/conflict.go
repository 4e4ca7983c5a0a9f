package kube

import (
	"fmt"
	"regexp"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FieldConflict is one field that another manager owns.
type FieldConflict struct {
	// Manager is the other manager, such as kubectl-edit.
	Manager string
	// Field is the path in the manifest, such as .spec.maxReplicaCount.
	Field string
}

// ConflictError says that an apply would change fields that other managers own.
// Nothing was changed.
type ConflictError struct {
	Object    Ref
	Conflicts []FieldConflict
	Err       error
}

func (e *ConflictError) Error() string {
	words := make([]string, len(e.Conflicts))
	for i, conflict := range e.Conflicts {
		words[i] = fmt.Sprintf("%s is managed by %q", conflict.Field, conflict.Manager)
	}
	return fmt.Sprintf("%s: %s. Remove the field from the configuration to leave it to that manager, "+
		"let that manager give it up, or set force_conflicts = true to take it over", e.Object, strings.Join(words, "; "))
}

func (e *ConflictError) Unwrap() error { return e.Err }

// conflictManager reads the other manager out of a cause's message, the only
// place that has it: `conflict with "kubectl-edit" using apps/v1`, written by
// k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go.
var conflictManager = regexp.MustCompile(`^conflict with "((?:[^"\\]|\\.)*)"`)

// fieldConflict turns the API server's conflict over fields into a
// *ConflictError, and returns nil for every other error.
func fieldConflict(ref Ref, err error) *ConflictError {
	details := statusOf(err).Details
	if !apierrors.IsConflict(err) || details == nil {
		return nil
	}
	conflict := &ConflictError{Object: ref, Err: err}
	for _, cause := range details.Causes {
		if cause.Type != metav1.CauseTypeFieldManagerConflict {
			continue
		}
		manager := cause.Message
		if match := conflictManager.FindStringSubmatch(cause.Message); match != nil {
			manager = match[1]
		}
		conflict.Conflicts = append(conflict.Conflicts, FieldConflict{Manager: manager, Field: cause.Field})
	}
	if len(conflict.Conflicts) == 0 {
		return nil
	}
	return conflict
}
