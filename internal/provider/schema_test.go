package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// TestSchema walks what Terraform and the documentation get to see.
func TestSchema(t *testing.T) {
	t.Parallel()

	ctx := t.Context()

	if diags := providerSchema(t).Schema.ValidateImplementation(ctx); diags.HasError() {
		t.Fatal(diags)
	}

	resp, err := providerserver.NewProtocol6(New("test")())().GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	for _, diagnostic := range resp.Diagnostics {
		t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}

	checkSentence(t, "provider", resp.Provider.Block.Description)
	checkAttributes(t, "", resp.Provider.Block.Attributes)

	for name, function := range resp.Functions {
		checkSentence(t, name+" summary", function.Summary)
		checkSentence(t, name, function.Description)

		for _, parameter := range function.Parameters {
			checkSentence(t, name+" parameter "+parameter.Name, parameter.Description)
		}
	}
}

func checkAttributes(t *testing.T, parent string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()

	if len(attributes) == 0 {
		t.Errorf("%q has no attributes", parent)
	}

	for _, attribute := range attributes {
		name := parent + attribute.Name
		checkSentence(t, name, attribute.Description)

		if attribute.DescriptionKind != tfprotov6.StringKindMarkdown {
			t.Errorf("%s: the description is not Markdown", name)
		}

		if secret := strings.HasSuffix(name, "token") || strings.HasSuffix(name, "client_key") || strings.HasSuffix(name, "exec.env"); secret != attribute.Sensitive {
			t.Errorf("%s: sensitive is %t", name, attribute.Sensitive)
		}

		if attribute.NestedType != nil {
			checkAttributes(t, name+".", attribute.NestedType.Attributes)
		} else if attribute.Optional && !strings.Contains(attribute.Description, "Default: ") {
			t.Errorf("%s: the description names no default", name)
		}
	}
}

func checkSentence(t *testing.T, name, text string) {
	t.Helper()

	if !strings.HasSuffix(text, ".") {
		t.Errorf("%s: the description %q is no sentence", name, text)
	}
}
