package sandboxtest

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

// Item is one thing in the AWS account or in the cluster.
type Item struct {
	// Kind is such as "iam role", or a Kubernetes kind with its group.
	Kind string
	// Name is qualified by what the thing belongs to: namespace/name, role/policy.
	Name string
	// Owned says that the thing has an owner in the cluster, which made it and with
	// which it goes.
	Owned bool
}

func (i Item) String() string { return i.Kind + " " + i.Name }

// Inventory is what exists, in order.
type Inventory []Item

// Inventory lists what exists in the AWS account and in the cluster, without
// what comes and goes by itself, such as events and leases. A test compares two
// of them, or looks for what carries its own names:
//
//	before := stack.Inventory(t)
//	...
//	if left := stack.Inventory(t).Without(before); len(left) > 0 {
//
// On a stack that tests share, others' things are in it too: see Named.
func (s *Stack) Inventory(t testing.TB) Inventory {
	t.Helper()
	account, err := s.accountInventory(t.Context())
	if err != nil {
		t.Fatalf("listing what exists in AWS: %v", err)
	}
	cluster, err := s.clusterInventory(t.Context())
	if err != nil {
		t.Fatalf("listing what exists in the cluster: %v", err)
	}
	all := slices.Concat(account, cluster)
	slices.SortFunc(all, func(a, b Item) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	return all
}

// Without is what is in the inventory more often than in the other one.
func (i Inventory) Without(other Inventory) Inventory {
	count := map[Item]int{}
	for _, item := range other {
		count[item]++
	}
	var more Inventory
	for _, item := range i {
		if count[item]--; count[item] < 0 {
			more = append(more, item)
		}
	}
	return more
}

// Named is what has the text in its name.
func (i Inventory) Named(text string) Inventory {
	return i.where(func(item Item) bool { return strings.Contains(item.Name, text) })
}

// Made is what has no owner in the cluster.
func (i Inventory) Made() Inventory {
	return i.where(func(item Item) bool { return !item.Owned })
}

// Renamed is the inventory with another text in place of one in its names, so
// that those of two things which differ in it can be compared.
func (i Inventory) Renamed(from, to string) Inventory {
	renamed := slices.Clone(i)
	for n := range renamed {
		renamed[n].Name = strings.ReplaceAll(renamed[n].Name, from, to)
	}
	return renamed
}

func (i Inventory) where(wanted func(Item) bool) Inventory {
	return slices.DeleteFunc(slices.Clone(i), func(item Item) bool { return !wanted(item) })
}

// String has one item a line.
func (i Inventory) String() string {
	var text strings.Builder
	for _, item := range i {
		text.WriteString(item.String() + "\n")
	}
	return text.String()
}
