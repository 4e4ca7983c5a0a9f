package sqs

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// writing is the making or changing of a binding.
type writing struct {
	*access
	binding

	// before is nil for a binding that is being made. What exists and is not known
	// from it is somebody else's, or the rest of an apply that was cut off.
	before *binding
	// begun is called when the first thing exists.
	begun func()
	// adopted names what was there already.
	adopted []string
}

// put makes everything that the binding has, or brings it to what is wanted, and
// sets the outputs. It can be repeated after any interruption.
func (w *writing) put(ctx context.Context) error {
	store, err := w.putQueues(ctx)
	if err != nil {
		return err
	}
	granted := permissionsOn(&store.queue, store.deadLetter)
	if err := w.putGrants(ctx, granted); err != nil {
		return err
	}
	if w.consumer.of != nil {
		if w.ConsumerRoleARN, err = w.putWorkload(ctx, w.consumer.of, w.ConsumerRoleName.ValueString(), grantConsumer, granted.consume); err != nil {
			return err
		}
	}
	if w.producer.of != nil {
		if w.ProducerRoleARN, err = w.putWorkload(ctx, w.producer.of, w.ProducerRoleName.ValueString(), grantProducer, granted.produce); err != nil {
			return err
		}
	}
	return w.putObjects(ctx)
}

// refs are the two queues as grants need them.
type refs struct {
	queue      aws.QueueRef
	deadLetter *aws.QueueRef
}

func (w *writing) putQueues(ctx context.Context) (refs, error) {
	if w.bound() {
		return w.useQueue(ctx)
	}
	queueARN, err := w.queueARN(ctx, w.Name.ValueString())
	if err != nil {
		return refs{}, err
	}
	w.QueueARN = types.StringValue(queueARN)
	deadLetterARN := siblingARN(queueARN, w.DeadLetterQueueName.ValueString())
	// The dead-letter queue comes first, because the other one names it.
	deadLetter, err := w.makeQueue(ctx, w.deadLetterQueue(queueARN), deadLetterARN)
	if err != nil {
		return refs{}, err
	}
	w.DeadLetterQueueURL, w.DeadLetterQueueARN = types.StringValue(deadLetter.URL), types.StringValue(deadLetter.ARN)
	queue, err := w.makeQueue(ctx, w.queue(deadLetterARN), queueARN)
	if err != nil {
		return refs{}, err
	}
	w.QueueURL = types.StringValue(queue.URL)
	former := w.formerTags()
	if w.before != nil {
		former = w.before.withRecord(former)
	}
	if _, err := w.queues.Apply(ctx, queue, w.queue(deadLetterARN), former); err != nil {
		return refs{}, err
	}
	if _, err := w.queues.Apply(ctx, deadLetter, w.deadLetterQueue(queueARN), w.formerTags()); err != nil {
		return refs{}, err
	}
	key := w.KMSKeyARN.ValueString()
	return refs{queue: aws.QueueRef{ARN: queueARN, Key: key}, deadLetter: &aws.QueueRef{ARN: deadLetterARN, Key: key}}, nil
}

func (w *writing) makeQueue(ctx context.Context, wanted aws.Queue, arn string) (*aws.LiveQueue, error) {
	if w.before != nil {
		return w.queues.Ensure(ctx, wanted, arn)
	}
	live, adopted, err := w.queues.Create(ctx, wanted, arn)
	if err != nil {
		return nil, err
	}
	w.begun()
	if adopted {
		w.adopted = append(w.adopted, fmt.Sprintf("SQS queue %q", wanted.Name))
	}
	return live, nil
}

// formerTags are those that the configuration set before.
func (w *writing) formerTags() map[string]string {
	if w.before == nil {
		return nil
	}
	return texts(w.before.TagsAll)
}

// useQueue takes a queue of somebody else as it is.
func (w *writing) useQueue(ctx context.Context) (refs, error) {
	live, err := w.existing(ctx, w.ExistingQueueARN.ValueString())
	if err != nil {
		return refs{}, err
	}
	if err := w.fits(live); err != nil {
		return refs{}, err
	}
	queue, deadLetter, err := w.boundRefs(ctx, live)
	if err != nil {
		return refs{}, err
	}
	w.QueueARN, w.QueueURL = w.ExistingQueueARN, types.StringValue(live.URL)
	w.DeadLetterQueueURL, w.DeadLetterQueueARN = outputsOf(deadLetter)
	if deadLetter == nil {
		return refs{queue: queue}, nil
	}
	ref := deadLetter.Ref()
	return refs{queue: queue, deadLetter: &ref}, nil
}

func (w *writing) putGrants(ctx context.Context, granted permissions) error {
	for _, grant := range w.roleGrants(granted) {
		put := w.roles.CreateGrant
		if w.before != nil && w.before.grants(grant) {
			put = w.roles.PutGrant
		}
		if err := put(ctx, grant); err != nil {
			return err
		}
		w.begun()
	}
	return nil
}

// roleGrants are the grants on roles that exist.
func (b binding) roleGrants(granted permissions) []aws.RoleGrant {
	var grants []aws.RoleGrant
	if b.scaler.of != nil {
		grants = append(grants, b.roleGrant(b.scaler.of.name(), grantScaler, granted.scale))
	}
	if workload := b.consumer.of; workload != nil && !workload.RoleARN.IsNull() {
		grants = append(grants, b.roleGrant(nameOfRole(workload.RoleARN.ValueString()), grantConsumer, granted.consume))
	}
	if workload := b.producer.of; workload != nil && !workload.RoleARN.IsNull() {
		grants = append(grants, b.roleGrant(nameOfRole(workload.RoleARN.ValueString()), grantProducer, granted.produce))
	}
	return grants
}

// grants reports whether the binding has this grant, whatever it says.
func (b binding) grants(grant aws.RoleGrant) bool {
	return slices.ContainsFunc(b.roleGrants(permissions{}), func(has aws.RoleGrant) bool { return has.Role == grant.Role && has.Policy == grant.Policy })
}

// putWorkload makes the role of a workload and returns its ARN.
func (w *writing) putWorkload(ctx context.Context, workload *workloadModel, name, grant string, granted policy.Document) (types.String, error) {
	if !workload.RoleARN.IsNull() {
		return workload.RoleARN, nil
	}
	spec, err := w.roleSpec(ctx, w.binding, workload, name, grant, granted)
	if err != nil {
		return types.StringUnknown(), err
	}
	live, former, err := w.makeRole(ctx, spec)
	if err != nil {
		return types.StringUnknown(), err
	}
	if err := w.roles.Change(ctx, live, former, spec); err != nil {
		return types.StringUnknown(), err
	}
	return types.StringValue(live.ARN), nil
}

// roleSpec asks EKS for the cluster's OIDC provider, which the trust policy
// names.
func (a *access) roleSpec(ctx context.Context, b binding, workload *workloadModel, name, grant string, granted policy.Document) (aws.RoleSpec, error) {
	cluster, err := a.account.Cluster(ctx, b.ClusterName.ValueString())
	if err != nil {
		return aws.RoleSpec{}, err
	}
	if cluster.OIDCProviderARN == "" {
		return aws.RoleSpec{}, &aws.MissingError{
			What:   fmt.Sprintf("EKS cluster %q has no OIDC issuer, so its service accounts cannot assume the role %q", cluster.Name, name),
			Remedy: "Grant the rights to an existing role by role_arn, such as one of eks_service_account_role with EKS Pod Identity.",
		}
	}
	return b.madeRole(workload, name, grant, cluster.OIDCProviderARN, granted), nil
}

func (w *writing) makeRole(ctx context.Context, spec aws.RoleSpec) (*aws.Role, aws.Former, error) {
	former := aws.Former{Tags: w.formerTags()}
	if w.before != nil && slices.Contains(w.before.madeRoles(), madeRole{name: spec.Name, known: true}) {
		live, err := w.roles.EnsureRole(ctx, spec)
		return live, former, err
	}
	live, adopted, err := w.roles.Create(ctx, spec)
	if err != nil {
		return nil, former, err
	}
	w.begun()
	if adopted {
		w.adopted = append(w.adopted, aws.RoleName(spec.Name))
		former = live.Everything()
	}
	return live, former, nil
}

func (w *writing) putObjects(ctx context.Context) error {
	store, err := w.access.objects(w.binding)
	if err != nil || store == nil {
		return err
	}
	for _, object := range w.binding.objects() {
		adopted, err := store.ensure(ctx, object, w.before == nil)
		if err != nil {
			return err
		}
		w.begun()
		if adopted {
			w.adopted = append(w.adopted, fmt.Sprintf("%s %q", object.GetKind(), object.GetName()))
		}
	}
	return nil
}
