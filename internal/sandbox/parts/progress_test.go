package parts

import (
	"bytes"
	"strings"
	"testing"
)

func TestProgressSaysHowFarItIs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	sets := []set{
		{name: "first", steps: []step{{"a", 100}, {"b", 100}}},
		{name: "second", steps: []step{{"c", 200}}},
	}
	report := newProgress(&out, "/cache", sets)
	report.stop()

	for _, moment := range []struct {
		happens func()
		want    string
	}{
		{func() { report.begin("a") }, "[1/3] a 0s; 0% of all"},
		{func() { report.downloaded(); report.downloaded() }, "[1/3] a 0s, 2 modules downloaded; 0% of all"},
		{func() { report.packages(4); report.compiled() }, "[1/3] a 0s, 1 of 4 packages; 6% of all"},
		{func() { report.end(); report.begin("b") }, "[2/3] b 0s; 25% of all"},
		{func() { report.end(); report.skip(sets[1]) }, "100% of all"},
	} {
		moment.happens()
		if got := report.state(); !strings.Contains(got, moment.want) {
			t.Errorf("state %q, want %q", got, moment.want)
		}
	}
	for _, want := range []string{
		"Building 3 programs for the local stack into /cache, once: up to 7 min on two cores.\n",
		"[1/3] a (usually 2 min)\n", "[1/3] a done in 0s\n", "another process has built second\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("output %q lacks %q", out.String(), want)
		}
	}
}

func TestProgressOnATerminalReplacesItsLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	report := &progress{out: &out, live: true, done: make(chan struct{}), steps: map[Program]step{"a": {"a", 1}}, whole: 1}
	report.begin("a")
	report.end()
	report.stop()
	want := eraseLine + "[1/1] a (usually 1 s)" + eraseLine + "[1/1] a done in 0s\n" + eraseLine
	if out.String() != want {
		t.Errorf("output %q, want %q", out.String(), want)
	}
}

func TestGoBuildCountsPackages(t *testing.T) {
	onlyOnPath(t, map[string]string{"go": `case $1 in
env) echo go1.26.8 ;;
list) echo 'go: downloading example.com/x v1.0.0' >&2; echo example.com/x example.com/tiny ;;
build) echo example.com/x >&2; echo '# a warning' >&2; echo example.com/tiny >&2; echo > "$4" ;;
esac`})
	modules, sources := tiny(t, "package main\n")
	s, err := modules.set(sources)
	if err != nil {
		t.Fatal(err)
	}
	report := newProgress(&bytes.Buffer{}, "/cache", []set{s})
	defer report.stop()
	if err := s.build(t.Context(), t.TempDir(), report); err != nil {
		t.Fatal(err)
	}
	if report.modules != 1 || report.stale != 2 || report.built != 2 {
		t.Errorf("%d modules, %d of %d packages; want 1, 2 of 2", report.modules, report.built, report.stale)
	}
}
