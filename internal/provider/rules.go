package provider

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// The limits of services that the rules below apply.
const (
	fieldManagerMaxLength = 128 // k8s.io/apimachinery, meta/v1 ValidateFieldManager
	tagsMaxCount          = 50  // AWS: user tags on one resource
	tagKeyMaxLength       = 128
	tagValueMaxLength     = 256
	assumeRoleMinDuration = 15 * time.Minute // STS AssumeRole DurationSeconds
	assumeRoleMaxDuration = 12 * time.Hour
)

// The patterns are those of the services' API references: EKS CreateCluster,
// STS AssumeRole, and the tagging rules that IAM, SQS and AMP share. The
// Region's also accepts Regions to come.
var (
	eksClusterNamePattern = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)
	regionPattern         = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)
	zonePattern           = regexp.MustCompile(`^([a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2})[a-z]$`)
	sessionNamePattern    = regexp.MustCompile(`^[0-9A-Za-z_+=,.@-]{2,64}$`)
	externalIDPattern     = regexp.MustCompile(`^[0-9A-Za-z_+=,.@:/-]+$`)
	tagPattern            = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

// errEmpty is the error of an empty string where a value is meant.
var errEmpty = errors.New("the value is empty: leave the attribute out (or null) to use its default, or give a value")

func checkNotEmpty(value string) error {
	if strings.TrimSpace(value) == "" {
		return errEmpty
	}

	return nil
}

func checkEKSClusterName(value string) error {
	switch {
	case value == "":
		return errEmpty
	case strings.HasPrefix(value, "arn:"):
		return fmt.Errorf("%q is an ARN, and the name alone is wanted: give what follows \"cluster/\"", value)
	case !eksClusterNamePattern.MatchString(value):
		return fmt.Errorf("%q is no EKS cluster name: EKS allows 1 to 100 letters, digits, hyphens and underscores, the first a letter or digit", value)
	}

	return nil
}

// checkHTTPURL accepts the base URL of a server.
func checkHTTPURL(value string) error {
	if value == "" {
		return errEmpty
	}

	parsed, err := url.Parse(value)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "https" && parsed.Scheme != "http") {
		return fmt.Errorf("%q is no URL of a server: give scheme, host and, where it is not the scheme's own, port, such as \"https://10.0.0.1:6443\"", value)
	}

	if parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
		return errors.New("the URL holds a user name, a query or a fragment, which the base URL of a server cannot have: give scheme, host, port and path only")
	}

	return nil
}

func checkCertificates(value string) error {
	if _, err := cert.ParseCertsPEM([]byte(value)); err != nil {
		return pemError(value, "CERTIFICATE")
	}

	return nil
}

func checkPrivateKey(value string) error {
	if _, err := keyutil.ParsePrivateKeyPEM([]byte(value)); err != nil {
		return pemError(value, "PRIVATE KEY")
	}

	return nil
}

// pemError explains a value that holds no PEM block of the type, without
// quoting it.
func pemError(value, blockType string) error {
	if value == "" {
		return errEmpty
	}

	problem := fmt.Sprintf("the value is no PEM: it must hold a valid block that begins with \"-----BEGIN %s-----\"", blockType)

	// EKS and kubeconfig files give certificates and keys as base64 of the PEM.
	if decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value)); err == nil && strings.HasPrefix(string(decoded), "-----BEGIN ") {
		return errors.New(problem + "; it is that in base64, so wrap it in base64decode()")
	}

	return errors.New(problem + "; use file() where the attribute got a path")
}

func checkRegion(value string) error {
	if value == "" {
		return errEmpty
	}

	if zone := zonePattern.FindStringSubmatch(value); zone != nil {
		return fmt.Errorf("%q is an Availability Zone, and a Region is wanted: give %q", value, zone[1])
	}

	if !regionPattern.MatchString(value) {
		return fmt.Errorf("%q is no AWS Region: give the Region's code, such as \"us-west-2\"", value)
	}

	return nil
}

func checkRoleARN(value string) error {
	if value == "" {
		return errEmpty
	}

	parsed, err := arn.Parse(value)
	if err != nil || parsed.Service != "iam" || len(parsed.AccountID) != 12 || !strings.HasPrefix(parsed.Resource, "role/") || strings.HasSuffix(parsed.Resource, "/") {
		return fmt.Errorf("%q is no ARN of an IAM role: give one such as \"arn:aws:iam::123456789012:role/deployer\"", value)
	}

	return nil
}

func checkAssumeRoleDuration(value string) error {
	duration, err := time.ParseDuration(value)
	if err != nil {
		return fmt.Errorf("%q is no duration: give a number and a unit (s, m or h), such as \"1h\"", value)
	}

	if duration < assumeRoleMinDuration || duration > assumeRoleMaxDuration {
		return fmt.Errorf("%q is outside what STS allows for a role's session: give 15m to 12h, and no more than the role's maximum session duration", value)
	}

	return nil
}

func checkSessionName(value string) error {
	if !sessionNamePattern.MatchString(value) {
		return fmt.Errorf("%q is no session name: STS allows 2 to 64 letters, digits and _+=,.@-", value)
	}

	return nil
}

// checkExternalID never quotes the ID, which some treat as a secret.
func checkExternalID(value string) error {
	if len(value) < 2 || len(value) > 1224 || !externalIDPattern.MatchString(value) {
		return errors.New("the value is no external ID: STS allows 2 to 1224 letters, digits and _+=,.@:/-")
	}

	return nil
}

func checkJSONObject(value string) error {
	var object map[string]any
	if err := json.Unmarshal([]byte(value), &object); err != nil || object == nil {
		return errors.New("the value is no JSON object: give an IAM policy document, such as by jsonencode()")
	}

	return nil
}

// checkFieldManager is the API server's own rule, k8s.io/apimachinery
// meta/v1 ValidateFieldManager, for which an apply may not leave the name empty.
func checkFieldManager(value string) error {
	if value == "" {
		return errEmpty
	}

	if len(value) > fieldManagerMaxLength {
		return fmt.Errorf("the field manager's name has %d bytes and the API server allows %d: use a shorter name", len(value), fieldManagerMaxLength)
	}

	for _, r := range value {
		if !unicode.IsPrint(r) {
			return fmt.Errorf("the field manager's name holds %U, and the API server allows printable characters only: remove it", r)
		}
	}

	return nil
}

func checkTagCount(count int) error {
	if count > tagsMaxCount {
		return fmt.Errorf("there are %d tags and AWS allows %d on a resource: remove some", count, tagsMaxCount)
	}

	return nil
}

func checkTagKey(key string) error {
	switch {
	case key == "" || utf8.RuneCountInString(key) > tagKeyMaxLength:
		return fmt.Errorf("the tag key %q has %d characters and AWS allows 1 to %d", key, utf8.RuneCountInString(key), tagKeyMaxLength)
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return fmt.Errorf("the tag key %q begins with \"aws:\", which AWS keeps to itself: use another key", key)
	case !tagPattern.MatchString(key):
		return fmt.Errorf("the tag key %q holds a character that AWS does not allow: use letters, digits, spaces and _.:/=+-@", key)
	}

	return nil
}

func checkTagValue(key, value string) error {
	switch {
	case utf8.RuneCountInString(value) > tagValueMaxLength:
		return fmt.Errorf("the value of the tag %q has %d characters and AWS allows %d", key, utf8.RuneCountInString(value), tagValueMaxLength)
	case !tagPattern.MatchString(value):
		return fmt.Errorf("the value of the tag %q holds a character that AWS does not allow: use letters, digits, spaces and _.:/=+-@", key)
	}

	return nil
}
