package awsresource

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Configure returns the settings of the provider, or nil while it is not
// configured. It is the body of a resource's Configure.
func Configure(req resource.ConfigureRequest, resp *resource.ConfigureResponse) *settings.Settings {
	configured, err := settings.From(req.ProviderData)
	if err != nil {
		resp.Diagnostics.AddError("The provider is not configured as expected", Sentence(err))
	}
	return configured
}
