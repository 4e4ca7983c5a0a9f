package authn

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// identity is what STS answered.
type identity struct {
	ARN     string `xml:"GetCallerIdentityResult>Arn"`
	UserID  string `xml:"GetCallerIdentityResult>UserId"`
	Account string `xml:"GetCallerIdentityResult>Account"`
}

// ask sends the token's own request to STS, with the cluster's name in the
// signed header: a token made for another cluster fails there.
func (h *Handler) ask(ctx context.Context, u *url.URL) (identity, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return identity{}, errors.New("the token's URL is malformed")
	}
	request.Header.Set(clusterHeader, h.config.ClusterName)
	response, err := h.client.Do(request)
	if err != nil {
		// The error of the HTTP client would quote the URL.
		return identity{}, errors.New("STS did not answer")
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return identity{}, errors.New("reading the answer of STS failed")
	}
	if response.StatusCode != http.StatusOK {
		var refusal struct {
			Code    string `xml:"Error>Code"`
			Message string `xml:"Error>Message"`
		}
		_ = xml.Unmarshal(body, &refusal)
		return identity{}, fmt.Errorf("STS refused the token with status %d: %s: %s", response.StatusCode, refusal.Code, refusal.Message)
	}
	var who identity
	if err := xml.Unmarshal(body, &who); err != nil || who.ARN == "" {
		return identity{}, errors.New("the answer of STS holds no identity")
	}
	return who, nil
}

// canonical returns the ARN by which access entries name a caller, and the name
// of the session when the caller is a role's session.
func canonical(arn string) (principal, session string, err error) {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) != 6 {
		return "", "", fmt.Errorf("the ARN %q is malformed", arn)
	}
	resource, rest, _ := strings.Cut(fields[5], "/")
	switch {
	case fields[2] == "iam" && resource == "user":
		return arn, "", nil
	case fields[2] == "sts" && resource == "assumed-role":
		role, session, ok := strings.Cut(rest, "/")
		if !ok {
			return "", "", fmt.Errorf("the ARN %q names no session", arn)
		}
		return fmt.Sprintf("arn:%s:iam::%s:role/%s", fields[1], fields[4], role), session, nil
	default:
		return "", "", fmt.Errorf("principals like %s have no access to an EKS cluster", arn)
	}
}
