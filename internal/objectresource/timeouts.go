package objectresource

import (
	"cmp"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// How long an operation may take, the wait included, where the configuration
// does not say. They are the defaults of hashicorp/kubernetes for workloads.
const (
	DefaultCreateTimeout = 10 * time.Minute
	DefaultUpdateTimeout = 10 * time.Minute
	DefaultDeleteTimeout = 10 * time.Minute
)

// readTimeout bounds a read, which waits for nothing but the API server.
const readTimeout = 2 * time.Minute

func (d Descriptor[M]) deleteTimeout() time.Duration {
	return cmp.Or(d.DeleteTimeout, DefaultDeleteTimeout)
}

func timeoutOptions(deletion time.Duration) timeouts.Opts {
	return timeouts.Opts{
		Create: true, CreateDescription: "How long making the object and waiting for it may take. " + timeoutForm(DefaultCreateTimeout),
		Update: true, UpdateDescription: "How long changing the object and waiting for it may take. " + timeoutForm(DefaultUpdateTimeout),
		Delete: true, DeleteDescription: "How long deleting the object and waiting until it is gone may take. " + timeoutForm(deletion),
	}
}

func timeoutForm(otherwise time.Duration) string {
	return fmt.Sprintf("A duration such as `90s` or `15m`. Default: `%dm`.", int(otherwise.Minutes()))
}

// timeoutsAttribute carries the description that the library's own lacks.
func timeoutsAttribute(attribute schema.Attribute) schema.Attribute {
	nested, isNested := attribute.(schema.SingleNestedAttribute)
	if !isNested {
		return attribute
	}
	nested.MarkdownDescription = "How long operations on the object may take."
	return nested
}
