package keda

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

var resources = map[string]func() resource.Resource{
	"keda_scaled_object":                  NewScaledObject,
	"keda_scaled_job":                     NewScaledJob,
	"keda_trigger_authentication":         NewTriggerAuthentication,
	"keda_cluster_trigger_authentication": NewClusterTriggerAuthentication,
}

// TestSchemas walks what Terraform and the documentation get to see.
func TestSchemas(t *testing.T) {
	t.Parallel()

	for name, newResource := range resources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			own := schemaOf(t, newResource)
			if diags := own.ValidateImplementation(t.Context()); diags.HasError() {
				t.Error(diags)
			}

			checkDescriptions(t, "", own.Attributes)
		})
	}
}

func checkDescriptions(t *testing.T, parent string, attributes map[string]schema.Attribute) {
	t.Helper()

	for name, attribute := range attributes {
		if name == "timeouts" {
			continue // the same for all resources, and described by the library
		}

		text := attribute.GetMarkdownDescription()
		if !strings.HasSuffix(text, ".") {
			t.Errorf("%s%s: the description %q is no sentence", parent, name, text)
		}

		if attribute.IsOptional() && !strings.Contains(text, "Default: ") {
			t.Errorf("%s%s: the description names no default", parent, name)
		}

		switch attribute := attribute.(type) {
		case schema.ListNestedAttribute:
			checkDescriptions(t, parent+name+".", attribute.NestedObject.Attributes)
		case schema.SingleNestedAttribute:
			checkDescriptions(t, parent+name+".", attribute.Attributes)
		}
	}
}

// TestModelsFitSchemas sends the smallest model of each resource to Terraform
// and has it checked there.
func TestModelsFitSchemas(t *testing.T) {
	t.Parallel()

	object := scaledObject()
	object.Common = common(t, NewScaledObject)

	job := scaledJob()
	job.Common = common(t, NewScaledJob)

	authentication := TriggerAuthenticationModel{}
	authentication.Name, authentication.Namespace, authentication.Common = "ta", "default", common(t, NewTriggerAuthentication)

	cluster := ClusterTriggerAuthenticationModel{}
	cluster.Name, cluster.Common = "cta", common(t, NewClusterTriggerAuthentication)

	for name, model := range map[string]any{
		"keda_scaled_object": object, "keda_scaled_job": job,
		"keda_trigger_authentication": authentication, "keda_cluster_trigger_authentication": cluster,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for _, found := range validate(t, resources[name], rawConfig(t, resources[name], model)) {
				t.Errorf("%s: %s", found.Summary, found.Detail)
			}
		})
	}
}
