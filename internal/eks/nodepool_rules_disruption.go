package eks

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/robfig/cron/v3"
)

const (
	never = "Never"
	// EKS Auto Mode's limits on the life of a node (EKS user guide, "Create a
	// node pool for EKS Auto Mode"): the time until it expires and that for
	// draining together, what counts for each if it is not set.
	maxLifetime       = 504 * time.Hour
	defaultExpiry     = 336 * time.Hour
	defaultDrainGrace = 24 * time.Hour
)

// lifetime is the pattern of durations in the NodePool's
// CustomResourceDefinition, which has no unit for days.
var lifetime = regexp.MustCompile(`^([0-9]+(s|m|h))+$`)

// duration reads one, and reports what is none.
func duration(f *findings, where path.Path, value string, orNever bool) (time.Duration, bool) {
	length, err := time.ParseDuration(value)
	if err == nil && lifetime.MatchString(value) {
		return length, true
	}
	if orNever && value == never {
		return 0, true
	}
	form, hint := "such as 30m or 336h", ""
	if orNever {
		form += ", or Never"
	}
	if strings.HasSuffix(value, "d") {
		hint = " There is no unit for days: a day is 24h."
	}
	f.fail(where, "No duration", "%q is not a duration in hours, minutes and seconds, %s.%s", value, form, hint)
	return 0, false
}

// checkLifetime is how long EKS Auto Mode lets a node live, with the patterns of
// the NodePool's CustomResourceDefinition.
func checkLifetime(f *findings, m *NodePoolModel) {
	expireAfter, grace := at("expire_after"), at("termination_grace_period")
	if !f.known(expireAfter, grace, at("node_class.group")) {
		return
	}
	expiry, drain, isValid := defaultExpiry, defaultDrainGrace, true
	if m.ExpireAfter != nil {
		expiry, isValid = duration(f, expireAfter, *m.ExpireAfter, true)
	}
	if m.TerminationGracePeriod != nil {
		var isDuration bool
		drain, isDuration = duration(f, grace, *m.TerminationGracePeriod, false)
		isValid = isValid && isDuration
	}
	if !isValid || !m.NodeClass.isAutoMode() {
		return
	}
	if valueOr(m.ExpireAfter, "") == never {
		f.fail(expireAfter, "Nodes that live for ever", "EKS Auto Mode replaces every node after 21 days at the latest, and refuses Never. Set at most %s.", hours(maxLifetime-drain))
		return
	}
	if expiry+drain <= maxLifetime {
		return
	}
	where := expireAfter
	if m.ExpireAfter == nil {
		where = grace
	}
	f.fail(where, "Nodes that live too long", "expire_after (%s%s) and termination_grace_period (%s%s) are more than 21 days (504h) together, which EKS Auto Mode refuses.",
		hours(expiry), byDefault(m.ExpireAfter == nil), hours(drain), byDefault(m.TerminationGracePeriod == nil))
}

func hours(length time.Duration) string {
	return strings.TrimSuffix(strings.TrimSuffix(length.String(), "0s"), "0m")
}

// The patterns and bounds of spec.disruption in the NodePool's
// CustomResourceDefinition.
var (
	budgetNodes    = regexp.MustCompile(`^((100|[0-9]{1,2})%|[0-9]+)$`)
	budgetDuration = regexp.MustCompile(`^((([0-9]+(h|m))|([0-9]+h[0-9]+m))(0s)?)$`)
)

const maxBudgets = 50

// checkDisruption follows the CustomResourceDefinition, and finds schedules that
// Karpenter cannot read, which it takes for a budget of 0.
func checkDisruption(f *findings, m *NodePoolModel) {
	disruption := at("disruption")
	if m.Disruption == nil || f.unknown.At(disruption.AtName("consolidate_after")) {
		return
	}
	duration(f, disruption.AtName("consolidate_after"), m.Disruption.ConsolidateAfter, true)
	budgets := disruption.AtName("budgets")
	if len(m.Disruption.Budgets) > maxBudgets {
		f.fail(budgets, "Too many budgets", "There are %d budgets, and a NodePool takes %d.", len(m.Disruption.Budgets), maxBudgets)
	}
	for i, budget := range m.Disruption.Budgets {
		if where := budgets.AtListIndex(i); f.known(where) {
			checkBudget(f, where, budget)
		}
	}
}

func checkBudget(f *findings, where path.Path, budget Budget) {
	if !budgetNodes.MatchString(budget.Nodes) {
		f.fail(where.AtName("nodes"), "No number of nodes", "%q is neither a number of nodes, such as 5, nor a part of the pool from 0%% to 100%%.", budget.Nodes)
	}
	if (budget.Schedule == nil) != (budget.Duration == nil) {
		f.fail(where, "Schedule and duration belong together", "A budget has both schedule, when it begins to apply, and duration, for how long, or none of them and applies always.")
		return
	}
	if budget.Schedule != nil {
		if _, err := cron.ParseStandard(*budget.Schedule); err != nil || strings.HasPrefix(*budget.Schedule, "@every") || strings.Contains(*budget.Schedule, "TZ=") {
			f.fail(where.AtName("schedule"), "No schedule", "%q is not a schedule of cron in UTC, such as \"0 9 * * mon-fri\", or one of @hourly, @daily, @weekly, @monthly and @yearly. "+
				"Karpenter would take it for a budget that allows nothing.", *budget.Schedule)
		}
		if !budgetDuration.MatchString(*budget.Duration) {
			f.fail(where.AtName("duration"), "No duration", "%q is not a duration in hours and minutes, such as 8h or 1h30m.", *budget.Duration)
		}
		return
	}
	blocksEmpty := len(budget.Reasons) == 0 || slices.Contains(budget.Reasons, "Empty")
	if blocksEmpty && (strings.Trim(budget.Nodes, "0") == "" || budget.Nodes == "0%") {
		f.fail(where.AtName("nodes"), "Budget that keeps empty nodes for ever",
			"A budget of 0 without a schedule keeps Karpenter from removing any node, empty ones too, which go on costing. "+
				"Set schedule and duration, or reasons without Empty; to keep nodes on purpose set consolidate_after to Never.")
	}
}

// checkStatic is what a pool with a fixed number of nodes cannot have (rules of
// the NodePool's CustomResourceDefinition).
func checkStatic(f *findings, m *NodePoolModel) {
	if m.Replicas == nil || !f.known(at("replicas")) {
		return
	}
	if m.Weight != nil && f.known(at("weight")) {
		f.fail(at("weight"), "Weight of a static pool", "A pool with replicas takes no part in scheduling, and Karpenter refuses a weight for it.")
	}
	if m.Limits == nil || !f.known(at("limits")) {
		return
	}
	quantities := m.Limits.quantities()
	for _, name := range sortedKeys(quantities) {
		if name != limitNodes {
			f.fail(limitAttributes[name], "Limit of a static pool", "A pool with replicas is limited by limits.nodes alone, and Karpenter refuses other limits.")
		}
	}
}
