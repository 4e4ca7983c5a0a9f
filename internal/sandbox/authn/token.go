package authn

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The form of an EKS token: a prefix and a presigned URL of GetCallerIdentity.
const (
	tokenPrefix   = "k8s-aws-v1."
	clusterHeader = "x-k8s-aws-id"
	// maxTokenLength is the limit of aws-iam-authenticator, in bytes.
	maxTokenLength = 4 << 10
	// maxExpires and maxAge bound a token's life to 15 minutes.
	maxExpires = 900
	maxAge     = 15 * time.Minute
)

// tokenParameters are the query parameters that a token's URL may have, each
// once. Others could change what STS is asked.
var tokenParameters = []string{
	"action", "version", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires",
	"x-amz-security-token", "x-amz-signature", "x-amz-signedheaders", "x-amz-user-agent",
}

// errNotOurs is a token of another kind, which other authenticators judge.
var errNotOurs = errors.New("not an EKS token")

// decodeToken returns the URL in a token once its form is right. Whether its
// signature is, only STS can say. Errors never quote the token.
func decodeToken(token string, sts *url.URL, now time.Time) (*url.URL, error) {
	encoded, ours := strings.CutPrefix(token, tokenPrefix)
	if !ours {
		return nil, errNotOurs
	}
	if len(token) > maxTokenLength {
		return nil, fmt.Errorf("the token is longer than %d bytes", maxTokenLength)
	}
	decoded, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return nil, errors.New("the token is not base64url")
	}
	u, err := url.Parse(string(decoded))
	if err != nil {
		return nil, errors.New("the token does not hold a URL")
	}
	if u.Scheme != sts.Scheme || u.Host != sts.Host || u.Path != "/" && u.Path != "" || u.User != nil || u.Fragment != "" {
		return nil, fmt.Errorf("the token's URL does not lead to this stack's STS at %s", sts)
	}
	return u, checkQuery(u, now)
}

func checkQuery(u *url.URL, now time.Time) error {
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("the query of the token's URL is malformed")
	}
	query := url.Values{}
	for name, list := range values {
		lower := strings.ToLower(name)
		if !slices.Contains(tokenParameters, lower) {
			return fmt.Errorf("the token's URL has the parameter %q, which is not allowed", name)
		}
		if len(list) != 1 || query.Has(lower) {
			return fmt.Errorf("the token's URL has the parameter %q more than once", name)
		}
		query.Set(lower, list[0])
	}
	if query.Get("action") != "GetCallerIdentity" {
		return errors.New("the token's URL is not one of GetCallerIdentity")
	}
	if !slices.Contains(strings.Split(query.Get("x-amz-signedheaders"), ";"), clusterHeader) {
		return fmt.Errorf("the token's URL does not sign the header %s", clusterHeader)
	}
	seconds, err := strconv.Atoi(query.Get("x-amz-expires"))
	if err != nil || seconds < 0 || seconds > maxExpires {
		return fmt.Errorf("X-Amz-Expires of the token's URL must be at most %d seconds", maxExpires)
	}
	signed, err := time.Parse("20060102T150405Z", query.Get("x-amz-date"))
	if err != nil {
		return errors.New("X-Amz-Date of the token's URL is missing or malformed")
	}
	if now.Sub(signed) > maxAge {
		return fmt.Errorf("the token has expired: it was made at %s", signed.Format(time.RFC3339))
	}
	return nil
}
