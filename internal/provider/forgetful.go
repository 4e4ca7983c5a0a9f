package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// forgetful is the framework's server without what that keeps of every call for
// an object until Terraform stops the provider: the call's context, and with it
// all that gRPC knows of the call, 10 KB several times for each object.
type forgetful struct{ tfprotov6.ProviderServer }

// ValidateResourceConfig implements tfprotov6.ProviderServer.
func (f forgetful) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, req, f.ProviderServer.ValidateResourceConfig)
}

// UpgradeResourceState implements tfprotov6.ProviderServer.
func (f forgetful) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, req, f.ProviderServer.UpgradeResourceState)
}

// ReadResource implements tfprotov6.ProviderServer.
func (f forgetful) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(ctx, req, f.ProviderServer.ReadResource)
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (f forgetful) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(ctx, req, f.ProviderServer.PlanResourceChange)
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (f forgetful) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(ctx, req, f.ProviderServer.ApplyResourceChange)
}

func during[Request, Response any](ctx context.Context, req Request, answer func(context.Context, Request) (Response, error)) (Response, error) {
	lasting := newCall(ctx)
	defer lasting.end()

	return answer(lasting, req)
}

// call is the context of one call for as long as that lasts, and of an ended one
// afterwards.
type call struct {
	of atomic.Pointer[context.Context]
}

// ended is the context of all calls that are over.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	return ctx
}()

func newCall(ctx context.Context) *call {
	c := &call{}
	c.of.Store(&ctx)

	return c
}

func (c *call) end() { c.of.Store(&ended) }

func (c *call) now() context.Context { return *c.of.Load() }

// Deadline implements context.Context.
func (c *call) Deadline() (deadline time.Time, ok bool) { return c.now().Deadline() }

// Done implements context.Context.
func (c *call) Done() <-chan struct{} { return c.now().Done() }

// Err implements context.Context.
func (c *call) Err() error { return c.now().Err() }

// Value implements context.Context.
func (c *call) Value(key any) any { return c.now().Value(key) }
