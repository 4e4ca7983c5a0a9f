package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// NewServer returns a constructor of the provider as Terraform talks to it. The
// version is as in [New].
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return newServer(newProvider(version)) }
}

func newServer(served *kedaProvider) *server {
	return &server{
		ProviderServer: forgetful{providerserver.NewProtocol6(served)()},
		provider:       served,
		planners:       quickPlanners(served),
	}
}

// server is the framework's server, but for the plans that a resource makes
// quicker. The interface that it embeds is all of the protocol that the provider
// has: list resources, actions and state stores would need theirs.
type server struct {
	tfprotov6.ProviderServer

	provider *kedaProvider
	planners map[string]objectresource.QuickPlanner
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if planner, found := s.planners[req.TypeName]; found {
		if planned := planner.QuickPlan(ctx, s.provider.configured.Load(), req); planned != nil {
			return planned, nil
		}
	}

	return s.ProviderServer.PlanResourceChange(ctx, req)
}

// quickPlanners returns the resources that plan by themselves, by their types.
func quickPlanners(served *kedaProvider) map[string]objectresource.QuickPlanner {
	planners := map[string]objectresource.QuickPlanner{}

	for _, newResource := range served.Resources(context.Background()) {
		if planner, isQuick := newResource().(objectresource.QuickPlanner); isQuick {
			var metadata resource.MetadataResponse

			planner.Metadata(context.Background(), resource.MetadataRequest{ProviderTypeName: typeName}, &metadata)
			planners[metadata.TypeName] = planner
		}
	}

	return planners
}
