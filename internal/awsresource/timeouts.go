package awsresource

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// ReadTimeout bounds a refresh and an import, which wait for nothing but the
// answers of AWS and of the cluster.
const ReadTimeout = 5 * time.Minute

// TimeoutsAttribute is the attribute timeouts with these defaults.
func TimeoutsAttribute(ctx context.Context, create, update, deletion time.Duration) schema.Attribute {
	form := func(otherwise time.Duration) string {
		return fmt.Sprintf("A duration such as `90s` or `15m`. Default: `%.0fm`.", otherwise.Minutes())
	}
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "How long making everything and waiting for it may take. " + form(create),
		Update: true, UpdateDescription: "How long changing everything and waiting for it may take. " + form(update),
		Delete: true, DeleteDescription: "How long deleting everything and waiting until it is gone may take. " + form(deletion),
	})
	nested, isNested := attribute.(schema.SingleNestedAttribute)
	if !isNested {
		return attribute
	}
	// The library gives none.
	nested.MarkdownDescription = "How long operations on the resource may take."
	return nested
}
