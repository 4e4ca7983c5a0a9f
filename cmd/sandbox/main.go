// Command sandbox runs a local stack: a real Kubernetes control plane, KWOK and
// Karpenter, and moto as AWS, on loopback, without Docker and without root.
// See internal/sandbox/README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `Usage: sandbox COMMAND [flags]

  build    the pinned programs into the cache, and OpenTofu where there is neither it
           nor Terraform; does nothing when they are there
  up       build what is missing, start a stack in the background, return when it is ready
  status   say what the stack is at; names a dead part and shows the end of its log
  env      print KUBECONFIG, AWS_* and endpoints for a shell: eval "$(sandbox env)"
  down     stop the stack and remove all that it kept

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	default:
		fmt.Fprintln(os.Stderr, "sandbox: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context, []string) error{
		"build": build, "up": up, "serve": serve, "status": status, "env": env, "down": down,
	}
	if len(args) == 0 || commands[args[0]] == nil {
		fmt.Fprint(os.Stderr, usage)
		if len(args) == 0 {
			return errors.New("a command is needed")
		}
		return fmt.Errorf("there is no command %q", args[0])
	}
	return commands[args[0]](ctx, args[1:])
}
