package kube

import (
	"context"
	"slices"
	"sync"
)

// warningCollector hands the warnings of an API server's answer, such as those
// of an admission webhook, to the call that the answer belongs to.
type warningCollector struct{}

type warningsKey struct{}

type warnings struct {
	mu    sync.Mutex
	texts []string
}

// collectWarnings returns a context whose requests report their warnings, and
// the function that gives what was reported so far, each once.
func collectWarnings(ctx context.Context) (context.Context, func() []string) {
	collected := &warnings{}
	return context.WithValue(ctx, warningsKey{}, collected), func() []string {
		collected.mu.Lock()
		defer collected.mu.Unlock()
		return slices.Clone(collected.texts)
	}
}

// HandleWarningHeaderWithContext is called by client-go; 299 is the only code
// that it defines for warnings.
func (warningCollector) HandleWarningHeaderWithContext(ctx context.Context, code int, _ string, text string) {
	collected, listening := ctx.Value(warningsKey{}).(*warnings)
	if !listening || code != 299 || text == "" {
		return
	}
	collected.mu.Lock()
	defer collected.mu.Unlock()
	if !slices.Contains(collected.texts, text) {
		collected.texts = append(collected.texts, text)
	}
}
