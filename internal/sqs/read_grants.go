package sqs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// grantsAndRoles compares who may do what. What a grant says follows from the
// queue, so nothing is compared while that is gone: the next apply writes all.
func (r *reading) grantsAndRoles(ctx context.Context) error {
	granted := permissions{}
	known := r.queueRef != nil
	if known {
		granted = permissionsOn(r.queueRef, r.grantedDeadLetter())
	}
	for _, grant := range r.roleGrants(granted) {
		live, err := r.roles.FindGrant(ctx, grant)
		if err != nil {
			return err
		}
		r.found = r.found || live != ""
		switch {
		case live == "":
			r.note("The inline policy %q of %s is gone", grant.Policy, aws.RoleName(grant.Role))
		case known && !policy.Equivalent(live, grant.Document.JSON()):
			r.note("The inline policy %q of %s was changed", grant.Policy, aws.RoleName(grant.Role))
		}
	}
	var err error
	if r.consumer.makesRole() {
		if r.ConsumerRoleARN, err = r.role(ctx, r.consumer.of, r.ConsumerRoleName, grantConsumer, granted.consume, known); err != nil {
			return err
		}
	}
	if r.producer.makesRole() {
		r.ProducerRoleARN, err = r.role(ctx, r.producer.of, r.ProducerRoleName, grantProducer, granted.produce, known)
	}
	return err
}

// grantedDeadLetter is what the grants name, even while the queue is gone: it
// will be made again under the same ARN.
func (r *reading) grantedDeadLetter() *aws.QueueRef {
	if r.deadLetterRef == nil && !r.bound() {
		return &aws.QueueRef{ARN: siblingARN(r.QueueARN.ValueString(), r.DeadLetterQueueName.ValueString()), Key: r.KMSKeyARN.ValueString()}
	}
	return r.deadLetterRef
}

// role compares a role that was made, and returns its ARN.
func (r *reading) role(ctx context.Context, workload *workloadModel, name types.String, grant string, granted policy.Document, known bool) (types.String, error) {
	live, err := r.roles.Find(ctx, name.ValueString())
	if aws.IsGone(err) {
		r.note("%s is gone", aws.RoleName(name.ValueString()))
		return types.StringNull(), nil
	}
	if err != nil {
		return types.StringNull(), err
	}
	r.found = true
	arn := types.StringValue(live.ARN)
	wanted, err := r.roleSpec(ctx, r.binding, workload, name.ValueString(), grant, granted)
	if aws.IsGone(err) {
		r.note("%v", err)
		return arn, nil
	}
	if err != nil {
		return arn, err
	}
	for _, part := range []struct {
		name string
		same bool
	}{
		{"trust policy", policy.Equivalent(live.Trust, wanted.Trust)},
		{"permissions", !known || policy.Equivalent(live.Permissions, wanted.Permissions)},
		{"description", live.Description == wanted.Description},
		{"maximum session duration", live.MaxSessionDuration == wanted.MaxSessionDuration},
		{"permissions boundary", live.PermissionsBoundary == ""},
		{"tags", r.tagged(live.Tags, wanted.Tags)},
	} {
		if !part.same {
			r.note("The %s of %s: changed", part.name, aws.RoleName(name.ValueString()))
		}
	}
	return arn, nil
}

func (r *reading) tagged(live, wanted map[string]string) bool {
	for key, value := range wanted {
		if found, ok := live[key]; !ok || found != value {
			return false
		}
	}
	return live[aws.OwnerTag] == r.settings.FieldManager
}

func (r *reading) clusterObjects(ctx context.Context) error {
	store, err := r.access.objects(r.binding)
	if err != nil || store == nil {
		return err
	}
	for _, object := range r.binding.objects() {
		words, exists, err := store.difference(ctx, object)
		if err != nil {
			return err
		}
		r.found = r.found || exists
		if words != "" {
			r.note("%s", words)
		}
	}
	return nil
}
