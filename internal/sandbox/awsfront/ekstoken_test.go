package awsfront_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	authenticationv1 "k8s.io/api/authentication/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/authn"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/awsfront"
)

// eksToken makes a token as `aws eks get-token` does.
func (s *stack) eksToken(t *testing.T, key aws.Credentials, clusterName string, at time.Time, change func(string) string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.url+"/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("x-k8s-aws-id", clusterName)
	uri, _, err := v4.NewSigner().PresignHTTP(t.Context(), key, r, checksum(""), "sts", region, at)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		uri = change(uri)
	}
	return "k8s-aws-v1." + base64.RawURLEncoding.EncodeToString([]byte(uri))
}

// review asks the webhook as the API server does.
func (s *stack) review(t *testing.T, token string) authenticationv1.TokenReviewStatus {
	t.Helper()
	handler, err := authn.New(authn.Config{ClusterName: cluster, STSURL: s.url, Entries: s.front})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}})
	if err != nil {
		t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/authenticate", bytes.NewReader(body)))
	var review authenticationv1.TokenReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &review); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(review.Status.Error, token) || strings.Contains(review.Status.Error, "X-Amz-Signature") {
		t.Errorf("the error quotes the token: %s", review.Status.Error)
	}
	return review.Status
}

func TestEKSTokenOfTheAdministrator(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	got := s.review(t, s.eksToken(t, s.admin, cluster, time.Now(), nil))
	if !got.Authenticated || got.User.Username != awsfront.AdministratorARN(account) ||
		!slices.Equal(got.User.Groups, []string{"eks-access-policy:AmazonEKSClusterAdminPolicy"}) {
		t.Errorf("status %+v", got)
	}
	bindings := authn.Bindings()
	if !slices.ContainsFunc(bindings, func(b rbacv1.ClusterRoleBinding) bool {
		return b.RoleRef.Name == "cluster-admin" && b.Subjects[0].Name == got.User.Groups[0]
	}) {
		t.Error("no binding gives the administrator's group its rights")
	}
}

func TestEKSTokenOfARole(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	name, path := "eks-token", "/team/"
	trust := irsa("StringEquals", "system:serviceaccount:ci:deployer")
	made, err := s.iam(s.admin).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, Path: &path, AssumeRolePolicyDocument: &trust})
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.assume(t, *made.Role.Arn, s.token(t, "ci", "deployer", "sts.amazonaws.com", nil))
	if err != nil {
		t.Fatal(err)
	}
	session := aws.Credentials{AccessKeyID: *out.Credentials.AccessKeyId, SecretAccessKey: *out.Credentials.SecretAccessKey, SessionToken: *out.Credentials.SessionToken}
	token := s.eksToken(t, session, cluster, time.Now(), nil)
	if got := s.review(t, token); got.Authenticated || !strings.Contains(got.Error, "no access entry for arn:aws:iam::123456789012:role/eks-token") {
		t.Errorf("before there is an entry: %+v", got)
	}
	_, err = s.eks(s.admin).CreateAccessEntry(t.Context(), &eks.CreateAccessEntryInput{ClusterName: aws.String(cluster), PrincipalArn: made.Role.Arn, KubernetesGroups: []string{"ci"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.eks(s.admin).AssociateAccessPolicy(t.Context(), &eks.AssociateAccessPolicyInput{
		ClusterName: aws.String(cluster), PrincipalArn: made.Role.Arn,
		PolicyArn: aws.String(policyPrefix + "AmazonEKSViewPolicy"), AccessScope: &types.AccessScope{Type: types.AccessScopeTypeCluster},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := s.review(t, token)
	if !got.Authenticated || got.User.Username != "arn:aws:sts::123456789012:assumed-role/eks-token/session" ||
		!slices.Equal(got.User.Groups, []string{"ci", "eks-access-policy:AmazonEKSViewPolicy"}) {
		t.Errorf("status %+v", got)
	}
}

func TestEKSTokenRefused(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	now := time.Now()
	replace := func(old, with string) func(string) string {
		return func(uri string) string {
			if !strings.Contains(uri, old) {
				t.Errorf("%s is not in the URL", old)
			}
			return strings.Replace(uri, old, with, 1)
		}
	}
	forged := s.admin
	forged.SecretAccessKey = "forged"
	stranger := s.user(t, "eks-token-stranger", "")
	for name, test := range map[string]struct{ token, want string }{
		"expired":             {s.eksToken(t, s.admin, cluster, now.Add(-16*time.Minute), nil), "has expired"},
		"for another cluster": {s.eksToken(t, s.admin, "other", now, nil), "SignatureDoesNotMatch"},
		"forged":              {s.eksToken(t, forged, cluster, now, nil), "SignatureDoesNotMatch"},
		"tampered with":       {s.eksToken(t, s.admin, cluster, now, replace("X-Amz-Expires=60", "X-Amz-Expires=61")), "SignatureDoesNotMatch"},
		"of an unknown key":   {s.eksToken(t, aws.Credentials{AccessKeyID: "AKIAX", SecretAccessKey: "x"}, cluster, now, nil), "InvalidClientTokenId"},
		"without an entry":    {s.eksToken(t, stranger, cluster, now, nil), "no access entry for arn:aws:iam::123456789012:user/eks-token-stranger"},
		"for another host":    {s.eksToken(t, s.admin, cluster, now, replace(s.url, "http://sts.us-west-2.amazonaws.com")), "does not lead to this stack's STS"},
		"another action":      {s.eksToken(t, s.admin, cluster, now, replace("GetCallerIdentity", "GetSessionToken")), "not one of GetCallerIdentity"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := s.review(t, test.token); got.Authenticated || !strings.Contains(got.Error, test.want) {
				t.Errorf("status %+v, want an error with %q", got, test.want)
			}
		})
	}
	if got := s.review(t, "eyJhbGciOiJSUzI1NiJ9.e30.x"); got.Authenticated || got.Error != "" {
		t.Errorf("a token of another kind: %+v, want it left to other authenticators", got)
	}
}

func TestEmulatorAPIIsNotReachable(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	for _, path := range []string{"/moto-api", "/moto-api/data.json", "/moto-api/reset", "//moto-api/data.json", "/x/../moto-api/data.json", "/%6doto-api/data.json"} {
		response, err := http.Post(s.url+path, "application/octet-stream", nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode < http.StatusBadRequest {
			t.Errorf("%s: HTTP status %s", path, response.Status)
		}
	}
}
