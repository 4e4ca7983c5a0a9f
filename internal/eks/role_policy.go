package eks

import (
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// permissions is the inline policy, or empty if there is none.
func (m *roleModel) permissions() string {
	if len(m.Statements) == 0 {
		return ""
	}
	document := policy.Document{Version: policy.Version}
	for _, statement := range m.Statements {
		written := policy.Statement{
			SID: valueOr(statement.SID, ""), Effect: policy.Effect(valueOr(statement.Effect, string(policy.Allow))),
			Action: statement.Actions, NotAction: statement.NotActions,
			Resource: statement.Resources, NotResource: statement.NotResources,
		}
		for _, condition := range statement.Conditions {
			if written.Condition == nil {
				written.Condition = policy.Conditions{}
			}
			if written.Condition[condition.Test] == nil {
				written.Condition[condition.Test] = map[string]policy.Strings{}
			}
			written.Condition[condition.Test][condition.Variable] = condition.Values
		}
		document.Statement = append(document.Statement, written)
	}
	return document.JSON()
}

// absorbPermissions sets the statements from the live inline policy, and leaves
// them alone where they say the same. A document that is none of an identity
// shows as no statements.
func (m *roleModel) absorbPermissions(live string) {
	if policy.Equivalent(live, m.permissions()) {
		return
	}
	m.Statements = nil
	document, err := policy.Parse(live)
	if err != nil {
		return
	}
	for _, statement := range document.Statement {
		m.Statements = append(m.Statements, statementOf(statement))
	}
}

func statementOf(live policy.Statement) statementModel {
	effect := string(live.Effect)
	statement := statementModel{
		Effect: &effect, Actions: live.Action, NotActions: live.NotAction,
		Resources: live.Resource, NotResources: live.NotResource,
	}
	if live.SID != "" {
		statement.SID = &live.SID
	}
	for _, test := range sortedKeys(live.Condition) {
		for _, variable := range sortedKeys(live.Condition[test]) {
			statement.Conditions = append(statement.Conditions, conditionModel{Test: test, Variable: variable, Values: live.Condition[test][variable]})
		}
	}
	return statement
}
