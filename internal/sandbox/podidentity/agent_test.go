package podidentity

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
)

// TestAgentServesTheSDK uses the provider that SDKs use in a pod.
func TestAgentServesTheSDK(t *testing.T) {
	t.Parallel()
	want := aws.Credentials{AccessKeyID: "ASIA", SecretAccessKey: "secret", SessionToken: "session", CanExpire: true, Expires: time.Now().Add(time.Hour).Truncate(time.Second)}
	server := httptest.NewServer(Agent(func(_ context.Context, token string) (aws.Credentials, error) {
		if token != "the-pods-token" {
			return aws.Credentials{}, errors.New("another token")
		}
		return want, nil
	}, slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	provider := func(token string) aws.CredentialsProvider {
		return endpointcreds.New(server.URL+"/v1/credentials", func(o *endpointcreds.Options) {
			o.AuthorizationToken = token
			o.Retryer = aws.NopRetryer{}
		})
	}
	got, err := provider("the-pods-token").Retrieve(t.Context())
	if err != nil || got.AccessKeyID != want.AccessKeyID || got.SecretAccessKey != want.SecretAccessKey || got.SessionToken != want.SessionToken || !got.Expires.Equal(want.Expires) {
		t.Errorf("credentials %+v, %v", got, err)
	}
	if _, err = provider("x").Retrieve(t.Context()); err == nil {
		t.Error("another token got credentials")
	}
	if _, err = provider("").Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "Authorization header is empty") {
		t.Errorf("without a token: %v", err)
	}
}
