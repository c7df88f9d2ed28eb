package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
)

// Sleeper is a rule that can never fire here, as far as what came by tells.
type Sleeper struct {
	Rule   *Rule
	Lacks  string   // "source" or "field"
	Fields []string // for "field": those that no event had
	Reason string
	Wake   string // what would wake it
}

// maxLacking is how many missing fields are named.
const maxLacking = 5

// Asleep returns the rules that can never fire on events such as came by: none is of their log source, or what they
// need stands in fields that no event has. A source of which little was seen is given the benefit of the doubt.
func (rs *Ruleset) Asleep(seen Seen) []Sleeper {
	bySource := make(map[Logsource][]*kind)
	kinds := make([]*kind, len(seen.Sources))
	for i := range seen.Sources {
		kinds[i] = &kind{of: &seen.Sources[i], has: make(map[string]bool, len(seen.Sources[i].Fields))}
		for _, name := range seen.Sources[i].Fields {
			kinds[i].has[name] = true
		}
	}
	var out []Sleeper
	for _, r := range rs.Rules {
		fitting, known := bySource[r.Logsource]
		if !known {
			for _, k := range kinds {
				if k.fits(r.Logsource) {
					fitting = append(fitting, k)
				}
			}
			bySource[r.Logsource] = fitting
		}
		if s, asleep := r.asleep(fitting); asleep {
			out = append(out, s)
		}
	}
	return out
}

// kind is one kind of event that came by.
type kind struct {
	of  *SeenSource
	has map[string]bool
}

func (k *kind) fits(l Logsource) bool {
	of := vedette.Logsource{Product: k.of.Product, Service: k.of.Service, Categories: k.of.Categories}
	return of.Fits(l.Product, l.Category, l.Service)
}

func (r *Rule) asleep(fitting []*kind) (Sleeper, bool) {
	if len(fitting) == 0 {
		return Sleeper{Rule: r, Lacks: "source", Reason: "no event of " + r.Logsource.String() + " has come in", Wake: wakes(r.Logsource)}, true
	}
	var lacking []string
	for _, k := range fitting {
		if k.of.Events < enoughSeen {
			return Sleeper{}, false
		}
		if can, _ := r.possible(r.condition, k); can {
			return Sleeper{}, false
		}
		lacking = r.lacking(r.condition, k, lacking)
	}
	s := Sleeper{Rule: r, Lacks: "field", Fields: lacking}
	s.Reason = fmt.Sprintf("events of %s come in, but none has %s", r.Logsource, strings.Join(lacking, " or "))
	s.Wake = "configure the source so that it also records " + strings.Join(lacking, " or ")
	if hint := wakes(r.Logsource); hint != "" {
		s.Wake += "; " + hint
	}
	return s, true
}

// possible tells whether an expression can be true, and whether it can be false, for some event of a kind.
func (r *Rule) possible(e *expr, k *kind) (yes, no bool) {
	switch e.op {
	case opTest:
		return e.test.possible(r.names, k)
	case opName:
		return r.possible(r.selections[e.name].root, k)
	case opNot:
		yes, no = r.possible(e.kids[0], k)
		return no, yes
	case opAnd:
		yes = true
		for _, kid := range e.kids {
			can, cannot := r.possible(kid, k)
			yes, no = yes && can, no || cannot
		}
		return yes, no
	}
	no = true
	for _, kid := range e.kids {
		can, cannot := r.possible(kid, k)
		yes, no = yes || can, no && cannot
	}
	return yes, no
}

// possible: what a field that no event has makes of a test is certain, anything else is not.
func (t *test) possible(n *names, k *kind) (yes, no bool) {
	if t.field == "" || t.clock || slices.ContainsFunc(t.slots, func(slot int32) bool { return k.has[n.list[slot]] }) {
		return true, true
	}
	holds := !t.exists || !t.want
	if !t.exists {
		for i := range t.groups {
			holds = holds && t.groups[i].null
		}
	}
	return holds != t.negate, holds == t.negate
}

// lacking names the fields for want of which an expression cannot be true.
func (r *Rule) lacking(e *expr, k *kind, out []string) []string {
	switch e.op {
	case opTest:
		if len(out) < maxLacking && !slices.Contains(out, e.test.field) {
			out = append(out, e.test.field)
		}
	case opName:
		return r.lacking(r.selections[e.name].root, k, out)
	case opAnd:
		for _, kid := range e.kids {
			if can, _ := r.possible(kid, k); !can {
				return r.lacking(kid, k, out)
			}
		}
	case opOr:
		for _, kid := range e.kids {
			out = r.lacking(kid, k, out)
		}
	case opNot:
		return r.lacking(e.kids[0], k, out)
	}
	return out
}
