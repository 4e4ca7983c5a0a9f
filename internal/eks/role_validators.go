package eks

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
)

// rule is a rule about one text, for once it is known.
func rule(words string, check func(string) error) []validator.String {
	return []validator.String{textRule{words, check}}
}

type textRule struct {
	words string
	check func(string) error
}

func (r textRule) Description(context.Context) string { return "must be " + r.words }

func (r textRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r textRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := r.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not "+r.words, fmt.Sprintf("%s: %s", req.Path, awsresource.Sentence(err)))
	}
}

// The limits of IAM and EKS. Sources: IAM User Guide, "IAM and STS quotas"; API
// references, CreateRole and CreateCluster.
const (
	roleNameLimit        = 64
	rolePathLimit        = 512
	roleDescriptionLimit = 1000
)

var (
	roleNameForm    = regexp.MustCompile(`^[\w+=,.@-]+$`)
	rolePathForm    = regexp.MustCompile(`^/([\x21-\x2e\x30-\x7e]+/)*$`)
	descriptionForm = regexp.MustCompile(`^[\t\n\r\x20-\x7e\x{a1}-\x{ff}]*$`)
	clusterNameForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)
	accountIDForm   = regexp.MustCompile(`^[0-9]{12}$`)
)

func checkRoleName(name string) error {
	switch {
	case strings.HasPrefix(name, "arn:"):
		return fmt.Errorf("%q is an ARN: give the name alone", name)
	case len(name) > roleNameLimit:
		return fmt.Errorf("%q has %d characters and IAM allows %d: shorten it by %d", name, len(name), roleNameLimit, len(name)-roleNameLimit)
	case !roleNameForm.MatchString(name):
		return fmt.Errorf("%q is no name of a role: IAM allows 1 to %d letters, digits and _+=,.@-", name, roleNameLimit)
	}
	return nil
}

func checkRolePath(path string) error {
	if len(path) > rolePathLimit || !rolePathForm.MatchString(path) {
		return fmt.Errorf("%q is no path of a role: it begins and ends with a slash, as in \"/keda/\", and has at most %d characters", path, rolePathLimit)
	}
	return nil
}

func checkRoleDescription(text string) error {
	if length := len([]rune(text)); length > roleDescriptionLimit {
		return fmt.Errorf("the description has %d characters and IAM allows %d: shorten it", length, roleDescriptionLimit)
	}
	if text == "" {
		return fmt.Errorf("the description is empty: leave it out instead")
	}
	if !descriptionForm.MatchString(text) {
		return fmt.Errorf("%q has characters that IAM does not allow in a description: use those of Latin-1", text)
	}
	return nil
}

func checkClusterName(name string) error {
	if !clusterNameForm.MatchString(name) {
		return fmt.Errorf("%q is no name of an EKS cluster: 1 to 100 letters, digits, - and _, the first of which is a letter or a digit", name)
	}
	return nil
}

// checkOIDCProviderARN tells what people write instead, which IAM takes without
// a word for a principal that nobody ever is.
func checkOIDCProviderARN(value string) error {
	const form = `"arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE"`
	if strings.Contains(value, "://") && !strings.HasPrefix(value, "arn:") {
		return fmt.Errorf("%q is the issuer's URL: give the ARN of its OIDC provider, which has the issuer without https://, such as %s, or leave it out and set cluster_name", value, form)
	}
	parsed, err := arn.Parse(value)
	if err != nil || parsed.Service != "iam" || !accountIDForm.MatchString(parsed.AccountID) || policy.IssuerOf(value) == "" {
		return fmt.Errorf("%q is no ARN of an IAM OIDC provider: give one such as %s", value, form)
	}
	switch issuer := policy.IssuerOf(value); {
	case strings.Contains(issuer, "://"):
		return fmt.Errorf("%q has the issuer with a scheme, and IAM's ARN has it without: remove %q", value, issuer[:strings.Index(issuer, "://")+3])
	case strings.ContainsAny(issuer, "*?"):
		return fmt.Errorf("%q has a wildcard, and a principal is compared letter by letter: name one provider", value)
	case strings.HasSuffix(issuer, "/"):
		return fmt.Errorf("%q ends with a slash, and no issuer of EKS does: remove it", value)
	}
	return nil
}

// awsOwned is the account in the ARNs of the policies that AWS manages.
const awsOwned = "aws"

func checkPolicyARN(value string) error {
	parsed, err := arn.Parse(value)
	if err != nil || parsed.Service != "iam" || !strings.HasPrefix(parsed.Resource, "policy/") || strings.HasSuffix(parsed.Resource, "/") ||
		(parsed.AccountID != awsOwned && !accountIDForm.MatchString(parsed.AccountID)) || strings.ContainsAny(value, "*?") {
		return fmt.Errorf("%q is no ARN of a managed policy: give one such as \"arn:aws:iam::123456789012:policy/read-queue\"", value)
	}
	return nil
}

func checkNamespaceName(name string) error { return checkObjectName(name, validation.IsDNS1123Label) }

func checkServiceAccountName(name string) error {
	return checkObjectName(name, validation.IsDNS1123Subdomain)
}

func checkObjectName(name string, check func(string) []string) error {
	if strings.ContainsAny(name, "*?") {
		return fmt.Errorf("%q has a wildcard, and the trust policy compares by StringEquals, under which it matches nothing: list each service account", name)
	}
	if namespace, rest, hasSlash := strings.Cut(name, "/"); hasSlash {
		return fmt.Errorf("%q is two names: write namespace = %q and name = %q", name, namespace, rest)
	}
	if strings.HasPrefix(name, "system:serviceaccount:") {
		return fmt.Errorf("%q is a token's subject: write its namespace and its name", name)
	}
	if reasons := check(name); len(reasons) > 0 {
		return fmt.Errorf("%q: %s", name, strings.Join(reasons, "; "))
	}
	return nil
}
