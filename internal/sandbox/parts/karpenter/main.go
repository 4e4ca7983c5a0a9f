// Command karpenter is the node autoscaler of the local stack: Karpenter's own
// controllers, unchanged, over a cloud provider that makes KWOK nodes instead
// of EC2 instances and that serves EKS Auto Mode's NodeClass
// (eks.amazonaws.com/v1). EKS Auto Mode runs the same controllers outside the
// cluster.
//
// Real: which NodePool, instance type, offering and number of nodes a pending
// pod gets; limits, disruption, consolidation, expiry, draining and every
// status and event of NodePools and NodeClaims. Simulated: the instances (KWOK
// nodes, registered after a delay), spot prices, and the readiness of a
// NodeClass, which looks at nothing in AWS (the annotation
// sandbox.eventscale/unauthorized-node-role: "true" makes it fail as for a role
// without access entry). Not simulated: interruption of spot instances,
// insufficient capacity, capacity reservations and node repair.
//
// "karpenter crds" prints the CustomResourceDefinitions to install before the
// start. Settings are Karpenter's environment variables, KUBECONFIG, and:
//
//   - INSTANCE_TYPES_FILE: the instance types on offer, as JSON; required
//   - NODE_BOOT_DELAY: how long an instance takes until its node registers, as
//     a Go duration; none unless set
package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/manager/signals"
	"sigs.k8s.io/karpenter/pkg/cloudprovider/overlay"
	"sigs.k8s.io/karpenter/pkg/controllers"
	"sigs.k8s.io/karpenter/pkg/controllers/nodeoverlay"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/events"
)

const (
	instanceTypesVariable = "INSTANCE_TYPES_FILE"
	bootDelayVariable     = "NODE_BOOT_DELAY"
)

func main() {
	err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "karpenter: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "crds" {
		return printCRDs(os.Stdout)
	}
	if len(args) > 0 {
		return fmt.Errorf("unknown argument %q: the only one is \"crds\", everything else is set by environment variables", args[0])
	}
	return serve()
}

// serve runs the controllers until the process is asked to end.
func serve() error {
	types, err := readInstanceTypes(os.Getenv(instanceTypesVariable))
	if err != nil {
		return fmt.Errorf("reading the instance types (%s): %w", instanceTypesVariable, err)
	}
	bootDelay, err := parseBootDelay(os.Getenv(bootDelayVariable))
	if err != nil {
		return fmt.Errorf("reading %s: %w", bootDelayVariable, err)
	}

	ctx := withOptions(signals.SetupSignalHandler())
	mgr, err := newManager(ctx)
	if err != nil {
		return err
	}
	recorder := mgr.GetEventRecorderFor(appName) //nolint:staticcheck // Karpenter's recorder takes this kind only.

	ec2 := newProvider(ctx, mgr.GetClient(), types, bootDelay)
	store := nodeoverlay.NewInstanceTypeStore()
	decorated := overlay.Decorate(ec2, mgr.GetClient(), store)
	realClock := clock.RealClock{}
	for _, c := range controllers.NewControllers(
		ctx,
		mgr,
		realClock,
		mgr.GetClient(),
		events.NewRecorder(recorder),
		decorated,
		ec2,
		state.NewCluster(realClock, mgr.GetClient(), decorated),
		store,
	) {
		if err := c.Register(ctx, mgr); err != nil {
			return fmt.Errorf("registering a controller of Karpenter: %w", err)
		}
	}
	if err := (&nodeClassReconciler{Client: mgr.GetClient()}).register(mgr); err != nil {
		return fmt.Errorf("registering the NodeClass controller: %w", err)
	}
	return mgr.Start(ctx)
}

// parseBootDelay reads a Go duration that is not negative. An empty value is no
// delay.
func parseBootDelay(value string) (time.Duration, error) {
	if value == "" {
		return 0, nil
	}
	delay, err := time.ParseDuration(value)
	if err != nil {
		return 0, err
	}
	if delay < 0 {
		return 0, errors.New("a delay cannot be negative: " + value)
	}
	return delay, nil
}
