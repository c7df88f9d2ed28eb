package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/recording"
)

// finding is one line of the output of "vedette detect".
type finding struct {
	RuleID      string              `json:"rule_id"`
	RuleTitle   string              `json:"rule_title"`
	RuleLevel   string              `json:"rule_level"`
	Tags        []string            `json:"tags"`
	Time        time.Time           `json:"time"`
	File        string              `json:"file"`
	Record      int                 `json:"record"`
	Fields      map[string]string   `json:"fields"`
	Correlation *vedette.Correlated `json:"correlation,omitempty"`
}

// maxBroken is how many records that could not be read are named.
const maxBroken = 20

// maxHeld bounds the matches that wait to be put into the order of their times.
const maxHeld = 500_000

// scan runs rules over recorded files.
type scan struct {
	engine     *detect.Engine
	correlator *correlate.Correlator // nil when no rule is a correlation
	normalizer *normalize.Normalizer
	found      func(finding) error

	records  int
	events   int
	alerts   int
	unparsed int
	broken   []string // where a record could not be read at all, the first few
	fired    map[string]bool
	held     []heldMatch
	places   map[string]place         // of held and recent matches, by event id
	failed   error                    // of found
	alias    func(name string) string // how a file is called in the output; nil for its own name
}

// heldMatch is what a correlation will be told.
type heldMatch struct {
	match detect.Match
	place
}

// place is where an event was read.
type place struct {
	file   string
	record int
}

func newScan(rs *detect.Ruleset, found func(finding) error) (*scan, error) {
	normalizer, err := normalize.New(normalize.Config{}, all.Parsers(), slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	sc := &scan{engine: detect.New(detect.Config{}, rs), normalizer: normalizer, found: found, fired: map[string]bool{}, places: map[string]place{}}
	if len(rs.Correlations) > 0 {
		sc.correlator = correlate.New(correlate.Config{Events: 2 * maxHeld}, rs)
	}
	return sc, nil
}

// file runs the rules over everything in a file or folder; what cannot be read is said, and makes the result false.
func (sc *scan) file(ctx context.Context, name string, say io.Writer) (bool, error) {
	sum, err := recording.Walk(name, func(it recording.Item) error { return sc.record(ctx, it) })
	sc.records += sum.Items
	whole := true
	if sc.alias != nil {
		name = sc.alias(name)
	}
	if err != nil {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if sc.failed != nil {
			return false, sc.failed
		}
		whole = false
		_, _ = fmt.Fprintf(say, "vedette: %s: %v\n", name, err)
	}
	for _, problem := range sum.Problems {
		whole = false
		if sc.alias != nil {
			problem.File = sc.alias(problem.File)
		}
		_, _ = fmt.Fprintf(say, "vedette: %s: %v\n", problem.File, problem.Err)
	}
	if sum.More > 0 {
		_, _ = fmt.Fprintf(say, "vedette: %s: %d more problems\n", name, sum.More)
	}
	return whole, nil
}

func (sc *scan) record(ctx context.Context, it recording.Item) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if sc.alias != nil {
		it.File = sc.alias(it.File)
	}
	rec := vedette.Record{
		Tenant: vedette.DefaultTenant, Source: it.File, Receiver: "recording", Format: it.Format, Received: time.Now(), Data: it.Data,
	}
	sc.normalizer.Normalize(&rec, func(ev *vedette.Event) {
		sc.events++
		ev.Seq, ev.Place = 1, uint32(sc.events)
		if reason := ev.Value(vedette.FieldParseError); reason != "" {
			sc.unparsed++
			if len(sc.broken) < maxBroken {
				sc.broken = append(sc.broken, fmt.Sprintf("%s: record %d: %s", it.File, it.Record, reason))
			}
		}
		at := place{it.File, it.Record}
		var match func(detect.Match)
		if sc.correlator != nil {
			match = func(m detect.Match) { sc.hold(m, at) }
		}
		sc.engine.Run(ev, func(a vedette.Alert) { sc.raise(a, at) }, match)
	})
	return sc.failed
}

func (sc *scan) raise(a vedette.Alert, at place) {
	sc.alerts++
	sc.fired[a.RuleID] = true
	fields := a.Matched
	if fields == nil {
		fields = map[string]string{}
	}
	err := sc.found(finding{
		RuleID: a.RuleID, RuleTitle: a.RuleTitle, RuleLevel: level(a.Severity), Tags: a.Tags, Time: a.Time,
		File: at.file, Record: at.record, Fields: fields, Correlation: a.Correlation,
	})
	if err != nil && sc.failed == nil {
		sc.failed = fmt.Errorf("write an alert: %w", err)
	}
}

// hold keeps a match until all files were read, so that correlations see events in the order of their times whatever
// file they stand in. When there are too many, the older half is told.
func (sc *scan) hold(m detect.Match, at place) {
	m.Event.Received = m.Event.Time // a recording has no other clock
	sc.held = append(sc.held, heldMatch{m, at})
	if len(sc.held) >= maxHeld {
		sc.tell(maxHeld / 2)
	}
}

// tell gives the n oldest matches to the correlator.
func (sc *scan) tell(n int) {
	slices.SortStableFunc(sc.held, func(a, b heldMatch) int {
		return cmp.Or(a.match.Event.Time.Compare(b.match.Event.Time), cmp.Compare(a.match.Event.Place, b.match.Event.Place))
	})
	for i := range sc.held[:n] {
		h := &sc.held[i]
		if len(sc.places) >= maxHeld {
			clear(sc.places)
		}
		sc.places[h.match.Event.ID()] = h.place
		sc.correlator.Observe(h.match, sc.correlated)
	}
	sc.held = slices.Delete(sc.held, 0, n)
}

// correlated takes an alert of a correlation, which stands where its last event stands.
func (sc *scan) correlated(a vedette.Alert) { sc.raise(a, sc.places[a.EventID]) }

// finish tells the correlations that nothing more comes.
func (sc *scan) finish() error {
	if sc.correlator != nil {
		sc.tell(len(sc.held))
		sc.correlator.Finish(sc.correlated)
	}
	return sc.failed
}

// level is a severity in Sigma's words.
func level(s vedette.Severity) string {
	if s == vedette.Info {
		return "informational"
	}
	return s.String()
}

// jsonLines writes findings, one a line.
func jsonLines(out io.Writer) func(finding) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return func(f finding) error { return enc.Encode(f) }
}
