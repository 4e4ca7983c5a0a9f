// Command vllm-stub stands for a vLLM server on the local stack. It takes vLLM's
// arguments, answers without a model, and says so. VLLM_STUB_LATENCY,
// VLLM_STUB_FAILURE_RATE and VLLM_STUB_START_DELAY set what it behaves like.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/vllmstub"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	command, err := vllmstub.ParseCommand(os.Args[1:])
	if err == nil {
		err = command.Run(ctx, log)
	}
	stop()
	if err != nil {
		log.Error("the stub cannot run", "error", err)
		os.Exit(1)
	}
}
