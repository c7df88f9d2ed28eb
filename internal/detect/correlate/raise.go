package correlate

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// Bounds on what an alert repeats.
const (
	maxEvidence   = 32      // event ids
	maxGroupValue = 1 << 10 // bytes of one group value
	maxEntities   = 12
)

// result is what a correlation found: what its alert says and what the correlations that build upon it count.
type result struct {
	in              input
	key             string // what tells it from the other results of its event
	names, values   []string
	source, dataset string
	entities        []vedette.EntityRef
	saw             *vedette.Correlated
}

// resultOf describes a window that an input completed.
func (c *Correlator) resultOf(st *state, u use, in *input, window []entry, value float64) *result {
	r := &result{in: *in, key: strconv.Itoa(u.ref)}
	if in.result != nil {
		r.key = in.result.key + "/" + r.key
	}
	ref := &st.p.c.Refs[u.ref]
	for i := range ref.Group {
		name, text, _ := in.find(&ref.Group[i])
		r.names, r.values = append(r.names, name), append(r.values, vedette.Shorten(text, maxGroupValue))
	}
	r.source, r.dataset, r.entities = in.origin(c.cfg.Entities)
	c.complete(st, r, window, value)
	return r
}

// resultAtClose describes a window that time completed. Its event is the last in it.
func (c *Correlator) resultAtClose(st *state, id uint32, now int64, window []entry, value float64) *result {
	last, l := window[len(window)-1], c.labels[id] // one event can end several windows, by way of results that it made
	r := &result{
		in:    input{tenant: st.tenant, received: now, seq: last.seq, place: last.place},
		key:   strconv.FormatInt(c.table.at(id).due, 10),
		names: l.names, values: l.values, source: l.source, dataset: l.dataset, entities: l.entities,
	}
	c.complete(st, r, window, value)
	return r
}

func (c *Correlator) complete(st *state, r *result, window []entry, value float64) {
	p := st.p
	saw := &vedette.Correlated{
		Type: string(p.c.Type), Condition: p.c.Condition(), Group: make(map[string]string, len(r.values)), Value: value,
		First: time.Unix(0, window[0].time).UTC(), Last: time.Unix(0, window[len(window)-1].time).UTC(),
		Rules: []vedette.CorrelatedRule{}, Events: evidence(window),
	}
	for i, name := range p.c.GroupBy {
		saw.Group[name] = r.values[i]
	}
	counts := make([]int, len(p.c.Refs))
	for i := range window {
		counts[window[i].rule]++
	}
	for i, n := range counts {
		if n > 0 {
			saw.Rules = append(saw.Rules, vedette.CorrelatedRule{ID: p.c.Refs[i].ID(), Title: p.c.Refs[i].Title(), Count: n})
		}
	}
	r.saw = saw
	r.entities = withGroup(r, c.cfg.Entities)
	r.in.time, r.in.result = window[len(window)-1].time, r
}

// withGroup adds the entities that the group itself names.
func withGroup(r *result, entities func(*vedette.Event) []vedette.EntityRef) []vedette.EntityRef {
	ev := &vedette.Event{}
	for i := range r.names {
		ev.Add(r.names[i], r.values[i])
	}
	out := slices.Clone(r.entities)
	for _, ref := range entities(ev) {
		known := slices.ContainsFunc(out, func(e vedette.EntityRef) bool { return e.Kind == ref.Kind && e.Name == ref.Name })
		if !known && len(out) < maxEntities {
			out = append(out, ref)
		}
	}
	return out
}

// evidence names events of a window in their order: the newest of each rule, and as many of the newest as there is room.
func evidence(window []entry) []string {
	chosen := make([]int, 0, maxEvidence)
	rules := make(map[uint16]bool)
	for i := len(window) - 1; i >= 0 && len(chosen) < maxEvidence; i-- {
		if !rules[window[i].rule] {
			rules[window[i].rule] = true
			chosen = append(chosen, i)
		}
	}
	for i := len(window) - 1; i >= 0 && len(chosen) < maxEvidence; i-- {
		if !slices.Contains(chosen, i) {
			chosen = append(chosen, i)
		}
	}
	slices.Sort(chosen)
	out := make([]string, 0, len(chosen))
	for _, i := range chosen {
		if id := (&vedette.Event{Seq: window[i].seq, Place: window[i].place}).ID(); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// raise emits the alert of a result and hands the result to the correlations that build upon it.
func (c *Correlator) raise(st *state, r *result, fn emit) {
	st.counts.Fired++
	if !st.quiet || c.cfg.Loud {
		fn(c.alert(st, r))
	}
	for _, parent := range st.p.parents {
		in := r.in
		c.feed(parent, &in, fn)
	}
}

func (c *Correlator) alert(st *state, r *result) vedette.Alert {
	rule := st.p.c.Rule
	event := (&vedette.Event{Seq: r.in.seq, Place: r.in.place}).ID()
	a := vedette.Alert{
		ID:     detect.AlertID(rule.ID+"\x00"+strings.Join(r.values, "\x00")+"\x00"+r.key, event),
		Tenant: st.tenant, Time: time.Unix(0, r.in.time).UTC(), Detected: c.cfg.Now(),
		RuleID: rule.ID, RuleTitle: rule.Title, RuleTitleZh: rule.TitleZh, Severity: st.severity,
		Tags: rule.Tags, Tactics: rule.Tactics, Techniques: rule.Techniques, Attribution: rule.Attribution,
		EventID: event, Source: r.source, Dataset: r.dataset, Matched: make(map[string]string, len(r.names)), Selections: []string{},
		Entities: r.entities, Correlation: r.saw, Shadow: st.stage == vedette.StageShadow, Auto: st.stage == vedette.StageAuto,
	}
	if a.Received = a.Detected; r.in.received != never {
		a.Received = time.Unix(0, r.in.received).UTC()
	}
	for i := range r.names {
		a.Matched[r.names[i]] = r.values[i]
	}
	return a
}
