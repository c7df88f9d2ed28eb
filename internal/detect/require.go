package detect

// demand is a text that some field must hold for a rule to match; of a rule's demands at least one must be met.
type demand struct {
	slot int32 // keywordSlot for the whole event
	need
}

// keywordSlot stands for every text of the event.
const keywordSlot = -1

// Bounds on what the index takes in.
const (
	maxDemands = 4096 // per rule; a rule with more is simply always evaluated
	minLiteral = 2    // shorter texts are everywhere
)

// demands returns texts without one of which the rule cannot match, or nil when there are none such.
func (r *Rule) demands(e *expr) []demand {
	switch e.op {
	case opTest:
		return e.test.demands()
	case opName:
		return r.demands(r.selections[e.name].root)
	case opAnd:
		var best []demand
		for _, kid := range e.kids {
			if got := r.demands(kid); rarer(got, best) {
				best = got
			}
		}
		return best
	case opOr:
		var all []demand
		for _, kid := range e.kids {
			got := r.demands(kid)
			if got == nil || len(all)+len(got) > maxDemands {
				return nil
			}
			all = append(all, got...)
		}
		return all
	}
	return nil
}

func (t *test) demands() []demand {
	if t.exists || t.negate || t.clock {
		return nil
	}
	var best []demand
	for i := range t.groups {
		if got := t.groupDemands(&t.groups[i]); rarer(got, best) {
			best = got
		}
	}
	return best
}

func (t *test) groupDemands(g *choice) []demand {
	if g.null {
		return nil
	}
	slots := t.slots
	if t.field == "" {
		slots = []int32{keywordSlot}
	}
	var out []demand
	for _, m := range g.matchers {
		needs := m.needs()
		if needs == nil {
			return nil
		}
		for _, n := range needs {
			if n.at != needWhole && len(n.text) < minLiteral || len(out)+len(slots) > maxDemands {
				return nil
			}
			for _, slot := range slots {
				out = append(out, demand{slot: slot, need: n})
			}
		}
	}
	return out
}

// rarer tells whether demands a are met by fewer events than demands b, by a guess: each text is met the less often the
// longer it is.
func rarer(a, b []demand) bool {
	if a == nil || b == nil {
		return a != nil
	}
	return frequency(a) < frequency(b)
}

func frequency(demands []demand) float64 {
	sum := 0.0
	for _, d := range demands {
		n := len(d.text)
		if n > 12 {
			n = 12
		}
		f := 1.0
		for range n {
			f *= 0.6
		}
		switch {
		case d.at == needWhole && isCanonicalInt(d.text):
			f = 0.02 // event codes
		case d.at == needWhole:
			f *= 0.3
		case d.slot == keywordSlot:
			f *= 4 // more text to be met in
		}
		sum += f
	}
	return sum
}
