package awsfront_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/awsfront"
)

const (
	policyPrefix = "arn:aws:eks::aws:cluster-access-policy/"
	clusterAdmin = policyPrefix + "AmazonEKSClusterAdminPolicy"
)

func TestDescribeCluster(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	api := s.eks(s.admin)
	out, err := api.DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: aws.String(cluster)})
	if err != nil {
		t.Fatal(err)
	}
	got := out.Cluster
	if *got.Endpoint != "https://127.0.0.1:6443" || *got.Identity.Oidc.Issuer != issuer || *got.Version != "1.36" ||
		got.Status != types.ClusterStatusActive || *got.CertificateAuthority.Data != "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==" ||
		got.AccessConfig.AuthenticationMode != types.AuthenticationModeApi || *got.Arn != "arn:aws:eks:us-west-2:123456789012:cluster/sandbox" {
		t.Errorf("cluster %+v", got)
	}
	if age := time.Since(*got.CreatedAt); age < 0 || age > 10*time.Minute {
		t.Errorf("created at %s", got.CreatedAt)
	}
	list, err := api.ListClusters(t.Context(), &eks.ListClustersInput{})
	if err != nil || !slices.Equal(list.Clusters, []string{cluster}) {
		t.Errorf("clusters %v, %v", list, err)
	}
	_, err = api.DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: aws.String("other")})
	wantCode(t, err, "ResourceNotFoundException", "No cluster found for name: other.")
	_, err = api.ListNodegroups(t.Context(), &eks.ListNodegroupsInput{ClusterName: aws.String(cluster)})
	wantCode(t, err, "InvalidRequestException", "does not model this EKS operation")
}

func TestAdministratorHasAnAccessEntry(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	entry, ok := s.front.AccessEntry(awsfront.AdministratorARN(account))
	if !ok || entry.Username != awsfront.AdministratorARN(account) || !slices.Equal(entry.Policies, []string{"AmazonEKSClusterAdminPolicy"}) {
		t.Errorf("entry %+v, %t", entry, ok)
	}
}

func TestAccessEntryLifecycle(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	api := s.eks(s.admin)
	role := s.role(t, "entry-lifecycle", podTrust(""), "")
	name, principal := aws.String(cluster), &role
	create := &eks.CreateAccessEntryInput{ClusterName: name, PrincipalArn: principal, KubernetesGroups: []string{"team"}, Tags: map[string]string{"a": "1"}}
	made, err := api.CreateAccessEntry(t.Context(), create)
	if err != nil {
		t.Fatal(err)
	}
	e := made.AccessEntry
	if *e.Username != "arn:aws:sts::123456789012:assumed-role/entry-lifecycle/{{SessionName}}" || *e.Type != "STANDARD" || e.Tags["a"] != "1" ||
		!strings.HasPrefix(*e.AccessEntryArn, "arn:aws:eks:us-west-2:123456789012:access-entry/sandbox/role/123456789012/entry-lifecycle/") {
		t.Errorf("entry %+v", e)
	}
	_, err = api.CreateAccessEntry(t.Context(), create)
	wantCode(t, err, "ResourceInUseException", "already in use")

	updated, err := api.UpdateAccessEntry(t.Context(), &eks.UpdateAccessEntryInput{ClusterName: name, PrincipalArn: principal, KubernetesGroups: []string{"other"}, Username: aws.String("me:{{SessionName}}")})
	if err != nil || !slices.Equal(updated.AccessEntry.KubernetesGroups, []string{"other"}) || *updated.AccessEntry.Username != "me:{{SessionName}}" {
		t.Errorf("update: %+v, %v", updated, err)
	}
	_, err = api.AssociateAccessPolicy(t.Context(), &eks.AssociateAccessPolicyInput{ClusterName: name, PrincipalArn: principal, PolicyArn: aws.String(clusterAdmin), AccessScope: &types.AccessScope{Type: types.AccessScopeTypeCluster}})
	if err != nil {
		t.Fatal(err)
	}
	if entry, ok := s.front.AccessEntry(role); !ok || !slices.Equal(entry.Policies, []string{"AmazonEKSClusterAdminPolicy"}) || !slices.Equal(entry.Groups, []string{"other"}) {
		t.Errorf("entry for the authenticator: %+v, %t", entry, ok)
	}
	policies, err := api.ListAssociatedAccessPolicies(t.Context(), &eks.ListAssociatedAccessPoliciesInput{ClusterName: name, PrincipalArn: principal})
	if err != nil || len(policies.AssociatedAccessPolicies) != 1 || *policies.AssociatedAccessPolicies[0].PolicyArn != clusterAdmin {
		t.Errorf("policies %+v, %v", policies, err)
	}
	found, err := api.ListAccessEntries(t.Context(), &eks.ListAccessEntriesInput{ClusterName: name, AssociatedPolicyArn: aws.String(clusterAdmin)})
	if err != nil || !slices.Contains(found.AccessEntries, role) {
		t.Errorf("entries %+v, %v", found, err)
	}
	disassociate := &eks.DisassociateAccessPolicyInput{ClusterName: name, PrincipalArn: principal, PolicyArn: aws.String(clusterAdmin)}
	if _, err := api.DisassociateAccessPolicy(t.Context(), disassociate); err != nil {
		t.Error(err)
	}
	_, err = api.DisassociateAccessPolicy(t.Context(), disassociate)
	wantCode(t, err, "ResourceNotFoundException", "not associated")
	s.checkTags(t, *e.AccessEntryArn)

	remove := &eks.DeleteAccessEntryInput{ClusterName: name, PrincipalArn: principal}
	if _, err := api.DeleteAccessEntry(t.Context(), remove); err != nil {
		t.Error(err)
	}
	_, err = api.DeleteAccessEntry(t.Context(), remove)
	wantCode(t, err, "ResourceNotFoundException", "could not be found")
	_, err = api.DescribeAccessEntry(t.Context(), &eks.DescribeAccessEntryInput{ClusterName: name, PrincipalArn: principal})
	wantCode(t, err, "ResourceNotFoundException", "could not be found")
}

// checkTags wants a resource with the one tag a=1.
func (s *stack) checkTags(t *testing.T, arn string) {
	t.Helper()
	api := s.eks(s.admin)
	if _, err := api.TagResource(t.Context(), &eks.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"b": "2"}}); err != nil {
		t.Error(err)
	}
	if _, err := api.UntagResource(t.Context(), &eks.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"a"}}); err != nil {
		t.Error(err)
	}
	tags, err := api.ListTagsForResource(t.Context(), &eks.ListTagsForResourceInput{ResourceArn: &arn})
	if err != nil || len(tags.Tags) != 1 || tags.Tags["b"] != "2" {
		t.Errorf("tags %+v, %v", tags, err)
	}
}

func TestAccessEntryRefused(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	api := s.eks(s.admin)
	role := s.role(t, "entry-refused", podTrust(""), "")
	node := s.role(t, "entry-node", podTrust(""), "")
	_, err := api.CreateAccessEntry(t.Context(), &eks.CreateAccessEntryInput{ClusterName: aws.String(cluster), PrincipalArn: &node, Type: aws.String("EC2")})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change     func(*eks.CreateAccessEntryInput)
		code, text string
	}{
		"no such role": {func(in *eks.CreateAccessEntryInput) { in.PrincipalArn = aws.String(role + "x") }, "InvalidParameterException", "invalid principal"},
		"no such user": {func(in *eks.CreateAccessEntryInput) { in.PrincipalArn = aws.String("arn:aws:iam::123456789012:user/x") }, "InvalidParameterException", "invalid principal"},
		"a session": {func(in *eks.CreateAccessEntryInput) {
			in.PrincipalArn = aws.String("arn:aws:sts::123456789012:assumed-role/a/b")
		}, "InvalidParameterException", "format is not valid"},
		"a system group":     {func(in *eks.CreateAccessEntryInput) { in.KubernetesGroups = []string{"system:masters"} }, "InvalidParameterException", "system:"},
		"a system user":      {func(in *eks.CreateAccessEntryInput) { in.Username = aws.String("system:admin") }, "InvalidParameterException", "system:"},
		"an unknown type":    {func(in *eks.CreateAccessEntryInput) { in.Type = aws.String("X") }, "InvalidParameterException", "type X is invalid"},
		"groups of nodes":    {func(in *eks.CreateAccessEntryInput) { in.Type = aws.String("EC2"); in.KubernetesGroups = []string{"a"} }, "InvalidParameterException", "neither"},
		"an unknown cluster": {func(in *eks.CreateAccessEntryInput) { in.ClusterName = aws.String("x") }, "ResourceNotFoundException", "No cluster found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := &eks.CreateAccessEntryInput{ClusterName: aws.String(cluster), PrincipalArn: &role}
			test.change(in)
			_, err := api.CreateAccessEntry(t.Context(), in)
			wantCode(t, err, test.code, test.text)
		})
	}
	for name, test := range map[string]struct {
		policy string
		scope  types.AccessScope
		text   string
	}{
		"of namespace scope": {clusterAdmin, types.AccessScope{Type: types.AccessScopeTypeNamespace, Namespaces: []string{"a"}}, "namespace scope"},
		"that is not known":  {policyPrefix + "AmazonEKSNoPolicy", types.AccessScope{Type: types.AccessScopeTypeCluster}, "not one that the local stack knows"},
		"for people":         {clusterAdmin, types.AccessScope{Type: types.AccessScopeTypeCluster}, "cannot be associated with an access entry of type EC2"},
	} {
		t.Run("a policy "+name, func(t *testing.T) {
			t.Parallel()
			principal := awsfront.AdministratorARN(account)
			if name == "for people" {
				principal = node
			}
			_, err := api.AssociateAccessPolicy(t.Context(), &eks.AssociateAccessPolicyInput{ClusterName: aws.String(cluster), PrincipalArn: &principal, PolicyArn: &test.policy, AccessScope: &test.scope})
			wantCode(t, err, "InvalidParameterException", test.text)
		})
	}
}

func TestPodIdentityAssociationLifecycle(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	api := s.eks(s.admin)
	name := aws.String(cluster)
	first, second := s.role(t, "association-first", podTrust(""), ""), s.role(t, "association-second", podTrust(""), "")
	create := &eks.CreatePodIdentityAssociationInput{ClusterName: name, Namespace: aws.String("lifecycle"), ServiceAccount: aws.String("a"), RoleArn: &first, Tags: map[string]string{"a": "1"}}
	made, err := api.CreatePodIdentityAssociation(t.Context(), create)
	if err != nil {
		t.Fatal(err)
	}
	id := made.Association.AssociationId
	if *made.Association.AssociationArn != "arn:aws:eks:us-west-2:123456789012:podidentityassociation/sandbox/"+*id {
		t.Errorf("association %+v", made.Association)
	}
	_, err = api.CreatePodIdentityAssociation(t.Context(), create)
	wantCode(t, err, "ResourceInUseException", *id)
	if role, ok := s.front.PodIdentityRole("lifecycle", "a"); !ok || role != first {
		t.Errorf("role %s, %t", role, ok)
	}
	updated, err := api.UpdatePodIdentityAssociation(t.Context(), &eks.UpdatePodIdentityAssociationInput{ClusterName: name, AssociationId: id, RoleArn: &second})
	if err != nil || *updated.Association.RoleArn != second {
		t.Errorf("update: %+v, %v", updated, err)
	}
	listed, err := api.ListPodIdentityAssociations(t.Context(), &eks.ListPodIdentityAssociationsInput{ClusterName: name, Namespace: aws.String("lifecycle")})
	if err != nil || len(listed.Associations) != 1 || *listed.Associations[0].AssociationId != *id {
		t.Errorf("list: %+v, %v", listed, err)
	}
	s.checkTags(t, *made.Association.AssociationArn)

	missing := *create
	missing.ServiceAccount, missing.RoleArn = aws.String("b"), aws.String(first+"x")
	_, err = api.CreatePodIdentityAssociation(t.Context(), &missing)
	wantCode(t, err, "InvalidParameterException", "Role provided in the request does not exist.")

	if _, err := api.DeletePodIdentityAssociation(t.Context(), &eks.DeletePodIdentityAssociationInput{ClusterName: name, AssociationId: id}); err != nil {
		t.Error(err)
	}
	_, err = api.DescribePodIdentityAssociation(t.Context(), &eks.DescribePodIdentityAssociationInput{ClusterName: name, AssociationId: id})
	wantCode(t, err, "ResourceNotFoundException", *id)
}

func TestEKSAuthorization(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	nobody := s.user(t, "eks-nobody", "")
	reader := s.user(t, "eks-reader", allow("eks:Describe*", "arn:aws:eks:us-west-2:123456789012:cluster/sandbox"))
	denied := s.user(t, "eks-denied", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"eks:DescribeCluster","Resource":"*"}]}`)
	creator := s.user(t, "eks-creator", allow("eks:*", "*"))
	grouped := s.user(t, "eks-grouped", "")
	s.joinGroup(t, "eks-grouped", "arn:aws:iam::aws:policy/AdministratorAccess")
	describe := &eks.DescribeClusterInput{Name: aws.String(cluster)}
	const resource = "on resource: arn:aws:eks:us-west-2:123456789012:cluster/sandbox"

	_, err := s.eks(nobody).DescribeCluster(t.Context(), describe)
	wantCode(t, err, "AccessDeniedException", "User: arn:aws:iam::123456789012:user/eks-nobody is not authorized to perform: eks:DescribeCluster "+resource+" because no identity-based policy allows the eks:DescribeCluster action")
	if _, err = s.eks(reader).DescribeCluster(t.Context(), describe); err != nil {
		t.Error(err)
	}
	_, err = s.eks(reader).DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: aws.String("other")})
	wantCode(t, err, "AccessDeniedException", "cluster/other")
	_, err = s.eks(reader).ListClusters(t.Context(), &eks.ListClustersInput{})
	wantCode(t, err, "AccessDeniedException", "eks:ListClusters")
	_, err = s.eks(denied).DescribeCluster(t.Context(), describe)
	wantCode(t, err, "AccessDeniedException", "with an explicit deny")
	if _, err = s.eks(grouped).DescribeCluster(t.Context(), describe); err != nil {
		t.Error(err)
	}

	role := s.role(t, "eks-passed", podTrust(""), "")
	_, err = s.eks(creator).CreatePodIdentityAssociation(t.Context(), &eks.CreatePodIdentityAssociationInput{ClusterName: aws.String(cluster), Namespace: aws.String("n"), ServiceAccount: aws.String("s"), RoleArn: &role})
	wantCode(t, err, "AccessDeniedException", "iam:PassRole on resource: "+role)

	forged := s.admin
	forged.SecretAccessKey = "wrong"
	_, err = s.eks(forged).DescribeCluster(t.Context(), describe)
	wantCode(t, err, "InvalidSignatureException", "does not match")
	_, err = s.eks(aws.Credentials{AccessKeyID: "AKIAUNKNOWN", SecretAccessKey: "x"}).DescribeCluster(t.Context(), describe)
	wantCode(t, err, "UnrecognizedClientException", "invalid")
}

func (s *stack) joinGroup(t *testing.T, user, policy string) {
	t.Helper()
	api := s.iam(s.admin)
	group := aws.String(user + "-group")
	if _, err := api.CreateGroup(t.Context(), &iam.CreateGroupInput{GroupName: group}); err != nil {
		t.Fatal(err)
	}
	if _, err := api.AttachGroupPolicy(t.Context(), &iam.AttachGroupPolicyInput{GroupName: group, PolicyArn: &policy}); err != nil {
		t.Fatal(err)
	}
	if _, err := api.AddUserToGroup(t.Context(), &iam.AddUserToGroupInput{GroupName: group, UserName: &user}); err != nil {
		t.Fatal(err)
	}
}
