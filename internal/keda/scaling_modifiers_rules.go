package keda

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
)

func (m *ScaledObjectModel) modifiers() *ScalingModifiers {
	if m.Advanced == nil {
		return nil
	}

	return m.Advanced.ScalingModifiers
}

// checkScalingModifiers is ValidateAndCompileScalingModifiers of KEDA's webhook
// (apis/keda/v1alpha1/scaledobject_webhook.go), and the activation target that
// KEDA parses only when it scales (pkg/scaling/scale_handler.go).
func checkScalingModifiers(f *findings, m *ScaledObjectModel) {
	modifiers := m.modifiers()
	if modifiers == nil {
		return
	}

	if target := at("advanced.scaling_modifiers.target"); f.known(target) {
		if value, err := strconv.ParseFloat(modifiers.Target, 64); err != nil || !(value > 0) {
			f.fail(target, "Invalid target of a formula", "%q is not a number above 0, which is what one replica is to handle.", modifiers.Target)
		}
	}

	if activation := at("advanced.scaling_modifiers.activation_target"); modifiers.ActivationTarget != nil && f.known(activation) {
		if _, err := strconv.ParseFloat(*modifiers.ActivationTarget, 64); err != nil && *modifiers.ActivationTarget != "" {
			f.fail(activation, "Invalid activation target", "%q is not a number, and KEDA fails on it when it evaluates the formula.", *modifiers.ActivationTarget)
		}
	}

	if formula := at("advanced.scaling_modifiers.formula"); f.known(formula) && f.triggersKnown(len(m.Triggers), "type", "name") {
		variables := formulaVariables(m.Triggers)
		if err := tryFormula(modifiers.Formula, variables); err != nil {
			f.fail(formula, "Invalid formula", "KEDA cannot compile and run %q: %s.%s", modifiers.Formula, strings.TrimSpace(err.Error()), hyphenHint(modifiers.Formula, variables))
		}
	}
}

// formulaVariables returns the variables of a formula: the names of the
// triggers that KEDA itself reads.
func formulaVariables(triggers []Trigger) map[string]float64 {
	// The value that KEDA's webhook tries a formula with.
	const dummy = -1.0

	variables := map[string]float64{}

	for _, trigger := range triggers {
		if name := string(valueOr(trigger.Name, "")); name != "" && isExternal(trigger) {
			variables[name] = dummy
		}
	}

	return variables
}

// tryFormula compiles and runs a formula as KEDA does, which makes a float of
// the result, and of a formula with ?? a float or nil.
func tryFormula(formula string, variables map[string]float64) error {
	switch {
	case strings.Contains(formula, "??"):
		formula = fmt.Sprintf("let _kedaCompositeResult = (%s); _kedaCompositeResult == nil ? nil : float(_kedaCompositeResult)", formula)
	case !strings.HasPrefix(formula, "float("):
		formula = "float(" + formula + ")"
	}

	program, err := expr.Compile(formula, expr.Env(variables))
	if err != nil {
		return err
	}

	_, err = expr.Run(program, variables)

	return err
}

// variableName is what a formula reads as one variable.
var variableName = regexp.MustCompile(`^[a-zA-Z_$][a-zA-Z0-9_$]*$`)

// hyphenHint says which trigger a formula cannot name.
func hyphenHint(formula string, variables map[string]float64) string {
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if !variableName.MatchString(name) && strings.Contains(formula, name) {
			return fmt.Sprintf(" A formula does not read %q as one name: use letters, digits and underscores in the trigger's name.", name)
		}
	}

	return " Its variables are the names of the triggers other than cpu and memory."
}

func isPositiveInteger(text string) bool {
	value, err := strconv.ParseInt(text, 10, 64)

	return err == nil && value > 0
}
