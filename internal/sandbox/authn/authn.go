// Package authn is the token webhook of the stack's API server. It accepts the
// tokens of EKS as EKS does: STS says who made the token, the cluster's access
// entries say what that caller may be.
package authn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/awsfront"
)

// stsTimeout bounds the question to STS.
const stsTimeout = 10 * time.Second

// Entries finds the access entry of an IAM principal; *awsfront.Front does.
type Entries interface {
	AccessEntry(principalARN string) (awsfront.Entry, bool)
}

// Config is what the webhook needs to know.
type Config struct {
	ClusterName string
	// STSURL is the base URL of this stack's AWS, to which tokens must lead.
	STSURL  string
	Entries Entries
	Log     *slog.Logger
}

// Handler answers TokenReviews of authentication.k8s.io/v1.
type Handler struct {
	config Config
	sts    *url.URL
	client *http.Client
}

// New makes the webhook. It contacts nothing.
func New(config Config) (*Handler, error) {
	sts, err := url.Parse(config.STSURL)
	if err != nil || sts.Host == "" {
		return nil, fmt.Errorf("the URL of STS is %q: want http://host:port", config.STSURL)
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{
		config: config, sts: sts,
		client: &http.Client{
			Timeout:   stsTimeout,
			Transport: &http.Transport{},
			// A redirect would send the signed request somewhere else.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// ServeHTTP answers one TokenReview.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var review authenticationv1.TokenReview
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&review); err != nil {
		http.Error(w, "the body is not a TokenReview", http.StatusBadRequest)
		return
	}
	answer := authenticationv1.TokenReview{
		TypeMeta: metav1.TypeMeta{APIVersion: authenticationv1.SchemeGroupVersion.String(), Kind: "TokenReview"},
	}
	user, err := h.authenticate(r.Context(), review.Spec.Token)
	switch {
	case err == nil:
		answer.Status = authenticationv1.TokenReviewStatus{Authenticated: true, User: user}
	case errors.Is(err, errNotOurs):
	default:
		h.config.Log.Warn("a token was refused", "reason", err)
		answer.Status.Error = err.Error()
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		h.config.Log.Error("writing a TokenReview", "error", err)
	}
}

func (h *Handler) authenticate(ctx context.Context, token string) (authenticationv1.UserInfo, error) {
	u, err := decodeToken(token, h.sts, time.Now())
	if err != nil {
		return authenticationv1.UserInfo{}, err
	}
	who, err := h.ask(ctx, u)
	if err != nil {
		return authenticationv1.UserInfo{}, err
	}
	principal, session, err := canonical(who.ARN)
	if err != nil {
		return authenticationv1.UserInfo{}, err
	}
	entry, ok := h.config.Entries.AccessEntry(principal)
	if !ok {
		return authenticationv1.UserInfo{}, fmt.Errorf("the cluster %s has no access entry for %s", h.config.ClusterName, principal)
	}
	groups := entry.Groups
	for _, policy := range entry.Policies {
		groups = append(groups, policyGroup(policy))
	}
	userID, _, _ := strings.Cut(who.UserID, ":")
	return authenticationv1.UserInfo{
		// Session names may be e-mail addresses; EKS writes - for their @.
		Username: strings.ReplaceAll(entry.Username, "{{SessionName}}", strings.ReplaceAll(session, "@", "-")),
		UID:      "aws-iam-authenticator:" + who.Account + ":" + userID,
		Groups:   groups,
		Extra: map[string]authenticationv1.ExtraValue{
			"arn":          {who.ARN},
			"canonicalArn": {principal},
			"principalId":  {userID},
			"sessionName":  {session},
		},
	}, nil
}
