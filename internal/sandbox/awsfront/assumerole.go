package awsfront

import (
	"encoding/xml"
	"fmt"
	"net/url"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/iampolicy"
)

type xmlAssumeRole struct {
	XMLName   xml.Name `xml:"AssumeRoleResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Result    struct {
		Credentials     xmlCredentials
		AssumedRoleUser xmlAssumedRoleUser
	} `xml:"AssumeRoleResult"`
	xmlMetadata
}

// assumeRole judges the role's trust policy and the caller's own policies.
// moto's AssumeRole fails on trust policies whose principal is not AWS, and
// knows neither the account as principal nor a role's sessions.
func (f *Front) assumeRole(call stsCall) (any, error) {
	ctx := call.request.Context()
	caller, err := f.authenticate(call.request, call.body, "sts")
	if err != nil {
		return nil, queryCodes.toAPI(err)
	}
	s, err := parseSessionRequest(call.form)
	if err != nil {
		return nil, err
	}
	role, err := f.moto.role(ctx, s.roleARN)
	if err != nil {
		return nil, err
	}
	denied := forbidden("AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s", caller.ARN, s.roleARN)
	if role == nil {
		return nil, denied
	}
	for _, action := range sessionActions(call.form) {
		request := iampolicy.Request{Action: action, Resource: s.roleARN, Context: assumeRoleContext(caller, call.form)}
		own, err := f.decide(ctx, caller, request)
		if err != nil {
			return nil, err
		}
		request.Principals = caller.principals()
		named := f.trusts(role, request)
		request.Principals = append(request.Principals, caller.account()...)
		trusted := f.trusts(role, request)
		// Within an account, a trust policy that names the caller itself is
		// enough; one that names the account leaves it to the caller's policies.
		allowed := named == iampolicy.Allow || own == iampolicy.Allow
		if trusted != iampolicy.Allow || own == iampolicy.ExplicitDeny || !allowed {
			return nil, denied
		}
	}
	if err := s.checkDuration(role); err != nil {
		return nil, err
	}
	credentials, session, err := f.issue(ctx, role, s)
	if err != nil {
		return nil, err
	}
	response := xmlAssumeRole{Namespace: stsNamespace, xmlMetadata: metadata()}
	response.Result.Credentials = newXMLCredentials(credentials)
	response.Result.AssumedRoleUser = xmlAssumedRoleUser{AssumedRoleID: session.UserID, Arn: session.ARN}
	return response, nil
}

// sessionActions are the actions that the caller needs: session tags take a
// second one.
func sessionActions(form url.Values) []string {
	if form.Get("Tags.member.1.Key") != "" {
		return []string{"sts:AssumeRole", "sts:TagSession"}
	}
	return []string{"sts:AssumeRole"}
}

func assumeRoleContext(caller Caller, form url.Values) iampolicy.Context {
	context := caller.context()
	context["sts:RoleSessionName"] = []string{form.Get("RoleSessionName")}
	if id := form.Get("ExternalId"); id != "" {
		context["sts:ExternalId"] = []string{id}
	}
	for i := 1; form.Get(fmt.Sprintf("Tags.member.%d.Key", i)) != ""; i++ {
		name := form.Get(fmt.Sprintf("Tags.member.%d.Key", i))
		context["aws:RequestTag/"+name] = []string{form.Get(fmt.Sprintf("Tags.member.%d.Value", i))}
		context["aws:TagKeys"] = append(context["aws:TagKeys"], name)
	}
	return context
}

// principals are the names under which a policy can list this caller itself.
func (c Caller) principals() []iampolicy.Principal {
	names := []iampolicy.Principal{{Kind: iampolicy.AWS, Value: c.ARN}}
	if c.roleARN != "" {
		names = append(names, iampolicy.Principal{Kind: iampolicy.AWS, Value: c.roleARN})
	}
	return names
}

// account are the names under which a policy can list this caller's account.
func (c Caller) account() []iampolicy.Principal {
	return []iampolicy.Principal{
		{Kind: iampolicy.AWS, Value: c.Account},
		{Kind: iampolicy.AWS, Value: "arn:aws:iam::" + c.Account + ":root"},
	}
}

// context are the condition keys that every request of this caller has.
func (c Caller) context() iampolicy.Context {
	context := iampolicy.Context{
		"aws:PrincipalArn":     {c.ARN},
		"aws:PrincipalAccount": {c.Account},
		"aws:userid":           {c.UserID},
	}
	if c.roleARN != "" {
		context["aws:PrincipalArn"] = []string{c.roleARN}
		context["aws:PrincipalType"] = []string{"AssumedRole"}
		return context
	}
	context["aws:username"] = []string{c.userName}
	context["aws:PrincipalType"] = []string{"User"}
	return context
}
