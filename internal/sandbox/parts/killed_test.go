package parts

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// killedVariable makes the test below the process that is to be killed.
const killedVariable = "PARTS_TEST_CACHE_TO_DIE_IN"

func TestKilledBuildIsNotBelieved(t *testing.T) {
	if root := os.Getenv(killedVariable); root != "" {
		s := oneProgram("set", "key", func(ctx context.Context, folder string) error {
			if err := writesTool(ctx, folder); err != nil {
				return err
			}
			fmt.Println("building")
			select {}
		})
		_, err := cache{root: root}.ensure(t.Context(), io.Discard, []set{s})
		t.Fatal("the build ended:", err)
	}

	root := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledBuildIsNotBelieved$")
	child.Env = append(os.Environ(), killedVariable+"="+root)
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	scan := bufio.NewScanner(output)
	for scan.Scan() && scan.Text() != "building" {
		continue
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	if half := names(t, filepath.Join(root, "set")); len(half) != 1 {
		t.Fatalf("the killed build left %v, want its folder", half)
	}

	c := cache{root: root}
	s := oneProgram("set", "key", writesTool)
	if c.complete(s) {
		t.Fatal("a half-built set counts as complete")
	}
	// The kernel has released the lock: nothing to wait for.
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := c.ensure(ctx, io.Discard, []set{s}); err != nil {
		t.Fatal(err)
	}
	if left := names(t, filepath.Join(root, "set")); len(left) != 2 {
		t.Errorf("left %v, want the key and the folder it leads to", left)
	}
}
