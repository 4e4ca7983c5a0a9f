package aws

import (
	"context"
	"encoding/base64"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// withKeys is an account with a profile of its own, so that nothing of the
// machine's AWS configuration has a part in it.
func withKeys(t *testing.T) Configuration {
	t.Helper()
	file := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(file, []byte("[p]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret-key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(none, []byte("[profile p]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return Configuration{Region: "eu-west-1", Profile: "p", SharedCredentialsFiles: []string{file}, SharedConfigFiles: []string{none}}
}

func TestTokenIsAPresignedRequest(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	token, err := (&clusters{account: New(withKeys(t), "test"), now: func() time.Time { return now }}).Token(t.Context(), "inference")
	if err != nil {
		t.Fatal(err)
	}
	if life := token.Expires.Sub(now); life <= 0 || life >= 15*time.Minute {
		t.Errorf("the token lasts %s, EKS takes it for less than 15m", life)
	}
	encoded, isToken := strings.CutPrefix(token.Value, "k8s-aws-v1.")
	if !isToken || strings.Contains(encoded, "=") {
		t.Errorf("the token begins with %.20q, or is padded", token.Value)
	}
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	request, err := url.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	query := request.Query()
	if request.Scheme != "https" || request.Host != "sts.eu-west-1.amazonaws.com" || query.Get("Action") != "GetCallerIdentity" || query.Get("X-Amz-Expires") != "60" {
		t.Errorf("the request is %s://%s, action %q, expiry %q", request.Scheme, request.Host, query.Get("Action"), query.Get("X-Amz-Expires"))
	}
	if signed := query.Get("X-Amz-SignedHeaders"); signed != "host;x-k8s-aws-id" {
		t.Errorf("the signed headers are %q", signed)
	}
	if strings.Contains(string(text), "secret-key") {
		t.Error("the secret key is in the token")
	}
}

// A signature is worth nothing once its credentials have ended.
func TestTokenEndsWithItsCredentials(t *testing.T) {
	t.Parallel()
	end := time.Now().Add(5 * time.Minute)
	account := New(Configuration{}, "test")
	account.built = &aws.Config{Region: "eu-west-1", Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "secret-key", CanExpire: true, Expires: end}, nil
	})}
	token, err := account.EKS().Token(t.Context(), "inference")
	if err != nil {
		t.Fatal(err)
	}
	if !token.Expires.Equal(end) {
		t.Errorf("the token ends at %s, its credentials at %s", token.Expires, end)
	}
}
