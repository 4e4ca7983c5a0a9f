package awsfront

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// AdministratorName is the IAM user that a stack is given to its user with.
const AdministratorName = "administrator"

// administratorPolicy is AWS's own; moto has it when it was started with
// MOTO_IAM_LOAD_MANAGED_POLICIES=true.
const administratorPolicy = "arn:aws:iam::aws:policy/AdministratorAccess"

// STSAudience is the audience of IRSA's tokens, and so the client ID of the
// cluster's OIDC provider.
const STSAudience = "sts.amazonaws.com"

// issuerThumbprint is required by the API; neither AWS (for issuers of EKS) nor
// moto checks it.
const issuerThumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"

// motoStart bounds the wait for moto to answer, which takes about a second.
const motoStart = 30 * time.Second

// AdministratorARN is the ARN of the administrator.
func AdministratorARN(accountID string) string {
	return "arn:aws:iam::" + accountID + ":user/" + AdministratorName
}

// BootstrapConfig is what Bootstrap needs to know.
type BootstrapConfig struct {
	MotoURL, Region, AccountID string
	// Issuer is the URL of the cluster's OIDC issuer, with https://.
	Issuer string
}

// Bootstrap prepares a fresh moto: it makes the administrator with an access
// key and AdministratorAccess and the IAM OIDC provider of the cluster, then
// turns the enforcement of IAM on, for good. It waits until moto answers, 30
// seconds at most.
//
// moto must have been started with the environment
// MOTO_IAM_LOAD_MANAGED_POLICIES=true and without INITIAL_NO_AUTH_ACTION_COUNT
// (its default is no enforcement). The order of a stack's start is: moto,
// Bootstrap, New with the credentials returned, serving the front, the API
// server (whose token webhook asks the front), SetCluster.
func Bootstrap(ctx context.Context, config BootstrapConfig) (aws.Credentials, error) {
	client := &http.Client{Timeout: motoTimeout}
	if err := awaitMoto(ctx, client, config.MotoURL); err != nil {
		return aws.Credentials{}, err
	}
	// Without enforcement any key will do.
	api := newIAM(config.MotoURL, config.Region, aws.Credentials{AccessKeyID: "bootstrap", SecretAccessKey: "bootstrap"}, client)
	admin, err := makeAdministrator(ctx, api)
	if err != nil {
		return aws.Credentials{}, err
	}
	_, err = api.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{
		Url: &config.Issuer, ClientIDList: []string{STSAudience}, ThumbprintList: []string{issuerThumbprint},
	})
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("making the IAM OIDC provider for %s: %w", config.Issuer, err)
	}
	if err := enforce(ctx, client, config.MotoURL); err != nil {
		return aws.Credentials{}, err
	}
	return admin, nil
}

func makeAdministrator(ctx context.Context, api *iam.Client) (aws.Credentials, error) {
	name := aws.String(AdministratorName)
	if _, err := api.CreateUser(ctx, &iam.CreateUserInput{UserName: name}); err != nil {
		return aws.Credentials{}, fmt.Errorf("making the administrator: %w", err)
	}
	_, err := api.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: name, PolicyArn: aws.String(administratorPolicy)})
	if isNoSuchEntity(err) {
		return aws.Credentials{}, fmt.Errorf("the AWS emulator has no managed policies: start it with MOTO_IAM_LOAD_MANAGED_POLICIES=true: %w", err)
	}
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("giving the administrator AdministratorAccess: %w", err)
	}
	made, err := api.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: name})
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("making the administrator's access key: %w", err)
	}
	return aws.Credentials{
		AccessKeyID:     aws.ToString(made.AccessKey.AccessKeyId),
		SecretAccessKey: aws.ToString(made.AccessKey.SecretAccessKey),
	}, nil
}

func awaitMoto(ctx context.Context, client *http.Client, url string) error {
	ctx, cancel := context.WithTimeout(ctx, motoStart)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := post(ctx, client, url+"/moto-api/reset-auth", "inf")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the AWS emulator at %s did not answer within %s: %w", url, motoStart, err)
		case <-tick.C:
		}
	}
}

// enforce makes moto check signatures and policies from the next request on.
func enforce(ctx context.Context, client *http.Client, url string) error {
	if err := post(ctx, client, url+"/moto-api/reset-auth", "0"); err != nil {
		return fmt.Errorf("turning on the enforcement of IAM: %w", err)
	}
	return nil
}

func post(ctx context.Context, client *http.Client, url, body string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	// moto reads the body as data only when it is not a form.
	request.Header.Set("Content-Type", "application/octet-stream")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("HTTP status %s", response.Status)
	}
	return nil
}
