package podrunner

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary stand for the programs of pods.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_PROGRAM") != "" {
		os.Exit(program())
	}
	os.Exit(m.Run())
}

// program does what its environment says: it notes SIGTERM in a file that the
// pod's containers share, serves HTTP, or ends with a status.
func program() int {
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	for name := range strings.FieldsSeq(os.Getenv("PRINT")) {
		fmt.Println(name + "=" + os.Getenv(name))
	}
	if name := os.Getenv("CAT"); name != "" {
		text, err := os.ReadFile(name)
		fmt.Println(string(text), err)
	}
	if code, err := strconv.Atoi(os.Getenv("EXIT")); err == nil {
		return code
	}
	if address := os.Getenv("LISTEN"); address != "" {
		go func() { _ = http.ListenAndServe(address, http.NotFoundHandler()) }()
	}
	select {
	case <-term:
	case <-time.After(time.Minute): // the test is long gone
		return 1
	}
	if name := os.Getenv("NOTE"); name != "" {
		f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return 1
		}
		_, _ = f.WriteString(os.Getenv("NAME") + "\n")
		_ = f.Close()
	}
	if os.Getenv("IGNORE_TERM") != "" {
		<-make(chan struct{})
	}
	return 0
}
