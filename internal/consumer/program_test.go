package consumer_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/consumer"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/mototest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/vllmstub"
)

// beConsumer makes this test binary the program itself, so that tests can kill
// it.
const beConsumer = "BE_SQS_INFERENCE_CONSUMER"

func TestMain(m *testing.M) {
	if os.Getenv(beConsumer) != "" {
		os.Exit(consumer.Main())
	}
	os.Exit(mototest.Main(m))
}

const modelName = "qwen"

// startStub serves a stub of vLLM.
func startStub(t testing.TB, options vllmstub.Options) (*vllmstub.Stub, string) {
	t.Helper()
	options.Models = []string{modelName}
	if options.MaxSequences == 0 {
		options.MaxSequences = 256
	}
	stub := vllmstub.New(options)
	server := httptest.NewServer(stub)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return stub, server.URL
}

// program is a running consumer.
type program struct {
	address string
	command *exec.Cmd
	log     string
	done    chan struct{}
}

// settings are a consumer's environment, by variable.
type settings map[string]string

// quick are settings for tests that do not want to wait.
func quick(queue queues, endpoint string) settings {
	return settings{
		"QUEUE_URL": queue.url, "MODEL_ENDPOINT": endpoint, "MODEL_NAME": modelName,
		"VISIBILITY_TIMEOUT": "6s", "WAIT_TIME": "1s", "DRAIN_TIMEOUT": "2s", "RETRY_DELAY": "1s", "MAX_INFERENCE": "30s",
	}
}

// with are the settings with others.
func (s settings) with(changes settings) settings {
	all := maps.Clone(s)
	maps.Copy(all, changes)
	return all
}

// startProgram starts a consumer against an AWS endpoint. It is killed with the
// test, and its log shown where that fails.
func startProgram(t testing.TB, endpoint string, s settings) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	port, err := process.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{address: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), log: filepath.Join(t.TempDir(), "consumer.log"), done: make(chan struct{})}
	out, err := os.Create(p.log)
	if err != nil {
		t.Fatal(err)
	}
	p.command = exec.Command(self)
	p.command.Env = append(mototest.Environment(endpoint), beConsumer+"=1", "LISTEN_ADDRESS="+p.address)
	for name, value := range s {
		p.command.Env = append(p.command.Env, name+"="+value)
	}
	p.command.Stdout, p.command.Stderr = out, out
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		_ = p.command.Wait()
		_ = out.Close()
	}()
	t.Cleanup(func() {
		p.signal(syscall.SIGKILL)
		<-p.done
		if t.Failed() {
			text, _ := os.ReadFile(p.log)
			t.Logf("consumer %s:\n%s", p.address, text[max(0, len(text)-4000):])
		}
	})
	return p
}

func (p *program) signal(s syscall.Signal) { _ = p.command.Process.Signal(s) }

// stop ends the consumer by SIGTERM and returns how long that took.
func (p *program) stop(t testing.TB, limit time.Duration) time.Duration {
	t.Helper()
	begun := time.Now()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(limit):
		t.Fatalf("the consumer runs %s after SIGTERM", limit)
	}
	if code := p.command.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the exit status after SIGTERM is %d", code)
	}
	return time.Since(begun)
}

// record is a line of the log.
type record struct {
	Msg, Outcome, Class, Error string
	MessageID                  string `json:"message_id"`
	JobID                      string `json:"job_id"`
	ReceiveCount               int    `json:"receive_count"`
}

// records are the lines of the log so far.
func (p *program) records(t testing.TB) []record {
	t.Helper()
	file, err := os.Open(p.log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []record
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var r record
		if json.Unmarshal(lines.Bytes(), &r) == nil {
			all = append(all, r)
		}
	}
	return all
}

// outcomes counts what became of messages.
func (p *program) outcomes(t testing.TB) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, r := range p.records(t) {
		if r.Outcome != "" {
			counts[r.Outcome]++
		}
	}
	return counts
}

// awaitOutcome waits until a message has come to an end in a way.
func (p *program) awaitOutcome(t testing.TB, outcome string, n int) {
	t.Helper()
	await(t, fmt.Sprintf("%d messages %s", n, outcome), func() error {
		if got := p.outcomes(t)[outcome]; got < n {
			return fmt.Errorf("%d are", got)
		}
		return nil
	})
}

// peakMemory is the most that the program has had in memory, in MiB.
func (p *program) peakMemory(t testing.TB) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			kib, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			if err != nil {
				t.Fatal(err)
			}
			return float64(kib) / 1024
		}
	}
	t.Fatal("/proc says nothing about memory")
	return 0
}

// awaitLimit is far more than anything awaited takes on busy cores.
const awaitLimit = 90 * time.Second

// await polls until the condition holds.
func await(t testing.TB, what string, holds func() error) {
	t.Helper()
	deadline := time.NewTimer(awaitLimit)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		last := holds()
		if last == nil {
			return
		}
		select {
		case <-deadline.C:
			t.Fatalf("waited %s for %s: %v", awaitLimit, what, last)
		case <-tick.C:
		}
	}
}

// logged tells whether a text is in the log.
func (p *program) logged(t testing.TB, text string) bool {
	t.Helper()
	log, err := os.ReadFile(p.log)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(log), text)
}
