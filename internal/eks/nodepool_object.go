package eks

import (
	"encoding/json"
	"fmt"
	"maps"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/eventscale/terraform-provider-keda/internal/eks/karpenter"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// The label of the objects that the provider makes.
const (
	managedByLabel = "app.kubernetes.io/managed-by"
	managedBy      = "terraform-provider-keda"
)

// poolSpec is spec of a NodePool (karpenter.sh/v1).
type poolSpec struct {
	Template   poolTemplate   `json:"template"`
	Limits     map[string]any `json:"limits,omitempty"`
	Disruption *Disruption    `json:"disruption,omitempty"`
	Weight     *int32         `json:"weight,omitempty"`
	Replicas   *int64         `json:"replicas,omitempty"`
}

type poolTemplate struct {
	Metadata poolTemplateMetadata `json:"metadata,omitzero"`
	Spec     poolTemplateSpec     `json:"spec"`
}

type poolTemplateMetadata struct {
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

func (m poolTemplateMetadata) IsZero() bool { return len(m.Labels)+len(m.Annotations) == 0 }

type poolTemplateSpec struct {
	NodeClassRef           nodeClassRef  `json:"nodeClassRef"`
	Requirements           []Requirement `json:"requirements"`
	Taints                 []Taint       `json:"taints,omitempty"`
	StartupTaints          []Taint       `json:"startupTaints,omitempty"`
	ExpireAfter            *string       `json:"expireAfter,omitempty"`
	TerminationGracePeriod *string       `json:"terminationGracePeriod,omitempty"`
}

type nodeClassRef struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// object returns the NodePool.
func (m *NodePoolModel) object() (*unstructured.Unstructured, error) {
	spec := poolSpec{
		Template: poolTemplate{
			Metadata: poolTemplateMetadata{Labels: m.Labels, Annotations: m.Annotations},
			Spec: poolTemplateSpec{
				NodeClassRef:  nodeClassRef{m.NodeClass.group(), m.NodeClass.kind(), m.referredNodeClass()},
				Requirements:  []Requirement{},
				Taints:        m.taints(),
				StartupTaints: m.StartupTaints,
				ExpireAfter:   m.ExpireAfter, TerminationGracePeriod: m.TerminationGracePeriod,
			},
		},
		Disruption: m.Disruption, Weight: m.Weight, Replicas: m.Replicas,
	}
	for _, requirement := range m.allRequirements() {
		spec.Template.Spec.Requirements = append(spec.Template.Spec.Requirements, requirement.Requirement)
	}
	if quantities := m.Limits.quantities(); len(quantities) > 0 {
		spec.Limits = map[string]any{}
		for name, quantity := range quantities {
			spec.Limits[name] = quantity
		}
	}
	return object(karpenter.NodePoolKind, m.Name, nil, spec)
}

// referredNodeClass is the name in the reference of the NodePool.
func (m *NodePoolModel) referredNodeClass() string { return m.NodeClass.name(m.Name) }

// object is an object that the provider makes, with labels beside the usual one.
func object(kind kube.Kind, name string, labels map[string]string, spec any) (*unstructured.Unstructured, error) {
	encoded, err := json.Marshal(spec)
	if err != nil {
		return nil, fmt.Errorf("encoding the spec of a %s: %w", kind.Kind, err)
	}
	fields := map[string]any{}
	if err := utiljson.Unmarshal(encoded, &fields); err != nil {
		return nil, fmt.Errorf("encoding the spec of a %s: %w", kind.Kind, err)
	}
	made := &unstructured.Unstructured{Object: map[string]any{"spec": fields}}
	made.SetGroupVersionKind(kind.GroupVersionKind)
	made.SetName(name)
	all := map[string]string{managedByLabel: managedBy}
	maps.Copy(all, labels)
	made.SetLabels(all)
	return made, nil
}

// decodeSpec reads the spec of an object.
func decodeSpec(found *unstructured.Unstructured, into any) error {
	encoded, err := json.Marshal(found.Object["spec"])
	if err != nil {
		return fmt.Errorf("reading %s: %w", kube.RefOf(found), err)
	}
	if err := json.Unmarshal(encoded, into); err != nil {
		return fmt.Errorf("%s has a spec that this provider cannot read: %w", kube.RefOf(found), err)
	}
	return nil
}

// absorb sets the attributes from a NodePool.
func (m *NodePoolModel) absorb(found *unstructured.Unstructured) error {
	var spec poolSpec
	if err := decodeSpec(found, &spec); err != nil {
		return err
	}
	template := spec.Template.Spec
	m.absorbNodeClassRef(found.GetName(), template.NodeClassRef)
	m.absorbRequirements(template.Requirements)
	m.Name = found.GetName()
	m.Labels, m.Annotations = spec.Template.Metadata.Labels, spec.Template.Metadata.Annotations
	m.Taints, m.StartupTaints = template.Taints, template.StartupTaints
	if m.Taints == nil {
		// Null would stand for the default.
		m.Taints = []Taint{}
	}
	m.ExpireAfter, m.TerminationGracePeriod = template.ExpireAfter, template.TerminationGracePeriod
	m.Limits = absorbLimits(spec.Limits)
	m.Disruption, m.Weight, m.Replicas = spec.Disruption, spec.Weight, spec.Replicas
	return nil
}

// absorbNodeClassRef leaves the reference to a node class that is made as it is
// written: which one the NodePool has is shown by node_class_name.
func (m *NodePoolModel) absorbNodeClassRef(pool string, found nodeClassRef) {
	if m.NodeClass.isMade() && found.Group == m.NodeClass.group() && found.Kind == m.NodeClass.kind() {
		return
	}
	c := &m.NodeClass
	if found.Name != c.name(pool) || !c.isMade() {
		c.Name = new(found.Name)
	}
	if found.Group != c.group() {
		c.Group = new(found.Group)
	}
	if found.Kind != c.kind() {
		c.Kind = new(found.Kind)
	}
}
