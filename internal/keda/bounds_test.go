package keda

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// listOf is a list of so many elements, whatever they are.
type listOf int

// boundValues are values that an attribute takes and refuses.
type boundValues struct{ good, bad []any }

// Values of texts and lists that must not be empty, and of numbers.
var (
	anyText     = boundValues{good: []any{"text"}, bad: []any{""}}
	oneOrMore   = boundValues{good: []any{listOf(1)}, bad: []any{listOf(0)}}
	oneTo20     = boundValues{good: []any{listOf(1), listOf(20)}, bad: []any{listOf(0), listOf(21)}}
	fromZero    = boundValues{good: []any{int32(0)}, bad: []any{int32(-1)}}
	selection   = boundValues{good: []any{"Max", "Min", "Disabled"}, bad: []any{"max", ""}}
	policyUnit  = boundValues{good: []any{"Pods", "Percent"}, bad: []any{"percent", ""}}
	policyValue = boundValues{good: []any{int32(1)}, bad: []any{int32(0)}}
	halfAnHour  = boundValues{good: []any{int32(1), int32(1800)}, bad: []any{int32(0), int32(1801)}}
)

// boundsBeyondCRD are those of the attributes that refuse something although
// the CRD does not: KEDA, its webhook, or the HPA or Job that it makes would.
// What only must not be empty is not listed.
var boundsBeyondCRD = map[string]boundValues{
	"ScaledObject.triggers[].metricType": {good: []any{"AverageValue", "Value", "Utilization"}, bad: []any{"average", ""}},

	"ScaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.selectPolicy":               selection,
	"ScaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.policies[].type":            policyUnit,
	"ScaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.policies[].value":           policyValue,
	"ScaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.policies[].periodSeconds":   halfAnHour,
	"ScaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.selectPolicy":             selection,
	"ScaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies[].type":          policyUnit,
	"ScaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies[].value":         policyValue,
	"ScaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies[].periodSeconds": halfAnHour,

	"ScaledJob.jobTargetRef.parallelism":             fromZero,
	"ScaledJob.jobTargetRef.completions":             fromZero,
	"ScaledJob.jobTargetRef.backoffLimit":            fromZero,
	"ScaledJob.jobTargetRef.backoffLimitPerIndex":    fromZero,
	"ScaledJob.jobTargetRef.maxFailedIndexes":        fromZero,
	"ScaledJob.jobTargetRef.ttlSecondsAfterFinished": fromZero,
	"ScaledJob.jobTargetRef.activeDeadlineSeconds":   {good: []any{int64(1)}, bad: []any{int64(0)}},
	"ScaledJob.jobTargetRef.completionMode":          {good: []any{"NonIndexed", "Indexed"}, bad: []any{"indexed", ""}},
	"ScaledJob.jobTargetRef.podReplacementPolicy":    {good: []any{"TerminatingOrFailed", "Failed"}, bad: []any{"Terminating", ""}},

	"ScaledJob.jobTargetRef.podFailurePolicy.rules":                            oneTo20,
	"ScaledJob.jobTargetRef.podFailurePolicy.rules[].action":                   {good: []any{"FailJob", "FailIndex", "Ignore", "Count"}, bad: []any{"Fail", ""}},
	"ScaledJob.jobTargetRef.podFailurePolicy.rules[].onExitCodes.operator":     {good: []any{"In", "NotIn"}, bad: []any{"Exists", ""}},
	"ScaledJob.jobTargetRef.podFailurePolicy.rules[].onExitCodes.values":       {good: []any{[]int32{1}, exitCodes(255)}, bad: []any{[]int32{}, []int32{1, 1}, exitCodes(256)}},
	"ScaledJob.jobTargetRef.podFailurePolicy.rules[].onPodConditions":          oneTo20,
	"ScaledJob.jobTargetRef.podFailurePolicy.rules[].onPodConditions[].status": {good: []any{"True", "False", "Unknown"}, bad: []any{"true", ""}},
	"ScaledJob.jobTargetRef.successPolicy.rules":                               oneTo20,
	"ScaledJob.jobTargetRef.successPolicy.rules[].succeededCount":              {good: []any{int32(1)}, bad: []any{int32(0)}},
}

func exitCodes(count int32) []int32 {
	codes := make([]int32, count)
	for index := range codes {
		codes[index] = int32(index)
	}

	return codes
}

// boundsOfItsOwn runs an attribute's validators, where the CRD has no bound for
// the field, on values of both sorts.
func (c contract) boundsOfItsOwn(t *testing.T, path string, field crdField, attribute schema.Attribute) {
	t.Helper()

	bounded := len(field.enum) > 0 || field.minimum != nil || field.maximum != nil || field.notEmpty
	own, isListed := boundsBeyondCRD[c.kind+path]

	if !isListed && !bounded && isValidated(attribute) {
		switch attribute.(type) {
		case schema.StringAttribute:
			own = anyText
		case schema.ListAttribute, schema.ListNestedAttribute:
			own = oneOrMore
		default:
			t.Errorf("%s%s has validators, and no values here that they take and refuse", c.kind, path)
		}
	}

	for _, value := range own.good {
		if !acceptsValue(t, attribute, value) {
			t.Errorf("%s%s refuses %#v", c.kind, path, value)
		}
	}

	for _, value := range own.bad {
		if acceptsValue(t, attribute, value) {
			t.Errorf("%s%s accepts %#v", c.kind, path, value)
		}
	}
}

// isValidated reports whether an attribute has a validator.
func isValidated(attribute schema.Attribute) bool {
	validators := reflect.ValueOf(attribute).FieldByName("Validators")

	return validators.IsValid() && validators.Len() > 0
}

// acceptsValue reports whether an attribute's validators take a value: a
// string, an int32, an int64, or a list of strings, of int32 or of so many elements.
func acceptsValue(t *testing.T, attribute schema.Attribute, value any) bool {
	t.Helper()

	switch attribute := attribute.(type) {
	case schema.StringAttribute:
		for _, rule := range attribute.Validators {
			var response validator.StringResponse
			if rule.ValidateString(t.Context(), validator.StringRequest{ConfigValue: types.StringValue(value.(string))}, &response); response.Diagnostics.HasError() {
				return false
			}
		}
	case schema.Int32Attribute:
		for _, rule := range attribute.Validators {
			var response validator.Int32Response
			if rule.ValidateInt32(t.Context(), validator.Int32Request{ConfigValue: types.Int32Value(value.(int32))}, &response); response.Diagnostics.HasError() {
				return false
			}
		}
	case schema.Int64Attribute:
		for _, rule := range attribute.Validators {
			var response validator.Int64Response
			if rule.ValidateInt64(t.Context(), validator.Int64Request{ConfigValue: types.Int64Value(value.(int64))}, &response); response.Diagnostics.HasError() {
				return false
			}
		}
	case schema.ListAttribute:
		return acceptsList(t, attribute.Validators, attribute.ElementType, value)
	case schema.ListNestedAttribute:
		return acceptsList(t, attribute.Validators, types.StringType, value)
	default:
		t.Fatalf("no values for %T", attribute)
	}

	return true
}

func acceptsList(t *testing.T, rules []validator.List, element attr.Type, value any) bool {
	t.Helper()

	if length, isLength := value.(listOf); isLength {
		elements := make([]*string, length)
		element, value = types.StringType, elements
	}

	list, diags := types.ListValueFrom(t.Context(), element, value)
	if diags.HasError() {
		t.Fatal(diags)
	}

	for _, rule := range rules {
		var response validator.ListResponse
		if rule.ValidateList(t.Context(), validator.ListRequest{ConfigValue: list}, &response); response.Diagnostics.HasError() {
			return false
		}
	}

	return true
}
