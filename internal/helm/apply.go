package helm

import (
	"context"
	"fmt"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/release"
)

const (
	// historyKept is how many revisions are kept: enough to roll back and to see
	// what happened. Each is a Secret with the whole chart, and every refresh
	// reads all of them.
	historyKept = 5
	// rollbackTimeout bounds the rollback of a failed upgrade, which begins when
	// the upgrade's own time is often used up. What it goes back to was ready
	// before, with images that the nodes know.
	rollbackTimeout = 5 * time.Minute
)

// Wanted is a release as it should be.
type Wanted struct {
	Key
	Chart  *Chart
	Values map[string]any
	// Before is called once nothing speaks against the release, and before the
	// first change to the cluster; nil if there is nothing to do then.
	Before func(ctx context.Context) error
}

// Applied is the outcome of an apply.
type Applied struct {
	Release *Release
	// Warnings tell what was found and put right, in words.
	Warnings []string
}

// Apply installs a release, or upgrades the one of its name, and returns when
// everything of it is ready. CustomResourceDefinitions come first, and are
// brought to the chart's version wherever they are in the chart. A release that
// an interrupted operation left behind is taken up again.
//
// An upgrade that fails is rolled back to the last revision that was ready,
// unless the caller cancelled it. An install that fails stays as it is, so that
// it can be looked at, and the next Apply goes on with it.
//
// Errors: an *UpgradeError, an *OwnedError, an *UnreadyError, an *Error, or the
// cluster's.
func (c *Client) Apply(ctx context.Context, wanted Wanted) (*Applied, error) {
	begun, err := c.begin(ctx, wanted.Key)
	if err != nil {
		return nil, err
	}
	defer begun.end()
	history, err := begun.history(wanted.Key)
	if err != nil {
		return nil, err
	}
	applied := &Applied{}
	if len(history) > 0 {
		if applied.Warnings, err = begun.recover(wanted.Key, history[0]); err != nil {
			return nil, err
		}
	}
	adopted, err := c.prepare(ctx, begun, wanted, len(history) > 0)
	applied.Warnings = append(applied.Warnings, adopted...)
	if err != nil {
		return applied, err
	}
	installing := len(history) == 0 || history[0].Info.Status == release.StatusUninstalled
	if installing {
		err = c.install(ctx, begun, wanted, len(history) > 0)
	} else {
		err = c.upgrade(ctx, begun, wanted)
	}
	if err != nil {
		return applied, err
	}
	applied.Release, err = c.Get(ctx, wanted.Key)
	return applied, err
}

// recover takes up a release whose last operation was cut off, which Helm
// refuses to touch. A revision that was being made counts as failed from now on,
// and one that was being uninstalled as uninstalled: the apply makes again what
// is gone.
func (o *operation) recover(key Key, newest *release.Release) ([]string, error) {
	was := newest.Info.Status
	switch {
	case was.IsPending():
		newest.SetStatus(release.StatusFailed, fmt.Sprintf("interrupted while %s", was))
	case was == release.StatusUninstalling:
		newest.SetStatus(release.StatusUninstalled, "interrupted while "+was.String())
	default:
		return nil, nil
	}
	if err := o.config.Releases.Update(newest); err != nil {
		return nil, &Error{Key: key, Doing: "recovering", Err: err}
	}
	return []string{fmt.Sprintf("The %s was left %s by an operation that was interrupted, and was taken up again.", key, was)}, nil
}

func (c *Client) install(ctx context.Context, begun *operation, wanted Wanted, replace bool) error {
	fresh, err := wanted.Chart.fresh()
	if err != nil {
		return err
	}
	c.report(ctx, "installing the chart", map[string]any{"chart": wanted.Chart.Name, "version": wanted.Chart.Version})
	install := action.NewInstall(begun.config)
	install.ReleaseName, install.Namespace, install.Labels = wanted.Name, wanted.Namespace, c.labels()
	// The CustomResourceDefinitions are there, and so is the namespace.
	install.SkipCRDs, install.Replace = true, replace
	install.Wait, install.Timeout = true, remaining(ctx)
	// Not RunWithContext, which returns at once and goes on behind the caller's
	// back. The requests and the wait end with the context.
	if _, err := install.Run(fresh, MergeValues(nil, wanted.Values)); err != nil {
		return &Error{Key: wanted.Key, Doing: "installing", Err: err}
	}
	return nil
}

func (c *Client) upgrade(ctx context.Context, begun *operation, wanted Wanted) error {
	fresh, err := wanted.Chart.fresh()
	if err != nil {
		return err
	}
	c.report(ctx, "upgrading the release", map[string]any{"chart": wanted.Chart.Name, "version": wanted.Chart.Version})
	upgrade := action.NewUpgrade(begun.config)
	upgrade.Namespace, upgrade.Labels = wanted.Namespace, c.labels()
	upgrade.MaxHistory, upgrade.ResetValues, upgrade.SkipCRDs = historyKept, true, true
	upgrade.Wait, upgrade.Timeout = true, remaining(ctx)
	if _, err := upgrade.Run(wanted.Name, fresh, MergeValues(nil, wanted.Values)); err != nil {
		return c.rollback(ctx, wanted.Key, err)
	}
	return nil
}

// remaining is the time that is left, for Helm's hooks.
func remaining(ctx context.Context) time.Duration {
	deadline, bounded := ctx.Deadline()
	if !bounded {
		return rollbackTimeout
	}
	return time.Until(deadline)
}
