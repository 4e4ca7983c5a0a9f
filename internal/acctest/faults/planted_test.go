package faults_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/eventscale/terraform-provider-keda/internal/acctest/faults"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// planted are secrets of every kind that the provider handles.
type planted struct {
	line      *faults.Line
	namespace string

	token, password, data       string
	certificate, key            string
	credentials                 string
	secretAccessKey, session    string
	role, profile, stsURL, repo string

	mu sync.Mutex
	// issued are the credentials that STS gave the provider.
	issued []string
	// asked says that the repository got the password.
	asked bool
}

func plant(t *testing.T, stack *sandboxtest.Stack) *planted {
	t.Helper()
	p := &planted{
		line: faults.Open(t, stack, nil), namespace: stack.CreateNamespace(t, "secrets"),
		token: "planted-token-" + rand.Text(), password: "planted-password-" + rand.Text(), data: "planted-data-" + rand.Text(),
		profile: "planted",
	}
	p.certificate, p.key = keyPair(t)
	p.plantCredentials(t, stack)
	p.stsURL = p.serveSTS(t)
	p.repo = p.serveCharts(t)
	return p
}

// plantCredentials are those of a session, in a file, which may assume the role.
func (p *planted) plantCredentials(t *testing.T, stack *sandboxtest.Stack) {
	t.Helper()
	p.role = createAdministrator(t, stack, p.namespace)
	session, err := sts.NewFromConfig(stack.AWS).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &p.role, RoleSessionName: aws.String("planted")})
	if err != nil {
		t.Fatal(err)
	}
	p.secretAccessKey, p.session = *session.Credentials.SecretAccessKey, *session.Credentials.SessionToken
	p.credentials = filepath.Join(t.TempDir(), "credentials")
	text := fmt.Sprintf("[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n",
		p.profile, *session.Credentials.AccessKeyId, p.secretAccessKey, p.session)
	if err := os.WriteFile(p.credentials, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// createAdministrator makes a role that the account's principals may assume.
func createAdministrator(t *testing.T, stack *sandboxtest.Stack, name string) string {
	t.Helper()
	client := iam.NewFromConfig(stack.AWS)
	trust := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::%s:root"}}]}`, stack.AccountID)
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	role, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: &name, PolicyName: &name, PolicyDocument: &policy}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		_, err := client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: &name})
		if err == nil {
			_, err = client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
		}
		if err != nil {
			t.Error(err)
		}
	})
	return *role.Role.Arn
}

var issuedCredential = regexp.MustCompile(`<(SecretAccessKey|SessionToken)>([^<]+)</`)

// serveSTS passes STS on and learns the credentials that it gives.
func (p *planted) serveSTS(t *testing.T) string {
	t.Helper()
	target, err := url.Parse(p.line.AWS)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(response *http.Response) error {
			body, err := io.ReadAll(response.Body)
			if err != nil {
				return err
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			for _, found := range issuedCredential.FindAllStringSubmatch(string(body), -1) {
				p.issued = append(p.issued, found[2])
			}
			response.Body = io.NopCloser(strings.NewReader(string(body)))
			return nil
		},
	})
	t.Cleanup(server.Close)
	return server.URL
}

// serveCharts is a chart repository that takes the password and has no chart.
func (p *planted) serveCharts(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		p.mu.Lock()
		p.asked = p.asked || password == p.password
		p.mu.Unlock()
		http.Error(w, "no charts", http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func keyPair(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}

// variables are Terraform's, which neither plan nor state keeps.
func (p *planted) variables() []string {
	return []string{"TF_VAR_token=" + p.token, "TF_VAR_key=" + p.key, "TF_VAR_password=" + p.password, "TF_VAR_data=" + p.data}
}

// seen are the planted values and those that the provider got, after checking
// that it came to handle them.
func (p *planted) seen(t *testing.T) map[string]string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.issued) == 0 || !p.asked {
		t.Errorf("STS issued %d credentials, and the repository got the password: %t", len(p.issued), p.asked)
	}
	keyLine := strings.Split(p.key, "\n")[1]
	all := map[string]string{
		"the bearer token": p.token, "the client key": p.key, "a line of the client key": keyLine, "the repository's password": p.password,
		"the Secret's data": p.data, "the secret access key": p.secretAccessKey, "the session token": p.session,
	}
	for n, credential := range p.issued {
		all[fmt.Sprintf("credential %d from STS", n)] = credential
	}
	return all
}
