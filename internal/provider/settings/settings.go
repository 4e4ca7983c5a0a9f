// Package settings holds the provider's configuration as resources, data
// sources and ephemeral resources receive it: environment variables and
// defaults applied, free of Terraform's types. No client is built and nothing
// is dialled here.
package settings

import (
	"errors"
	"fmt"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

const (
	// DefaultFieldManager is the server-side apply field manager of a provider
	// that names none.
	DefaultFieldManager = "terraform-provider-keda"
)

// ErrNoCluster says that the configuration names no cluster.
var ErrNoCluster = errors.New("the provider knows no Kubernetes cluster: its configuration sets none of " +
	"kubernetes.eks_cluster_name, kubernetes.config_path, kubernetes.config_paths and kubernetes.host, and the environment sets none of " +
	"KUBE_HOST, KUBE_CONFIG_PATH, KUBE_CONFIG_PATHS and KUBECONFIG; set one of them")

// TriggerValidation says what becomes of a mistake in a trigger that the
// provider finds at plan.
type TriggerValidation string

const (
	// TriggerValidationUnknown is a setting that is not known yet, so that
	// checks wait.
	TriggerValidationUnknown TriggerValidation = ""
	// TriggerValidationError makes a mistake an error. It is the default.
	TriggerValidationError TriggerValidation = "error"
	// TriggerValidationWarn makes a mistake a warning.
	TriggerValidationWarn TriggerValidation = "warn"
	// TriggerValidationOff checks nothing.
	TriggerValidationOff TriggerValidation = "off"
)

// Settings is the provider's configuration. Part of it may be unknown while
// Terraform plans: ask [Settings.RequireCluster] or [Settings.RequireAWS]
// before using Kubernetes or AWS.
type Settings struct {
	// Kubernetes names no cluster when none is configured. Its EKS is nil while AWS
	// is not known.
	Kubernetes kube.Config
	AWS        aws.Configuration

	// FieldManager is the field manager of server-side apply.
	FieldManager string
	// ForceConflicts takes over fields that another field manager owns.
	ForceConflicts bool

	TriggerValidation TriggerValidation

	// Unknown lists the attributes whose values Terraform does not know yet,
	// such as "kubernetes.host". Kubernetes is its zero value while one of its
	// attributes is listed, and so is AWS, so that no other source stands in
	// for the unknown value.
	Unknown []string

	// Version is the provider's own, for the user agent of its requests.
	Version string

	cluster cluster
	account account
}

// UnknownError says that an operation needs attributes of the provider's
// configuration that are not known yet.
type UnknownError struct {
	// Attributes lists them, such as "kubernetes.host".
	Attributes []string
}

// Error implements error.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("the provider's configuration is not known yet: %s comes from something that does not exist at this point. "+
		"Make this object depend on what that value comes from, or apply that first with -target",
		strings.Join(e.Attributes, ", "))
}

// RequireCluster returns nil when everything that work on the cluster needs is
// known, an [*UnknownError] when part of it is not known yet, and
// [ErrNoCluster] when no cluster is configured.
func (s *Settings) RequireCluster() error {
	// An unknown Kubernetes may turn out to be an EKS cluster, but it is
	// already unknown for its own sake.
	needed := []string{"kubernetes", "field_manager", "force_conflicts"}
	if s.Kubernetes.EKSClusterName != "" {
		needed = append(needed, "aws")
	}

	if err := s.requireKnown(needed...); err != nil {
		return err
	}

	k := s.Kubernetes
	if k.EKSClusterName == "" && k.Host == "" && len(k.KubeconfigPaths) == 0 {
		return ErrNoCluster
	}

	return nil
}

// RequireAWS returns nil when everything that work on AWS needs is known, and
// an [*UnknownError] otherwise.
func (s *Settings) RequireAWS() error {
	return s.requireKnown("aws")
}

// IsUnknown reports whether the attribute of the given dotted name, or part of
// it, is not known yet.
func (s *Settings) IsUnknown(attribute string) bool {
	return s.requireKnown(attribute) != nil
}

// requireKnown returns an [*UnknownError] with the unknown attributes at or
// below the named ones.
func (s *Settings) requireKnown(roots ...string) error {
	var unknown []string

	for _, attribute := range s.Unknown {
		for _, root := range roots {
			if attribute == root || strings.HasPrefix(attribute, root+".") {
				unknown = append(unknown, attribute)
			}
		}
	}

	if len(unknown) == 0 {
		return nil
	}

	return &UnknownError{Attributes: unknown}
}
