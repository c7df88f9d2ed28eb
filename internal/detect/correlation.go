package detect

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// CorrelationType says what a correlation asks of the events in a window.
type CorrelationType string

// The types of correlation. The names temporal_extended and temporal_ordered_extended mean the last two with a condition
// over rule names.
const (
	EventCount      CorrelationType = "event_count"
	ValueCount      CorrelationType = "value_count"
	ValueSum        CorrelationType = "value_sum"
	ValueAvg        CorrelationType = "value_avg"
	ValueMedian     CorrelationType = "value_median"
	ValuePercentile CorrelationType = "value_percentile"
	Temporal        CorrelationType = "temporal"
	TemporalOrdered CorrelationType = "temporal_ordered"
)

// Numeric tells whether the type computes with numbers that events carry.
func (t CorrelationType) Numeric() bool {
	return t == ValueSum || t == ValueAvg || t == ValueMedian || t == ValuePercentile
}

// Temporal tells whether the type asks which rules matched.
func (t CorrelationType) Temporal() bool { return t == Temporal || t == TemporalOrdered }

// Bounds on correlations.
const (
	MaxCorrelationRules  = 1024    // that one correlation refers to
	MaxTemporalRules     = 64      // the same for temporal types
	MaxCorrelationFields = 16      // in group-by, and in field
	MaxCorrelationCount  = 1 << 15 // events or values that a condition may ask for: a group keeps twice as many
	maxTerms             = 64      // alternatives of a condition over names
)

// Correlation is a Sigma correlation ready to run: it looks at what rules, and other correlations, find over time.
type Correlation struct {
	Rule       *Rule // its title, severity, tags and YAML; it has no detection of its own
	Place      int   // among Ruleset.Correlations, which lists a correlation behind those it refers to
	Type       CorrelationType
	Refs       []CorrelationRef // in the order of the document
	GroupBy    []string         // as written
	Fields     []string         // of value types, as written; several make tuples
	Percentile float64          // of value_percentile, above 0 and up to 100
	Span       time.Duration
	Bounds     []Bound // one, or two that make a range; none with Terms
	Terms      []Term  // of temporal types without numbers: alternatives of which one must hold
	Generate   bool    // the rules it refers to raise their own alerts too

	aliases []correlationAlias
	source  correlationNodes
}

// CorrelationRef is a rule or a correlation that another correlation refers to.
type CorrelationRef struct {
	Name        string       // as written: an id or a name
	Rule        *Rule        // nil for a correlation
	Correlation *Correlation // nil for a rule
	Group       []FieldPath  // for each name of group-by, where its value is
	Fields      []FieldPath  // the same for Correlation.Fields
}

// ID is the id of what is referred to.
func (r *CorrelationRef) ID() string {
	if r.Correlation != nil {
		return r.Correlation.Rule.ID
	}
	return r.Rule.ID
}

// Title is the title of what is referred to.
func (r *CorrelationRef) Title() string {
	if r.Correlation != nil {
		return r.Correlation.Rule.Title
	}
	return r.Rule.Title
}

// Bound compares a number with the condition's.
type Bound struct {
	Op    string // gt, gte, lt, lte, eq, neq
	Value float64
}

// Holds tells whether a number is within the bound.
func (b Bound) Holds(v float64) bool {
	switch b.Op {
	case "gt":
		return v > b.Value
	case "gte":
		return v >= b.Value
	case "lt":
		return v < b.Value
	case "lte":
		return v <= b.Value
	case "eq":
		return v == b.Value
	}
	return v != b.Value
}

// Term is one way for a condition over names to hold: all of some rules matched and none of some others. Both are sets of
// places among Refs.
type Term struct{ Need, Never uint64 }

// AtClose tells whether the condition can be decided only when a window is over: more events could make it false again.
func (c *Correlation) AtClose() bool {
	return slices.ContainsFunc(c.Bounds, func(b Bound) bool { return b.Op != "gt" && b.Op != "gte" }) ||
		slices.ContainsFunc(c.Terms, func(t Term) bool { return t.Never != 0 })
}

// Holds tells whether a number meets the condition.
func (c *Correlation) Holds(v float64) bool {
	for _, b := range c.Bounds {
		if !b.Holds(v) {
			return false
		}
	}
	return true
}

// Floor is the least number that could meet the condition; minus infinity when it has no lower bound.
func (c *Correlation) Floor() float64 {
	floor := math.Inf(-1)
	for _, b := range c.Bounds {
		if b.Op == "gt" || b.Op == "gte" || b.Op == "eq" {
			floor = max(floor, b.Value)
		}
	}
	return floor
}

// Condition writes the condition as people read it: "gte 10 within 5m".
func (c *Correlation) Condition() string {
	var words []string
	for _, b := range c.Bounds {
		words = append(words, b.Op+" "+strconv.FormatFloat(b.Value, 'g', -1, 64))
	}
	what := strings.Join(words, " and ")
	if c.Terms != nil {
		if what = c.source.words; what == "" {
			what = "all rules"
		}
	}
	return fmt.Sprintf("%s within %s", what, c.source.span)
}

// Fingerprint is text that changes when what the correlation counts changes, and does not when only its title, its
// severity or another thing for people does.
func (c *Correlation) Fingerprint() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%d|%v|%q|%q|%v|%v|", c.Type, c.Span, c.Percentile, c.GroupBy, c.Fields, c.Bounds, c.Terms)
	for _, alias := range c.aliases {
		fmt.Fprintf(&b, "%q %q|", alias.Name, alias.Fields)
	}
	for i := range c.Refs {
		fmt.Fprintf(&b, "%q|", c.Refs[i].ID())
		if child := c.Refs[i].Correlation; child != nil {
			fmt.Fprintf(&b, "(%s)", child.Fingerprint())
		}
	}
	return b.String()
}

// FieldPath is where a correlation finds a value: in an event under one of several names, the first that it has counts;
// or, for what another correlation raises, among that one's group.
type FieldPath struct {
	Names []string
	Group int // place in the other correlation's GroupBy; -1 for an event
	keys  []vedette.Key
}

func newFieldPath(names []string) FieldPath {
	p := FieldPath{Names: names, Group: -1, keys: make([]vedette.Key, len(names))}
	for i, name := range names {
		p.keys[i] = vedette.KeyOf(name)
	}
	return p
}

// Find returns the first value of the field and the name under which it was. A null is as good as missing.
func (p *FieldPath) Find(ev *vedette.Event) (name, value string, ok bool) {
	best, at := len(p.Names), -1
	for i := range ev.Fields {
		f := &ev.Fields[i]
		for rank := 0; rank < best; rank++ {
			if f.Key == p.keys[rank] && (f.Key != 0 || f.Name == p.Names[rank]) {
				best, at = rank, i
				break
			}
		}
		if best == 0 {
			break
		}
	}
	if at < 0 || ev.Fields[at].Kind == vedette.KindNull {
		return "", "", false
	}
	return ev.Fields[at].Name, ev.Fields[at].Value, true
}
