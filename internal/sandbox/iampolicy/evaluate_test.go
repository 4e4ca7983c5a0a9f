package iampolicy

import (
	"fmt"
	"strings"
	"testing"
)

const issuer = "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"

// webIdentity is the request of a pod of keda/keda-operator.
func webIdentity() Request {
	return Request{
		Principals: []Principal{{Federated, "arn:aws:iam::123456789012:oidc-provider/" + issuer}},
		Action:     "sts:AssumeRoleWithWebIdentity",
		Resource:   "arn:aws:iam::123456789012:role/keda",
		Context: Context{
			issuer + ":sub": {"system:serviceaccount:keda:keda-operator"},
			issuer + ":aud": {"sts.amazonaws.com"},
		},
	}
}

func trustPolicy(condition string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/%s"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":%s}]}`,
		issuer, strings.ReplaceAll(condition, "ISSUER", issuer))
}

func TestTrustPolicy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		condition string
		want      Decision
		wantError string
	}{
		"exact subject and audience": {
			`{"StringEquals":{"ISSUER:sub":"system:serviceaccount:keda:keda-operator","ISSUER:aud":"sts.amazonaws.com"}}`, Allow, "",
		},
		"one of a list":                  {`{"StringEquals":{"ISSUER:sub":["system:serviceaccount:a:b","system:serviceaccount:keda:keda-operator"]}}`, Allow, ""},
		"another service account":        {`{"StringEquals":{"ISSUER:sub":"system:serviceaccount:keda:keda"}}`, ImplicitDeny, ""},
		"another audience":               {`{"StringEquals":{"ISSUER:aud":"vault"}}`, ImplicitDeny, ""},
		"wildcard under StringEquals":    {`{"StringEquals":{"ISSUER:sub":"system:serviceaccount:keda:*"}}`, ImplicitDeny, ""},
		"wildcard under StringLike":      {`{"StringLike":{"ISSUER:sub":"system:serviceaccount:keda:*"}}`, Allow, ""},
		"question mark under StringLike": {`{"StringLike":{"ISSUER:sub":"system:serviceaccount:ked?:keda-operator"}}`, Allow, ""},
		"https:// in the key":            {`{"StringEquals":{"https://ISSUER:sub":"system:serviceaccount:keda:keda-operator"}}`, ImplicitDeny, ""},
		"an ARN in the key":              {`{"StringEquals":{"arn:aws:iam::123456789012:oidc-provider/ISSUER:sub":"system:serviceaccount:keda:keda-operator"}}`, ImplicitDeny, ""},
		"the key in other case":          {`{"StringEquals":{"OIDC.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:SUB":"system:serviceaccount:keda:keda-operator"}}`, Allow, ""},
		"the value in other case":        {`{"StringEquals":{"ISSUER:sub":"System:serviceaccount:keda:keda-operator"}}`, ImplicitDeny, ""},
		"the value in other case, ignored": {
			`{"StringEqualsIgnoreCase":{"ISSUER:sub":"System:serviceaccount:keda:keda-operator"}}`, Allow, "",
		},
		"negation of another":        {`{"StringNotEquals":{"ISSUER:sub":"system:serviceaccount:keda:other"}}`, Allow, ""},
		"negation of this":           {`{"StringNotEquals":{"ISSUER:sub":["x","system:serviceaccount:keda:keda-operator"]}}`, ImplicitDeny, ""},
		"negation of an absent key":  {`{"StringNotEquals":{"aws:username":"x"}}`, Allow, ""},
		"an absent key":              {`{"StringEquals":{"aws:username":"x"}}`, ImplicitDeny, ""},
		"an absent key, IfExists":    {`{"StringEqualsIfExists":{"aws:username":"x"}}`, Allow, ""},
		"a present key, IfExists":    {`{"StringEqualsIfExists":{"ISSUER:aud":"x"}}`, ImplicitDeny, ""},
		"Null wants absence":         {`{"Null":{"aws:username":"true"}}`, Allow, ""},
		"Null wants presence":        {`{"Null":{"aws:username":false}}`, ImplicitDeny, ""},
		"all operators must hold":    {`{"StringEquals":{"ISSUER:aud":"sts.amazonaws.com"},"StringLike":{"ISSUER:sub":"nobody"}}`, ImplicitDeny, ""},
		"an operator nobody knows":   {`{"StringMatches":{"ISSUER:sub":"system:serviceaccount:keda:keda-operator"}}`, ImplicitDeny, `"StringMatches" is not known`},
		"an operator not modelled":   {`{"IpAddress":{"aws:SourceIp":"127.0.0.1/32"}}`, ImplicitDeny, `"IpAddress" is not known`},
		"a set operator nobody has":  {`{"ForSome:StringEquals":{"ISSUER:sub":"x"}}`, ImplicitDeny, "unknown set operator"},
		"a variable without a value": {`{"StringEquals":{"ISSUER:sub":"${aws:username}"}}`, ImplicitDeny, ""},
		"a variable with a value":    {`{"StringLike":{"ISSUER:sub":"*:${ISSUER:aud, 'x'}"}}`, ImplicitDeny, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document, err := ParseTrust(trustPolicy(test.condition))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Evaluate(webIdentity(), document)
			if got != test.want {
				t.Errorf("decision %v, want %v", got, test.want)
			}
			if (err == nil) != (test.wantError == "") || err != nil && !strings.Contains(err.Error(), test.wantError) {
				t.Errorf("error %v, want %q", err, test.wantError)
			}
		})
	}
}

func TestPrincipals(t *testing.T) {
	t.Parallel()
	session := Request{Action: "sts:AssumeRole", Principals: []Principal{
		{AWS, "arn:aws:sts::123456789012:assumed-role/keda/s"},
		{AWS, "arn:aws:iam::123456789012:role/keda"},
		{AWS, "arn:aws:iam::123456789012:root"},
		{AWS, "123456789012"},
	}}
	service := Request{Action: "sts:AssumeRole", Principals: []Principal{{Service, "pods.eks.amazonaws.com"}}}
	for name, test := range map[string]struct {
		principal string
		request   Request
		want      Decision
	}{
		"everyone":                       {`"*"`, session, Allow},
		"every AWS principal":            {`{"AWS":"*"}`, session, Allow},
		"everyone is no service":         {`"*"`, service, ImplicitDeny},
		"the role":                       {`{"AWS":["x","arn:aws:iam::123456789012:role/keda"]}`, session, Allow},
		"the account":                    {`{"AWS":"123456789012"}`, session, Allow},
		"another role":                   {`{"AWS":"arn:aws:iam::123456789012:role/other"}`, session, ImplicitDeny},
		"no wildcards within an ARN":     {`{"AWS":"arn:aws:iam::123456789012:role/*"}`, session, ImplicitDeny},
		"the service":                    {`{"Service":"pods.eks.amazonaws.com"}`, service, Allow},
		"the service under another kind": {`{"AWS":"pods.eks.amazonaws.com"}`, service, ImplicitDeny},
		"another service":                {`{"Service":"ec2.amazonaws.com"}`, service, ImplicitDeny},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document, err := ParseTrust(`{"Statement":{"Effect":"Allow","Principal":` + test.principal + `,"Action":"sts:*"}}`)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Evaluate(test.request, document); got != test.want || err != nil {
				t.Errorf("decision %v, error %v, want %v", got, err, test.want)
			}
		})
	}
}

func TestIdentityPolicies(t *testing.T) {
	t.Parallel()
	const queue = "arn:aws:sqs:us-west-2:123456789012:prompts"
	request := Request{Action: "sqs:GetQueueAttributes", Resource: queue, Context: Context{
		"aws:username": {"prompts"}, "aws:TagKeys": {"a", "b"}, "aws:RequestTag/kubernetes-namespace": {"vllm"}, "aws:SourceArn": {"arn:aws:eks:us-west-2:123456789012:cluster/sandbox"}, "aws:SecureTransport": {"false"},
	}}
	for name, test := range map[string]struct {
		statements string
		want       Decision
		wantError  bool
	}{
		"the action on the queue":           {`{"Effect":"Allow","Action":"sqs:GetQueueAttributes","Resource":"` + queue + `"}`, Allow, false},
		"the action in other case":          {`{"Effect":"Allow","Action":"SQS:getqueueattributes","Resource":"` + queue + `"}`, Allow, false},
		"a wildcard in the action":          {`{"Effect":"Allow","Action":["s3:*","sqs:Get*"],"Resource":"*"}`, Allow, false},
		"another action":                    {`{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"*"}`, ImplicitDeny, false},
		"another queue":                     {`{"Effect":"Allow","Action":"sqs:*","Resource":"` + queue + `-dlq"}`, ImplicitDeny, false},
		"the queue's prefix":                {`{"Effect":"Allow","Action":"sqs:*","Resource":"` + queue + `*"}`, Allow, false},
		"resources keep their case":         {`{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:us-west-2:123456789012:Prompts"}`, ImplicitDeny, false},
		"a short ARN is completed":          {`{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs"}`, Allow, false},
		"a wildcard stays in its field":     {`{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:*:prompts"}`, ImplicitDeny, false},
		"NotAction":                         {`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`, Allow, false},
		"NotAction with the action":         {`{"Effect":"Allow","NotAction":"sqs:*","Resource":"*"}`, ImplicitDeny, false},
		"NotResource":                       {`{"Effect":"Allow","Action":"*","NotResource":"` + queue + `"}`, ImplicitDeny, false},
		"a deny overrides":                  {`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"sqs:*","Resource":"` + queue + `"}`, ExplicitDeny, false},
		"a deny elsewhere does not":         {`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"sqs:*","Resource":"` + queue + `2"}`, Allow, false},
		"a deny that cannot be judged":      {`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}`, ExplicitDeny, true},
		"an allow that cannot be judged":    {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}`, ImplicitDeny, true},
		"a sound allow beside it":           {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"X":{"a":"b"}}},{"Effect":"Allow","Action":"*","Resource":"*"}`, Allow, true},
		"a variable in the resource":        {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:*:${aws:username}"}`, Allow, false},
		"a variable with a default":         {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:*:${aws:PrincipalTag/x, 'prompts'}"}`, Allow, false},
		"a variable without a value":        {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:*:${aws:PrincipalTag/x}"}`, ImplicitDeny, false},
		"a star that stands for itself":     {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:*:${*}"}`, ImplicitDeny, false},
		"a variable that is not closed":     {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:*:${aws:username"}`, ImplicitDeny, true},
		"a request tag":                     {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"vllm"}}}`, Allow, false},
		"ForAllValues, all listed":          {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b","c"]}}}`, Allow, false},
		"ForAllValues, one not listed":      {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}}}`, ImplicitDeny, false},
		"ForAllValues of an absent key":     {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"x":["a"]}}}`, Allow, false},
		"ForAnyValue, one listed":           {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["b","z"]}}}`, Allow, false},
		"ForAnyValue, none listed":          {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":"z"}}}`, ImplicitDeny, false},
		"ForAnyValue of an absent key":      {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"x":["a"]}}}`, ImplicitDeny, false},
		"ForAnyValue negated":               {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAnyValue:StringNotEquals":{"aws:TagKeys":"a"}}}`, Allow, false},
		"ArnLike":                           {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:eks:*:123456789012:cluster/*"}}}`, Allow, false},
		"ArnEquals knows wildcards as well": {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:eks:*:*:cluster/sand?ox"}}}`, Allow, false},
		"Bool":                              {`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}}`, ExplicitDeny, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document, err := ParseIdentity(`{"Version":"2012-10-17","Statement":[` + test.statements + `]}`)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Evaluate(request, document)
			if got != test.want || (err != nil) != test.wantError {
				t.Errorf("decision %v, error %v; want %v, error: %t", got, err, test.want, test.wantError)
			}
		})
	}
}

func TestVariablesNeedVersion2012(t *testing.T) {
	t.Parallel()
	document, err := ParseIdentity(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:*:${aws:username}"}}`)
	if err != nil {
		t.Fatal(err)
	}
	request := Request{Action: "a:b", Resource: "arn:aws:sqs:r:1:me", Context: Context{"aws:username": {"me"}}}
	if got, _ := Evaluate(request, document); got != ImplicitDeny {
		t.Errorf("decision %v, want an implicit deny: the oldest version of the language has no variables", got)
	}
}

func TestMalformedDocuments(t *testing.T) {
	t.Parallel()
	const good = `"Effect":"Allow","Action":"*","Resource":"*"`
	for name, document := range map[string]string{
		"no JSON":                     `x`,
		"empty":                       ``,
		"no statement":                `{"Version":"2012-10-17"}`,
		"another version":             `{"Version":"2012-10-18","Statement":{` + good + `}}`,
		"text after it":               `{"Statement":{` + good + `}} x`,
		"an unknown element":          `{"Statement":{` + good + `,"Conditions":{}}}`,
		"an unknown element on top":   `{"Statements":{` + good + `}}`,
		"an unknown effect":           `{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`,
		"no action":                   `{"Statement":{"Effect":"Allow","Resource":"*"}}`,
		"Action and NotAction":        `{"Statement":{` + good + `,"NotAction":"x"}}`,
		"no resource":                 `{"Statement":{"Effect":"Allow","Action":"*"}}`,
		"a principal":                 `{"Statement":{` + good + `,"Principal":"*"}}`,
		"an object as action":         `{"Statement":{"Effect":"Allow","Action":{"a":"b"},"Resource":"*"}}`,
		"an operator twice":           `{"Statement":{` + good + `,"Condition":{"StringEquals":{"a":"b"},"StringEquals":{"c":"d"}}}}`,
		"null as a condition's value": `{"Statement":{` + good + `,"Condition":{"StringEquals":{"a":null}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := ParseIdentity(document); err == nil {
				t.Error("the document was accepted")
			}
		})
	}
	if _, err := ParseTrust(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}`); err == nil {
		t.Error("a trust policy with a resource was accepted")
	}
	if _, err := ParseTrust(`{"Statement":{"Effect":"Allow","Action":"*"}}`); err == nil {
		t.Error("a trust policy without a principal was accepted")
	}
	if _, err := ParseTrust(`{"Statement":{"Effect":"Allow","Action":"*","Principal":"someone"}}`); err == nil {
		t.Error("a principal that is a string but not * was accepted")
	}
}

// FuzzEvaluate looks for panics, and for an Allow out of a document which has
// no such statement.
func FuzzEvaluate(f *testing.F) {
	f.Add(trustPolicy(`{"StringLike":{"ISSUER:sub":"system:*"}}`), "sts:AssumeRoleWithWebIdentity", "value")
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":["a*?"],"NotResource":"arn:${aws:username}"}}`, "a:b", "*")
	f.Add(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAnyValue:ArnLike":{"k":["arn:a","b"]}}}]}`, "x", "arn:::::")
	f.Fuzz(func(t *testing.T, text, action, value string) {
		for _, parse := range []func(string) (*Document, error){ParseIdentity, ParseTrust} {
			document, err := parse(text)
			if err != nil {
				continue
			}
			request := Request{
				Principals: []Principal{{AWS, value}}, Action: action, Resource: value,
				Context: Context{"k": {value}, "aws:username": {value}},
			}
			if decision, _ := Evaluate(request, document); decision == Allow && !strings.Contains(text, "Allow") && !strings.Contains(text, `\u`) {
				t.Errorf("%s allows %s", text, action)
			}
		}
	})
}
