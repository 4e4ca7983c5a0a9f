package config

import (
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// parse reads flags as the program does.
func parse(t *testing.T, args ...string) (Config, error) {
	t.Helper()
	var c Config
	parser, err := kong.New(&c, kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return c, err
}

const queueFlag = "--queue-url=https://sqs.us-west-2.amazonaws.com/123456789012/prompts"

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := parse(t, queueFlag, "--model=qwen")
	if err != nil {
		t.Fatal(err)
	}
	if c.Endpoint.String() != "http://127.0.0.1:8000" || c.HealthPath != "/health" || c.Results != "log" || c.Concurrency != 5 ||
		c.MaxInference != 2*time.Minute || c.VisibilityTimeout != 2*time.Minute || c.WaitTime != 20*time.Second ||
		c.RetryDelay != 10*time.Second || c.MaxRetryDelay != 15*time.Minute || c.DrainTimeout != 2*time.Minute || c.Listen != ":8080" {
		t.Errorf("the defaults are %+v", c)
	}
	if c, err = parse(t, queueFlag, "--model=qwen", "--max-inference=5m"); err != nil || c.DrainTimeout != 5*time.Minute {
		t.Errorf("the drain time is %s (%v), want the longest inference", c.DrainTimeout, err)
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("QUEUE_URL", "https://sqs.us-west-2.amazonaws.com/123456789012/prompts")
	t.Setenv("MODEL_NAME", "qwen")
	t.Setenv("CONCURRENCY", "8")
	t.Setenv("LOG_PROMPTS", "true")
	c, err := parse(t, "--concurrency=9")
	if err != nil {
		t.Fatal(err)
	}
	if c.Model != "qwen" || !c.LogPrompts || c.Concurrency != 9 {
		t.Errorf("the configuration is %+v", c)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for flag, want := range map[string]string{
		"--queue-url=":                        "queue-url is missing: set QUEUE_URL or --queue-url",
		"--queue-url=prompts":                 "queue-url is \"prompts\", which is not the URL",
		"--queue-url=https://x/prompts":       "queue-url is",
		"--dead-letter-queue-url=x":           "dead-letter-queue-url is \"x\"",
		"--dead-letter-" + queueFlag[2:]:      "dead-letter-queue-url is the queue itself",
		"--results=somewhere":                 "results: \"somewhere\" is none of log, s3://",
		"--results=" + queueFlag[12:]:         "results is the queue itself",
		"--endpoint=127.0.0.1":                "endpoint is \"127.0.0.1\", which is no http or https URL",
		"--endpoint=http://127.0.0.1:8000/v1": "leave out /v1",
		"--health-path=health":                "health-path is \"health\"",
		"--model=":                            "model is missing",
		"--concurrency=0":                     "concurrency is 0",
		"--concurrency=many":                  "--concurrency",
		"--max-inference=0s":                  "max-inference is 0s",
		"--max-inference=12h":                 "max-inference is 12h",
		"--max-inference=120":                 "--max-inference",
		"--visibility-timeout=500ms":          "visibility-timeout is 500ms",
		"--visibility-timeout=13h":            "visibility-timeout is 13h",
		"--wait-time=0s":                      "wait-time is 0s",
		"--wait-time=21s":                     "wait-time is 21s",
		"--retry-delay=1500ms":                "retry-delay is 1.5s",
		"--max-retry-delay=5s":                "max-retry-delay is 5s, less than retry-delay, 10s",
		"--drain-timeout=20s":                 "drain-timeout is 20s: it must be longer than wait-time",
		"--listen=8080":                       "listen is \"8080\"",
		"--log-level=loud":                    "--log-level",
	} {
		_, err := parse(t, queueFlag, "--model=qwen", flag)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want ...%s...", flag, err, want)
		}
	}
}
