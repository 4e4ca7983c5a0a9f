package parts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// CacheVariable is the environment variable that moves the cache. Its value is
// the folder itself.
const CacheVariable = "KEDA_SANDBOX_CACHE"

// unusedAfter is how long a set stays in the cache after its last use. It is
// far longer than any stack runs, so that none loses the programs it restarts.
const unusedAfter = 30 * 24 * time.Hour

// buildPrefix begins the name of the folder that a set is built in. A finished
// one stays where it is, because a virtual environment cannot be moved; the
// key is a link to it.
const buildPrefix = "build-"

// cache is the folder of everything that has been built: a folder for each
// set, in it a link for each key.
type cache struct {
	root string
}

// openCache answers the cache of this user and touches nothing.
func openCache() (cache, error) {
	root, err := CacheRoot()
	return cache{root: root}, err
}

// CacheRoot is the absolute path of the cache's folder, which may not exist
// yet.
func CacheRoot() (string, error) {
	root := os.Getenv(CacheVariable)
	if root == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no folder for the local stack's programs (%w): name one in %s", err, CacheVariable)
		}
		root = filepath.Join(base, "terraform-provider-keda")
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return "", fmt.Errorf("cache folder of %s: %w", CacheVariable, err)
	}
	return root, nil
}

// folder is where the set is, or would be.
func (c cache) folder(s set) string { return filepath.Join(c.root, s.name, s.key) }

// complete tells whether the set is there. The link is made after everything
// it leads to, so its presence is enough; each program is looked at all the
// same, because people delete things from caches.
func (c cache) complete(s set) bool {
	for _, path := range s.programs {
		if _, err := os.Stat(filepath.Join(c.folder(s), path)); err != nil {
			return false
		}
	}
	return true
}

// missing answers the sets that have to be built.
func (c cache) missing(sets []set) []set {
	var missing []set
	for _, s := range sets {
		if !c.complete(s) {
			missing = append(missing, s)
		}
	}
	return missing
}

// used keeps the set from being pruned. A cache that cannot be written serves
// what it has.
func (c cache) used(s set) {
	now := time.Now()
	if built, err := filepath.EvalSymlinks(c.folder(s)); err == nil {
		_ = os.Chtimes(built, now, now)
	}
}

// install builds the set unless another process did so meanwhile, and makes it
// appear at once.
func (c cache) install(ctx context.Context, s set, report *progress) (err error) {
	home := filepath.Join(c.root, s.name)
	if err := os.MkdirAll(home, 0o755); err != nil { //nolint:gosec // programs, nothing secret
		return c.unwritable(err)
	}
	unlock, err := lock(ctx, home+".lock", func() { report.note("waiting for another process that builds " + s.name) })
	if err != nil {
		return c.unwritable(err)
	}
	defer unlock()
	if c.complete(s) {
		report.skip(s)
		return nil
	}
	if err := sweep(home); err != nil {
		return c.unwritable(err)
	}

	folder, err := os.MkdirTemp(home, buildPrefix)
	if err != nil {
		return c.unwritable(err)
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(folder)
		}
	}()
	if err := s.build(ctx, folder, report); err != nil {
		return errors.Join(err, fullDisk(c.root))
	}
	link := folder + ".link"
	if err := os.Symlink(filepath.Base(folder), link); err != nil {
		return c.unwritable(err)
	}
	if err := os.Rename(link, c.folder(s)); err != nil {
		_ = os.Remove(link)
		return c.unwritable(err)
	}
	return nil
}

// sweep removes what killed builds left behind and what has not been used for
// long. The caller holds the set's lock, so nothing in home is being built.
func sweep(home string) error {
	entries, err := os.ReadDir(home)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, entry := range entries {
		path := filepath.Join(home, entry.Name())
		target, err := os.Readlink(path)
		if err != nil {
			continue
		}
		info, err := os.Stat(path)
		if err != nil || strings.HasPrefix(entry.Name(), buildPrefix) || time.Since(info.ModTime()) > unusedAfter {
			if err := os.Remove(path); err != nil {
				return err
			}
			continue
		}
		kept[target] = true
	}
	for _, entry := range entries {
		if !entry.IsDir() || kept[entry.Name()] || !strings.HasPrefix(entry.Name(), buildPrefix) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(home, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// unwritable says what to do about a cache that refuses a write. Errors that
// come from elsewhere, such as a cancelled wait, pass through.
func (c cache) unwritable(err error) error {
	var refused *os.PathError
	var unlinked *os.LinkError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("the disk of the cache folder %s is full (%w): free space, or name a folder on another disk in %s", c.root, err, CacheVariable)
	case errors.As(err, &refused), errors.As(err, &unlinked):
		return fmt.Errorf("the cache folder %s cannot be written (%w): make it writable, or name another folder in %s", c.root, err, CacheVariable)
	}
	return err
}
