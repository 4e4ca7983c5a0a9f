package eks

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
)

// checkStatements applies the rules between the parts of statements. Those about
// one value are validators of its attribute.
func checkStatements(f *findings, m *roleModel) {
	first := map[string]int{}
	for i, statement := range m.Statements {
		here := at("statements").AtListIndex(i)
		checkEither(f, here, "actions", len(statement.Actions) > 0, "not_actions", len(statement.NotActions) > 0)
		checkEither(f, here, "resources", len(statement.Resources) > 0, "not_resources", len(statement.NotResources) > 0)
		checkConditions(f, here.AtName("conditions"), statement.Conditions)
		if statement.SID == nil {
			continue
		}
		if earlier, found := first[*statement.SID]; found {
			f.fail(here.AtName("sid"), "A statement ID is used twice", "statements[%d] and statements[%d] are both %q, and IAM wants each once: rename or remove one.", earlier, i, *statement.SID)
		}
		first[*statement.SID] = i
	}
}

// checkEither wants exactly one of two attributes.
func checkEither(f *findings, statement path.Path, name string, has bool, notName string, hasNot bool) {
	here := statement.AtName(name)
	if !f.known(here, statement.AtName(notName)) {
		return
	}
	switch {
	case has && hasNot:
		f.fail(statement.AtName(notName), "Two attributes exclude each other", "A statement has either %s or %s: remove one, or write two statements.", name, notName)
	case !has && !hasNot:
		f.fail(here, "A statement lacks an attribute", "A statement has %s or %s: set one of them.", name, notName)
	}
}

func checkConditions(f *findings, conditions path.Path, given []conditionModel) {
	type key struct{ test, variable string }
	first := map[key]int{}
	for i, condition := range given {
		here := conditions.AtListIndex(i)
		if !f.known(here.AtName("test")) {
			continue
		}
		for j, value := range condition.Values {
			where := here.AtName("values").AtListIndex(j)
			if err := policy.CheckConditionValue(condition.Test, value); f.known(where) && err != nil {
				f.fail(where, "A value that never matches", "%s: %s", where, awsresource.Sentence(err))
			}
		}
		if !f.known(here.AtName("variable")) {
			continue
		}
		both := key{condition.Test, condition.Variable}
		if earlier, found := first[both]; found {
			f.fail(here, "A condition is given twice", "conditions[%d] and conditions[%d] are both %s of %s, and a policy has room for one: put all values into it.", earlier, i, both.test, both.variable)
		}
		first[both] = i
	}
}
