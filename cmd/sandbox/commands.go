package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

func build(ctx context.Context, args []string) error {
	if err := flag.NewFlagSet("build", flag.ContinueOnError).Parse(args); err != nil {
		return err
	}
	if _, err := parts.Ensure(ctx, os.Stderr); err != nil {
		return err
	}
	// Only the tests need it, and those have deadlines that a build would miss.
	_, err := parts.Terraform(ctx, os.Stderr)
	return err
}

func up(ctx context.Context, args []string) error {
	options, err := startFlags("up", args)
	if err != nil {
		return err
	}
	if _, err := parts.Ensure(ctx, os.Stderr); err != nil {
		return err
	}
	begin := time.Now()
	if err := sandbox.Up(ctx, append([]string{"serve"}, args...)...); err != nil {
		return err
	}
	fmt.Printf("The stack %q is ready after %.1f s. Look around with\n\n  eval \"$(sandbox env --name %[1]s)\"\n\nand end it with `sandbox down --name %[1]s`.\n",
		options.Name, time.Since(begin).Seconds())
	return nil
}

func serve(ctx context.Context, args []string) error {
	options, err := startFlags("serve", args)
	if err != nil {
		return err
	}
	return sandbox.Serve(ctx, options)
}

func startFlags(command string, args []string) (sandbox.Options, error) {
	var options sandbox.Options
	set := nameFlag(command, &options.Name)
	set.DurationVar(&options.NodeBootDelay, "node-boot-delay", 0, "how long a simulated node takes from launch to Ready")
	set.DurationVar(&options.PodStartDelay, "pod-start-delay", 0, "how long a simulated container takes to start, as for an image pull or a model load")
	return options, parse(set, args)
}

func status(_ context.Context, args []string) error {
	s, err := readStatus("status", args)
	if err != nil {
		return err
	}
	fmt.Printf("stack %q: %s (process %d, folder %s)\n", s.Name, s.State, s.PID, s.Folder)
	for _, p := range s.Parts {
		fmt.Printf("  %-26s process %d\n", p.Name, p.PID)
	}
	switch s.State {
	case sandbox.Failed:
		return errors.New(s.Failure)
	case sandbox.Dead:
		return fmt.Errorf("the stack's process was killed; `sandbox down --name %s` or the next up removes what is left%s", s.Name, logTail(s))
	case sandbox.Starting, sandbox.Ready:
	}
	return nil
}

func logTail(s sandbox.Status) string {
	if tail := process.Tail(s.Folder+"/supervisor.log", 20); tail != "" {
		return ". It said last:\n" + tail
	}
	return ""
}

func env(_ context.Context, args []string) error {
	s, err := readStatus("env", args)
	if err != nil {
		return err
	}
	if s.State != sandbox.Ready {
		return fmt.Errorf("the stack %q is not ready but %s", s.Name, s.State)
	}
	for _, key := range slices.Sorted(maps.Keys(s.Environment)) {
		fmt.Printf("export %s='%s'\n", key, strings.ReplaceAll(s.Environment[key], "'", `'\''`))
	}
	return nil
}

func down(ctx context.Context, args []string) error {
	var name string
	if err := parse(nameFlag("down", &name), args); err != nil {
		return err
	}
	root, err := sandbox.Root()
	if err != nil {
		return err
	}
	if err := sandbox.Down(ctx, root, name); err != nil {
		return named(name, err)
	}
	fmt.Printf("The stack %q is gone.\n", name)
	return nil
}

func readStatus(command string, args []string) (sandbox.Status, error) {
	var name string
	if err := parse(nameFlag(command, &name), args); err != nil {
		return sandbox.Status{}, err
	}
	root, err := sandbox.Root()
	if err != nil {
		return sandbox.Status{}, err
	}
	s, err := sandbox.ReadStatus(root, name)
	return s, named(name, err)
}

func named(name string, err error) error {
	if errors.Is(err, sandbox.ErrNotFound) {
		return fmt.Errorf("%w: %q; start it with `sandbox up --name %[2]s`", err, name)
	}
	return err
}

func nameFlag(command string, name *string) *flag.FlagSet {
	set := flag.NewFlagSet(command, flag.ContinueOnError)
	set.StringVar(name, "name", sandbox.DefaultName, "the stack's name, which is also its EKS cluster's")
	return set
}

func parse(set *flag.FlagSet, args []string) error {
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return fmt.Errorf("%s takes no argument: %q", set.Name(), set.Arg(0))
	}
	return nil
}
