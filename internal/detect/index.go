package detect

import (
	"slices"
	"sync"

	"github.com/vedette-soc/vedette"
)

// index finds the rules that can still match an event. Rules are filed by log source; within one, by the texts without
// which they cannot match.
type index struct {
	rules   []*Rule
	clauses [][][]demand        // by rule; none when it may match anything
	groups  map[Logsource]int32 // place among members
	members [][]int32           // rules of one log source

	mu    sync.RWMutex
	plans map[string]*plan // by the groups they are made of
}

// plan is the rules of all groups that an event of some log source meets, filed together, so that each text of the event
// is read once and not once for each group. Plans are made when the first such event comes.
type plan struct {
	always []filing  // rules without any demand
	places []uint16  // by slot: place among fields plus one
	fields []scanner // what rules want to find in one field
	words  *scanner  // and anywhere in the event
}

// maxPlans bounds the plans kept. Rule sets need a few dozen; only log sources that nobody foresaw could make more.
const maxPlans = 1024

// buildIndex files the rules by their place in the list.
func buildIndex(rules []*Rule) *index {
	ix := &index{rules: rules, clauses: make([][][]demand, len(rules)), groups: make(map[Logsource]int32), plans: make(map[string]*plan)}
	for i, r := range rules {
		ix.clauses[i] = r.filed()
		group, ok := ix.groups[r.Logsource]
		if !ok {
			group = int32(len(ix.members))
			ix.groups[r.Logsource] = group
			ix.members = append(ix.members, nil)
		}
		ix.members[group] = append(ix.members[group], int32(i))
	}
	return ix
}

// collect gathers the candidates for the event in view, in the order of the rules, each once.
func (ix *index) collect(v *view) []int32 {
	v.candidates = v.candidates[:0]
	if v.epoch++; v.epoch == 1<<(32-maxClauses) { // after millions of events the marks mean nothing any more
		clear(v.mark)
		v.epoch = 1
	}
	p := v.plans.of(ix, &v.ev.Logsource)
	v.take(p.always)
	for place := range v.ev.Fields {
		field := p.field(v.slots[place])
		if field == nil && p.words == nil {
			continue
		}
		s, wide := v.folded(place)
		if field != nil {
			field.look(v, s, wide)
		}
		if p.words != nil {
			p.words.look(v, s, wide)
		}
	}
	if p.words != nil {
		s, wide := v.folded(v.raw())
		p.words.look(v, s, wide)
	}
	slices.Sort(v.candidates)
	return v.candidates
}

func (p *plan) field(slot int32) *scanner {
	if int(slot) < len(p.places) {
		if place := p.places[slot]; place != 0 {
			return &p.fields[place-1]
		}
	}
	return nil
}

// filing is a rule's place with the clauses, as bits, that a literal meets. A rule with fewer clauses than there are bits
// has several of them for its last.
type filing int32

const allClauses = 1<<maxClauses - 1

func filingOf(rule int32, clauses int) filing { return filing(rule)<<maxClauses | filing(clauses) }

func (f filing) rule() int32 { return int32(f >> maxClauses) }

// take notes clauses that are met, and makes candidates of the rules of which all are, each once per event.
func (v *view) take(met []filing) {
	for _, f := range met {
		mark := &v.mark[f.rule()]
		bits := *mark & allClauses
		if *mark>>maxClauses != v.epoch {
			bits = 0
		}
		if bits == allClauses {
			continue
		}
		bits |= uint32(f & allClauses)
		if *mark = v.epoch<<maxClauses | bits; bits == allClauses {
			v.candidates = append(v.candidates, f.rule())
		}
	}
}

// planFor returns the plan for a log source.
func (ix *index) planFor(l *vedette.Logsource) *plan {
	var key []byte
	var groups []int32
	add := func(s Logsource) {
		if group, ok := ix.groups[s]; ok && !slices.Contains(groups, group) {
			groups = append(groups, group)
			key = append(key, byte(group), byte(group>>8), byte(group>>16))
		}
	}
	for _, product := range l.Products() {
		for _, service := range l.Services() {
			add(Logsource{Product: product, Service: service})
			for _, category := range l.Categories {
				add(Logsource{Product: product, Category: category, Service: service})
			}
		}
	}
	ix.mu.RLock()
	p := ix.plans[string(key)]
	ix.mu.RUnlock()
	if p != nil {
		return p
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if p = ix.plans[string(key)]; p == nil {
		if len(ix.plans) >= maxPlans {
			clear(ix.plans)
		}
		p = ix.newPlan(groups)
		ix.plans[string(key)] = p
	}
	return p
}
