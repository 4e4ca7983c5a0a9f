package sqs

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// access is what an operation on a binding works with.
type access struct {
	settings *settings.Settings
	account  *aws.Account
	queues   *aws.Queues
	roles    *aws.Roles
}

// reach returns what works on AWS. Errors: those of the settings and of the AWS
// configuration.
func reach(ctx context.Context, configured *settings.Settings) (*access, error) {
	account, err := configured.Account()
	if err != nil {
		return nil, err
	}
	if err := aws.CheckOwner(configured.FieldManager); err != nil {
		return nil, err
	}
	queues, err := account.Queues(ctx, configured.FieldManager)
	if err != nil {
		return nil, err
	}
	roles, err := account.Roles(ctx, configured.FieldManager)
	if err != nil {
		return nil, err
	}
	return &access{settings: configured, account: account, queues: queues, roles: roles}, nil
}

// objects returns what works on the binding's objects in the cluster. It is nil
// if there are none: a binding without them needs no cluster.
func (a *access) objects(b binding) (*objectStore, error) {
	if len(b.objects()) == 0 {
		return nil, nil
	}
	client, err := a.settings.Cluster()
	if err != nil {
		return nil, err
	}
	return &objectStore{client: client, mark: b.mark(), apply: kube.ApplyOptions{FieldManager: a.settings.FieldManager, Force: a.settings.ForceConflicts}}, nil
}

// surroundings are what the provider's configuration gives a plan, which asks
// nobody.
func surroundingsOf(configured *settings.Settings) surroundings {
	if configured == nil {
		return surroundings{cluster: types.StringUnknown(), region: types.StringUnknown(), defaultTags: types.MapUnknown(types.StringType)}
	}
	given := surroundings{cluster: types.StringNull(), region: types.StringUnknown(), defaultTags: types.MapUnknown(types.StringType)}
	switch {
	case configured.IsUnknown("kubernetes"):
		given.cluster = types.StringUnknown()
	case configured.Kubernetes.EKSClusterName != "":
		given.cluster = types.StringValue(configured.Kubernetes.EKSClusterName)
	}
	if configured.IsUnknown("aws") {
		return given
	}
	given.defaultTags = mapOf(configured.AWS.DefaultTags)
	if configured.AWS.Region != "" {
		given.region = types.StringValue(configured.AWS.Region)
	}
	return given
}

// queueARN is the ARN that a queue of the name has in the account and Region.
func (a *access) queueARN(ctx context.Context, name string) (string, error) {
	caller, err := a.account.Caller(ctx)
	if err != nil {
		return "", err
	}
	config, err := a.account.Config(ctx)
	if err != nil {
		return "", err
	}
	return arn.ARN{Partition: caller.Partition, Service: "sqs", Region: config.Region, AccountID: caller.AccountID, Resource: name}.String(), nil
}

// existing reads a queue that somebody else made.
func (a *access) existing(ctx context.Context, queueARN string) (*aws.LiveQueue, error) {
	config, err := a.account.Config(ctx)
	if err != nil {
		return nil, err
	}
	parsed, err := arn.Parse(queueARN)
	if err != nil {
		return nil, err
	}
	if parsed.Region != config.Region {
		return nil, &aws.MissingError{
			What:   fmt.Sprintf("The queue %s is in %s, and the provider works in %s", queueARN, parsed.Region, config.Region),
			Remedy: "Use a provider whose aws.region is the queue's.",
		}
	}
	return a.queues.Bound(ctx, parsed.Resource, parsed.AccountID)
}

// boundRefs are a queue of somebody else and its dead-letter queue, which may be
// out of reach: then only its ARN is known.
func (a *access) boundRefs(ctx context.Context, live *aws.LiveQueue) (queue aws.QueueRef, deadLetter *aws.LiveQueue, err error) {
	queue = live.Ref()
	redrive := live.Redrive()
	if redrive == nil {
		return queue, nil, nil
	}
	deadLetter, err = a.existing(ctx, redrive.DeadLetterARN)
	if err != nil && aws.IsGone(err) {
		return queue, &aws.LiveQueue{ARN: redrive.DeadLetterARN}, nil
	}
	return queue, deadLetter, err
}

func mapOf(values map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(values))
	for key, value := range values {
		elements[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, elements)
}
