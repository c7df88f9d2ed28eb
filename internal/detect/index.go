package detect

import (
	"slices"
)

// index finds the rules that can still match an event. Rules are filed by log source; within one, by the texts without
// which they cannot match.
type index struct {
	groups map[Logsource]*group
}

// group is the rules of one log source.
type group struct {
	always []int32 // rules without any demand
	fields []fieldIndex
}

// fieldIndex knows what rules want to find in one field.
type fieldIndex struct {
	slot  int32
	whole map[string][]int32
	grams *grams
}

// buildIndex files the rules by their place in the list.
func buildIndex(rules []*Rule) *index {
	ix := &index{groups: make(map[Logsource]*group)}
	bySource := make(map[Logsource][]int32)
	for i, r := range rules {
		bySource[r.Logsource] = append(bySource[r.Logsource], int32(i))
	}
	for source, members := range bySource {
		ix.groups[source] = buildGroup(rules, members)
	}
	return ix
}

func buildGroup(rules []*Rule, members []int32) *group {
	g := &group{}
	whole := make(map[int32]map[string][]int32)
	parts := make(map[int32]map[string][]int32)
	add := func(to map[int32]map[string][]int32, d demand, rule int32) {
		if to[d.slot] == nil {
			to[d.slot] = make(map[string][]int32)
		}
		if list := to[d.slot][d.text]; len(list) == 0 || list[len(list)-1] != rule {
			to[d.slot][d.text] = append(list, rule)
		}
	}
	slots := make(map[int32]bool)
	for _, i := range members {
		demands := rules[i].demands(rules[i].condition)
		if demands == nil {
			g.always = append(g.always, i)
			continue
		}
		for _, d := range demands {
			slots[d.slot] = true
			if d.whole {
				add(whole, d, i)
			} else {
				add(parts, d, i)
			}
		}
	}
	for slot := range slots {
		f := fieldIndex{slot: slot, whole: whole[slot]}
		if len(parts[slot]) > 0 {
			f.grams = buildGrams(parts[slot])
		}
		g.fields = append(g.fields, f)
	}
	slices.SortFunc(g.fields, func(a, b fieldIndex) int { return int(a.slot) - int(b.slot) })
	return g
}

// collect gathers the candidates for the event in view, in the order of the rules, each once.
func (ix *index) collect(v *view) []int32 {
	v.candidates = v.candidates[:0]
	if v.epoch++; v.epoch == 0 { // after four billion events the marks mean nothing any more
		clear(v.mark)
		v.epoch = 1
	}
	l := &v.ev.Logsource
	for _, product := range [...]string{"", l.Product} {
		for _, service := range [...]string{"", l.Service} {
			ix.collectGroup(v, Logsource{Product: product, Service: service})
			for _, category := range l.Categories {
				ix.collectGroup(v, Logsource{Product: product, Category: category, Service: service})
			}
			if l.Service == "" {
				break
			}
		}
		if l.Product == "" {
			break
		}
	}
	slices.Sort(v.candidates)
	return v.candidates
}

func (ix *index) collectGroup(v *view, source Logsource) {
	g := ix.groups[source]
	if g == nil {
		return
	}
	v.take(g.always)
	for i := range g.fields {
		f := &g.fields[i]
		if f.slot == keywordSlot {
			for place := 0; place <= v.raw(); place++ {
				f.look(v, place)
			}
			continue
		}
		for at := v.head[f.slot]; at != 0; at = v.next[at-1] {
			f.look(v, int(at-1))
		}
	}
}

// look makes candidates of the rules that want something which the text at a place holds.
func (f *fieldIndex) look(v *view, place int) {
	s := v.lower(place)
	if f.grams != nil {
		f.grams.scan(s, v.take)
	}
	if f.whole == nil {
		return
	}
	v.take(f.whole[string(s)])
	if len(s) > 0 && len(s) <= 64 && s[0] <= '9' {
		if t := v.text(place); !isCanonicalInt(t) {
			if n, ok := canonicalNumber(t); ok && n != t {
				v.take(f.whole[n])
			}
		}
	}
}

// take adds rules to the candidates, each once per event.
func (v *view) take(rules []int32) {
	for _, r := range rules {
		if v.mark[r] != v.epoch {
			v.mark[r] = v.epoch
			v.candidates = append(v.candidates, r)
		}
	}
}
