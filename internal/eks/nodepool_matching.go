package eks

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
)

// matching are the catalogue's types that the pool can launch: those that meet
// all requirements, labels and limits as far as the catalogue can tell.
func (m *NodePoolModel) matching() []instancetypes.Type {
	constraints := m.constraints()
	return slices.DeleteFunc(instancetypes.All(), func(it instancetypes.Type) bool {
		return slices.ContainsFunc(constraints, func(c sourced) bool { return !c.allows(it) }) || !m.Limits.allow(it)
	})
}

// constraints are the requirements, and the labels that have the effect of one:
// Karpenter takes a well-known label in the template for In with its value.
func (m *NodePoolModel) constraints() []sourced {
	constraints := m.allRequirements()
	for _, key := range sortedKeys(m.Labels) {
		constraints = append(constraints, sourced{
			Requirement{Key: key, Operator: opIn, Values: []string{m.Labels[key]}}, origin{attribute: "labels", label: key},
		})
	}
	return constraints
}

// allows reports whether an instance type can meet the requirement. What the
// catalogue does not know counts as met.
func (r Requirement) allows(it instancetypes.Type) bool {
	value, exists, isKnown := labelOf(it, r.Key)
	if !isKnown {
		return true
	}
	switch r.Operator {
	case opIn:
		return exists && slices.Contains(r.Values, value)
	case opNotIn:
		return !exists || !slices.Contains(r.Values, value)
	case opExists:
		return exists
	case opDoesNotExist:
		return !exists
	}
	number, err := strconv.Atoi(value)
	if !exists || err != nil || len(r.Values) != 1 {
		return false
	}
	bound, err := strconv.Atoi(r.Values[0])
	if err != nil {
		return false
	}
	switch r.Operator {
	case opGt:
		return number > bound
	case opGte:
		return number >= bound
	case opLt:
		return number < bound
	case opLte:
		return number <= bound
	}
	return true
}

// labelOf returns the value that nodes of a type have for a label, whether they
// have the label, and whether the catalogue knows.
func labelOf(it instancetypes.Type, key string) (value string, exists, isKnown bool) {
	switch key {
	case archLabel:
		return it.Arch, true, true
	case osLabel:
		return "linux", true, true
	case instanceTypeLabel:
		return it.Name, true, true
	}
	suffix, isAutoMode := strings.CutPrefix(key, autoModeGroup+"/")
	if !isAutoMode || !slices.Contains(autoModeLabels, suffix) || slices.Contains(it.UnknownLabels(), suffix) || strings.HasPrefix(suffix, "capacity-reservation-") {
		return "", false, false
	}
	value, exists = it.Labels()[suffix]
	return value, exists, true
}

// pricesOf returns the cheapest and the dearest of the types that have a price,
// nil if none has.
func pricesOf(types []instancetypes.Type) *Prices {
	priced := slices.DeleteFunc(slices.Clone(types), func(it instancetypes.Type) bool { return it.OnDemandUSD == 0 })
	if len(priced) == 0 {
		return nil
	}
	byPrice := func(a, b instancetypes.Type) int { return cmp.Compare(a.OnDemandUSD, b.OnDemandUSD) }
	price := func(it instancetypes.Type) Price {
		return Price{InstanceType: it.Name, USDPerHour: it.OnDemandUSD}
	}
	return &Prices{
		Region: instancetypes.PriceRegion, Date: instancetypes.PriceDate,
		Cheapest: price(slices.MinFunc(priced, byPrice)), Dearest: price(slices.MaxFunc(priced, byPrice)),
	}
}
