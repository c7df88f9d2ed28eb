package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress draws a bar on a terminal; elsewhere it says a line every five seconds.
type progress struct {
	out         io.Writer
	live        bool
	files, done int
	last        time.Time
}

func newProgress(out io.Writer, files []string) *progress {
	f, ok := out.(*os.File)
	return &progress{out: out, live: ok && term.IsTerminal(int(f.Fd())), files: len(files), last: time.Now()}
}

func (p *progress) fileDone() { p.done++ }

func (p *progress) records(n int) {
	every := 5 * time.Second
	if p.live {
		every = 100 * time.Millisecond
	}
	if now := time.Now(); now.Sub(p.last) >= every {
		p.last = now
		p.draw(n)
	}
}

func (p *progress) draw(n int) {
	const width = 30
	full := width * p.done / max(p.files, 1)
	if p.live {
		_, _ = fmt.Fprintf(p.out, "\r[%s%s] %d/%d files  %d records ", strings.Repeat("█", full), strings.Repeat("·", width-full), p.done, p.files, n)
		return
	}
	_, _ = fmt.Fprintf(p.out, "%d/%d files, %d records sent\n", p.done, p.files, n)
}

func (p *progress) end(n int, took time.Duration) {
	if p.live {
		p.draw(n)
		_, _ = fmt.Fprintln(p.out)
	}
	_, _ = fmt.Fprintf(p.out, "%d records sent in %s (%.0f a second)\n", n, took.Round(time.Millisecond), float64(n)/max(took.Seconds(), 1e-9))
}
