package sqs

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
)

// maxTags leaves room for the provider's own: the owner's mark, and what an
// import reads.
const maxTags = aws.MaxTags - len(records)

// textRule is a rule about a text.
type textRule struct {
	words string
	check func(string) error
}

func textRules(words string, check func(string) error) []validator.String {
	return []validator.String{textRule{words, check}}
}

func (r textRule) Description(context.Context) string { return "must be " + r.words }

func (r textRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r textRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := r.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not "+r.words, fmt.Sprintf("%s: %q is not %s: %v.", req.Path, req.ConfigValue.ValueString(), r.words, err))
	}
}

// queueName is SQS' rule (API reference, CreateQueue). The suffix counts.
var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.fifo)?$`)

const maxQueueName = 80

func checkQueueName(name string) error {
	switch {
	case len(name) > maxQueueName:
		return fmt.Errorf("it has %d characters, and SQS allows %d", len(name), maxQueueName)
	case !queueName.MatchString(name):
		return errors.New("SQS allows letters, digits, hyphens and underscores, and at the end .fifo")
	}
	return nil
}

// accountID is what an ARN of a queue, key or role has.
var accountID = regexp.MustCompile(`^[0-9]{12}$`)

func parseARN(text, service, resource string) (arn.ARN, error) {
	parsed, err := arn.Parse(text)
	switch {
	case err != nil:
		return parsed, errors.New("it does not have the form of an ARN, arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE")
	case parsed.Service != service:
		return parsed, fmt.Errorf("its service is %q, not %q", parsed.Service, service)
	case !accountID.MatchString(parsed.AccountID):
		return parsed, fmt.Errorf("its account is %q, not 12 digits", parsed.AccountID)
	case !strings.HasPrefix(parsed.Resource, resource) || parsed.Resource == resource:
		return parsed, fmt.Errorf("its last part is %q, and has to be %sNAME", parsed.Resource, resource)
	}
	return parsed, nil
}

func checkQueueARN(text string) error {
	parsed, err := parseARN(text, "sqs", "")
	switch {
	case err != nil:
		return err
	case parsed.Region == "":
		return errors.New("it has no Region")
	}
	return checkQueueName(parsed.Resource)
}

func checkKeyARN(text string) error {
	parsed, err := parseARN(text, "kms", "key/")
	switch {
	case err != nil && strings.HasPrefix(parsed.Resource, "alias/"):
		return errors.New("it is an alias, which a policy cannot name: give the ARN of the key (aws_kms_alias.x.target_key_arn)")
	case err == nil && parsed.Region == "":
		return errors.New("it has no Region")
	}
	return err
}

func checkRoleARN(text string) error {
	if _, err := parseARN(text, "iam", "role/"); err != nil {
		return err
	}
	return checkRoleName(nameOfRole(text))
}

// roleForm is IAM's rule (API reference, CreateRole).
var roleForm = regexp.MustCompile(`^[\w+=,.@-]+$`)

const maxRoleName = 64

func checkRoleName(name string) error {
	switch {
	case len(name) > maxRoleName:
		return fmt.Errorf("%q has %d characters, and IAM allows %d", name, len(name), maxRoleName)
	case !roleForm.MatchString(name):
		return errors.New("IAM allows letters, digits and +=,.@-_ in the name of a role")
	}
	return nil
}

func checkObjectName(name string) error { return firstOf(validation.IsDNS1123Subdomain(name)) }

func checkNamespace(name string) error { return firstOf(validation.IsDNS1123Label(name)) }

func firstOf(reasons []string) error {
	if len(reasons) == 0 {
		return nil
	}
	return errors.New(reasons[0])
}

// tagRules are AWS' rules about tags.
type tagRules struct{}

func (tagRules) Description(context.Context) string { return "must be tags that AWS accepts" }

func (r tagRules) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (tagRules) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if len(req.ConfigValue.Elements()) > maxTags {
		resp.Diagnostics.AddAttributeError(req.Path, "Too many tags", fmt.Sprintf("%s has %d tags, and %d are possible: AWS allows 50, and the provider adds its own.", req.Path, len(req.ConfigValue.Elements()), maxTags))
	}
	for key, value := range req.ConfigValue.Elements() {
		text, isText := value.(types.String)
		if isText && text.IsNull() {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(key), "A tag without a value", fmt.Sprintf("%s: the tag %q is null. Leave it out, or set it to \"\".", req.Path, key))
			continue
		}
		// An unknown value counts as empty, which is valid, so that its key is
		// checked all the same.
		if err := checkTag(key, text.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(key), "Not a tag that AWS accepts", fmt.Sprintf("%s: %v.", req.Path, err))
		}
	}
}

func checkTag(key, value string) error {
	if strings.HasPrefix(key, recordPrefix) {
		return fmt.Errorf("the tag %q begins with %s, which this provider uses itself: choose another key", key, recordPrefix)
	}
	return aws.CheckTag(key, value)
}
