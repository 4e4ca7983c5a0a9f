package parts

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	// liveRefresh and plainRefresh are how often a terminal's line is drawn
	// anew, and how often a log gets another line.
	liveRefresh  = time.Second
	plainRefresh = 30 * time.Second
	// eraseLine moves to the start of a terminal's line and clears it.
	eraseLine = "\r\x1b[K"
)

// progress tells a person what a long build is at and how far it is.
type progress struct {
	mu   sync.Mutex
	out  io.Writer
	live bool
	done chan struct{}
	idle sync.WaitGroup

	steps map[Program]step
	// whole, past and number are the seconds of all steps, those of the
	// finished steps, and how many have begun.
	whole, past, number int
	current             step
	begun               time.Time
	stale, built        int
	modules             int
}

// newProgress announces the build of the sets into folder. The caller must
// call stop.
func newProgress(out io.Writer, folder string, sets []set) *progress {
	p := &progress{out: out, live: isTerminal(out), done: make(chan struct{}), steps: map[Program]step{}}
	for _, s := range sets {
		for _, each := range s.steps {
			p.steps[each.program] = each
			p.whole += each.seconds
		}
	}
	_, _ = fmt.Fprintf(out, "Building %s for the local stack into %s, once: up to %s on two cores.\n",
		count(len(p.steps), "program"), folder, about(p.whole))
	p.idle.Go(p.refresh)
	return p
}

// refresh shows the current step again and again, until stop.
func (p *progress) refresh() {
	every := plainRefresh
	if p.live {
		every = liveRefresh
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-tick.C:
			p.mu.Lock()
			if p.current.program != "" {
				p.show(p.state())
			}
			p.mu.Unlock()
		}
	}
}

// stop ends the report.
func (p *progress) stop() {
	close(p.done)
	p.idle.Wait()
	if p.live {
		_, _ = io.WriteString(p.out, eraseLine)
	}
}

// begin starts the step of the program.
func (p *progress) begin(program Program) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.number++
	p.current, p.begun = p.steps[program], time.Now()
	p.stale, p.built, p.modules = 0, 0, 0
	p.show(fmt.Sprintf("%s (usually %s)", p.title(), about(p.current.seconds)))
}

// downloaded counts one more module.
func (p *progress) downloaded() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.modules++
}

// packages sets how many packages the step has to compile.
func (p *progress) packages(stale int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stale = stale
}

// compiled counts one more package.
func (p *progress) compiled() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.built++
}

// end finishes the step.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.past += p.current.seconds
	p.keep(fmt.Sprintf("%s done in %s", p.title(), p.elapsed()))
	p.current = step{}
}

// skip counts the steps of a set that another process has built.
func (p *progress) skip(s set) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, each := range s.steps {
		p.number++
		p.past += each.seconds
	}
	p.keep("another process has built " + s.name)
}

// note shows a sentence of its own.
func (p *progress) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keep(text)
}

// state says how far the current step and the whole are.
func (p *progress) state() string {
	fraction := 0.0
	text := p.title() + " " + p.elapsed()
	switch {
	case p.stale > 0:
		fraction = float64(p.built) / float64(p.stale)
		text += fmt.Sprintf(", %d of %d packages", p.built, p.stale)
	case p.modules > 0:
		text += ", " + count(p.modules, "module") + " downloaded"
	}
	all := (float64(p.past) + fraction*float64(p.current.seconds)) / float64(max(p.whole, 1))
	return fmt.Sprintf("%s; %.0f%% of all", text, 100*all)
}

func (p *progress) title() string {
	return fmt.Sprintf("[%d/%d] %s", p.number, len(p.steps), p.current.program)
}

func (p *progress) elapsed() string { return time.Since(p.begun).Round(time.Second).String() }

// show writes a line that the next one may replace.
func (p *progress) show(text string) {
	if p.live {
		_, _ = io.WriteString(p.out, eraseLine+text)
		return
	}
	_, _ = io.WriteString(p.out, text+"\n")
}

// keep writes a line that stays.
func (p *progress) keep(text string) {
	if p.live {
		text = eraseLine + text
	}
	_, _ = io.WriteString(p.out, text+"\n")
}

// about rounds seconds for a person.
func about(seconds int) string {
	if seconds < 90 {
		return fmt.Sprintf("%d s", seconds)
	}
	return fmt.Sprintf("%d min", (seconds+30)/60)
}

func count(number int, noun string) string {
	if number != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", number, noun)
}

// isTerminal tells whether lines can be drawn anew.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok || strings.EqualFold(os.Getenv("TERM"), "dumb") {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
