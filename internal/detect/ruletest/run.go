package ruletest

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
)

// Suffix ends the name of every test file.
const Suffix = ".test"

// Runner runs tests over a folder of rules.
type Runner struct {
	Files   fs.FS
	Options detect.Options
	// Read turns the content of a file of records into events, as the pipeline would. The name tells what it is.
	Read func(name string, data []byte) []*vedette.Event
}

// Result is what became of one test file. It passed when nothing failed.
type Result struct {
	File     string    `json:"file"`
	Cases    int       `json:"cases"`
	Events   int       `json:"events"`
	Alerts   int       `json:"alerts"`
	Failures []Failure `json:"failures"`
}

// Failure is one thing that was not as expected.
type Failure struct {
	Case   string `json:"case,omitempty"`
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
}

// Find lists the tests of a folder, in alphabetical order.
func Find(files fs.FS) []string {
	var out []string
	_ = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != "." {
			return fs.SkipDir
		}
		if !entry.IsDir() && strings.HasSuffix(name, Suffix) {
			out = append(out, name)
		}
		return nil
	})
	return out
}

// Run runs one test file. It ends early, with a failure, when ctx ends.
func (r Runner) Run(ctx context.Context, name string) Result {
	out := Result{File: name, Failures: []Failure{}}
	fail := func(line int, err error) Result {
		out.Failures = append(out.Failures, Failure{Line: line, Reason: err.Error()})
		return out
	}
	data, err := bounded(r.Files, name, MaxBytes)
	if err != nil {
		return fail(0, err)
	}
	p := &parser{script: &Script{Name: name}}
	if err := p.parse(string(data)); err != nil {
		return fail(p.at, err)
	}
	for i := range p.script.Cases {
		c := &p.script.Cases[i]
		if err := ctx.Err(); err != nil {
			return fail(c.Line, err)
		}
		st := &stage{runner: r, ctx: ctx, script: p.script, start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
		st.play(c)
		out.Cases++
		out.Events += st.events
		out.Alerts += len(st.alerts)
		for _, f := range st.failures {
			f.Case = c.Name
			out.Failures = append(out.Failures, f)
		}
	}
	return out
}

// stage is one case while it is played.
type stage struct {
	runner Runner
	ctx    context.Context //nolint:containedctx // a stage lives no longer than the one call that made it
	script *Script

	start    time.Time
	now      time.Duration // since start
	lateness time.Duration
	rules    []string // files beside the one that the test is named after

	set        *detect.Ruleset
	engine     *detect.Engine
	correlator *correlate.Correlator

	events   int
	last     []*vedette.Event // of the record before
	matches  map[string]int   // what correlations were told, by rule
	alerts   []*raised
	failures []Failure
	broken   bool // going on makes no sense
}

// raised is an alert and whether an expectation was met by it.
type raised struct {
	vedette.Alert
	event   *vedette.Event // that raised it; nil when a window was closed
	claimed bool
}

func (st *stage) fail(line int, format string, args ...any) {
	st.failures = append(st.failures, Failure{Line: line, Reason: fmt.Sprintf(format, args...)})
}

func (st *stage) play(c *Case) {
	for i := range c.steps {
		s := &c.steps[i]
		if st.engine == nil && s.verb != "rules" && s.verb != "start" && s.verb != "lateness" && !st.setUp(s.line) {
			return
		}
		st.step(s)
		if err := st.ctx.Err(); err != nil {
			st.fail(s.line, "stopped: %v", err)
			return
		}
		if st.broken {
			return
		}
	}
	line := c.Line
	if n := len(c.steps); n > 0 {
		line = c.steps[n-1].line
	}
	if left := st.unclaimed(); len(left) > 0 && len(st.failures) == 0 {
		st.fail(line, "at the end there are alerts that no line expects: %s", st.list(left))
	}
}

// setUp compiles the rules: the file that the test is named after, and those it names.
func (st *stage) setUp(line int) bool {
	base := strings.TrimSuffix(st.script.Name, Suffix)
	var names []string
	for _, ext := range []string{".yml", ".yaml"} {
		if info, err := fs.Stat(st.runner.Files, base+ext); err == nil && info.Mode().IsRegular() {
			names = append(names, base+ext)
		}
	}
	for _, name := range st.rules {
		names = append(names, st.beside(name))
	}
	if len(names) == 0 {
		st.fail(line, "there is no rule %s.yml beside the test, and no line \"rules FILE\"", path.Base(base))
		return false
	}
	var files []catalog.File
	for _, name := range names {
		data, err := bounded(st.runner.Files, name, catalog.MaxFileBytes)
		if err != nil {
			st.fail(line, "the rule %s %v", name, err)
			return false
		}
		files = append(files, catalog.File{Path: name, Origin: "test", Data: data})
	}
	st.set = detect.CompileWith(st.runner.Options, files)
	for _, p := range st.set.Problems {
		st.fail(line, "a rule cannot run: %s", p)
	}
	if len(st.set.Problems) > 0 {
		return false
	}
	clock := func() time.Time { return st.start.Add(st.now) }
	st.engine = detect.New(detect.Config{Now: clock}, st.set)
	st.correlator = correlate.New(correlate.Config{Now: clock, Lateness: max(st.lateness, time.Nanosecond)}, st.set)
	st.matches = make(map[string]int)
	return true
}

// beside gives the name of a file that a test names, within the folder.
func (st *stage) beside(name string) string {
	return strings.TrimPrefix(path.Join("/", path.Dir(st.script.Name), name), "/")
}

func bounded(files fs.FS, name string, most int64) ([]byte, error) {
	info, err := fs.Stat(files, name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot be read: %w", err)
	case info.Size() > most:
		return nil, fmt.Errorf("is larger than %d KiB", most>>10)
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	return data, nil
}
