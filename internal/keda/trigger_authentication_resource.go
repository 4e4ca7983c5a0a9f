package keda

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// NewTriggerAuthentication makes the resource keda_trigger_authentication.
var NewTriggerAuthentication = objectresource.New(objectresource.Descriptor[TriggerAuthenticationModel]{
	TypeName: "keda_trigger_authentication",
	Schema:   triggerAuthenticationSchema,
	Form:     objectresource.Typed(triggerAuthenticationKind, objectresource.Annotations[TriggerAuthenticationModel]{}),
	Check: func(_ context.Context, request objectresource.CheckRequest[TriggerAuthenticationModel]) []objectresource.Problem {
		return checkAuthentication(request.Model.TriggerAuthenticationSpec, request.Unknown, false)
	},
	Orphaned: orphaned,
})

// NewClusterTriggerAuthentication makes the resource
// keda_cluster_trigger_authentication.
var NewClusterTriggerAuthentication = objectresource.New(objectresource.Descriptor[ClusterTriggerAuthenticationModel]{
	TypeName: "keda_cluster_trigger_authentication",
	Schema:   clusterTriggerAuthenticationSchema,
	Form:     objectresource.Typed(clusterTriggerAuthenticationKind, objectresource.Annotations[ClusterTriggerAuthenticationModel]{}),
	Check: func(_ context.Context, request objectresource.CheckRequest[ClusterTriggerAuthenticationModel]) []objectresource.Problem {
		return checkAuthentication(request.Model.TriggerAuthenticationSpec, request.Unknown, true)
	},
	Orphaned: orphaned,
})

// TriggerAuthenticationModel holds the attributes of
// keda_trigger_authentication.
type TriggerAuthenticationModel struct {
	objectresource.Namespaced
	TriggerAuthenticationSpec
}

// ClusterTriggerAuthenticationModel holds the attributes of
// keda_cluster_trigger_authentication.
type ClusterTriggerAuthenticationModel struct {
	objectresource.ClusterWide
	TriggerAuthenticationSpec
}

func triggerAuthenticationSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A [TriggerAuthentication](https://keda.sh/docs/2.21/concepts/authentication/) of KEDA: how triggers in its namespace sign in to their sources. " +
			"It holds no secret, only where secrets are. The attributes are the fields of its `spec`.",
		Attributes: documented[TriggerAuthenticationSpec](triggerAuthenticationSpecSchema()),
	}
}

func clusterTriggerAuthenticationSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A [ClusterTriggerAuthentication](https://keda.sh/docs/2.21/concepts/authentication/) of KEDA: how triggers in any namespace sign in to their sources. " +
			"It holds no secret, only where secrets are. The attributes are the fields of its `spec`.",
		Attributes: documented[TriggerAuthenticationSpec](triggerAuthenticationSpecSchema()),
	}
}
