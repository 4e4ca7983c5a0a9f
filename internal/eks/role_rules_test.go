package eks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

const testProvider = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE"

// goodRole has no mistake; changes make one.
func goodRole(changes ...func(*roleModel)) *roleModel {
	cluster := "inference"
	model := &roleModel{
		Name: "keda", ClusterName: &cluster, Identity: new(identityIRSA), OIDCProviderARN: types.StringNull(),
		ServiceAccounts: []serviceAccountModel{{Namespace: "keda", Name: "keda-operator"}, {Namespace: "vllm", Name: "keda-operator", Create: new(true)}},
		Statements:      []statementModel{sendStatement()},
		PolicyARNs:      []string{"arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::123456789012:policy/x"},
	}
	for _, change := range changes {
		change(model)
	}
	return model
}

func sendStatement() statementModel {
	return statementModel{
		SID: new("Send"), Actions: []string{"sqs:SendMessage"}, Resources: []string{"arn:aws:sqs:us-west-2:123456789012:prompts"},
		Conditions: []conditionModel{{Test: "StringLike", Variable: "aws:PrincipalTag/team", Values: []string{"a*"}}},
	}
}

func statement(change func(*statementModel)) func(*roleModel) {
	return func(m *roleModel) { change(&m.Statements[0]) }
}

func manyAccounts(count int) func(*roleModel) {
	return func(m *roleModel) {
		m.ServiceAccounts = nil
		for i := range count {
			m.ServiceAccounts = append(m.ServiceAccounts, serviceAccountModel{Namespace: "vllm", Name: fmt.Sprintf("consumer-%03d", i)})
		}
	}
}

func manyPolicies(count int) func(*roleModel) {
	return func(m *roleModel) {
		m.PolicyARNs = nil
		for i := range count {
			m.PolicyARNs = append(m.PolicyARNs, fmt.Sprintf("arn:aws:iam::aws:policy/P%d", i))
		}
	}
}

func podIdentityRole(m *roleModel) { m.Identity = new(identityPodIdentity) }

func withProvider(m *roleModel) { m.OIDCProviderARN = types.StringValue(testProvider) }

// TestRoleRules has a good and a bad case of each rule.
func TestRoleRules(t *testing.T) {
	t.Parallel()
	here := roleContext{expected: aws.Caller{AccountID: "123456789012", Partition: "aws"}}
	for name, test := range map[string]struct {
		model   *roleModel
		unknown []string
		known   roleContext
		// want is attribute: text of each problem.
		want []string
	}{
		"nothing is wrong":                     {model: goodRole(), known: here},
		"nothing is wrong, nothing is known":   {model: goodRole()},
		"nothing is wrong with Pod Identity":   {model: goodRole(podIdentityRole), known: here},
		"nothing is wrong without a cluster":   {model: goodRole(withProvider, func(m *roleModel) { m.ClusterName = nil }), known: here},
		"no cluster and no provider":           {model: goodRole(func(m *roleModel) { m.ClusterName = nil }), want: []string{"cluster_name: set cluster_name"}},
		"no cluster yet":                       {model: goodRole(func(m *roleModel) { m.ClusterName = nil }), unknown: []string{"cluster_name"}},
		"no provider yet":                      {model: goodRole(func(m *roleModel) { m.ClusterName = nil }), unknown: []string{"oidc_provider_arn"}},
		"Pod Identity without a cluster":       {model: goodRole(podIdentityRole, func(m *roleModel) { m.ClusterName = nil }), want: []string{"cluster_name: belongs to a cluster"}},
		"Pod Identity with an OIDC provider":   {model: goodRole(podIdentityRole, withProvider), want: []string{"oidc_provider_arn: uses no OIDC provider"}},
		"identity is not known":                {model: goodRole(withProvider, func(m *roleModel) { m.ClusterName = nil }), unknown: []string{"identity"}},
		"a service account twice":              {model: goodRole(func(m *roleModel) { m.ServiceAccounts[1].Namespace = "keda" }), want: []string{"service_accounts[1]: service_accounts[0] and service_accounts[1]"}},
		"a service account twice, perhaps":     {model: goodRole(func(m *roleModel) { m.ServiceAccounts[1].Namespace = "keda" }), unknown: []string{"service_accounts"}},
		"the default service account":          {model: goodRole(func(m *roleModel) { m.ServiceAccounts[1].Name = "default" }), want: []string{"service_accounts[1].create: in every namespace"}},
		"the default one is not made":          {model: goodRole(func(m *roleModel) { m.ServiceAccounts[0].Name = "default" })},
		"a service account without a cluster":  {model: goodRole(), known: roleContext{hasNoCluster: true}, want: []string{"service_accounts[1].create: knows no Kubernetes cluster"}},
		"no cluster is needed":                 {model: goodRole(func(m *roleModel) { m.ServiceAccounts[1].Create = nil }), known: roleContext{hasNoCluster: true}},
		"a policy of another account":          {model: goodRole(func(m *roleModel) { m.PolicyARNs = []string{"arn:aws:iam::999999999999:policy/x"} }), known: here, want: []string{"policy_arns: belongs to the account 999999999999"}},
		"a boundary of another account":        {model: goodRole(func(m *roleModel) { m.PermissionsBoundary = new("arn:aws:iam::999999999999:policy/x") }), known: here, want: []string{"permissions_boundary: belongs to the account 999999999999"}},
		"a boundary of AWS":                    {model: goodRole(func(m *roleModel) { m.PermissionsBoundary = new("arn:aws:iam::aws:policy/x") }), known: here},
		"a provider of another account":        {model: goodRole(withProvider), known: roleContext{expected: aws.Caller{AccountID: "999999999999", Partition: "aws"}}, want: []string{"oidc_provider_arn: belongs to the account 123456789012", "policy_arns: belongs to the account 123456789012"}},
		"two accounts, neither known":          {model: goodRole(withProvider, func(m *roleModel) { m.PolicyARNs[1] = "arn:aws:iam::999999999999:policy/x" }), want: []string{"policy_arns: the account of oidc_provider_arn is 123456789012"}},
		"a policy of another partition":        {model: goodRole(func(m *roleModel) { m.PolicyARNs = []string{"arn:aws-cn:iam::aws:policy/x"} }), known: here, want: []string{`policy_arns: in the partition "aws-cn"`}},
		"a resource of another partition":      {model: goodRole(statement(func(s *statementModel) { s.Resources = []string{"arn:aws-us-gov:sqs:*:*:*"} })), known: here, want: []string{"statements[0].resources[0]: would never apply"}},
		"a resource of any partition":          {model: goodRole(statement(func(s *statementModel) { s.Resources = []string{"arn:*:sqs:*:*:*"} })), known: here},
		"too many policies":                    {model: goodRole(manyPolicies(26)), want: []string{"policy_arns: at most 25"}},
		"many policies":                        {model: goodRole(manyPolicies(11)), want: []string{"policy_arns: unless the account's quota"}},
		"a long trust policy":                  {model: goodRole(manyAccounts(50)), want: []string{"service_accounts: unless the account's quota"}},
		"too long a trust policy":              {model: goodRole(manyAccounts(200)), want: []string{"service_accounts: IAM allows 8192 at most"}},
		"too long an inline policy":            {model: goodRole(statement(func(s *statementModel) { s.Resources = []string{"arn:aws:sqs:::" + strings.Repeat("x", 10240)} })), want: []string{"statements: IAM allows 10240"}},
		"actions and not_actions":              {model: goodRole(statement(func(s *statementModel) { s.NotActions = []string{"sqs:*"} })), want: []string{"statements[0].not_actions: either actions or not_actions"}},
		"neither":                              {model: goodRole(statement(func(s *statementModel) { s.Actions = nil })), want: []string{"statements[0].actions: set one of them"}},
		"neither yet":                          {model: goodRole(statement(func(s *statementModel) { s.Actions = nil })), unknown: []string{"statements"}},
		"no resources":                         {model: goodRole(statement(func(s *statementModel) { s.Resources = nil })), want: []string{"statements[0].resources: set one of them"}},
		"not_resources":                        {model: goodRole(statement(func(s *statementModel) { s.Resources, s.NotResources = nil, []string{"*"} }))},
		"a statement ID twice":                 {model: goodRole(func(m *roleModel) { m.Statements = append(m.Statements, sendStatement()) }), want: []string{"statements[1].sid: wants each once"}},
		"a wildcard that matches nothing":      {model: goodRole(statement(func(s *statementModel) { s.Conditions[0].Test = "StringEquals" })), want: []string{"statements[0].conditions[0].values[0]: letter by letter"}},
		"a wildcard under an operator to come": {model: goodRole(statement(func(s *statementModel) { s.Conditions[0].Test = "StringEquals" })), unknown: []string{"statements"}},
		"a condition twice": {
			model: goodRole(statement(func(s *statementModel) { s.Conditions = append(s.Conditions, s.Conditions[0]) })),
			want:  []string{"statements[0].conditions[1]: put all values into it"},
		},
	} {
		var unknown objectresource.UnknownPaths
		for _, name := range test.unknown {
			unknown = append(unknown, at(name))
		}
		found := checkRole(test.model, unknown, test.known)
		for i, problem := range found {
			if i >= len(test.want) {
				t.Errorf("%s: %s: %s", name, problem.Path, problem.Detail)
				continue
			}
			where, text, _ := strings.Cut(test.want[i], ": ")
			if problem.Path.String() != where || !strings.Contains(problem.Detail, text) {
				t.Errorf("%s: got %s: %s, want %s", name, problem.Path, problem.Detail, test.want[i])
			}
		}
		if len(found) < len(test.want) {
			t.Errorf("%s: %d problems, want %q", name, len(found), test.want)
		}
	}
}

// TestRoleValues has a good and a bad case of each rule about one value.
func TestRoleValues(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		check func(string) error
		value string
		// want is in the error; empty means that there is none.
		want string
	}{
		{checkRoleName, "a_+=,.@-Z9", ""},
		{checkRoleName, strings.Repeat("x", 64), ""},
		{checkRoleName, strings.Repeat("x", 66), "shorten it by 2"},
		{checkRoleName, "", "1 to 64"},
		{checkRoleName, "a/b", "no name of a role"},
		{checkRoleName, "arn:aws:iam::123456789012:role/x", "is an ARN"},
		{checkRolePath, "/", ""},
		{checkRolePath, "/keda/prod/", ""},
		{checkRolePath, "keda/", "begins and ends with a slash"},
		{checkRolePath, "/keda", "begins and ends with a slash"},
		{checkRolePath, "/" + strings.Repeat("x", 512) + "/", "at most 512"},
		{checkRoleDescription, "Sends prompts: 50 %, émile", ""},
		{checkRoleDescription, "", "leave it out"},
		{checkRoleDescription, strings.Repeat("x", 1001), "allows 1000"},
		{checkRoleDescription, "\u4e2d", "Latin-1"},
		{checkClusterName, "inference_1", ""},
		{checkClusterName, "-inference", "no name of an EKS cluster"},
		{checkOIDCProviderARN, testProvider, ""},
		{checkOIDCProviderARN, "https://oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE", "is the issuer's URL"},
		{checkOIDCProviderARN, strings.Replace(testProvider, "provider/", "provider/https://", 1), `remove "https://"`},
		{checkOIDCProviderARN, strings.Replace(testProvider, "EXAMPLE", "*", 1), "letter by letter"},
		{checkOIDCProviderARN, testProvider + "/", "ends with a slash"},
		{checkOIDCProviderARN, "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE", "no ARN"},
		{checkOIDCProviderARN, "arn:aws:iam::1234:oidc-provider/x", "no ARN"},
		{checkPolicyARN, "arn:aws:iam::aws:policy/service-role/x", ""},
		{checkPolicyARN, "arn:aws-cn:iam::123456789012:policy/x", ""},
		{checkPolicyARN, "arn:aws:iam::123456789012:role/x", "no ARN of a managed policy"},
		{checkPolicyARN, "arn:aws:iam::123456789012:policy/*", "no ARN of a managed policy"},
		{checkPolicyARN, "ReadOnlyAccess", "no ARN of a managed policy"},
		{checkNamespaceName, "keda", ""},
		{checkNamespaceName, "keda.x", "must not contain dots"},
		{checkServiceAccountName, "keda.operator", ""},
		{checkServiceAccountName, "*", "StringEquals"},
		{checkServiceAccountName, "keda/operator", `namespace = "keda"`},
		{checkServiceAccountName, "system:serviceaccount:keda:operator", "token's subject"},
		{checkServiceAccountName, "Keda", "lowercase"},
	} {
		err := test.check(test.value)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%q is refused: %v", test.value, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%q: got %v, want words with %q", test.value, err, test.want)
		}
	}
}

// Statements survive the way to IAM and back.
func TestRolePermissionsReadBack(t *testing.T) {
	t.Parallel()
	model := goodRole(func(m *roleModel) {
		m.Statements = append(m.Statements, statementModel{Effect: new("Deny"), NotActions: []string{"sqs:Get*", "sqs:List*"}, NotResources: []string{"arn:aws:sqs:*:*:x"}})
	})
	written := model.permissions()
	var read roleModel
	read.absorbPermissions(written)
	if read.permissions() != written || len(read.Statements) != 2 || read.Statements[0].SID == nil {
		t.Errorf("%s\nis read as\n%s", written, read.permissions())
	}
	before := slices.Clone(read.Statements)
	read.absorbPermissions(strings.Replace(written, `["sqs:Get*","sqs:List*"]`, `["sqs:List*","sqs:Get*"]`, 1))
	if read.Statements[1].NotActions[0] != before[1].NotActions[0] {
		t.Error("another order of actions counts as a change")
	}
	read.absorbPermissions("")
	if read.Statements != nil {
		t.Error("a policy that is gone leaves statements")
	}
}
