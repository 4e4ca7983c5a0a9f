package keda

import (
	"encoding/json"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// PodTemplate is a pod template as YAML or JSON. In a manifest it is an object.
type PodTemplate string

// MarshalJSON implements json.Marshaler. It writes what KEDA writes: the
// template by Kubernetes' own type, such as 500m for a quantity of 0.5.
func (t PodTemplate) MarshalJSON() ([]byte, error) {
	template, err := t.decode()
	if err != nil {
		return nil, fmt.Errorf("this is not the template of a pod: %w", err)
	}

	return json.Marshal(template)
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *PodTemplate) UnmarshalJSON(document []byte) error {
	*t = PodTemplate(document)

	return nil
}

// decode returns the template in Kubernetes' own type. A key that Kubernetes
// does not know is an error, because the API server would drop it silently.
func (t PodTemplate) decode() (*corev1.PodTemplateSpec, error) {
	var shape map[string]any

	if err := yaml.Unmarshal([]byte(t), &shape); err != nil || shape == nil {
		return nil, errors.Join(errors.New("it is not an object in YAML or JSON"), err)
	}

	var template corev1.PodTemplateSpec

	if err := yaml.UnmarshalStrict([]byte(t), &template); err != nil {
		return nil, err
	}

	return &template, nil
}
