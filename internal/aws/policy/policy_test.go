package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

const provider = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE"

var accounts = []policy.ServiceAccount{{Namespace: "vllm", Name: "consumer"}, {Namespace: "keda", Name: "keda-operator"}, {Namespace: "vllm", Name: "consumer"}}

func TestTrust(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		document policy.Document
		want     string
	}{
		"IRSA": {policy.TrustIRSA(provider, accounts), `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
			`"Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity",` +
			`"Condition":{"StringEquals":{"oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE:aud":"sts.amazonaws.com",` +
			`"oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE:sub":["system:serviceaccount:keda:keda-operator","system:serviceaccount:vllm:consumer"]}}}]}`},
		"Pod Identity": {policy.TrustPodIdentity("arn:aws:eks:us-west-2:123456789012:cluster/c", accounts), `{"Version":"2012-10-17","Statement":[` +
			podIdentityStatement("keda", "keda-operator") + `,` + podIdentityStatement("vllm", "consumer") + `]}`},
	} {
		if got := test.document.JSON(); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, test.want)
		}
	}
}

func podIdentityStatement(namespace, name string) string {
	return `{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"],` +
		`"Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:us-west-2:123456789012:cluster/c",` +
		`"aws:RequestTag/kubernetes-namespace":"` + namespace + `","aws:RequestTag/kubernetes-service-account":"` + name + `"}}}`
}

func TestProviderARN(t *testing.T) {
	t.Parallel()
	got := policy.ProviderARN("aws", "123456789012", "https://oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE")
	if got != provider || policy.IssuerOf(got) != "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE" {
		t.Errorf("got %s of issuer %s", got, policy.IssuerOf(got))
	}
	if issuer := policy.IssuerOf("arn:aws:iam::123456789012:role/x"); issuer != "" {
		t.Errorf("a role has the issuer %q", issuer)
	}
}

// Documents come back from IAM in another form than they went.
func TestEquivalent(t *testing.T) {
	t.Parallel()
	sent := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:A","sqs:B"],"Resource":["*"]}]}`
	for other, want := range map[string]bool{
		`{"Statement":{"Resource":"*","Action":["sqs:B","sqs:A"],"Effect":"Allow"},"Version":"2012-10-17"}`:  true,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:A"],"Resource":["*"]}]}`:      false,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["sqs:A","sqs:B"],"Resource":"*"}]}`: false,
		`not JSON`: false,
	} {
		if got := policy.Equivalent(sent, other); got != want {
			t.Errorf("Equivalent(%s) = %t", other, got)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	document, err := policy.Parse(`{"Version":"2012-10-17","Id":"x","Statement":{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":["a","b"],` +
		`"Condition":{"Bool":{"aws:SecureTransport":false},"NumericLessThan":{"aws:x":5}}}}`)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2012-10-17","Id":"x","Statement":[{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":["a","b"],` +
		`"Condition":{"Bool":{"aws:SecureTransport":"false"},"NumericLessThan":{"aws:x":"5"}}}]}`
	if got := document.JSON(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, wrong := range []string{``, `[]`, `{"Statement":[{"Action":{}}]}`, `{"Statements":[]}`, `{"Statement":5}`} {
		if _, err := policy.Parse(wrong); err == nil {
			t.Errorf("%s is a document", wrong)
		}
	}
}

func TestLengthIsWithoutWhiteSpace(t *testing.T) {
	t.Parallel()
	if got := policy.Length("{ \"a\":\n\t\"é\" }"); got != 9 {
		t.Errorf("got %d", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["sqs:A"],"Resource":"*","Condition":{"Bool":{"a:b":true}}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		document, err := policy.Parse(text)
		if err != nil {
			return
		}
		again, err := policy.Parse(document.JSON())
		if err != nil {
			t.Fatalf("%s does not parse: %v", document.JSON(), err)
		}
		if again.JSON() != document.JSON() {
			t.Errorf("%s becomes %s", document.JSON(), again.JSON())
		}
	})
}

// Each rule has a value that it accepts and one that it refuses, with the words
// that a person needs.
func TestChecks(t *testing.T) {
	t.Parallel()
	value := func(operator string) func(string) error {
		return func(value string) error { return policy.CheckConditionValue(operator, value) }
	}
	for _, test := range []struct {
		check func(string) error
		value string
		// want is in the error; empty means that there is none.
		want string
	}{
		{policy.CheckSID, "ReadQueue1", ""},
		{policy.CheckSID, "read-queue", "letters and digits"},
		{policy.CheckAction, "*", ""},
		{policy.CheckAction, "sqs:Get*", ""},
		{policy.CheckAction, "execute-api:Invoke", ""},
		{policy.CheckAction, "ReceiveMessage", "names no service"},
		{policy.CheckAction, "sq*:ReceiveMessage", "wildcard in the service's name"},
		{policy.CheckAction, "sqs:Receive Message", "is no action"},
		{policy.CheckAction, "sqs:", "is no action"},
		{policy.CheckResource, "*", ""},
		{policy.CheckResource, "arn:aws:sqs:us-west-2:123456789012:prompts", ""},
		{policy.CheckResource, "arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*", ""},
		{policy.CheckResource, "arn:aws:sqs:*", ""},
		{policy.CheckResource, "prompts", "neither an ARN"},
		{policy.CheckResource, "https://sqs.us-west-2.amazonaws.com/123456789012/prompts", "neither an ARN"},
		{policy.CheckResource, "arn:aws:sqs:us-west-2", "neither an ARN"},
		{policy.CheckResource, "arn::sqs:us-west-2:123456789012:prompts", "no partition"},
		{policy.CheckResource, "arn:aws:*:us-west-2:123456789012:prompts", "no wildcard"},
		{policy.CheckResource, "arn:aws:sqs:us-west-2:123456789012:pro\u4e2d", "U+4E2D"},
		{policy.CheckConditionKey, "aws:SourceArn", ""},
		{policy.CheckConditionKey, "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE:sub", ""},
		{policy.CheckConditionKey, "https://oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE:sub", "has a scheme"},
		{policy.CheckConditionKey, provider + ":sub", "is an ARN"},
		{policy.CheckConditionKey, "SourceArn", "PREFIX:NAME"},
		{policy.CheckOperator, "StringEquals", ""},
		{policy.CheckOperator, "ForAnyValue:StringLikeIfExists", ""},
		{policy.CheckOperator, "Null", ""},
		{policy.CheckOperator, "NullIfExists", "takes no IfExists"},
		{policy.CheckOperator, "stringequals", `write "StringEquals"`},
		{policy.CheckOperator, "ForAllValues:stringlike", `write "ForAllValues:StringLike"`},
		{policy.CheckOperator, "Equals", "no condition operator"},
		{value("StringEquals"), "system:serviceaccount:keda:keda-operator", ""},
		{value("StringEquals"), "system:serviceaccount:keda:*", "letter by letter"},
		{value("ForAnyValue:StringEqualsIfExists"), "a*", "letter by letter"},
		{value("StringNotEquals"), "a*", "letter by letter"},
		{value("StringEquals"), "a${*}", ""},
		{value("StringEquals"), "${aws:username}*", ""},
		{value("StringLike"), "system:serviceaccount:keda:*", ""},
		{value("StringLike"), "\u4e2d", "U+4E2D"},
		{value("Bool"), "true", ""},
		{value("Bool"), "yes", "neither"},
		{value("NumericLessThan"), "3600", ""},
		{value("NumericLessThan"), "1h", "no number"},
		{value("DateGreaterThan"), "2030-01-31T12:00:00Z", ""},
		{value("DateGreaterThan"), "1893456000", ""},
		{value("DateGreaterThan"), "tomorrow", "no date"},
		{value("IpAddress"), "10.0.0.0/16", ""},
		{value("IpAddress"), "2001:db8::1", ""},
		{value("NotIpAddress"), "10.0.0.0/40", "neither an IP"},
		{value("ArnLike"), "arn:aws:sqs:*:*:prompts-*", ""},
		{value("ArnEquals"), "prompts", "no ARN"},
		{value("Unheard"), "*", ""},
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

func TestPartitionOf(t *testing.T) {
	t.Parallel()
	for resource, want := range map[string]string{
		"arn:aws-cn:sqs:cn-north-1:123456789012:prompts": "aws-cn", "*": "", "arn:*:sqs:*:*:*": "", "prompts": "",
	} {
		if got := policy.PartitionOf(resource); got != want {
			t.Errorf("PartitionOf(%q) = %q", resource, got)
		}
	}
}

func TestTrustedReadsBackWhatTrustWrites(t *testing.T) {
	t.Parallel()
	const cluster = "arn:aws:eks:us-west-2:123456789012:cluster/c"
	both := []policy.ServiceAccount{{Namespace: "keda", Name: "keda-operator"}, {Namespace: "vllm", Name: "consumer"}}
	for _, document := range []policy.Document{policy.TrustIRSA(provider, both), policy.TrustPodIdentity(cluster, both)} {
		parsed, err := policy.Parse(document.JSON())
		if err != nil {
			t.Fatal(err)
		}
		found := policy.TrustedBy(parsed)
		if !slices.Equal(found.Accounts, both) || (found.OIDCProviderARN != provider && found.ClusterARN != cluster) {
			t.Errorf("%s is read as %+v", document.JSON(), found)
		}
	}
	foreign, err := policy.Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}`)
	if err != nil {
		t.Fatal(err)
	}
	if found := policy.TrustedBy(foreign); found.Accounts != nil || found.OIDCProviderARN != "" || found.ClusterARN != "" {
		t.Errorf("a policy of another kind is read as %+v", found)
	}
}
