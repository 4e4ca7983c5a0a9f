package awsfront_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/awsfront"
)

var (
	userKey    = aws.Credentials{AccessKeyID: "AKIAUSER", SecretAccessKey: "user-secret"}
	sessionKey = aws.Credentials{AccessKeyID: "ASIASESSION", SecretAccessKey: "session-secret", SessionToken: "token/with+signs="}
)

func knownKeys(_ context.Context, id string) (aws.Credentials, error) {
	for _, key := range []aws.Credentials{userKey, sessionKey} {
		if key.AccessKeyID == id {
			return key, nil
		}
	}
	return aws.Credentials{}, awsfront.ErrUnknownKey
}

func checksum(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// signed is a request signed in its Authorization header, as a server sees it.
func signed(t *testing.T, key aws.Credentials, method, target, body string, at time.Time) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, "http://127.0.0.1:4566"+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if err := v4.NewSigner().SignHTTP(t.Context(), key, r, checksum(body), "aps", region, at); err != nil {
		t.Fatal(err)
	}
	return received(r, body)
}

// presigned is a request signed in its query, with a signed header.
func presigned(t *testing.T, key aws.Credentials, target string, at time.Time) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://127.0.0.1:4566"+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-K8s-Aws-Id", "sandbox")
	uri, _, err := v4.NewSigner().PresignHTTP(t.Context(), key, r, checksum(""), "sts", region, at)
	if err != nil {
		t.Fatal(err)
	}
	if r.URL, err = url.Parse(uri); err != nil {
		t.Fatal(err)
	}
	return received(r, "")
}

// received is the request as the server's side has it, with headers that the
// client's HTTP library added after signing.
func received(r *http.Request, body string) *http.Request {
	server := httptest.NewRequest(r.Method, r.URL.RequestURI(), strings.NewReader(body))
	server.Host, server.Header = r.URL.Host, r.Header.Clone()
	server.Header.Set("User-Agent", "Go-http-client/1.1")
	server.Header.Set("Accept-Encoding", "gzip")
	return server
}

func verify(r *http.Request, now time.Time) (awsfront.Signature, error) {
	body, _ := io.ReadAll(r.Body)
	return awsfront.VerifySignature(r, body, knownKeys, now)
}

func TestVerifySignatureAccepts(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, r := range map[string]*http.Request{
		"a header":                       signed(t, userKey, http.MethodPost, "/workspaces/ws-1/api/v1/remote_write", "body", now),
		"a header with a session":        signed(t, sessionKey, http.MethodPost, "/", "Action=GetCallerIdentity", now),
		"a query":                        presigned(t, userKey, "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", now),
		"a query with a session":         presigned(t, sessionKey, "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", now),
		"an escaped path":                signed(t, userKey, http.MethodGet, "/clusters/a/access-entries/arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx", "", now),
		"a query that needs sorting":     signed(t, userKey, http.MethodGet, "/api/v1/query?time=1&query=sum%28rate%28a%5B1m%5D%29%29+by+%28b%29&b=%2F", "", now),
		"the end of the time window":     signed(t, userKey, http.MethodGet, "/", "", now.Add(-14*time.Minute)),
		"a clock that is a little ahead": signed(t, userKey, http.MethodGet, "/", "", now.Add(4*time.Minute)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := verify(r, now); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestVerifySignatureRefuses(t *testing.T) {
	t.Parallel()
	now := time.Now()
	const call = "/?Action=GetCallerIdentity&Version=2011-06-15"
	wrong := userKey
	wrong.SecretAccessKey = "another"
	stolen := sessionKey
	stolen.SessionToken = "another"
	change := func(r *http.Request, f func(*http.Request)) *http.Request {
		f(r)
		return r
	}
	for name, test := range map[string]struct {
		request *http.Request
		want    error
	}{
		"unsigned":                {httptest.NewRequest(http.MethodGet, "/", nil), awsfront.ErrUnsigned},
		"another secret":          {signed(t, wrong, http.MethodGet, call, "", now), awsfront.ErrSignatureMismatch},
		"another secret, a query": {presigned(t, wrong, call, now), awsfront.ErrSignatureMismatch},
		"an unknown key":          {signed(t, aws.Credentials{AccessKeyID: "AKIAX", SecretAccessKey: "x"}, http.MethodGet, call, "", now), awsfront.ErrUnknownKey},
		"another session token":   {signed(t, stolen, http.MethodGet, call, "", now), awsfront.ErrUnknownKey},
		"no session token": {
			signed(t, aws.Credentials{AccessKeyID: sessionKey.AccessKeyID, SecretAccessKey: sessionKey.SecretAccessKey}, http.MethodGet, call, "", now),
			awsfront.ErrUnknownKey,
		},
		"too old":                {signed(t, userKey, http.MethodGet, call, "", now.Add(-16*time.Minute)), awsfront.ErrSignatureTime},
		"too old, a query":       {presigned(t, userKey, call, now.Add(-16*time.Minute)), awsfront.ErrSignatureTime},
		"of the future":          {signed(t, userKey, http.MethodGet, call, "", now.Add(6*time.Minute)), awsfront.ErrSignatureTime},
		"another body":           {change(signed(t, userKey, http.MethodPost, "/", "body", now), func(r *http.Request) { r.Body = io.NopCloser(bytes.NewBufferString("bodX")) }), awsfront.ErrSignatureMismatch},
		"another query":          {change(signed(t, userKey, http.MethodGet, call, "", now), func(r *http.Request) { r.URL.RawQuery += "&a=b" }), awsfront.ErrSignatureMismatch},
		"another query, a query": {change(presigned(t, userKey, call, now), func(r *http.Request) { r.URL.RawQuery += "&a=b" }), awsfront.ErrSignatureMismatch},
		"another path":           {change(signed(t, userKey, http.MethodGet, "/a", "", now), func(r *http.Request) { r.URL.Path = "/b" }), awsfront.ErrSignatureMismatch},
		"another method":         {change(signed(t, userKey, http.MethodGet, "/a", "", now), func(r *http.Request) { r.Method = http.MethodDelete }), awsfront.ErrSignatureMismatch},
		"another host":           {change(signed(t, userKey, http.MethodGet, "/a", "", now), func(r *http.Request) { r.Host = "127.0.0.1:1" }), awsfront.ErrSignatureMismatch},
		"another signed header":  {change(presigned(t, userKey, call, now), func(r *http.Request) { r.Header.Set("X-K8s-Aws-Id", "other") }), awsfront.ErrSignatureMismatch},
		"no signed header":       {change(presigned(t, userKey, call, now), func(r *http.Request) { r.Header.Del("X-K8s-Aws-Id") }), awsfront.ErrSignatureMismatch},
		"another scheme":         {change(signed(t, userKey, http.MethodGet, call, "", now), func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }), awsfront.ErrIncomplete},
		"no date":                {change(signed(t, userKey, http.MethodGet, call, "", now), func(r *http.Request) { r.Header.Del("X-Amz-Date") }), awsfront.ErrIncomplete},
		"a date of another day": {change(signed(t, userKey, http.MethodGet, call, "", now), func(r *http.Request) {
			r.Header.Set("X-Amz-Date", now.Add(-48*time.Hour).UTC().Format("20060102T150405Z"))
		}), awsfront.ErrIncomplete},
		"host is not signed": {change(signed(t, userKey, http.MethodGet, call, "", now), func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), ";host", "", 1))
		}), awsfront.ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := verify(test.request, now); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

// FuzzParseSignature looks for panics in what any client can send.
func FuzzParseSignature(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=A/20260101/r/s/aws4_request, SignedHeaders=host, Signature=x", "20260101T000000Z", "")
	f.Add("", "", "X-Amz-Signature=x&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/b/c/d/e")
	f.Fuzz(func(t *testing.T, authorization, date, query string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.RawQuery = query
		r.Header.Set("Authorization", authorization)
		r.Header.Set("X-Amz-Date", date)
		if _, err := awsfront.VerifySignature(r, nil, knownKeys, time.Now()); err == nil {
			t.Error("a request that nobody signed was accepted")
		}
	})
}
