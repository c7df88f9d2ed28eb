package detect

// matches tells whether the rule's condition holds for the event in view.
func (r *Rule) matches(v *view) bool { return r.holds(r.condition, v) }

// holds evaluates an expression.
func (r *Rule) holds(e *expr, v *view) bool {
	switch e.op {
	case opTest:
		return e.test.holds(v)
	case opName:
		return r.holds(r.selections[e.name].root, v)
	case opAnd:
		for _, kid := range e.fast {
			if !r.holds(kid, v) {
				return false
			}
		}
		return true
	case opOr:
		for _, kid := range e.fast {
			if r.holds(kid, v) {
				return true
			}
		}
		return false
	}
	return !r.holds(e.kids[0], v)
}

func (t *test) holds(v *view) bool {
	if t.exists {
		return (t.present(v) == t.want) != t.negate
	}
	for i := range t.groups {
		if !t.groups[i].holds(t, v) {
			return t.negate
		}
	}
	return !t.negate
}

// present tells whether the event has the field at all.
func (t *test) present(v *view) bool { return v.first(t.slots) != 0 }

// holds tells whether any value of the field, or any text of the event for keywords, matches.
func (g *choice) holds(t *test, v *view) bool {
	if t.field == "" {
		for place := 0; place <= v.raw(); place++ {
			if !v.isNull(place) && g.matches(v, place) {
				return true
			}
		}
		return false
	}
	at := v.first(t.slots)
	if at == 0 {
		return g.null || t.clock && g.matches(v, v.clock())
	}
	for ; at != 0; at = v.next[at-1] {
		if v.isNull(int(at - 1)) {
			if g.null {
				return true
			}
		} else if g.matches(v, int(at-1)) {
			return true
		}
	}
	return false
}

func (g *choice) matches(v *view, place int) bool {
	matchers := g.matchers
	if g.set != nil {
		s, wide := v.folded(place)
		if g.set.look(nil, s, wide) {
			return true
		}
		matchers = g.rest
	}
	for _, m := range matchers {
		if m.match(v, place) {
			return true
		}
	}
	return false
}
