package eks

import (
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/eks/karpenter"
)

// nodePoolLabel says, on a node class, which pool it was made with.
const nodePoolLabel = "terraform-provider-keda/nodepool"

// nodeClassSpec is spec of a NodeClass (eks.amazonaws.com/v1).
type nodeClassSpec struct {
	NodeClass

	SubnetTerms              []selectorTerm `json:"subnetSelectorTerms,omitempty"`
	SecurityGroupTerms       []selectorTerm `json:"securityGroupSelectorTerms,omitempty"`
	PodSubnetTerms           []selectorTerm `json:"podSubnetSelectorTerms,omitempty"`
	PodSecurityGroupTerms    []selectorTerm `json:"podSecurityGroupSelectorTerms,omitempty"`
	CapacityReservationTerms []selectorTerm `json:"capacityReservationSelectorTerms,omitempty"`
}

type selectorTerm struct {
	Tags  map[string]string `json:"tags,omitempty"`
	Owner *string           `json:"owner,omitempty"`
	ID    string            `json:"id,omitempty"`
	Name  string            `json:"name,omitempty"`
}

// nodeClass returns the NodeClass that the pool is made with.
func (m *NodePoolModel) nodeClass() (*unstructured.Unstructured, error) {
	c := m.NodeClass
	spec := nodeClassSpec{
		NodeClass:                c,
		SubnetTerms:              terms(c.SubnetTags, nil, c.SubnetIDs, nil),
		SecurityGroupTerms:       terms(c.SecurityGroupTags, nil, c.SecurityGroupIDs, c.SecurityGroupNames),
		PodSubnetTerms:           terms(c.PodSubnetTags, nil, c.PodSubnetIDs, nil),
		PodSecurityGroupTerms:    terms(c.PodSecurityGroupTags, nil, c.PodSecurityGroupIDs, c.PodSecurityGroupNames),
		CapacityReservationTerms: terms(c.CapacityReservationTags, c.CapacityReservationOwner, c.CapacityReservationIDs, nil),
	}
	return object(karpenter.NodeClassKind, m.referredNodeClass(), map[string]string{nodePoolLabel: m.Name}, spec)
}

// terms are what attributes select by: all tags together, or any of the rest.
func terms(tags map[string]string, owner *string, ids, names []string) []selectorTerm {
	var all []selectorTerm
	if len(tags) > 0 {
		all = append(all, selectorTerm{Tags: tags, Owner: owner})
	}
	for _, id := range ids {
		all = append(all, selectorTerm{ID: id})
	}
	for _, name := range names {
		all = append(all, selectorTerm{Name: name})
	}
	return all
}

// absorbNodeClass sets the attributes from a NodeClass. Name, group and kind are
// the NodePool's to say.
func (m *NodePoolModel) absorbNodeClass(found *unstructured.Unstructured) error {
	spec := nodeClassSpec{}
	if err := decodeSpec(found, &spec); err != nil {
		return err
	}
	c := spec.NodeClass
	c.Name, c.Group, c.Kind = m.NodeClass.Name, m.NodeClass.Group, m.NodeClass.Kind
	readTerms(spec.SubnetTerms, &c.SubnetTags, nil, &c.SubnetIDs, nil)
	readTerms(spec.SecurityGroupTerms, &c.SecurityGroupTags, nil, &c.SecurityGroupIDs, &c.SecurityGroupNames)
	readTerms(spec.PodSubnetTerms, &c.PodSubnetTags, nil, &c.PodSubnetIDs, nil)
	readTerms(spec.PodSecurityGroupTerms, &c.PodSecurityGroupTags, nil, &c.PodSecurityGroupIDs, &c.PodSecurityGroupNames)
	readTerms(spec.CapacityReservationTerms, &c.CapacityReservationTags, &c.CapacityReservationOwner, &c.CapacityReservationIDs, nil)
	m.NodeClass = c
	return nil
}

// readTerms is the way back from terms. Attributes that cannot say the same stay
// null, so that the plan shows what is to change.
func readTerms(found []selectorTerm, tags *map[string]string, owner **string, ids, names *[]string) {
	var (
		foundTags            map[string]string
		foundOwner           *string
		foundIDs, foundNames []string
	)
	for _, term := range found {
		switch {
		case len(term.Tags) > 0:
			foundTags, foundOwner = term.Tags, term.Owner
		case term.ID != "":
			foundIDs = append(foundIDs, term.ID)
		case term.Name != "":
			foundNames = append(foundNames, term.Name)
		}
	}
	if !sameTerms(found, terms(foundTags, foundOwner, foundIDs, foundNames)) {
		return
	}
	*tags, *ids = foundTags, foundIDs
	if owner != nil {
		*owner = foundOwner
	}
	if names != nil {
		*names = foundNames
	}
}

// sameTerms compares in any order.
func sameTerms(a, b []selectorTerm) bool {
	left := slices.Clone(b)
	for _, term := range a {
		index := slices.IndexFunc(left, func(other selectorTerm) bool { return reflect.DeepEqual(term, other) })
		if index < 0 {
			return false
		}
		left = slices.Delete(left, index, index+1)
	}
	return len(left) == 0
}
