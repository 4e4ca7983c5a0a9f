package parts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestEnsureBuildsOnce(t *testing.T) {
	t.Parallel()
	c := cache{root: filepath.Join(t.TempDir(), "cache")}
	builds := 0
	s := oneProgram("set", "key", func(ctx context.Context, folder string) error {
		builds++
		return writesTool(ctx, folder)
	})
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		programs, err := c.ensure(t.Context(), out, []set{s})
		if err != nil {
			t.Fatal(err)
		}
		if content, err := os.ReadFile(programs["tool"]); err != nil || string(content) != "built" {
			t.Errorf("program %q, error %v", content, err)
		}
	}
	if builds != 1 {
		t.Errorf("%d builds, want 1", builds)
	}
	if !strings.Contains(first.String(), "[1/1] tool done") || second.Len() > 0 {
		t.Errorf("the first call said %q, the second %q", first.String(), second.String())
	}
}

func TestFailedBuildLeavesNothing(t *testing.T) {
	t.Parallel()
	c := cache{root: t.TempDir()}
	failure := errors.New("no such package")
	s := oneProgram("set", "key", func(ctx context.Context, folder string) error {
		return errors.Join(writesTool(ctx, folder), failure)
	})
	if _, err := c.ensure(t.Context(), io.Discard, []set{s}); !errors.Is(err, failure) {
		t.Errorf("error %v, want the build's own", err)
	}
	if left := names(t, filepath.Join(c.root, "set")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSweepRemovesHalfBuiltAndLongUnused(t *testing.T) {
	t.Parallel()
	c := cache{root: t.TempDir()}
	home := filepath.Join(c.root, "set")
	for _, key := range []string{"old", "recent"} {
		if _, err := c.ensure(t.Context(), io.Discard, []set{oneProgram("set", key, writesTool)}); err != nil {
			t.Fatal(err)
		}
	}
	old, err := filepath.EvalSymlinks(filepath.Join(home, "old"))
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-unusedAfter - time.Hour)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(home, buildPrefix+"killed", "tool"), "half")
	if err := os.Symlink(buildPrefix+"killed", filepath.Join(home, buildPrefix+"killed.link")); err != nil {
		t.Fatal(err)
	}

	if _, err := c.ensure(t.Context(), io.Discard, []set{oneProgram("set", "new", writesTool)}); err != nil {
		t.Fatal(err)
	}
	links, folders := 0, 0
	for _, name := range names(t, home) {
		switch {
		case name == "recent" || name == "new":
			links++
		case strings.HasPrefix(name, buildPrefix) && !strings.Contains(name, "killed") && name != filepath.Base(old):
			folders++
		default:
			t.Errorf("%s is still there", name)
		}
	}
	if links != 2 || folders != 2 {
		t.Errorf("%d keys and %d folders, want 2 and 2", links, folders)
	}
}

func TestUseKeepsASet(t *testing.T) {
	t.Parallel()
	c := cache{root: t.TempDir()}
	used := oneProgram("set", "used", writesTool)
	if _, err := c.ensure(t.Context(), io.Discard, []set{used}); err != nil {
		t.Fatal(err)
	}
	built, err := filepath.EvalSymlinks(c.folder(used))
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-unusedAfter - time.Hour)
	if err := os.Chtimes(built, long, long); err != nil {
		t.Fatal(err)
	}
	for _, s := range []set{used, oneProgram("set", "new", writesTool)} {
		if _, err := c.ensure(t.Context(), io.Discard, []set{s}); err != nil {
			t.Fatal(err)
		}
	}
	if !c.complete(used) {
		t.Error("a set in use was removed")
	}
}

func TestProgramDeletedFromTheCacheIsBuiltAgain(t *testing.T) {
	t.Parallel()
	c := cache{root: t.TempDir()}
	s := oneProgram("set", "key", writesTool)
	for range 2 {
		programs, err := c.ensure(t.Context(), io.Discard, []set{s})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(programs["tool"]); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUnwritableCacheIsOneClearError(t *testing.T) {
	t.Parallel()
	// A path below a file refuses every user, root included.
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	c := cache{root: filepath.Join(file, "cache")}
	_, err := c.ensure(t.Context(), io.Discard, []set{oneProgram("set", "key", writesTool)})
	if err == nil || !strings.Contains(err.Error(), c.root) || !strings.Contains(err.Error(), CacheVariable) {
		t.Errorf("error %v, want one that names the folder and %s", err, CacheVariable)
	}
	if left := names(t, filepath.Dir(file)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTwoBuildersOfOneSet(t *testing.T) {
	t.Parallel()
	c := cache{root: t.TempDir()}
	var builds atomic.Int32
	building, release := make(chan struct{}), make(chan struct{})
	s := oneProgram("set", "key", func(ctx context.Context, folder string) error {
		builds.Add(1)
		close(building)
		<-release
		return writesTool(ctx, folder)
	})

	var wait sync.WaitGroup
	failures := make(chan error, 2)
	ensure := func(out io.Writer) {
		_, err := c.ensure(t.Context(), out, []set{s})
		failures <- err
	}
	wait.Go(func() { ensure(io.Discard) })
	<-building
	waiting := &signalWriter{text: "waiting for another process that builds set", seen: make(chan struct{})}
	wait.Go(func() { ensure(waiting) })
	select {
	case <-waiting.seen:
	case <-time.After(10 * time.Second):
		t.Error("the second builder does not say that it waits")
	}
	close(release)
	wait.Wait()
	for range 2 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	if builds.Load() != 1 {
		t.Errorf("%d builds, want 1", builds.Load())
	}
}

// signalWriter closes seen when text has been written.
type signalWriter struct {
	text string
	seen chan struct{}
	once sync.Once
}

func (w *signalWriter) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(w.text)) {
		w.once.Do(func() { close(w.seen) })
	}
	return len(p), nil
}

func TestWaitForALockEndsWithTheContext(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	reason := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	if _, err := lock(ctx, path, func() { cancel(reason) }); !errors.Is(err, reason) {
		t.Errorf("error %v, want %v", err, reason)
	}
}

func TestCacheFolder(t *testing.T) {
	t.Run("moved", func(t *testing.T) {
		t.Setenv(CacheVariable, "/elsewhere/programs")
		if c, err := openCache(); err != nil || c.root != "/elsewhere/programs" {
			t.Errorf("folder %q, error %v", c.root, err)
		}
	})
	t.Run("no home", func(t *testing.T) {
		for _, variable := range []string{CacheVariable, "XDG_CACHE_HOME", "HOME"} {
			t.Setenv(variable, "")
		}
		if _, err := openCache(); err == nil || !strings.Contains(err.Error(), CacheVariable) {
			t.Errorf("error %v, want one that names %s", err, CacheVariable)
		}
	})
}

func TestNearlyFullDiskIsNamed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	free, known := freeBytes(folder)
	if !known || free == 0 {
		t.Fatalf("free space of %s: %d, known %t", folder, free, known)
	}
	if err := nearlyFull([]string{folder}, free*2); err == nil || !strings.Contains(err.Error(), folder) {
		t.Errorf("error %v, want one that names %s", err, folder)
	}
	if err := nearlyFull([]string{folder, filepath.Join(folder, "absent")}, 0); err != nil {
		t.Errorf("error %v with enough space", err)
	}
}

func TestFullDiskWhileWriting(t *testing.T) {
	t.Parallel()
	// Every write to this device fails the way a full disk does.
	device, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full on this system")
	}
	defer device.Close()
	_, full := device.WriteString("x")
	err = cache{root: "/the/cache"}.unwritable(fmt.Errorf("writing: %w", full))
	if !strings.Contains(err.Error(), "disk of the cache folder /the/cache is full") {
		t.Errorf("error %v, want one that says the disk is full", err)
	}
}
