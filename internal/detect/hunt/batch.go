package hunt

import (
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// Bounds on what one question to the store is about.
const (
	maxTogether = 8  // rules of one log source that are looked for by what they ask; of more, all rows are judged
	maxNarrow   = 64 // rules that are looked for by what they ask at all; one pass is cheaper for more
	maxGuards   = 24 // log sources that are told apart; of more, all rows are judged
)

// batch is rules that one pass over rows is for.
type batch struct {
	query
	others []filter // further log sources' guards, for a batch of several
	set    *detect.Ruleset
	want   map[*detect.Rule]bool // nil: all of set
}

// batches sorts rules into as few passes as it takes. Few rules of a log source are looked for by what they ask. The
// rows of log sources with many rules, or with a rule that asks for nothing that the store can tell, are judged in one
// pass by all of their rules, through the engine's index.
func batches(rs *detect.Ruleset, rules []*detect.Rule) []batch {
	if rules == nil {
		rules = rs.Rules
	}
	bySource := make(map[detect.Logsource][]*detect.Rule)
	var sources []detect.Logsource
	for _, r := range rules {
		if r.Correlation() != nil {
			continue // it is about other rules' matches, not about events
		}
		if bySource[r.Logsource] == nil {
			sources = append(sources, r.Logsource)
		}
		bySource[r.Logsource] = append(bySource[r.Logsource], r)
	}
	var out []batch
	rest := batch{set: rs, want: make(map[*detect.Rule]bool)}
	for _, source := range sources {
		if q, ok := together(bySource[source]); ok && len(rules) <= maxNarrow {
			out = append(out, batch{query: q})
			continue
		}
		rest.others = append(rest.others, guardOf(source))
		for _, r := range bySource[source] {
			rest.want[r] = true
		}
	}
	if len(rest.others) > maxGuards {
		rest.others = []filter{{}}
	}
	if len(rest.others) > 0 {
		out = append(out, rest)
	}
	return out
}

// together makes one query of some rules of a log source, if they are few and narrow enough.
func together(rules []*detect.Rule) (query, bool) {
	if len(rules) > maxTogether {
		return query{}, false
	}
	q := query{source: rules[0].Logsource, rules: rules, body: filter{op: matchNone}}
	for _, r := range rules {
		one := compile(r)
		if one.wide && len(rules) > 1 {
			return query{}, false
		}
		q.body = or(q.body, one.body)
		q.wide = q.wide || one.wide
	}
	return q, len(q.body.String()) <= maxQuery
}

func (b batch) text(unmarked bool) string {
	if b.set == nil {
		return b.query.text(unmarked)
	}
	guard := or(b.others...)
	if unmarked && guard.op != matchAll {
		guard = or(guard, unmarkedRows())
	}
	return guard.String()
}

func (b batch) judge() *detect.Judge {
	if b.set == nil {
		return detect.NewJudge(b.rules)
	}
	return b.set.NewJudge()
}

func (b batch) wanted(r *detect.Rule) bool { return b.set == nil || b.want[r] }

// own copies an event out of memory that is another's.
func own(ev *vedette.Event) *vedette.Event {
	out := *ev
	out.Source, out.Dataset, out.Raw = strings.Clone(ev.Source), strings.Clone(ev.Dataset), strings.Clone(ev.Raw)
	l := &out.Logsource
	l.Product, l.Service, l.Categories = strings.Clone(l.Product), strings.Clone(l.Service), slices.Clone(l.Categories)
	for i := range l.Categories {
		l.Categories[i] = strings.Clone(l.Categories[i])
	}
	out.Fields = slices.Clone(ev.Fields)
	for i := range out.Fields {
		f := &out.Fields[i]
		f.Name, f.Value = strings.Clone(f.Name), strings.Clone(f.Value)
	}
	return &out
}
