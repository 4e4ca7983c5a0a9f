package awsfront

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// motoTimeout bounds one call to moto.
const motoTimeout = 15 * time.Second

// moto asks moto as the stack's administrator.
type moto struct {
	config Config
	iam    *iam.Client
	http   *http.Client
}

func newMoto(config Config) *moto {
	client := &http.Client{Timeout: motoTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	return &moto{config: config, http: client, iam: newIAM(config.MotoURL, config.Region, config.Admin, client)}
}

func newIAM(endpoint, region string, admin aws.Credentials, client *http.Client) *iam.Client {
	return iam.New(iam.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       region,
		Credentials:  credentials.StaticCredentialsProvider{Value: admin},
		HTTPClient:   client,
	})
}

func isNoSuchEntity(err error) bool {
	var missing *types.NoSuchEntityException
	return errors.As(err, &missing)
}

func (m *moto) keyActive(ctx context.Context, user, id string) (bool, error) {
	out, err := m.iam.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: &user})
	if isNoSuchEntity(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("listing the access keys of the user %s: %w", user, err)
	}
	for _, listed := range out.AccessKeyMetadata {
		if aws.ToString(listed.AccessKeyId) == id {
			return listed.Status == types.StatusTypeActive, nil
		}
	}
	return false, nil
}

func (m *moto) user(ctx context.Context, name string) (Caller, error) {
	out, err := m.iam.GetUser(ctx, &iam.GetUserInput{UserName: &name})
	if err != nil {
		return Caller{}, fmt.Errorf("reading the user %s: %w", name, err)
	}
	return Caller{
		ARN: aws.ToString(out.User.Arn), UserID: aws.ToString(out.User.UserId),
		Account: m.config.AccountID, userName: name,
	}, nil
}

// role returns a role by its ARN, or nil when there is none.
func (m *moto) role(ctx context.Context, arn string) (*types.Role, error) {
	name := arn[strings.LastIndex(arn, "/")+1:]
	if name == "" {
		return nil, nil
	}
	out, err := m.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if isNoSuchEntity(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the role %s: %w", name, err)
	}
	if aws.ToString(out.Role.Arn) != arn {
		return nil, nil
	}
	return out.Role, nil
}

// oidcProviderClients returns the client IDs of an IAM OIDC provider, and
// whether it exists.
func (m *moto) oidcProviderClients(ctx context.Context, arn string) ([]string, bool, error) {
	out, err := m.iam.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: &arn})
	if isNoSuchEntity(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading the OIDC provider %s: %w", arn, err)
	}
	return out.ClientIDList, true, nil
}

// session makes moto give out credentials which it then enforces as the role's.
//
// It uses AssumeRoleWithWebIdentity for every kind of session, because moto
// judges that call by the signer's own policies only: the trust policy has been
// judged by the front already, and moto's own check of it (in AssumeRole) does
// not know the principals Federated and Service. With enforcement on, moto
// fails on the call when it is not signed, as the SDK would send it.
func (m *moto) session(ctx context.Context, roleARN, sessionName string, duration time.Duration) (aws.Credentials, error) {
	form := url.Values{
		"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"},
		"RoleArn": {roleARN}, "RoleSessionName": {sessionName},
		"DurationSeconds":  {strconv.Itoa(int(duration / time.Second))},
		"WebIdentityToken": {"verified-by-the-front"},
	}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.config.MotoURL+"/", strings.NewReader(form))
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("asking the emulator for a session: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	sum := sha256.Sum256([]byte(form))
	if err := v4.NewSigner().SignHTTP(ctx, m.config.Admin, request, hex.EncodeToString(sum[:]), "sts", m.config.Region, time.Now()); err != nil {
		return aws.Credentials{}, fmt.Errorf("asking the emulator for a session: %w", err)
	}
	response, err := m.http.Do(request)
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("asking the emulator for a session: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	return parseSession(response)
}

func parseSession(response *http.Response) (aws.Credentials, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("reading the emulator's session: %w", err)
	}
	var made struct {
		Credentials xmlCredentials `xml:"AssumeRoleWithWebIdentityResult>Credentials"`
	}
	if response.StatusCode != http.StatusOK {
		return aws.Credentials{}, fmt.Errorf("the emulator gave no session: HTTP status %s", response.Status)
	}
	if err := xml.Unmarshal(body, &made); err != nil || made.Credentials.AccessKeyID == "" {
		return aws.Credentials{}, errors.New("the emulator gave no session: its response has no credentials")
	}
	return aws.Credentials{
		AccessKeyID: made.Credentials.AccessKeyID, SecretAccessKey: made.Credentials.SecretAccessKey,
		SessionToken: made.Credentials.SessionToken,
		CanExpire:    true, Expires: made.Credentials.Expiration,
	}, nil
}
