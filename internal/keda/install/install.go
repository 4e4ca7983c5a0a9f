package install

import (
	"context"
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Installer works on the KEDA of one cluster.
type Installer struct {
	releases *helm.Client
	cluster  *kube.Client
	manager  string
}

// New returns an installer for the cluster, which both clients lead to. The
// manager is the field manager of what it makes outside of the release.
func New(releases *helm.Client, cluster *kube.Client, manager string) *Installer {
	return &Installer{releases: releases, cluster: cluster, manager: manager}
}

// Wanted is KEDA as it should be.
type Wanted struct {
	helm.Wanted
	// CreateNamespace makes the release's namespace if it does not exist.
	CreateNamespace bool
}

// Apply installs KEDA or changes it, and returns when it is ready. Errors: an
// *OtherError, a *NamespaceError, or those of [helm.Client.Apply].
func (i *Installer) Apply(ctx context.Context, wanted Wanted) (*helm.Applied, error) {
	_, err := i.releases.Get(ctx, wanted.Key)
	if _, ok := errors.AsType[*helm.NoReleaseError](err); ok {
		err = i.checkOthers(ctx, wanted.Key)
	}
	if err != nil {
		return nil, err
	}
	release := wanted.Wanted
	release.Before = func(ctx context.Context) error { return i.ensureNamespace(ctx, wanted) }
	applied, err := i.releases.Apply(ctx, release)
	if err != nil {
		i.undoNamespace(ctx, wanted.Key)
	}
	return applied, err
}

// undoTimeout bounds the deletion of a namespace that was made for nothing.
const undoTimeout = 10 * time.Second

// undoNamespace removes the namespace after an install that made nothing else:
// Terraform then has no state that it could go with. It is done as far as time
// allows, for the failure itself is what has to be told.
func (i *Installer) undoNamespace(ctx context.Context, key helm.Key) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	_, err := i.releases.Get(ctx, key)
	if _, none := errors.AsType[*helm.NoReleaseError](err); !none {
		return
	}
	if left, err := i.Remains(ctx, key); err == nil && !left {
		_, _, _ = i.removeNamespace(ctx, key)
	}
}

// operatorLabels are on the operator's Deployment, in KEDA's manifests and in
// its chart.
var operatorLabels = []string{"app.kubernetes.io/name=keda-operator", "app=keda-operator"}

var deploymentKind = schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}

// checkOthers refuses a second KEDA: two operators would fight over every
// object.
func (i *Installer) checkOthers(ctx context.Context, key helm.Key) error {
	for _, labels := range operatorLabels {
		found, err := i.cluster.List(ctx, kube.Ref{GroupVersionKind: deploymentKind}, labels)
		if err != nil {
			return err
		}
		for n := range found {
			if owner := helm.OwnerOf(&found[n]); owner != key {
				return &OtherError{Operator: kube.RefOf(&found[n]), Release: owner}
			}
		}
	}
	return nil
}

// Missing returns what should be there for KEDA to work and is not: workloads,
// kinds and the metrics API of the release.
func (i *Installer) Missing(ctx context.Context, release *helm.Release) ([]kube.Ref, error) {
	objects, err := partsOf(release)
	if err != nil {
		return nil, err
	}
	var missing []kube.Ref
	for _, part := range [][]kube.Ref{objects.crds, objects.registrations, objects.workloads} {
		for _, ref := range part {
			_, err := i.cluster.Get(ctx, ref)
			switch {
			case err == nil:
			case kube.IsGone(err):
				missing = append(missing, ref)
			default:
				return nil, err
			}
		}
	}
	return missing, nil
}
