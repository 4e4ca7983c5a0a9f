package keda

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
)

// KEDA's operator writes every object back as a whole, by its own Go types, when
// it adds its finalizer. Where that changes a value, KEDA becomes the owner of
// it, or of the whole list that it is in, and the next apply conflicts. The
// types here write what KEDA writes.

// Flag is a boolean in an element of a list. KEDA leaves out false.
type Flag bool

// IsZero is for encoding/json's omitzero.
func (f *Flag) IsZero() bool { return f == nil || !bool(*f) }

// Text is a text in an element of a list. KEDA leaves out an empty one.
type Text string

// IsZero is for encoding/json's omitzero.
func (t *Text) IsZero() bool { return t == nil || *t == "" }

// Quantity is a Kubernetes quantity. KEDA writes its canonical form: 50m for
// 0.05.
type Quantity string

// MarshalJSON implements json.Marshaler.
func (q Quantity) MarshalJSON() ([]byte, error) {
	parsed, err := resource.ParseQuantity(string(q))
	if err != nil {
		return nil, fmt.Errorf("%q is no quantity: %w", string(q), err)
	}

	return json.Marshal(parsed)
}

// MarshalJSON implements json.Marshaler. KEDA writes pkiData always.
func (s VaultSecret) MarshalJSON() ([]byte, error) {
	type plain VaultSecret

	if s.PKIData == nil {
		s.PKIData = &VaultPKI{}
	}

	return json.Marshal(plain(s))
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *VaultSecret) UnmarshalJSON(document []byte) error {
	type plain VaultSecret

	if err := json.Unmarshal(document, (*plain)(s)); err != nil {
		return err
	}

	if s.PKIData != nil && *s.PKIData == (VaultPKI{}) {
		s.PKIData = nil
	}

	return nil
}
