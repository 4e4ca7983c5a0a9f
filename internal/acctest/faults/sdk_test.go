package faults

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// served is a service that answers 200 behind a rule.
func served(t *testing.T, speaks protocol, rule Rule) string {
	t.Helper()
	i := &interceptor{}
	i.begin(rule)
	server := httptest.NewServer(i.handler(speaks, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{}"))
	})))
	closeLater(t, server)
	return server.URL
}

func always(fault Fault) Rule { return func(Seen) Fault { return fault } }

func sdkConfig(url string) aws.Config {
	return aws.Config{
		Region: "us-west-2", BaseEndpoint: &url,
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "none"}, nil
		}),
	}
}

// The SDK understands every error as it does the service's own.
func TestSDKUnderstands(t *testing.T) {
	t.Parallel()
	calls := map[string]func(aws.Config) error{
		serviceEKS: func(c aws.Config) error {
			_, err := eks.NewFromConfig(c).CreatePodIdentityAssociation(t.Context(), &eks.CreatePodIdentityAssociationInput{
				ClusterName: aws.String("c"), Namespace: aws.String("n"), RoleArn: aws.String("r"), ServiceAccount: aws.String("s"),
			})
			return err
		},
		serviceIAM: func(c aws.Config) error {
			_, err := iam.NewFromConfig(c).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("r")})
			return err
		},
		serviceSQS: func(c aws.Config) error {
			_, err := sqs.NewFromConfig(c).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
			return err
		},
		"GetQueueAttributes": func(c aws.Config) error {
			_, err := sqs.NewFromConfig(c).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String("q")})
			return err
		},
		serviceSTS: func(c aws.Config) error {
			_, err := sts.NewFromConfig(c).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
			return err
		},
	}
	for _, c := range []struct {
		call  string
		fault Fault
		code  string
	}{
		{serviceEKS, Throttled, "ThrottlingException"},
		{serviceIAM, Throttled, "Throttling"},
		{serviceSQS, Throttled, "RequestThrottled"},
		{serviceSTS, Throttled, "Throttling"},
		{serviceEKS, Failed, "ServerException"},
		{serviceIAM, Failed, "ServiceFailure"},
		{serviceSQS, Failed, "InternalFailure"},
		{serviceSTS, Unavailable, "ServiceUnavailable"},
		{serviceIAM, RoleNotVisible, "NoSuchEntity"},
		{serviceEKS, RoleNotVisible, "InvalidParameterException"},
		{serviceSQS, QueueDeletedRecently, "AWS.SimpleQueueService.QueueDeletedRecently"},
		{"GetQueueAttributes", QueueNotVisible, "AWS.SimpleQueueService.NonExistentQueue"},
	} {
		err := calls[c.call](sdkConfig(served(t, awsProtocol, always(c.fault))))
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != c.code {
			t.Errorf("%s, %s: %v, want the code %s", c.call, c.fault, err, c.code)
		}
	}
}

// Those that have types of their own are found by them.
func TestSDKKnowsTheTypes(t *testing.T) {
	t.Parallel()
	_, err := iam.NewFromConfig(sdkConfig(served(t, awsProtocol, always(RoleNotVisible)))).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("r")})
	if _, is := errors.AsType[*iamtypes.NoSuchEntityException](err); !is {
		t.Errorf("role: %v", err)
	}
	_, err = sqs.NewFromConfig(sdkConfig(served(t, awsProtocol, always(QueueDeletedRecently)))).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	if _, is := errors.AsType[*sqstypes.QueueDeletedRecently](err); !is {
		t.Errorf("queue: %v", err)
	}
	_, err = sqs.NewFromConfig(sdkConfig(served(t, awsProtocol, always(QueueNotVisible)))).DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: aws.String("q")})
	if _, is := errors.AsType[*sqstypes.QueueDoesNotExist](err); !is {
		t.Errorf("queue: %v", err)
	}
}

func TestClientGoUnderstands(t *testing.T) {
	t.Parallel()
	for fault, is := range map[Fault]func(error) bool{
		Throttled:   apierrors.IsTooManyRequests,
		Failed:      apierrors.IsInternalError,
		Unavailable: apierrors.IsServiceUnavailable,
	} {
		client, err := kubernetes.NewForConfig(&rest.Config{Host: served(t, kubernetesProtocol, always(fault))})
		if err != nil {
			t.Fatal(err)
		}

		err = client.CoreV1().RESTClient().Get().AbsPath("/api/v1/namespaces/web").MaxRetries(0).Do(t.Context()).Error()
		if !is(err) {
			t.Errorf("%s: %v", fault, err)
		}
	}
}

// A fault that cannot be an answer to the call lets it pass.
func TestFaultsOfOtherCallsPass(t *testing.T) {
	t.Parallel()
	if _, err := sqs.NewFromConfig(sdkConfig(served(t, awsProtocol, always(RoleNotVisible)))).ListQueues(t.Context(), &sqs.ListQueuesInput{}); err != nil {
		t.Error(err)
	}
}

// A connection breaks with or without the service knowing of the call, and the
// caller sees the same.
func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	for fault, want := range map[Fault]int{Reset: 0, Lost: 1, Killed: 1} {
		served, killed := 0, [2]string{}
		i := &interceptor{kill: func(address, peer string) { killed = [2]string{address, peer} }}
		i.begin(always(fault))
		server := httptest.NewTLSServer(i.handler(kubernetesProtocol, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ })))
		closeLater(t, server)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, server.URL+"/api/v1/namespaces/web", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := server.Client().Do(request)
		if err == nil {
			response.Body.Close()
		}
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: the caller sees %v", fault, err)
		}
		if served != want || (killed[0] != "") != (fault == Killed) || (fault == Killed && killed[1] != server.Listener.Addr().String()) {
			t.Errorf("%s: served %d times, killed %q", fault, served, killed)
		}
	}
}
