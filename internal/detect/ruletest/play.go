package ruletest

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

func (st *stage) step(s *step) {
	switch s.verb {
	case "rules":
		if st.engine != nil {
			st.fail(s.line, "rules are named before the first event")
			st.broken = true
		}
		st.rules = append(st.rules, s.files...)
	case "start":
		st.start = s.time
	case "lateness":
		st.lateness = s.span
	case "wait":
		st.now += s.span
		st.correlator.Advance(st.start.Add(st.now), func(a vedette.Alert) { st.raise(a, nil) })
	case "load":
		st.load(s)
	case "event", "line":
		st.records(s)
	case "expect":
		st.expect(s)
	}
}

// begin gives the time of a step's first record.
func (st *stage) begin(w when) time.Duration {
	switch {
	case !w.set:
		return st.now
	case w.after:
		return st.now + w.by
	}
	return w.by
}

// records plays one record, once or several times.
func (st *stage) records(s *step) {
	name := map[string]string{"event": "event.json", "line": "line.log"}[s.verb]
	at := st.begin(s.when)
	for i := range s.count {
		text := []byte(numbered(s.text, i+1))
		if s.verb == "event" {
			var one bytes.Buffer
			if err := json.Compact(&one, text); err == nil {
				text = one.Bytes()
			}
		}
		events := st.runner.Read(name, text)
		if len(events) == 0 {
			st.fail(s.line, "the record is not understood: no event comes of it")
			st.broken = true
			return
		}
		for _, ev := range events {
			if reason := ev.Value(vedette.FieldParseError); reason != "" {
				st.fail(s.line, "the record is not understood: %s", reason)
				st.broken = true
				return
			}
		}
		if !st.feed(s.line, events, at) || st.ctx.Err() != nil {
			return
		}
		at += s.every
	}
}

// load plays the records of a file; they keep their distance to the first.
func (st *stage) load(s *step) {
	name := st.beside(s.files[0])
	data, err := bounded(st.runner.Files, name, 16<<20)
	if err != nil {
		st.fail(s.line, "the file %s %v", name, err)
		st.broken = true
		return
	}
	events := st.runner.Read(name, data)
	if len(events) == 0 {
		st.fail(s.line, "there is no event in %s", name)
		st.broken = true
		return
	}
	at, first := st.begin(s.when), events[0].Time
	for _, ev := range events {
		if !st.feed(s.line, []*vedette.Event{ev}, max(at+ev.Time.Sub(first), 0)) {
			return
		}
	}
}

// feed puts events through the engine and the correlator at a time of the story.
func (st *stage) feed(line int, events []*vedette.Event, at time.Duration) bool {
	st.now, st.last = at, events
	when := st.start.Add(at)
	for _, ev := range events {
		if st.events++; st.events > MaxEvents {
			st.fail(line, "the case has more than %d events", MaxEvents)
			st.broken = true
			return false
		}
		ev.Time, ev.Received = when, when
		ev.Seq, ev.Place = 1, uint32(st.events)
		raise := func(a vedette.Alert) { st.raise(a, ev) }
		st.engine.Run(ev, raise, func(m detect.Match) {
			st.matches[m.Rule.ID]++
			st.correlator.Observe(m, raise)
		})
	}
	return true
}

func (st *stage) raise(a vedette.Alert, ev *vedette.Event) {
	st.alerts = append(st.alerts, &raised{Alert: a, event: ev})
}
