package awsfront

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/iampolicy"
)

// PodIdentityAudience is the audience of the tokens which the EKS Pod Identity
// agent takes.
const PodIdentityAudience = "pods.eks.amazonaws.com"

// PodIdentityRole returns the ARN of the role that a Pod Identity association
// gives to a service account, and whether there is one.
func (f *Front) PodIdentityRole(namespace, serviceAccount string) (string, bool) {
	found, ok := f.associationOf(namespace, serviceAccount)
	return found.RoleARN, ok
}

// PodIdentityCredentials is AssumeRoleForPodIdentity of the EKS Auth API, which
// the agent calls with a pod's token: the token must be for
// PodIdentityAudience, its service account must have an association, and the
// role must trust the service pods.eks.amazonaws.com for sts:AssumeRole and
// sts:TagSession under the session tags that EKS sets. Credentials last six
// hours on EKS; here at most as long as the role allows.
func (f *Front) PodIdentityCredentials(ctx context.Context, token string) (aws.Credentials, error) {
	cluster := f.currentCluster()
	claims, err := f.tokens.verify(ctx, token, cluster.Issuer)
	if err != nil {
		return aws.Credentials{}, podTokenError(err)
	}
	namespace, name, ok := claims.serviceAccount()
	if !ok || !slices.Contains(claims.Audience, PodIdentityAudience) {
		return aws.Credentials{}, badRequest("InvalidTokenException", "the token is not one of a service account for the audience %s", PodIdentityAudience)
	}
	association, ok := f.associationOf(namespace, name)
	if !ok {
		return aws.Credentials{}, &apiError{http.StatusNotFound, "ResourceNotFoundException", "no Pod Identity association exists for the service account " + namespace + "/" + name}
	}
	role, err := f.moto.role(ctx, association.RoleARN)
	if err != nil {
		return aws.Credentials{}, err
	}
	denied := badRequest("AccessDeniedException", "the role %s does not trust %s for this pod: its trust policy must allow the service sts:AssumeRole and sts:TagSession, and its conditions must hold", association.RoleARN, PodIdentityAudience)
	if role == nil {
		return aws.Credentials{}, denied
	}
	for _, action := range association.actions() {
		decision := f.trusts(role, iampolicy.Request{
			Principals: []iampolicy.Principal{{Kind: iampolicy.Service, Value: PodIdentityAudience}},
			Action:     action,
			Resource:   association.RoleARN,
			Context:    f.podIdentityContext(association, claims),
		})
		if decision != iampolicy.Allow {
			return aws.Credentials{}, denied
		}
	}
	credentials, _, err := f.issue(ctx, role, sessionRequest{
		roleARN: association.RoleARN, sessionName: podSessionName(cluster, claims), duration: defaultSession,
	})
	return credentials, err
}

// actions are what the role must allow: session tags take a second one.
func (a association) actions() []string {
	if a.DisableSessionTags {
		return []string{"sts:AssumeRole"}
	}
	return []string{"sts:AssumeRole", "sts:TagSession"}
}

// podIdentityContext has the session tags that EKS sets and the source keys
// that it gives against a confused deputy.
func (f *Front) podIdentityContext(a association, claims tokenClaims) iampolicy.Context {
	cluster := f.currentCluster()
	context := iampolicy.Context{
		"aws:SourceArn":     {f.clusterARN(cluster.Name)},
		"aws:SourceAccount": {f.config.AccountID},
	}
	if a.DisableSessionTags {
		return context
	}
	for name, value := range map[string]string{
		"eks-cluster-arn":            f.clusterARN(cluster.Name),
		"eks-cluster-name":           cluster.Name,
		"kubernetes-namespace":       a.Namespace,
		"kubernetes-service-account": a.ServiceAccount,
		"kubernetes-pod-name":        claims.Kubernetes.Pod.Name,
		"kubernetes-pod-uid":         claims.Kubernetes.Pod.UID,
	} {
		context["aws:RequestTag/"+name] = []string{value}
		context["aws:TagKeys"] = append(context["aws:TagKeys"], name)
	}
	return context
}

// podSessionName is eks-CLUSTER-POD-UID cut to the 64 characters of a session
// name, as EKS names its sessions.
func podSessionName(cluster Cluster, claims tokenClaims) string {
	name := "eks-" + cluster.Name + "-" + claims.Kubernetes.Pod.Name + "-" + claims.Kubernetes.Pod.UID
	return name[:min(len(name), 64)]
}

func podTokenError(err error) error {
	if errors.Is(err, errTokenExpired) {
		return badRequest("ExpiredTokenException", "the pod's token has expired")
	}
	return badRequest("InvalidTokenException", "%s", err)
}
