package aws

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// Association is a Pod Identity association: the pods of a service account get
// credentials of a role.
type Association struct {
	ID, ARN        string
	ServiceAccount policy.ServiceAccount
	RoleARN        string
	Tags           map[string]string
	Created        time.Time
}

// podIdentityAPI is what this package uses of EKS for Pod Identity.
type podIdentityAPI interface {
	eks.ListPodIdentityAssociationsAPIClient
	CreatePodIdentityAssociation(context.Context, *eks.CreatePodIdentityAssociationInput, ...func(*eks.Options)) (*eks.CreatePodIdentityAssociationOutput, error)
	DeletePodIdentityAssociation(context.Context, *eks.DeletePodIdentityAssociationInput, ...func(*eks.Options)) (*eks.DeletePodIdentityAssociationOutput, error)
	DescribePodIdentityAssociation(context.Context, *eks.DescribePodIdentityAssociationInput, ...func(*eks.Options)) (*eks.DescribePodIdentityAssociationOutput, error)
	TagResource(context.Context, *eks.TagResourceInput, ...func(*eks.Options)) (*eks.TagResourceOutput, error)
	UntagResource(context.Context, *eks.UntagResourceInput, ...func(*eks.Options)) (*eks.UntagResourceOutput, error)
	UpdatePodIdentityAssociation(context.Context, *eks.UpdatePodIdentityAssociationInput, ...func(*eks.Options)) (*eks.UpdatePodIdentityAssociationOutput, error)
}

// PodIdentity is the Pod Identity of one cluster.
type PodIdentity struct {
	api     podIdentityAPI
	cluster string
	owner   string
	now     func() time.Time
}

// PodIdentity returns the Pod Identity of a cluster, on whose associations the
// owner is marked as the maker. Errors: those of [Account.Config].
func (a *Account) PodIdentity(ctx context.Context, cluster, owner string) (*PodIdentity, error) {
	client, err := a.eks(ctx)
	if err != nil {
		return nil, err
	}
	return &PodIdentity{api: client, cluster: cluster, owner: owner, now: time.Now}, nil
}

// AssociationName is how sentences name the association of a service account.
func AssociationName(account policy.ServiceAccount) string {
	return fmt.Sprintf("Pod Identity association of service account %q", account)
}

// Find returns the association of a service account, which has at most one, or
// nil. A cluster that does not exist has none.
func (p *PodIdentity) Find(ctx context.Context, account policy.ServiceAccount) (*Association, error) {
	found, err := p.find(ctx, account)
	if IsGone(err) {
		return nil, nil
	}
	return found, about(AssociationName(account), err)
}

func (p *PodIdentity) find(ctx context.Context, account policy.ServiceAccount) (*Association, error) {
	pages := eks.NewListPodIdentityAssociationsPaginator(p.api, &eks.ListPodIdentityAssociationsInput{
		ClusterName: &p.cluster, Namespace: &account.Namespace, ServiceAccount: &account.Name,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, summary := range page.Associations {
			return p.describe(ctx, aws.ToString(summary.AssociationId))
		}
	}
	return nil, nil
}

func (p *PodIdentity) describe(ctx context.Context, id string) (*Association, error) {
	out, err := p.api.DescribePodIdentityAssociation(ctx, &eks.DescribePodIdentityAssociationInput{ClusterName: &p.cluster, AssociationId: &id})
	if err != nil {
		return nil, err
	}
	live := out.Association
	return &Association{
		ID:             id,
		ARN:            aws.ToString(live.AssociationArn),
		ServiceAccount: policy.ServiceAccount{Namespace: aws.ToString(live.Namespace), Name: aws.ToString(live.ServiceAccount)},
		RoleARN:        aws.ToString(live.RoleArn),
		Tags:           live.Tags,
		Created:        aws.ToTime(live.CreatedAt),
	}, nil
}

// Ensure gives the pods of a service account the role, and returns the
// association's ID. The id is that of the association which the configuration
// made before, or empty. Adopted says that an interrupted apply of the owner left
// it; any other that the configuration did not make is an *ExistsError. Pods that
// run already keep the credentials that they have.
func (p *PodIdentity) Ensure(ctx context.Context, id string, account policy.ServiceAccount, roleARN string, former, tags map[string]string) (ensured string, adopted bool, err error) {
	ensured, adopted, err = p.ensure(ctx, id, account, roleARN, former, tags)
	return ensured, adopted, about(AssociationName(account), err)
}

func (p *PodIdentity) ensure(ctx context.Context, id string, account policy.ServiceAccount, roleARN string, former, tags map[string]string) (string, bool, error) {
	live, err := p.find(ctx, account)
	if err != nil {
		return "", false, err
	}
	if live == nil {
		created, refusal := p.create(ctx, account, roleARN, tags)
		if Classify(refusal) != AlreadyExists {
			return created, false, refusal
		}
		// It was made in between, perhaps by this very request, sent twice.
		if live, err = p.find(ctx, account); err != nil || live == nil {
			return "", false, errors.Join(refusal, err)
		}
	}
	if live.ID == id {
		return id, false, p.change(ctx, live, roleARN, former, tags)
	}
	// One for the configuration's own role is no one else's, however old: it
	// outlived a role that somebody deleted.
	reason := notLeftByUs(live.Tags, p.owner, live.Created, p.now())
	if reason != "" && (live.RoleARN != roleARN || live.Tags[OwnerTag] != p.owner) {
		return "", false, &ExistsError{Object: AssociationName(account), Reason: fmt.Sprintf("%s; its ID is %s, and its role is %s", reason, live.ID, live.RoleARN)}
	}
	return live.ID, true, p.change(ctx, live, roleARN, live.Tags, tags)
}

func (p *PodIdentity) create(ctx context.Context, account policy.ServiceAccount, roleARN string, tags map[string]string) (string, error) {
	out, err := retry(ctx, passRoleBudget, isUnknownRole, func(ctx context.Context) (*eks.CreatePodIdentityAssociationOutput, error) {
		return p.api.CreatePodIdentityAssociation(ctx, &eks.CreatePodIdentityAssociationInput{
			ClusterName: &p.cluster, Namespace: &account.Namespace, ServiceAccount: &account.Name,
			RoleArn: &roleARN, Tags: owned(tags, p.owner),
		})
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Association.AssociationId), nil
}

func (p *PodIdentity) change(ctx context.Context, live *Association, roleARN string, former, tags map[string]string) error {
	if live.RoleARN != roleARN {
		_, err := retry(ctx, passRoleBudget, isUnknownRole, func(ctx context.Context) (*eks.UpdatePodIdentityAssociationOutput, error) {
			return p.api.UpdatePodIdentityAssociation(ctx, &eks.UpdatePodIdentityAssociationInput{ClusterName: &p.cluster, AssociationId: &live.ID, RoleArn: &roleARN})
		})
		if err != nil {
			return err
		}
	}
	set, remove := tagChanges(live.Tags, former, owned(tags, p.owner))
	if len(set) > 0 {
		if _, err := p.api.TagResource(ctx, &eks.TagResourceInput{ResourceArn: &live.ARN, Tags: set}); err != nil {
			return err
		}
	}
	if len(remove) == 0 {
		return nil
	}
	_, err := p.api.UntagResource(ctx, &eks.UntagResourceInput{ResourceArn: &live.ARN, TagKeys: remove})
	return err
}

// Delete deletes an association, which it is too when there is none of the ID.
func (p *PodIdentity) Delete(ctx context.Context, id string) error {
	_, err := p.api.DeletePodIdentityAssociation(ctx, &eks.DeletePodIdentityAssociationInput{ClusterName: &p.cluster, AssociationId: &id})
	return about(fmt.Sprintf("Pod Identity association %s", id), unlessGone(err))
}
