package awsfront

import (
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	accessPolicyPrefix = "arn:aws:eks::aws:cluster-access-policy/"
	clusterAdminPolicy = "AmazonEKSClusterAdminPolicy"
	// autoNodePolicy lets EKS Auto Mode nodes join; nodes of the stack are
	// simulated and need no rights, so it has no effect here.
	autoNodePolicy = "AmazonEKSAutoNodePolicy"
)

// accessPolicies are the access policies that the stack knows. The
// authenticator binds all but autoNodePolicy to a ClusterRole.
var accessPolicies = []string{
	"AmazonEKSAdminPolicy", autoNodePolicy, clusterAdminPolicy, "AmazonEKSEditPolicy", "AmazonEKSViewPolicy",
}

// associatedPolicy is an access policy on an entry, for the whole cluster.
type associatedPolicy struct {
	PolicyArn    string         `json:"policyArn"`
	AccessScope  map[string]any `json:"accessScope"`
	AssociatedAt epoch          `json:"associatedAt"`
	ModifiedAt   epoch          `json:"modifiedAt"`
}

func newAssociatedPolicy(name string, at time.Time) *associatedPolicy {
	return &associatedPolicy{
		PolicyArn:    accessPolicyPrefix + name,
		AccessScope:  map[string]any{"type": "cluster", "namespaces": []string{}},
		AssociatedAt: epoch(at), ModifiedAt: epoch(at),
	}
}

func (f *Front) listAccessPolicies(call eksCall) (any, error) {
	if err := f.authorize(call.ctx, call.caller, "eks:ListAccessPolicies", "*", nil); err != nil {
		return nil, err
	}
	list := []map[string]string{}
	for _, name := range accessPolicies {
		list = append(list, map[string]string{"name": name, "arn": accessPolicyPrefix + name})
	}
	return map[string]any{"accessPolicies": list}, nil
}

func (f *Front) associateAccessPolicy(call eksCall) (any, error) {
	var request struct {
		PolicyArn   string `json:"policyArn"`
		AccessScope struct {
			Type       string   `json:"type"`
			Namespaces []string `json:"namespaces"`
		} `json:"accessScope"`
	}
	if err := call.decode(&request); err != nil {
		return nil, err
	}
	return f.onEntry(call, "eks:AssociateAccessPolicy", func(e *accessEntry) (any, error) {
		name, ok := strings.CutPrefix(request.PolicyArn, accessPolicyPrefix)
		switch {
		case !ok || !slices.Contains(accessPolicies, name):
			return nil, invalidParameter("The policyArn %s is not one that the local stack knows: it has %s.", request.PolicyArn, strings.Join(accessPolicies, ", "))
		case e.Type != standardEntry && (e.Type != "EC2" || name != autoNodePolicy):
			return nil, invalidParameter("The access policy %s cannot be associated with an access entry of type %s.", name, e.Type)
		case request.AccessScope.Type == "namespace":
			return nil, invalidParameter("The local stack does not model access policies of namespace scope: use the scope cluster, or kubernetesGroups with a RoleBinding.")
		case request.AccessScope.Type != "cluster" || len(request.AccessScope.Namespaces) > 0:
			return nil, invalidParameter("The accessScope must have the type cluster without namespaces, or the type namespace.")
		}
		policy := newAssociatedPolicy(name, time.Now())
		if before := e.policies[name]; before != nil {
			policy.AssociatedAt = before.AssociatedAt
		}
		e.policies[name] = policy
		return map[string]any{
			"clusterName": e.ClusterName, "principalArn": e.PrincipalArn, "associatedAccessPolicy": *policy,
		}, nil
	})
}

func (f *Front) listAssociatedAccessPolicies(call eksCall) (any, error) {
	return f.onEntry(call, "eks:ListAssociatedAccessPolicies", func(e *accessEntry) (any, error) {
		list := []associatedPolicy{}
		for _, name := range slices.Sorted(maps.Keys(e.policies)) {
			list = append(list, *e.policies[name])
		}
		return map[string]any{
			"clusterName": e.ClusterName, "principalArn": e.PrincipalArn, "associatedAccessPolicies": list,
		}, nil
	})
}

func (f *Front) disassociateAccessPolicy(call eksCall) (any, error) {
	return f.onEntry(call, "eks:DisassociateAccessPolicy", func(e *accessEntry) (any, error) {
		name := strings.TrimPrefix(call.path[2], accessPolicyPrefix)
		if e.policies[name] == nil {
			return nil, notFound("The specified policyArn %s is not associated with the access entry.", call.path[2])
		}
		delete(e.policies, name)
		return map[string]any{}, nil
	})
}
