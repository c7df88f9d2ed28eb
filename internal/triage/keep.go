package triage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/vedette-soc/vedette/internal/statestore"
)

// Kinds of memory in the store.
const (
	keepEra      = "tenant"
	keepCustom   = "rule"
	keepHabit    = "habit"
	keepIncident = "incident"
)

// The stored forms. Times are unix seconds.
type (
	keptEra struct {
		Begun, Now int64
		Learned    bool `json:",omitempty"`
		Rescored   bool `json:",omitempty"`
		Starts     int64
		Machines   int
	}
	keptCustom struct {
		First    int64
		Sessions int32
		Machines []string `json:",omitempty"`
		At       []int64  `json:",omitempty"`
	}
	keptHabit struct {
		First, Last    int64
		Sessions, Peak int32        `json:",omitempty"`
		Slots          int32        `json:",omitempty"`
		Begun, Slot    int64        `json:",omitempty"`
		Count, Most    int32        `json:",omitempty"`
		Grown          int64        `json:",omitempty"`
		Incident       bool         `json:",omitempty"`
		Said           *keptWeights `json:",omitempty"`
	}
	keptIncident struct {
		First, Last time.Time `json:",omitzero"`
		Episode     float64   `json:",omitempty"`
		Cut         bool      `json:",omitempty"`
		Only        []string  `json:",omitempty"`
		Groups      []keptGroup
	}
	keptGroup struct {
		Key     string
		Begun   time.Time
		Count   int64
		Told    time.Time    `json:",omitzero"`
		Raised  int32        `json:",omitempty"`
		Context bool         `json:",omitempty"`
		Aside   bool         `json:",omitempty"` // another of the same kind takes what comes
		Noted   int64        `json:",omitempty"`
		NotedW  float64      `json:",omitempty"`
		Weights *keptWeights `json:",omitempty"`
	}
	keptWeights struct {
		Rule, Novel, Volume, Exfil, Anomaly float64 `json:",omitempty"`
		How                                 novelty `json:",omitempty"`
		Before, Most, Usual, Sessions       int32   `json:",omitempty"`
		Rate                                float64 `json:",omitempty"`
		Early                               bool    `json:",omitempty"`
	}
)

// kept lists what changed in memory since it was last asked, for the store.
func (e *Engine) kept(files []*caseFile) ([]statestore.Memory, error) {
	var all []statestore.Memory
	var failed error
	add := func(tenant, kind, rule, machine string, seen time.Time, v any) {
		data, err := json.Marshal(v)
		if err != nil {
			failed = err
		}
		all = append(all, statestore.Memory{Tenant: tenant, Kind: kind, Rule: rule, Machine: machine, Seen: seen, Data: data})
	}
	m := e.memory
	for _, h := range m.dirtyHabits {
		h.dirty = false
		add(h.key.tenant, keepHabit, h.key.rule, h.key.machine, time.Unix(h.last, 0), keptHabit{
			First: h.first, Last: h.last, Sessions: h.sessions, Peak: h.peak, Slots: h.slots, Begun: h.begun, Slot: h.slot, Count: h.count, Most: h.most,
			Grown: h.grown, Incident: h.incident, Said: h.said.kept(),
		})
	}
	for _, c := range m.dirtyCustoms {
		c.dirty = false
		k := keptCustom{First: c.first, Sessions: c.sessions}
		for _, f := range c.fresh {
			k.Machines, k.At = append(k.Machines, f.machine), append(k.At, f.at)
		}
		add(c.key.tenant, keepCustom, c.key.rule, "", time.Unix(m.eraOf(c.key.tenant).now, 0), k)
	}
	m.dirtyHabits, m.dirtyCustoms = nil, nil
	for tenant, era := range m.eras {
		if era.dirty {
			era.dirty = false
			add(tenant, keepEra, "", "", time.Unix(era.now, 0), keptEra{era.begun, era.now, era.learned, era.rescored, era.starts, era.machines})
		}
	}
	for _, f := range files {
		if !f.alive {
			all = append(all, statestore.Memory{Tenant: f.Tenant, Kind: keepIncident, Machine: f.ID})
			continue
		}
		add(f.Tenant, keepIncident, "", f.ID, f.Last, f.kept(e.book))
	}
	if failed != nil {
		return nil, fmt.Errorf("write down what triage learned: %w", failed)
	}
	return all, nil
}

// kept is what the document of an incident does not say and the engine needs to go on with it.
func (f *caseFile) kept(b *book) keptIncident {
	k := keptIncident{First: f.strongFirst, Last: f.strongLast, Episode: f.episode}
	k.Cut, k.Only = f.cut, f.only
	if !k.Cut && len(f.shown) < len(f.groups) {
		k.Cut, k.Only = true, factIDs(f.facts)
	}
	shown := make(map[string]bool, len(f.Evidence))
	for _, g := range f.shown {
		shown[g.key] = true
	}
	for _, g := range f.groups {
		if !shown[g.key] {
			continue // it is not in the document either
		}
		k.Groups = append(k.Groups, keptGroup{
			Key: g.key, Begun: g.session.begun, Count: g.session.count, Told: g.told, Raised: g.raised, Context: g.context, Noted: g.noted, NotedW: g.notedWeight,
			Weights: g.weights.kept(), Aside: b.groups[g.key] != g,
		})
	}
	return k
}

// remembers loads what an earlier run learned.
func (e *Engine) remembers(ctx context.Context, store Store) (map[string]keptIncident, error) {
	m := newMemory(e.cfg.Learning)
	m.keeps = true
	states := make(map[string]keptIncident)
	var failed error
	read := func(kind string, fn func(row statestore.Memory, decode func(any))) {
		if failed != nil {
			return
		}
		failed = store.Memories(ctx, kind, func(row statestore.Memory) {
			fn(row, func(v any) {
				if err := json.NewDecoder(bytes.NewReader(row.Data)).Decode(v); err != nil && failed == nil {
					failed = err
				}
			})
		})
	}
	read(keepEra, func(row statestore.Memory, decode func(any)) {
		var k keptEra
		decode(&k)
		m.eras[row.Tenant] = &era{begun: k.Begun, now: k.Now, learned: k.Learned, rescored: k.Rescored, starts: k.Starts, machines: k.Machines}
	})
	read(keepCustom, func(row statestore.Memory, decode func(any)) {
		var k keptCustom
		decode(&k)
		key := customKey{row.Tenant, row.Rule}
		c := m.customs.put(key, custom{key: key, first: k.First, sessions: k.Sessions})
		for i := range min(len(k.Machines), len(k.At)) {
			c.fresh = append(c.fresh, freshOn{k.Machines[i], k.At[i]})
		}
	})
	read(keepHabit, func(row statestore.Memory, decode func(any)) {
		var k keptHabit
		decode(&k)
		key := habitKey{row.Tenant, row.Rule, row.Machine}
		m.habits.put(key, habit{
			key: key, first: k.First, last: k.Last, sessions: k.Sessions, peak: k.Peak, slots: k.Slots, begun: k.Begun, slot: k.Slot, count: k.Count, most: k.Most,
			grown: k.Grown, incident: k.Incident, said: k.Said.weights(),
		})
	})
	read(keepIncident, func(row statestore.Memory, decode func(any)) {
		var k keptIncident
		decode(&k)
		states[row.Machine] = k
	})
	if failed != nil {
		return nil, fmt.Errorf("read what triage learned: %w", failed)
	}
	e.memory = m
	return states, nil
}

// goOn gives an incident that was read from the store what its document does not say.
func (e *Engine) goOn(f *caseFile, k keptIncident) {
	if !k.First.IsZero() {
		f.strongFirst, f.strongLast, f.episode = k.First, k.Last, k.Episode
	}
	if k.Cut {
		f.cut, f.only = true, k.Only
	}
	for _, g := range f.groups {
		g.habit = e.memory.habits.get(habitKey{f.Tenant, g.first.RuleID, g.machine})
		at := slices.IndexFunc(k.Groups, func(x keptGroup) bool { return x.Key == g.key })
		if at < 0 {
			continue
		}
		x := &k.Groups[at]
		g.session = session{begun: x.Begun, count: x.Count, first: g.first}
		if !x.Begun.Equal(g.first.Time) {
			g.session.first = g.last
		}
		g.aside = x.Aside
		g.told, g.raised, g.context, g.noted, g.notedWeight = x.Told, x.Raised, x.Context, x.Noted, x.NotedW
		g.weights = x.Weights.weights()
		e.acted(g, g.lastTime())
	}
}

// assign lets those groups take further alerts of their kind that did so before the restart.
func (b *book) assign() {
	clear(b.groups)
	for _, f := range b.sorted() {
		for _, g := range f.groups {
			if !g.aside {
				b.groups[g.key] = g
			}
		}
	}
}

// recall fills the ring of recent sessions from the incidents in memory.
func (e *Engine) recall() {
	e.recent, e.at = nil, 0
	var all []*group
	for _, f := range e.book.sorted() {
		for _, g := range f.groups {
			if g.session.count > 0 {
				all = append(all, g)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *group) int { return a.session.begun.Compare(b.session.begun) })
	e.recent = slices.Clone(all[max(0, len(all)-recentRing):])
}

func (w *weights) kept() *keptWeights {
	if *w == (weights{}) {
		return nil
	}
	return &keptWeights{w.rule, w.novel, w.volume, w.exfil, w.anomaly, w.how, w.before, w.most, w.usual, w.sessions, w.rate, w.early}
}

func (k *keptWeights) weights() weights {
	if k == nil {
		return weights{}
	}
	return weights{
		rule: k.Rule, novel: k.Novel, volume: k.Volume, exfil: k.Exfil, anomaly: k.Anomaly, how: k.How, before: k.Before, most: k.Most, usual: k.Usual,
		sessions: k.Sessions, rate: k.Rate, early: k.Early,
	}
}
