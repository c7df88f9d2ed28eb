package triage

import (
	"cmp"
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

// Engine makes incidents of alerts, in memory and by the alerts' own time. The same alerts in the same order give the same
// incidents, whenever and however often. [Triage] keeps what it makes in the statestore; offline it is used as it is. Not
// safe for concurrent use.
type Engine struct {
	cfg      Config
	know     Knowledge
	networks entity.Networks
	names    *entity.Directory
	book     *book
	memory   *memory
	recent   []*group // whose sessions began lately, of incidents under the line; a ring
	at       int      // where the ring goes on
	now      time.Time
	links    links // what people said of pairs of entities
	seed     maphash.Seed
	acts     map[habitKey]act  // by tenant and machine
	fast     map[uint64]*group // by everything about an alert that decides where it belongs
	offline  bool
	forgets  bool // what ends under the line is not kept
	done     []Outcome
	changes  []statestore.Rearrangement // what was rearranged that is stored
}

// Knowledge is what others know that bears on a score. Every part may be nil.
type Knowledge struct {
	Line   func(tenant, team string) int                            // the score from which an incident of a team is in the queue; nil is DefaultLine
	Team   func(tenant string, entities []vedette.EntityRef) string // whose an incident about them is; nil or "" is nobody's in particular
	Factor func(a *vedette.Alert) float64                           // what feedback makes of a detector's evidence; nil is 1
	Facts  func(a *vedette.Alert) []*vedette.Fact                   // what is known that explains an alert; the list is the caller's
	Assets entity.Assets                                            // how critical entities are
}

// DefaultLine is the score from which an incident is in the queue when nobody asked for a budget.
const DefaultLine = 60

// Outcome is an incident that the engine is done with.
type Outcome struct {
	vedette.Incident
	Records [][2]int64 // ranges of the records that were given with its alerts, in order
}

// NewEngine returns an engine that has seen nothing. It is for use offline: it remembers the records of every incident.
func NewEngine(cfg Config, networks entity.Networks, know Knowledge) (*Engine, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	e := newEngine(cfg, networks, know)
	e.offline = true
	return e, nil
}

func newEngine(cfg Config, networks entity.Networks, know Knowledge) *Engine {
	return &Engine{
		cfg: cfg, know: know, networks: networks, names: entity.NewDirectory(0), book: newBook(networks), memory: newMemory(cfg.Learning),
		seed: maphash.MakeSeed(), fast: make(map[uint64]*group), acts: make(map[habitKey]act),
	}
}

// Add puts an alert into an incident. record is a number of the caller's that [Outcome] gives back in ranges.
func (e *Engine) Add(a *vedette.Alert, record int64) {
	e.put(a, record, nil)
	if e.offline && len(e.book.files) > e.cfg.MaxOpen {
		e.tidy()
	}
}

// ForgetBelow makes the engine keep nothing of incidents that end under the line: [Engine.Flush] then returns only those that
// reached it, and memory stays bounded however many alerts come.
func (e *Engine) ForgetBelow() { e.forgets = true }

// Flush ends every incident and returns all of them, those under the line too, in the order of their first alerts.
func (e *Engine) Flush() []Outcome {
	for _, f := range e.book.sorted() {
		e.finish(f)
	}
	slices.SortStableFunc(e.done, func(a, b Outcome) int { return a.First.Compare(b.First) })
	done := e.done
	e.done = nil
	return done
}

// finish seals an incident that takes no more alerts.
func (e *Engine) finish(f *caseFile) {
	if f.Below && e.forgets {
		e.book.drop(f)
		return
	}
	e.seal(f)
	e.book.drop(f)
	records := slices.Clone(f.loose)
	for _, g := range f.groups {
		records = append(records, g.records...)
	}
	e.done = append(e.done, Outcome{Incident: copyOf(f.Incident), Records: mergeRanges(records)})
}

// tidy lets incidents go that can take no more alerts, and the least of them beyond the bound.
func (e *Engine) tidy() {
	old := e.now.Add(-keepFor * e.cfg.Window)
	e.book.shrink(e.cfg.MaxOpen, func(f *caseFile) bool { return f.Last.Before(old) }, e.finish)
	e.letGo()
}

// letGo forgets where alerts of incidents went that are no longer in memory.
func (e *Engine) letGo() {
	for mark, g := range e.fast {
		if g.gone || !g.file.alive {
			delete(e.fast, mark)
		}
	}
}

// keepFor is how many windows an incident stays in memory after its last alert: cover-ups come late.
const keepFor = 3

// put finds the incident of an alert, or begins one, and returns it. fresh is told of entities that are new to it.
func (e *Engine) put(a *vedette.Alert, record int64, fresh func(vedette.EntityRef)) *caseFile {
	if at := moment(a); at.After(e.now) {
		e.now = at
	}
	mark := e.fingerprint(a)
	if g := e.fast[mark]; g != nil && !g.gone && e.book.groups[g.key] == g && g.file.alive && e.joins(g, a) {
		return e.again(g, a, record)
	}
	e.learn(a)
	e.enrich(a)
	s := look(a, e.networks)
	g := e.book.groups[s.key]
	if g != nil && e.joins(g, a) {
		e.book.name(g.file, a.Entities, fresh)
		e.remind(mark, g)
		return e.again(g, a, record)
	}
	seen := e.memory.note(a, s.machine, nil)
	e.rescore(seen.e, a.Tenant)
	w := e.appraised(a, &seen)
	f := e.find(a, &s, &w, &seen)
	if f == nil {
		f = newCase(a, e.now)
	}
	g = e.book.add(f, a, s, fresh)
	g.habit = seen.h
	e.remind(mark, g)
	e.count(g, a, record, seen.begins)
	e.rise(g, w)
	e.trim(f)
	return e.around(g, &seen, w.news())
}

// appraised weighs an alert; one in the midst of a session that is known says nothing new.
func (e *Engine) appraised(a *vedette.Alert, s *seen) weights {
	if s.begins {
		s.h.said = appraise(a, s, e.factor(a))
	}
	return s.h.said
}

// remind keeps the group of an alert for those that follow and are equal in everything.
func (e *Engine) remind(mark uint64, g *group) {
	if len(e.fast) >= maxFast {
		clear(e.fast)
	}
	e.fast[mark] = g
}

const maxFast = 1 << 17

// again counts an alert that equals an earlier one of an incident, and returns the incident that it is in then.
func (e *Engine) again(g *group, a *vedette.Alert, record int64) *caseFile {
	seen := e.memory.note(a, g.machine, g.habit)
	g.habit = seen.h
	e.rescore(seen.e, a.Tenant)
	if !seen.begins {
		if f := e.actOf(a, g); f != nil {
			e.count(e.beside(f, a, g), a, record, false)
			return f
		}
	}
	e.book.again(g, a)
	e.count(g, a, record, seen.begins)
	e.outlasts(g.file, a.Time)
	if !seen.begins {
		return e.surges(g, a, &seen)
	}
	w := e.appraised(a, &seen)
	if w.news() >= strong && g.file.Below && !g.named() && !g.file.strongLast.IsZero() && a.Time.Sub(g.file.strongLast) > quiet {
		g = e.detach(g, w)
	} else {
		e.rise(g, w)
	}
	return e.around(g, &seen, w.news())
}

// surges weighs a burst that goes on growing, and returns the incident that it is in then.
func (e *Engine) surges(g *group, a *vedette.Alert, s *seen) *caseFile {
	if s.h.most <= g.raised || s.h.surge() == 0 {
		return g.file
	}
	w := weights{how: g.weights.how, before: g.weights.before, rate: g.weights.rate}
	w.surge(s.h, s.learning)
	w.volume *= e.factor(a) * informs(a)
	if w.volume > g.weights.volume+0.05 {
		g.raised = s.h.most + s.h.most/8
		if g.context && w.volume >= strong {
			return e.detach(g, w).file // a flood is nobody's context
		}
		e.rise(g, w)
	}
	return g.file
}

// around remembers a session that began, and puts it into the story around it when there is one.
func (e *Engine) around(g *group, s *seen, news float64) *caseFile {
	if !s.begins || g.gone {
		return g.file
	}
	e.remember(g)
	if g.file.Below {
		if t := cmp.Or(e.contextOf(g, s), e.actOf(&g.session.first, g)); t != nil {
			e.move(g, t)
			return t
		}
		if news >= tells {
			e.memory.tells(g)
		}
	}
	return g.file
}

// rescore weighs again what was new while it was still being learned what is usual, once that is known: what never came
// again is rare after all.
func (e *Engine) rescore(era *era, tenant string) {
	if !era.learned || era.rescored {
		return
	}
	era.rescored, era.dirty = true, true
	for _, f := range e.book.sorted() {
		if f.Tenant != tenant {
			continue
		}
		for _, g := range f.groups {
			if !g.weights.early || g.habit == nil || g.habit.sessions > 1 {
				continue
			}
			w := weights{how: g.weights.how, before: g.weights.before, rate: float64(g.habit.sessions) / era.days()}
			w.novel = min(weightRare, math.Log(rareRate/w.rate)/2)
			if c := e.memory.customs.get(customKey{tenant, g.first.RuleID}); c != nil && c.sessions == 1 {
				w.novel = weightOnce // not anywhere else either
			}
			w.novel *= e.factor(&g.first) * informs(&g.first)
			e.rise(g, w)
		}
	}
}

// count keeps the records and where the running session of a group began.
func (e *Engine) count(g *group, a *vedette.Alert, record int64, begins bool) {
	if begins || g.session.count == 0 {
		g.session = session{begun: a.Time, first: *a, records: len(g.records)}
		g.raised = 0
		begins = true
	}
	g.session.count++
	e.acted(g, a.Time)
	if !e.offline {
		return
	}
	if n := len(g.records); n > 0 && g.records[n-1][1] == record-1 && !begins {
		g.records[n-1][1] = record
		return
	}
	g.records = append(g.records, [2]int64{record, record})
}

// rise notes what a group weighs now and, when that is more than before, weighs its incident again. An incident that goes
// on after a pause was going on in the pause too: what happened then is looked at again.
func (e *Engine) rise(g *group, w weights) {
	f, before := g.file, g.weights.sum()
	g.weights.raise(w)
	if w.news() >= tells {
		g.told = e.now
		e.acted(g, g.lastTime())
	}
	paused := false
	if w.news() >= strong {
		pause := e.now.Sub(f.strongLast)
		paused = !f.Below && pause > contextAfter && pause <= quiet
		f.goesOn(e.now, w.news())
	}
	if f.noteSignal(g) || g.weights.sum() > before {
		e.reckon(f)
	}
	if paused {
		e.sweep(f)
	}
}

// reckon scores an incident and puts it into the queue once it reaches the line. It never leaves the queue by itself.
func (e *Engine) reckon(f *caseFile) {
	f.dirty = true
	fused := e.fused(f, false)
	f.Score = fused.score()
	e.claim(f)
	if f.Below && f.Score >= e.line(f) && !fused.alone {
		f.Below = false
		e.book.going = append(e.book.going, f)
		for _, g := range f.groups {
			e.memory.partOf(g.habit)
			e.acted(g, g.lastTime())
		}
		e.unite(f)
		e.sweep(f)
	} else if !f.Below {
		for _, g := range f.groups {
			e.memory.partOf(g.habit)
		}
	}
}

func (e *Engine) line(f *caseFile) int {
	if e.know.Line == nil {
		return DefaultLine
	}
	return e.know.Line(f.Tenant, f.Team)
}

func (e *Engine) factor(a *vedette.Alert) float64 {
	if e.know.Factor == nil {
		return 1
	}
	return max(0, e.know.Factor(a))
}

// prior is the log-odds before any evidence: how critical the most critical of the entities is.
func (e *Engine) prior(f *caseFile) float64 {
	most, _ := e.critical(f)
	return priorOdds + criticalOdds[min(most, len(criticalOdds)-1)]
}

// criticalOdds is what the criticality of an asset adds, by level. Read-only.
var criticalOdds = [...]float64{0, 0, 0, 0.6, 1.2}

// fingerprint sums up everything about an alert that decides where it belongs.
func (e *Engine) fingerprint(a *vedette.Alert) uint64 {
	var h maphash.Hash
	h.SetSeed(e.seed)
	put := func(s string) { h.WriteString(s); h.WriteByte(0) }
	put(a.Tenant)
	put(a.RuleID)
	h.WriteByte(byte(a.Severity))
	for i := range a.Entities {
		put(string(a.Entities[i].Kind))
		put(a.Entities[i].Name)
		put(string(a.Entities[i].Role))
	}
	if len(a.Entities) == 0 {
		put(a.Source)
	}
	if len(a.Matched) > 0 {
		put(a.Matched["event.outcome"])
		if strings.HasPrefix(a.Matched["message"], "Accepted ") {
			h.WriteByte(1)
		}
	}
	put(advise.Ended(a))
	if secondFactor(a) {
		h.WriteByte(2)
	}
	return h.Sum64()
}

// mergeRanges sorts ranges and joins those that touch.
func mergeRanges(all [][2]int64) [][2]int64 {
	slices.SortFunc(all, func(a, b [2]int64) int { return int(min(max(a[0]-b[0], -1), 1)) })
	var out [][2]int64
	for _, r := range all {
		if n := len(out); n > 0 && r[0] <= out[n-1][1]+1 {
			out[n-1][1] = max(out[n-1][1], r[1])
			continue
		}
		out = append(out, r)
	}
	return out
}

func (e *Engine) priorReason(f *caseFile) vedette.Reason {
	r := vedette.Reason{Code: "prior", Text: vedette.Text{En: "Before any evidence", Zh: "尚无任何证据时"}}
	if most, ref := e.critical(f); most >= entity.CriticalityHigh {
		name := clean(ref.Name, 80)
		r.Text = vedette.Text{En: name + " is critical to the house", Zh: spaced(name + " 为关键资产")}
	}
	return r
}

// critical returns the most critical of an incident's entities.
func (e *Engine) critical(f *caseFile) (most int, which vedette.EntityRef) {
	if e.know.Assets == nil {
		return 0, which
	}
	for _, ref := range f.Entities {
		if level, ok := e.know.Assets.Criticality(f.Tenant, ref); ok && level > most {
			most, which = level, ref
		}
	}
	return most, which
}

// locate returns the incident that an alert was put into, or would be, without counting it.
func (e *Engine) locate(a *vedette.Alert) *caseFile {
	s := look(a, e.networks)
	h := e.memory.habits.get(habitKey{a.Tenant, a.RuleID, s.machine})
	if h == nil {
		h = &habit{}
	}
	known := seen{h: h, e: e.memory.eraOf(a.Tenant), c: &custom{}}
	w := weights{rule: severityWeight[min(max(a.Severity, vedette.Info), vedette.Critical)]}
	return e.find(a, &s, &w, &known)
}
