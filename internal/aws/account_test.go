package aws

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRetriesAreThoseOfTheSettings(t *testing.T) {
	t.Parallel()
	for retries, want := range map[int]int{0: 1, 25: 26} {
		configuration := withKeys(t)
		configuration.MaxRetries = retries
		config, err := New(configuration, "test").Config(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := config.Retryer().MaxAttempts(); got != want {
			t.Errorf("%d retries give %d attempts, want %d", retries, got, want)
		}
	}
}

// Waiting for another caller's slow lookup of credentials ends with the waiter.
func TestConfigEndsWithTheContext(t *testing.T) {
	t.Parallel()
	account := New(Configuration{}, "test")
	account.building <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := account.Config(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
}

func TestConfigurationThatLeadsNowhere(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		t.Setenv(name, "")
	}
	for want, change := range map[string]func(*Configuration){
		"other":      func(s *Configuration) { s.Profile = "other" },
		"aws.region": func(s *Configuration) { s.Region = "" },
	} {
		configuration := withKeys(t)
		change(&configuration)
		_, err := New(configuration, "test").Config(t.Context())
		var wrong *ConfigError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("want a *ConfigError that names %s, got: %v", want, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret-key") {
			t.Errorf("the error tells the secret key: %v", err)
		}
	}
}
