package objectresource

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Common is what every model embeds.
type Common struct {
	UID      types.String   `tfsdk:"uid"      json:"-"`
	Timeouts timeouts.Value `tfsdk:"timeouts" json:"-"`
}

func (c *Common) common() *Common { return c }

// modelOf is a pointer to a model that embeds [Common].
type modelOf[M any] interface {
	*M
	common() *Common
}

// ClusterWide is embedded by the model of a cluster-wide kind with the form
// [Typed].
type ClusterWide struct {
	Common

	Name        string            `tfsdk:"name"        json:"-"`
	Labels      map[string]string `tfsdk:"labels"      json:"-"`
	Annotations map[string]string `tfsdk:"annotations" json:"-"`
}

func (c *ClusterWide) names() (name, namespace *string) { //nolint:unparam // Namespaced has a namespace
	return &c.Name, nil
}

func (c *ClusterWide) maps() (labels, annotations *map[string]string) {
	return &c.Labels, &c.Annotations
}

// Namespaced is embedded by the model of a namespaced kind with the form
// [Typed].
type Namespaced struct {
	ClusterWide

	Namespace string `tfsdk:"namespace" json:"-"`
}

func (n *Namespaced) names() (name, namespace *string) { return &n.Name, &n.Namespace }

// namedModelOf is a pointer to a model that embeds [ClusterWide] or
// [Namespaced].
type namedModelOf[M any] interface {
	modelOf[M]
	names() (name, namespace *string)
	maps() (labels, annotations *map[string]string)
}
