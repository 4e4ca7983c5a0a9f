package bench_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// watchMemory returns a function that stops watching and tells the most memory,
// in bytes, that a provider of the folder had resident at once. The kernel keeps
// the peak of a process, so looking often is only needed to catch short ones.
func watchMemory(ctx context.Context, providerDir string) (peak func() int64) {
	ctx, cancel := context.WithCancel(ctx)
	var most int64
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, largestProcess(filepath.Join(providerDir, providerName)))
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
	return func() int64 {
		cancel()
		watching.Wait()
		return most
	}
}

func largestProcess(program string) (most int64) {
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != program {
			continue
		}
		status, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "status"))
		for line := range strings.Lines(string(status)) {
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
				kilobytes, _ := strconv.ParseInt(fields[1], 10, 64)
				most = max(most, kilobytes<<10)
			}
		}
	}
	return most
}
