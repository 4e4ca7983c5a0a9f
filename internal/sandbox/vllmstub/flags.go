package vllmstub

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Environment variables that only the stub has.
const (
	// LatencyVariable is a Go duration; the default is one second.
	LatencyVariable = "VLLM_STUB_LATENCY"
	// FailureRateVariable is a number from 0, the default, to 1.
	FailureRateVariable = "VLLM_STUB_FAILURE_RATE"
	// StartDelayVariable is how long nothing listens, as while a model is
	// loaded; a Go duration, 0 by default.
	StartDelayVariable = "VLLM_STUB_START_DELAY"
)

// Command is how the program is called.
type Command struct {
	Options
	Host       string
	Port       int
	StartDelay time.Duration
	// ShutdownTimeout is how long requests in flight may go on after SIGTERM.
	// As with vLLM, 0 cuts them off.
	ShutdownTimeout time.Duration
	// Ignored are flags that the stub has no use for.
	Ignored []string
}

// ParseCommand reads the arguments of `vllm serve`, or of vLLM's API server as a
// module: [serve] [MODEL] [flags]. Flags that the stub does not know are vLLM's
// to judge, and are ignored.
func ParseCommand(args []string) (Command, error) {
	if len(args) > 0 && args[0] == "serve" {
		args = args[1:]
	}
	flags, ignored := map[string][]string{}, []string(nil)
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		flags["model"] = args[:1]
		args = args[1:]
	}
	for i := 0; i < len(args); {
		name, values, used := flag(args[i:])
		i += used
		if _, known := defaults[name]; !known {
			ignored = append(ignored, "--"+name)
			continue
		}
		flags[name] = values
	}
	c := Command{Ignored: ignored}
	err := c.fill(flags)
	return c, err
}

// defaults are the flags that the stub understands, with their defaults.
var defaults = map[string]string{
	"model": "", "served-model-name": "", "host": "0.0.0.0", "port": "8000", "max-num-seqs": "256", "api-key": "", "shutdown-timeout": "0",
}

// flag reads a flag and its values, which follow = or are the words up to the
// next flag. vLLM takes underscores for dashes.
func flag(args []string) (name string, values []string, used int) {
	name, value, hasValue := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
	name = strings.ReplaceAll(name, "_", "-")
	if hasValue {
		return name, []string{value}, 1
	}
	used = 1
	for used < len(args) && !strings.HasPrefix(args[used], "-") {
		used++
	}
	return name, args[1:used], used
}

func (c *Command) fill(flags map[string][]string) error {
	first := func(name string) string {
		if values := flags[name]; len(values) > 0 {
			return values[0]
		}
		return defaults[name]
	}
	number := func(name string) (int, error) {
		n, err := strconv.Atoi(first(name))
		if err != nil || n < 0 {
			return 0, fmt.Errorf("--%s is %q, which is no number", name, first(name))
		}
		return n, nil
	}
	c.Models = flags["served-model-name"]
	if len(c.Models) == 0 {
		c.Models = flags["model"]
	}
	if len(c.Models) == 0 {
		return errors.New("no model: name one, as in `vllm serve Qwen/Qwen3-4B-FP8`")
	}
	c.Host, c.Key = first("host"), first("api-key")
	if c.Key == "" {
		c.Key = os.Getenv("VLLM_API_KEY")
	}
	var errs [4]error
	var shutdown int
	c.Port, errs[0] = number("port")
	c.MaxSequences, errs[1] = number("max-num-seqs")
	shutdown, errs[2] = number("shutdown-timeout")
	c.ShutdownTimeout = time.Duration(shutdown) * time.Second
	if c.MaxSequences == 0 {
		errs[3] = errors.New("--max-num-seqs is 0")
	}
	return errors.Join(errors.Join(errs[:]...), c.environment())
}

func (c *Command) environment() error {
	var errs [3]error
	c.Latency, errs[0] = duration(LatencyVariable, time.Second)
	c.StartDelay, errs[1] = duration(StartDelayVariable, 0)
	if text := os.Getenv(FailureRateVariable); text != "" {
		var err error
		if c.FailureRate, err = strconv.ParseFloat(text, 64); err != nil || c.FailureRate < 0 || c.FailureRate > 1 {
			errs[2] = fmt.Errorf("%s is %q, which is no number from 0 to 1", FailureRateVariable, text)
		}
	}
	return errors.Join(errs[:]...)
}

func duration(name string, otherwise time.Duration) (time.Duration, error) {
	text := os.Getenv(name)
	if text == "" {
		return otherwise, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s is %q, which is no duration such as 500ms", name, text)
	}
	return d, nil
}
