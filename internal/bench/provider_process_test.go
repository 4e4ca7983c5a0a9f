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

// usage is what processes of a provider used.
type usage struct {
	// memory is the most, in bytes, that one of them had resident at once.
	memory int64
	// cpu is the processor time of all of them.
	cpu time.Duration
}

// watchProvider returns a function that stops watching and tells what the
// processes of the provider in the folder used meanwhile. The kernel keeps the
// peak of a process and its processor time, so looking often only serves to see
// a process shortly before it ends.
func watchProvider(ctx context.Context, providerDir string) (stop func() usage) {
	ctx, cancel := context.WithCancel(ctx)
	processes := map[string]usage{}
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			look(filepath.Join(providerDir, providerName), processes)
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
	return func() usage {
		cancel()
		watching.Wait()
		var all usage
		for _, one := range processes {
			all.memory = max(all.memory, one.memory)
			all.cpu += one.cpu
		}
		return all
	}
}

// look notes what every process of a program has used up to now.
func look(program string, processes map[string]usage) {
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != program {
			continue
		}
		folder := filepath.Dir(link)
		if memory, cpu := peakMemory(folder), processorTime(folder); memory > 0 && cpu > 0 {
			processes[folder] = usage{memory: memory, cpu: cpu}
		}
	}
}

func peakMemory(folder string) int64 {
	status, _ := os.ReadFile(filepath.Join(folder, "status"))
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kilobytes, _ := strconv.ParseInt(fields[1], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

// processorTime is user and system time, which the kernel gives in ticks of
// USER_HZ, 100 a second on every architecture that Go runs on.
func processorTime(folder string) time.Duration {
	const userTime, systemTime = 11, 12 // counted from the state, after the name
	stat, _ := os.ReadFile(filepath.Join(folder, "stat"))
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) <= systemTime {
		return 0
	}
	user, _ := strconv.ParseInt(fields[userTime], 10, 64)
	system, _ := strconv.ParseInt(fields[systemTime], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond
}
