package sqs

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// MessagesError says that a queue is kept because there are messages in it.
type MessagesError struct {
	Queue string
	Count aws.Messages
}

func (e *MessagesError) Error() string {
	return fmt.Sprintf("SQS queue %q has %d messages (%d visible, %d in flight, %d delayed), which would be lost", e.Queue, e.Count.Total(), e.Count.Visible, e.Count.InFlight, e.Count.Delayed)
}

// removal takes away what a binding has and another one, which takes its place,
// has not. It can be repeated after any interruption.
type removal struct {
	*access
	binding

	// keep is nil if nothing is to stay.
	keep *binding
	// remarks tell what was left, and why.
	remarks []string
}

// grantsAndObjects leaves the queues.
func (r *removal) grantsAndObjects(ctx context.Context) error {
	if err := r.removeObjects(ctx); err != nil {
		return err
	}
	for _, grant := range r.roleGrants(permissions{}) {
		if r.keep != nil && r.keep.grants(grant) {
			continue
		}
		if err := r.roles.DeleteGrant(ctx, grant); err != nil {
			return err
		}
	}
	for _, made := range r.madeRoles() {
		if r.keep != nil && slices.ContainsFunc(r.keep.madeRoles(), func(kept madeRole) bool { return kept.name == made.name }) {
			continue
		}
		if err := r.removeRole(ctx, made); err != nil {
			return err
		}
	}
	return nil
}

// madeRole is a role that the binding makes. It is known to exist once its ARN
// is.
type madeRole struct {
	name  string
	known bool
}

func (b binding) madeRoles() []madeRole {
	var roles []madeRole
	if b.consumer.makesRole() {
		roles = append(roles, madeRole{b.ConsumerRoleName.ValueString(), known(b.ConsumerRoleARN)})
	}
	if b.producer.makesRole() {
		roles = append(roles, madeRole{b.ProducerRoleName.ValueString(), known(b.ProducerRoleARN)})
	}
	return roles
}

func (r *removal) removeRole(ctx context.Context, made madeRole) error {
	live, err := r.roles.Find(ctx, made.name)
	if aws.IsGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	// A create that failed may have met a role of somebody else.
	if !made.known && !r.roles.IsMine(live) {
		return nil
	}
	taken, err := r.roles.Delete(ctx, live.ID, aws.RoleSpec{Name: made.name})
	for _, other := range taken {
		r.remarks = append(r.remarks, fmt.Sprintf("%s was deleted with %s, which somebody else had put on it.", aws.RoleName(made.name), other))
	}
	return err
}

func (r *removal) removeObjects(ctx context.Context) error {
	store, err := r.access.objects(r.binding)
	if err != nil || store == nil {
		return err
	}
	objects := r.binding.objects()
	// The namespace goes after what is in it.
	slices.Reverse(objects)
	slices.SortStableFunc(objects, func(a, b *unstructured.Unstructured) int { return namespacesLast(a) - namespacesLast(b) })
	for _, object := range objects {
		if r.keeps(object) {
			continue
		}
		remarks, err := store.remove(ctx, object)
		r.remarks = append(r.remarks, remarks...)
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *removal) keeps(object *unstructured.Unstructured) bool {
	return r.keep != nil && slices.ContainsFunc(r.keep.objects(), func(kept *unstructured.Unstructured) bool { return kube.RefOf(kept) == kube.RefOf(object) })
}

func namespacesLast(object *unstructured.Unstructured) int {
	if object.GroupVersionKind() == namespaceKind {
		return 1
	}
	return 0
}

// madeQueues are the queues that the binding made and that are there. It is known
// that one is the binding's once its ARN is.
func (r *removal) madeQueues(ctx context.Context) ([]*aws.LiveQueue, error) {
	if r.bound() {
		return nil, nil
	}
	var queues []*aws.LiveQueue
	for _, made := range []struct {
		name  string
		known bool
	}{
		{r.Name.ValueString(), known(r.QueueURL)},
		{r.DeadLetterQueueName.ValueString(), known(r.DeadLetterQueueURL)},
	} {
		live, err := r.queues.Find(ctx, made.name)
		if err != nil && aws.IsGone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if made.known || r.queues.IsMine(live) {
			queues = append(queues, live)
		}
	}
	return queues, nil
}

// all takes everything away, but nothing while there are messages in a queue and
// force_destroy does not say that they may go.
func (r *removal) all(ctx context.Context) error {
	queues, err := r.madeQueues(ctx)
	if err != nil {
		return err
	}
	if !r.ForceDestroy.ValueBool() {
		for _, queue := range queues {
			count, err := r.queues.AwaitEmpty(ctx, queue)
			if err != nil {
				return err
			}
			if count.Total() > 0 {
				return &MessagesError{Queue: queue.Name, Count: count}
			}
		}
	}
	if err := r.grantsAndObjects(ctx); err != nil {
		return err
	}
	for _, queue := range queues {
		if err := r.queues.Delete(ctx, queue); err != nil {
			return err
		}
	}
	return nil
}
