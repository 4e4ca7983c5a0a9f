package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/authn"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/awsfront"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/podidentity"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

const (
	authnPath       = "/authenticate"
	podIdentityPath = "/mutate-pods"
)

func (s *Stack) motoURL() string { return fmt.Sprintf("http://127.0.0.1:%d", s.ports.moto) }

// awsURL is the one endpoint of the stack's AWS.
func (s *Stack) awsURL() string { return fmt.Sprintf("http://127.0.0.1:%d", s.ports.front) }

func (s *Stack) webhookURL(path string) string {
	return fmt.Sprintf("https://127.0.0.1:%d%s", s.ports.webhooks, path)
}

// startMoto starts moto, which allows everything until startIdentity is done;
// its port is told to nobody before that.
func (s *Stack) startMoto() error {
	return s.program(process.Spec{
		Name: string(parts.Moto),
		Args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(s.ports.moto)},
		Env: []string{
			"MOTO_ACCOUNT_ID=" + AccountID, "AWS_DEFAULT_REGION=" + Region,
			"MOTO_IAM_LOAD_MANAGED_POLICIES=true",
			"PYTHONDONTWRITEBYTECODE=1", // the virtual environment is shared between stacks
		},
	})
}

// startIdentity makes the stack's administrator, and joins AWS and the cluster:
// IAM trusts the API server's service account tokens, and the API server trusts
// what STS says of a caller with an access entry.
func (s *Stack) startIdentity(ctx context.Context) (err error) {
	if s.admin, err = awsfront.Bootstrap(ctx, awsfront.BootstrapConfig{
		MotoURL: s.motoURL(), Region: Region, AccountID: AccountID, Issuer: s.issuer,
	}); err != nil {
		return fmt.Errorf("setting AWS up: %w", err)
	}
	client, err := kubernetes.NewForConfig(s.rest)
	if err != nil {
		return err
	}
	version, err := client.Discovery().ServerVersion()
	if err != nil {
		return fmt.Errorf("asking the API server for its version: %w", err)
	}
	front, err := awsfront.New(awsfront.Config{
		MotoURL: s.motoURL(), Region: Region, AccountID: AccountID, Admin: s.admin, Log: s.log("aws"),
		Cluster: awsfront.Cluster{
			Name: s.options.Name, Version: version.Major + "." + version.Minor,
			Endpoint: s.apiServerURL(), Issuer: s.issuer, CA: s.ca,
		},
		JWKS: func(ctx context.Context) ([]byte, error) {
			return client.Discovery().RESTClient().Get().AbsPath("/openid/v1/jwks").DoRaw(ctx)
		},
	})
	if err != nil {
		return err
	}
	agent := podidentity.Agent(front.PodIdentityCredentials, s.log("pod identity agent"))
	webhooks, err := s.webhooks(front, client)
	if err != nil {
		return err
	}
	secure, err := serverTLS(s.webhookCert)
	if err != nil {
		return err
	}
	return errors.Join(
		s.serve("aws", s.ports.front, front, nil),
		s.serve("pod identity agent", s.ports.agent, agent, nil),
		s.serve("webhooks", s.ports.webhooks, webhooks, secure),
	)
}

// webhooks are what the API server asks: who a token belongs to, and what a new
// pod needs for its AWS identity.
func (s *Stack) webhooks(front *awsfront.Front, client kubernetes.Interface) (http.Handler, error) {
	tokens, err := authn.New(authn.Config{ClusterName: s.options.Name, STSURL: s.awsURL(), Entries: front, Log: s.log("authn")})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(authnPath, tokens)
	mux.Handle(podIdentityPath, podidentity.NewWebhook(podidentity.WebhookConfig{
		Region: Region, ServiceAccounts: serviceAccounts{client}, Associations: front,
		AgentURL: fmt.Sprintf("http://127.0.0.1:%d/v1/credentials", s.ports.agent), Log: s.log("pod identity webhook"),
	}))
	return mux, nil
}

// serviceAccounts reads from the API server, not from a cache: a pod made right
// after its service account must get that account's identity.
type serviceAccounts struct{ client kubernetes.Interface }

func (s serviceAccounts) ServiceAccount(ctx context.Context, namespace, name string) (*corev1.ServiceAccount, error) {
	return s.client.CoreV1().ServiceAccounts(namespace).Get(ctx, name, metav1.GetOptions{})
}

// Environment is what a person's shell or a test needs to use the stack as its
// administrator.
func (s *Stack) Environment() map[string]string {
	return map[string]string{
		"KUBECONFIG":            s.path("admin.kubeconfig"),
		"AWS_ENDPOINT_URL":      s.awsURL(),
		"AWS_REGION":            Region,
		"AWS_DEFAULT_REGION":    Region,
		"AWS_ACCESS_KEY_ID":     s.admin.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY": s.admin.SecretAccessKey,
		"EKS_CLUSTER_NAME":      s.options.Name,
	}
}
