package detect

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"go.yaml.in/yaml/v3"
)

// correlationCondition reads the condition: bounds on a number, or a boolean expression over the names of rules.
func (c *compiler) correlationCondition(out *Correlation, keys map[string]*yaml.Node, node *yaml.Node) error {
	at := keys["condition"]
	switch {
	case at == nil && out.Type.Temporal():
		out.Terms = []Term{{Need: all(len(out.Refs))}}
		return nil
	case at == nil:
		return rejectAt(node, "the type %s needs a condition, such as gte: 10", out.Type)
	case at.Kind == yaml.MappingNode:
		return c.correlationBounds(out, at)
	case at.Kind == yaml.ScalarNode && out.Type.Temporal():
		return out.terms(at)
	case at.Kind == yaml.ScalarNode:
		return rejectAt(at, "the type %s needs a condition with a number, such as gte: 10; names of rules belong to temporal types", out.Type)
	}
	return rejectAt(at, "the condition is neither a map nor text")
}

// all is the set of the first n places.
func all(n int) uint64 { return 1<<uint(n) - 1 }

var correlationOps = []string{"gt", "gte", "lt", "lte", "eq", "neq"}

func (c *compiler) correlationBounds(out *Correlation, at *yaml.Node) error {
	keys, err := c.distinct(at, "condition")
	if err != nil {
		return err
	}
	for _, key := range keysOf(at) {
		switch {
		case key.Value == "field" || key.Value == "percentile":
			continue
		case !slices.Contains(correlationOps, key.Value):
			return rejectAt(key, "the condition has %q; it takes gt, gte, lt, lte, eq and neq", key.Value)
		}
		value, ok := numberOf(keys[key.Value])
		if !ok {
			return rejectAt(keys[key.Value], "the condition compares with %q, which is not a number", scalarOf(keys[key.Value]))
		}
		out.Bounds = append(out.Bounds, Bound{Op: key.Value, Value: value})
	}
	if reason := out.impossible(); reason != "" {
		return rejectAt(at, "%s", reason)
	}
	if out.Type == TemporalOrdered {
		if n := float64(len(out.Refs)); len(out.Bounds) != 1 || !out.Bounds[0].Holds(n) || out.Bounds[0].Holds(n-1) || out.AtClose() && out.Bounds[0].Op != "eq" {
			return rejectAt(at, "an order of %d rules can only hold as a whole; leave the condition out, or write it over the names of rules", len(out.Refs))
		}
		out.Bounds, out.Terms = nil, []Term{{Need: all(len(out.Refs))}}
	}
	return nil
}

// impossible says why no number, or any number, meets the condition.
func (out *Correlation) impossible() string {
	if len(out.Bounds) == 0 {
		return "the condition has no comparison, such as gte: 10"
	}
	if len(out.Bounds) > 2 {
		return "the condition has more than two comparisons"
	}
	low, high := math.Inf(-1), math.Inf(1)
	lows, highs := 0, 0
	for _, b := range out.Bounds {
		switch b.Op {
		case "gt", "gte":
			low, lows = b.Value, lows+1
		case "lt", "lte":
			high, highs = b.Value, highs+1
		case "eq":
			if len(out.Bounds) > 1 {
				return "the condition has eq beside another comparison"
			}
		}
	}
	counts := !out.Type.Numeric()
	most := float64(MaxCorrelationCount)
	if out.Type.Temporal() {
		most = float64(len(out.Refs))
	}
	switch {
	case lows > 1 || highs > 1:
		return "the condition has two comparisons of one direction"
	case low > high || low == high && !(out.Holds(low)):
		return "no number meets the condition"
	case !counts:
		return ""
	case out.Floor() > most || out.Floor() == most && !out.Holds(most):
		return fmt.Sprintf("the condition asks for more than %g, and no group keeps as much", most)
	case high < 1 || high == 1 && !out.Holds(1) || out.Bounds[0].Op == "eq" && out.Bounds[0].Value < 1:
		return "no window without events is looked at, so the condition can never hold"
	}
	return ""
}

// terms compiles a condition over the names of rules. Each name must be under rules, and each rule in the condition.
func (out *Correlation) terms(at *yaml.Node) error {
	names := make([]string, len(out.Refs))
	for i := range out.Refs {
		names[i] = out.Refs[i].Name
	}
	e, err := parseCondition(at.Value, names)
	if err != nil {
		return rejectAt(at, "%s", err)
	}
	var used uint64
	mention(e, &used)
	if missing := all(len(names)) &^ used; missing != 0 {
		return rejectAt(at, "the condition does not mention the rule %q", names[bits.TrailingZeros64(missing)])
	}
	terms, ok := termsOf(e, false)
	if !ok {
		return rejectAt(at, "the condition has more than %d alternatives", maxTerms)
	}
	for _, t := range terms {
		if t.Need == 0 {
			return rejectAt(at, "the condition holds where nothing matched at all; at least one rule must be needed")
		}
	}
	if len(terms) == 0 {
		return rejectAt(at, "the condition contradicts itself and can never hold")
	}
	out.Terms, out.source.words = terms, at.Value
	return nil
}

func mention(e *expr, used *uint64) {
	if e.op == opName {
		*used |= 1 << uint(e.name)
	}
	for _, kid := range e.kids {
		mention(kid, used)
	}
}

// termsOf writes an expression as alternatives without superfluous ones; false when there are too many.
func termsOf(e *expr, negate bool) ([]Term, bool) {
	switch e.op {
	case opName:
		if negate {
			return []Term{{Never: 1 << uint(e.name)}}, true
		}
		return []Term{{Need: 1 << uint(e.name)}}, true
	case opNot:
		return termsOf(e.kids[0], !negate)
	}
	either := (e.op == opOr) != negate
	var out []Term
	if !either {
		out = []Term{{}}
	}
	for _, kid := range e.kids {
		terms, ok := termsOf(kid, negate)
		if !ok {
			return nil, false
		}
		if either {
			out = append(out, terms...)
		} else {
			out = bothOf(out, terms)
		}
		if out = leastTerms(out); len(out) > maxTerms {
			return nil, false
		}
	}
	return out, true
}

// bothOf combines alternatives with alternatives, leaving out contradictions.
func bothOf(a, b []Term) []Term {
	var out []Term
	for _, x := range a {
		for _, y := range b {
			t := Term{Need: x.Need | y.Need, Never: x.Never | y.Never}
			if t.Need&t.Never == 0 {
				out = append(out, t)
			}
		}
	}
	return out
}

// leastTerms drops alternatives that another one implies.
func leastTerms(terms []Term) []Term {
	var out []Term
	for i, t := range terms {
		implied := false
		for j, other := range terms {
			within := other.Need&^t.Need == 0 && other.Never&^t.Never == 0
			if within && i != j && (other != t || j < i) {
				implied = true
				break
			}
		}
		if !implied {
			out = append(out, t)
		}
	}
	return out
}
