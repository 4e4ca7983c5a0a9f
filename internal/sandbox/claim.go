package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
)

// ErrRunning means that a stack of that name is up.
var ErrRunning = errors.New("a stack of this name is up already")

// validName is the rule for an EKS cluster's name, because the stack's name is
// its cluster's; shorter, because a Unix socket's path is bounded.
var validName = regexp.MustCompile(`^[0-9A-Za-z][A-Za-z0-9_-]{0,39}$`)

// maxSocketPath is what Linux allows (sockaddr_un), less its closing zero.
const maxSocketPath = 107

// claim is the exclusive right to a stack's folder. The lock is on the folder
// itself: it ends with the process that holds it, however that ends, so a
// folder that can be locked is one that nobody uses.
type claim struct {
	dir  string
	file *os.File
}

// takeClaim makes the stack's folder, empty. What a killed stack left there is
// removed; its processes have died with it.
func takeClaim(root, name string) (*claim, error) {
	if !validName.MatchString(name) {
		return nil, fmt.Errorf("the stack's name %q is no name for an EKS cluster: 1 to 40 letters, digits, hyphens and underscores, beginning with a letter or digit", name)
	}
	dir := filepath.Join(root, name)
	if socket := filepath.Join(dir, egressSocket); len(socket) > maxSocketPath {
		return nil, fmt.Errorf("the stack's folder %s is too long for the Unix socket in it: %d characters at most; name a shorter place in %s", dir, maxSocketPath-len(egressSocket)-1, RootVariable)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the stack's folder: %w; make it writable, or name another place in %s", err, RootVariable)
	}
	c, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	if err := c.empty(); err != nil {
		c.release()
		return nil, err
	}
	return c, nil
}

// lockFolder locks an existing folder, or fails with ErrRunning.
func lockFolder(dir string) (*claim, error) {
	file, err := os.Open(dir) //nolint:gosec // the stack's own folder
	if err != nil {
		return nil, fmt.Errorf("cannot open the stack's folder: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrRunning
		}
		return nil, fmt.Errorf("cannot lock the stack's folder %s: %w", dir, err)
	}
	c := &claim{dir: dir, file: file}
	// Between opening and locking, another process may have removed the folder:
	// the lock would then be on nothing.
	held, err1 := file.Stat()
	named, err2 := os.Stat(dir)
	if err1 != nil || err2 != nil || !os.SameFile(held, named) {
		c.release()
		return nil, ErrRunning
	}
	return c, nil
}

func (c *claim) empty() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return fmt.Errorf("cannot read the stack's folder: %w", err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(c.dir, e.Name())); err != nil {
			return fmt.Errorf("cannot remove what an earlier stack left: %w", err)
		}
	}
	return nil
}

// remove deletes the folder and gives the claim up.
func (c *claim) remove() error {
	err := os.RemoveAll(c.dir)
	c.release()
	return err
}

func (c *claim) release() { _ = c.file.Close() }
