package helm

import (
	"context"
	"errors"
	"slices"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/release"
)

// rollback goes back to the last revision that was ready, after an upgrade that
// failed. Whoever cancelled the upgrade wants no more waiting: the next apply
// then goes on from where it was.
func (c *Client) rollback(ctx context.Context, key Key, cause error) error {
	plain := &Error{Key: key, Doing: "upgrading", Err: cause}
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return plain
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	begun, err := c.begin(ctx, key)
	if err != nil {
		return plain
	}
	defer begun.end()
	history, err := begun.history(key)
	if err != nil || len(history) == 0 || history[0].Info.Status == release.StatusDeployed {
		// Helm refused before it had begun, so that there is nothing to undo, or the
		// cluster is away.
		return plain
	}
	good := lastGood(history)
	if good == nil {
		return &UpgradeError{Key: key, Err: cause}
	}
	return &UpgradeError{
		Key: key, Err: cause, GoodRevision: good.Version, GoodVersion: good.Chart.Metadata.Version,
		Rollback: c.rollBackTo(ctx, begun, history[0], good),
	}
}

// lastGood returns the newest revision that was ready: Helm supersedes a
// revision only when a later one is.
func lastGood(history []*release.Release) *release.Release {
	i := slices.IndexFunc(history, func(r *release.Release) bool {
		return r.Info.Status == release.StatusDeployed || r.Info.Status == release.StatusSuperseded
	})
	if i < 0 || history[i].Chart == nil || history[i].Chart.Metadata == nil {
		return nil
	}
	return history[i]
}

func (c *Client) rollBackTo(ctx context.Context, begun *operation, failed, good *release.Release) error {
	key := Key{Namespace: failed.Namespace, Name: failed.Name}
	// Helm had perhaps no time left to write down that it failed.
	if _, err := begun.recover(key, failed); err != nil {
		return err
	}
	c.report(ctx, "the upgrade failed: rolling back", map[string]any{"release": key.Name, "revision": good.Version})
	rollback := action.NewRollback(begun.config)
	rollback.Version, rollback.MaxHistory = good.Version, historyKept
	rollback.Wait, rollback.Timeout = true, rollbackTimeout
	return rollback.Run(key.Name)
}
