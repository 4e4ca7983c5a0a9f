package awsfront_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/awsfront"
)

const (
	region  = "us-west-2"
	account = "123456789012"
	issuer  = "https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
	cluster = "sandbox"
)

// stack is a real moto behind a front. All tests share one, and name what they
// make after themselves.
type stack struct {
	front *awsfront.Front
	url   string
	admin aws.Credentials
	rsa   *rsa.PrivateKey
	ecdsa *ecdsa.PrivateKey
}

var (
	shared     *stack
	sharedErr  error
	sharedOnce sync.Once
	cleanup    []func()
)

func TestMain(m *testing.M) {
	code := m.Run()
	for _, f := range cleanup {
		f()
	}
	os.Exit(code)
}

func newStack(t *testing.T) *stack {
	t.Helper()
	path := motoPath(t)
	sharedOnce.Do(func() { shared, sharedErr = startStack(path) })
	if sharedErr != nil {
		t.Fatal(sharedErr)
	}
	return shared
}

func startStack(path string) (*stack, error) {
	motoURL, err := startMoto(path)
	if err != nil {
		return nil, err
	}
	s := &stack{}
	if s.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return nil, err
	}
	if s.ecdsa, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s.admin, err = awsfront.Bootstrap(ctx, awsfront.BootstrapConfig{MotoURL: motoURL, Region: region, AccountID: account, Issuer: issuer})
	if err != nil {
		return nil, err
	}
	s.front, err = awsfront.New(awsfront.Config{
		MotoURL: motoURL, Region: region, AccountID: account, Admin: s.admin,
		JWKS: func(context.Context) ([]byte, error) { return json.Marshal(s.keySet()) },
	})
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(s.front)
	cleanup = append(cleanup, server.Close)
	s.url = server.URL
	s.front.SetCluster(awsfront.Cluster{
		Name: cluster, Version: "1.36", Endpoint: "https://127.0.0.1:6443", Issuer: issuer, CA: []byte("-----BEGIN CERTIFICATE-----\n"),
	})
	return s, nil
}

func startMoto(path string) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	if err := listener.Close(); err != nil {
		return "", err
	}
	command := exec.Command(path, "-H", "127.0.0.1", "-p", port)
	command.Env = append(os.Environ(), "MOTO_IAM_LOAD_MANAGED_POLICIES=true")
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		return "", fmt.Errorf("starting moto: %w", err)
	}
	cleanup = append(cleanup, func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return "http://127.0.0.1:" + port, nil
}

func (s *stack) keySet() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: s.rsa.Public(), KeyID: "rsa", Algorithm: "RS256", Use: "sig"},
		{Key: s.ecdsa.Public(), KeyID: "ecdsa", Algorithm: "ES256", Use: "sig"},
	}}
}

// token is a service account token as the API server makes them; change
// alters it before it is signed.
func (s *stack) token(t *testing.T, namespace, name, audience string, change func(*jwt.Claims)) string {
	t.Helper()
	return signToken(t, jose.RS256, "rsa", s.rsa, namespace, name, audience, change)
}

func signToken(t *testing.T, algorithm jose.SignatureAlgorithm, id string, key crypto.Signer, namespace, name, audience string, change func(*jwt.Claims)) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	claims := jwt.Claims{
		Issuer: issuer, Subject: "system:serviceaccount:" + namespace + ":" + name, Audience: jwt.Audience{audience},
		Expiry: jwt.NewNumericDate(now.Add(time.Hour)), IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now),
	}
	if change != nil {
		change(&claims)
	}
	kubernetes := map[string]any{"kubernetes.io": map[string]any{
		"namespace": namespace, "pod": map[string]string{"name": name + "-0", "uid": "d1c1a9a2-0000-4000-8000-000000000000"},
		"serviceaccount": map[string]string{"name": name},
	}}
	text, err := jwt.Signed(signer).Claims(claims).Claims(kubernetes).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func static(c aws.Credentials) aws.CredentialsProvider {
	return credentials.StaticCredentialsProvider{Value: c}
}

func (s *stack) iam(c aws.Credentials) *iam.Client {
	return iam.New(iam.Options{BaseEndpoint: &s.url, Region: region, Credentials: static(c), RetryMaxAttempts: 1})
}

func (s *stack) sts(c aws.Credentials) *sts.Client {
	return sts.New(sts.Options{BaseEndpoint: &s.url, Region: region, Credentials: static(c), RetryMaxAttempts: 1})
}

func (s *stack) sqs(c aws.Credentials) *sqs.Client {
	return sqs.New(sqs.Options{BaseEndpoint: &s.url, Region: region, Credentials: static(c), RetryMaxAttempts: 1})
}

func (s *stack) eks(c aws.Credentials) *eks.Client {
	return eks.New(eks.Options{BaseEndpoint: &s.url, Region: region, Credentials: static(c), RetryMaxAttempts: 1})
}

// role makes a role with a trust policy and, unless it is empty, an inline
// policy.
func (s *stack) role(t *testing.T, name, trust, policy string) string {
	t.Helper()
	api := s.iam(s.admin)
	made, err := api.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
	if err != nil {
		t.Fatal(err)
	}
	if policy != "" {
		_, err = api.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String("p"), PolicyDocument: &policy})
		if err != nil {
			t.Fatal(err)
		}
	}
	return *made.Role.Arn
}

// user makes a user with an access key and, unless it is empty, an inline
// policy.
func (s *stack) user(t *testing.T, name, policy string) aws.Credentials {
	t.Helper()
	api := s.iam(s.admin)
	if _, err := api.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}); err != nil {
		t.Fatal(err)
	}
	if policy != "" {
		_, err := api.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("p"), PolicyDocument: &policy})
		if err != nil {
			t.Fatal(err)
		}
	}
	made, err := api.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return aws.Credentials{AccessKeyID: *made.AccessKey.AccessKeyId, SecretAccessKey: *made.AccessKey.SecretAccessKey}
}

func (s *stack) queue(t *testing.T, name string) (url, arn string) {
	t.Helper()
	made, err := s.sqs(s.admin).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(*made.QueueUrl, s.url+"/") {
		t.Fatalf("the queue's URL is %s, want one at the front, %s", *made.QueueUrl, s.url)
	}
	return *made.QueueUrl, "arn:aws:sqs:" + region + ":" + account + ":" + name
}

// allow is an identity policy of one statement.
func allow(action, resource string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":%q,"Resource":%q}}`, action, resource)
}

// wantCode fails unless err is an API error with the code and the text.
func wantCode(t *testing.T, err error, code, text string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Errorf("error %v, want an API error %s", err, code)
		return
	}
	if api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), text) {
		t.Errorf("error %s: %s, want %s: ...%s...", api.ErrorCode(), api.ErrorMessage(), code, text)
	}
}
