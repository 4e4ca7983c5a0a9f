package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"

	"github.com/go-logr/zapr"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlconfig "sigs.k8s.io/controller-runtime/pkg/client/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/operator/injection"
	"sigs.k8s.io/karpenter/pkg/operator/logging"
	"sigs.k8s.io/karpenter/pkg/operator/options"
)

const appName = "karpenter"

// withOptions puts Karpenter's options, read from the environment, into the
// context: its controllers panic without them.
func withOptions(ctx context.Context) context.Context {
	return injection.WithOptionsOrDie(ctx, options.Injectables...)
}

// newManager makes the manager that Karpenter's controllers run in. Karpenter's
// own operator.NewOperator is not used because it listens on every network
// interface; this one listens on loopback alone, and serves no metrics.
func newManager(ctx context.Context) (manager.Manager, error) {
	opts := options.FromContext(ctx)
	logger := zapr.NewLogger(logging.NewLogger(ctx, "controller"))
	log.SetLogger(logger)
	klog.SetLogger(logger)

	config, err := ctrlconfig.GetConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig (KUBECONFIG): %w", err)
	}
	config.QPS = float32(opts.KubeClientQPS)
	config.Burst = opts.KubeClientBurst

	mgr, err := manager.New(config, manager.Options{
		Logger:                 logging.IgnoreDebugEvents(logger),
		Metrics:                server.Options{BindAddress: "0"},
		HealthProbeBindAddress: net.JoinHostPort("127.0.0.1", strconv.Itoa(opts.HealthProbePort)),
		BaseContext: func() context.Context {
			return withOptions(log.IntoContext(context.Background(), logger))
		},
		Cache: cache.Options{
			ByObject: map[client.Object]cache.ByObject{
				// Leases change all the time; only those of nodes matter here.
				&coordinationv1.Lease{}: {
					Field: fields.OneTermEqualSelector("metadata.namespace", corev1.NamespaceNodeLease),
				},
			},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("making the controller manager: %w", err)
	}
	if err := addIndexes(ctx, mgr.GetFieldIndexer()); err != nil {
		return nil, err
	}
	err = mgr.AddReadyzCheck("caches", func(r *http.Request) error {
		if !mgr.GetCache().WaitForCacheSync(r.Context()) {
			return errors.New("the caches are not filled yet")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return mgr, mgr.AddHealthzCheck("ping", healthz.Ping)
}

// addIndexes adds the field indexes that Karpenter's controllers list by.
func addIndexes(ctx context.Context, indexer client.FieldIndexer) error {
	add := func(object client.Object, field string, value func(client.Object) string) error {
		err := indexer.IndexField(ctx, object, field, func(o client.Object) []string {
			return []string{value(o)}
		})
		if err != nil {
			return fmt.Errorf("indexing %T by %s (are Karpenter's CRDs installed?): %w", object, field, err)
		}
		return nil
	}
	claimRef := func(o client.Object) *karpenterv1.NodeClassReference {
		return o.(*karpenterv1.NodeClaim).Spec.NodeClassRef
	}
	poolRef := func(o client.Object) *karpenterv1.NodeClassReference {
		return o.(*karpenterv1.NodePool).Spec.Template.Spec.NodeClassRef
	}
	for _, index := range []struct {
		object client.Object
		field  string
		value  func(client.Object) string
	}{
		{&corev1.Pod{}, "spec.nodeName", func(o client.Object) string { return o.(*corev1.Pod).Spec.NodeName }},
		{&corev1.Node{}, "spec.providerID", func(o client.Object) string { return o.(*corev1.Node).Spec.ProviderID }},
		{&storagev1.VolumeAttachment{}, "spec.nodeName", func(o client.Object) string { return o.(*storagev1.VolumeAttachment).Spec.NodeName }},
		{&karpenterv1.NodeClaim{}, "status.providerID", func(o client.Object) string { return o.(*karpenterv1.NodeClaim).Status.ProviderID }},
		{&karpenterv1.NodeClaim{}, "spec.nodeClassRef.group", func(o client.Object) string { return claimRef(o).Group }},
		{&karpenterv1.NodeClaim{}, "spec.nodeClassRef.kind", func(o client.Object) string { return claimRef(o).Kind }},
		{&karpenterv1.NodeClaim{}, nodeClassNameField, func(o client.Object) string { return claimRef(o).Name }},
		{&karpenterv1.NodePool{}, "spec.template.spec.nodeClassRef.group", func(o client.Object) string { return poolRef(o).Group }},
		{&karpenterv1.NodePool{}, "spec.template.spec.nodeClassRef.kind", func(o client.Object) string { return poolRef(o).Kind }},
		{&karpenterv1.NodePool{}, "spec.template.spec.nodeClassRef.name", func(o client.Object) string { return poolRef(o).Name }},
	} {
		if err := add(index.object, index.field, index.value); err != nil {
			return err
		}
	}
	return nil
}
