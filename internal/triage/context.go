package triage

import (
	"cmp"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Context is alerts that mean little by themselves and belong to a story all the same: they are rare, and they happened
// while it did. How much that says depends on how much else goes on: in a small quiet network a coincidence is evidence,
// in a big busy one it is none. So an alert is context only when few of its kind, and few of any such kind, are to be
// expected in the time of the story by chance; otherwise it needs an entity in common.
const (
	contextBefore = 10 * time.Minute
	contextAfter  = 20 * time.Minute
	kindByChance  = 0.35 // of its own kind
	anyByChance   = 20.0 // of any kind that is rare enough
	dominates     = 2.0
	coverAfter    = 72 * time.Hour
	coverWeight   = 0.9
	exfilEnough   = 2.5
)

// remember keeps a session for the case that a story turns up around it.
func (e *Engine) remember(g *group) {
	if len(e.recent) < recentRing {
		e.recent = append(e.recent, g)
		return
	}
	e.recent[e.at] = g
	e.at = (e.at + 1) % recentRing
}

// contextOf returns the story in the queue that a session which just began belongs to as context, nil when there is none
// or more than one.
func (e *Engine) contextOf(g *group, s *seen) *caseFile {
	if t := e.coveredUp(g, s); t != nil {
		return t
	}
	var going []*caseFile
	for _, f := range e.book.going {
		if !f.Below && f.alive && f.Tenant == g.file.Tenant && during(f, g.session.begun) {
			going = append(going, f)
		}
	}
	found := e.choose(going, g)
	if found == nil || !e.byChance(found, g) || e.partedFrom(found, g) {
		return nil
	}
	return found
}

// choose returns the story that a session may be context of. Of two at once it is the one in the same segment, and
// failing that the one that is by far the greater: chance decides nothing.
func (e *Engine) choose(going []*caseFile, g *group) *caseFile {
	switch len(going) {
	case 0:
		return nil
	case 1:
		return going[0]
	}
	if f := e.nearest(going, g); f != nil {
		return f
	}
	slices.SortStableFunc(going, func(a, b *caseFile) int { return cmp.Compare(b.episode, a.episode) })
	if going[0].episode < dominates*going[1].episode {
		return nil
	}
	return going[0]
}

// during tells whether something happened while an incident went on.
func during(f *caseFile, at time.Time) bool {
	return !f.strongFirst.IsZero() && !at.Before(f.strongFirst.Add(-contextBefore)) && !at.After(f.strongLast.Add(contextAfter))
}

// byChance tells whether a session is too rare to have begun in the time of an incident by chance.
func (e *Engine) byChance(f *caseFile, g *group) bool {
	era := e.memory.eras[f.Tenant]
	if era == nil || !era.learned || g.habit == nil || g.habit.said.news() >= strong || e.foreign(f, g) {
		return false
	}
	days := (f.strongLast.Sub(f.strongFirst) + contextBefore + contextAfter).Hours() / 24
	mine := float64(max(g.habit.sessions-1, 0)) / era.days() * days
	all := float64(era.starts) / era.days() * days
	return mine <= kindByChance && all <= anyByChance
}

// foreign tells that a session names a stranger from outside whom the incident does not know: that one's doings are not
// context of somebody else's.
func (e *Engine) foreign(f *caseFile, g *group) bool {
	for _, t := range g.ties {
		if (t.grip == actor || t.grip == peer) && f.knots[t.node] == nil {
			return true
		}
	}
	return false
}

// sweep fetches the context of an incident that just reached the line: what began shortly before and while it rose.
func (e *Engine) sweep(f *caseFile) {
	for _, g := range e.inOrder() {
		if g == nil || g.gone || g.file == f || g.asEver() || !g.file.alive || !g.file.Below || g.file.Tenant != f.Tenant || !during(f, g.session.begun) || !e.byChance(f, g) {
			continue
		}
		if e.choose(e.others(f, g.session.begun), g) != f || e.partedFrom(f, g) {
			continue
		}
		e.move(g, f)
	}
}

// inOrder lists the recent sessions, each group once, in the order in which they began: the ring itself has them as they came,
// which a restart does not keep.
func (e *Engine) inOrder() []*group {
	all := slices.DeleteFunc(slices.Clone(e.recent), func(g *group) bool { return g == nil })
	slices.SortFunc(all, func(a, b *group) int {
		return cmp.Or(a.session.begun.Compare(b.session.begun), cmp.Compare(a.key, b.key), cmp.Compare(a.file.ID, b.file.ID))
	})
	return slices.Compact(all)
}

// others are the stories that went on at a time, an incident among them.
func (e *Engine) others(f *caseFile, at time.Time) []*caseFile {
	all := []*caseFile{f}
	for _, o := range e.book.going {
		if o != f && o.alive && !o.Below && o.Tenant == f.Tenant && during(o, at) {
			all = append(all, o)
		}
	}
	return all
}

// coveredUp finds the incident that shows data leaving when somebody then stops services, weakens defences or removes
// traces somewhere: in the order of an attack the one follows the other.
func (e *Engine) coveredUp(g *group, s *seen) *caseFile {
	if era := e.memory.eras[g.file.Tenant]; era == nil || !era.learned || s.rollout(era.machines) {
		return nil
	}
	if !covers(&g.session.first) || g.weights.novel+g.weights.rule < coverWeight {
		return nil
	}
	var best *caseFile
	var most float64
	for _, f := range e.book.files {
		if f == g.file || f.Tenant != g.file.Tenant || g.session.begun.Sub(f.Last) > coverAfter || g.session.begun.Before(f.First) {
			continue
		}
		out := 0.0
		for i := range f.Rules {
			if sig := f.Rules[i].Signal; sig != nil {
				out += sig.Exfil
			}
		}
		if out >= exfilEnough && (best == nil || cmp.Or(cmp.Compare(out, most), before(best, f)) > 0) {
			best, most = f, out
		}
	}
	return best
}

// move takes the running session of a group to another incident.
func (e *Engine) move(g *group, to *caseFile) {
	from := g.file
	if from == to || g.session.count == 0 {
		return
	}
	change := e.begin(from, to, g, whyMoved(to))
	ses, last := g.session, g.lastTime()
	records := append([][2]int64(nil), g.records[min(ses.records, len(g.records)):]...)
	whole := g.count <= ses.count
	e.book.release(g, ses.count, whole)
	g.records = g.records[:min(ses.records, len(g.records))]
	g.session = session{}
	moved := e.book.add(to, &ses.first, g.sight, nil)
	extra := ses.count - 1
	moved.count += extra
	from.hand(to, &ses, last)
	to.Alerts += extra
	for i := range to.Rules {
		if to.Rules[i].RuleID == ses.first.RuleID {
			to.Rules[i].Count += extra
		}
	}
	moved.habit, moved.context = g.habit, true
	e.book.unlink(to)
	e.book.link(to) // what is there by chance ties nothing
	if !whole && len(to.groups) > 1 {
		e.book.groups[g.key] = g // what comes later is looked at by itself
	}
	moved.session = session{begun: ses.begun, first: ses.first, count: ses.count, records: len(moved.records)}
	moved.records = append(moved.records, records...)
	moved.weights.raise(g.weights)
	if !to.Below {
		e.memory.partOf(g.habit)
	}
	to.noteSignal(moved)
	if len(from.groups) == 0 {
		from.Merged, from.Status, from.dirty = to.ID, vedette.StatusClosed, true
		e.book.emptied = append(e.book.emptied, from)
		e.book.drop(from)
	}
	e.end(change)
	if len(from.groups) > 0 {
		e.reckon(from)
	}
	e.trim(to)
	e.reckon(to)
}

// unite joins an incident that just reached the line with another that goes on at the same time on the same machine, unless
// different strangers are behind them.
func (e *Engine) unite(f *caseFile) {
	for _, o := range slices.Clone(e.book.going) {
		if o == f || !o.alive || o.Below || o.Tenant != f.Tenant || !during(o, f.strongLast) || !e.sameMachine(f, o) || strangers(f, o) || e.parted(f, o) {
			continue
		}
		e.absorb(o, f)
	}
}

// sameMachine tells whether something that tells happened on one machine in both, not long apart.
func (e *Engine) sameMachine(f, o *caseFile) bool {
	for _, g := range f.groups {
		for _, h := range o.groups {
			if g.machine == h.machine && !g.context && !h.context && g.told.Sub(h.told).Abs() <= quiet && !g.told.IsZero() && !h.told.IsZero() && e.memory.hub(f.Tenant, g.machine) >= 1 {
				return true
			}
		}
	}
	return false
}

// strangers tells whether both name somebody outside who acts, and nobody in common.
func strangers(f, o *caseFile) bool {
	named := [2]bool{}
	for n, k := range f.knots {
		if k.grip == actor {
			named[0] = true
			if other := o.knots[n]; other != nil && other.grip == actor {
				return false
			}
		}
	}
	for _, k := range o.knots {
		named[1] = named[1] || k.grip == actor
	}
	return named[0] && named[1]
}

// absorb puts everything of one incident into another.
func (e *Engine) absorb(from, to *caseFile) {
	change := e.begin(from, to, nil, whyOneMachine)
	e.book.unlink(to)
	e.book.drop(from)
	for _, g := range from.groups {
		g.file = to
		if same := to.group(g.key); same != nil {
			same.take(g)
			continue
		}
		to.groups = append(to.groups, g)
	}
	to.loose = append(to.loose, from.loose...)
	to.takeCounts(from)
	from.groups = nil
	from.Merged, from.Status, from.dirty = to.ID, vedette.StatusClosed, true
	e.book.emptied = append(e.book.emptied, from)
	e.book.files[to.ID], to.alive = to, true
	e.book.link(to)
	e.trim(to)
	e.end(change)
}

// take adds a group of the same alerts to this one.
func (g *group) take(o *group) {
	if o.lastTime().After(g.lastTime()) {
		g.last, g.whole = o.last, o.whole
		if o.count == 1 {
			g.last, g.whole = o.first, false
		}
		g.session = o.session
		g.session.records += len(g.records)
	}
	if o.first.Time.Before(g.first.Time) {
		if g.count == 1 && g.last.Time.Equal(g.first.Time) {
			g.last = g.first
		}
		g.first = o.first
	}
	g.count += o.count
	g.stored += o.stored
	g.records = append(g.records, o.records...)
	g.weights.raise(o.weights)
	if o.told.After(g.told) {
		g.told = o.told
	}
	o.gone = true
}

// takeCounts adds what is counted in another incident.
func (f *caseFile) takeCounts(o *caseFile) {
	f.Alerts += o.Alerts
	if o.First.Before(f.First) {
		f.First = o.First
	}
	if o.Last.After(f.Last) {
		f.Last = o.Last
	}
	f.episode += o.episode
	if !o.strongFirst.IsZero() && (f.strongFirst.IsZero() || o.strongFirst.Before(f.strongFirst)) {
		f.strongFirst = o.strongFirst
	}
	if o.strongLast.After(f.strongLast) {
		f.strongLast = o.strongLast
	}
	f.Tactics = mergeTactics(f.Tactics, o.Tactics)
	f.name(o.Entities, func(vedette.EntityRef) {})
	f.tally.Join(&o.tally, f.lists)
	for i := range o.Rules {
		at := slices.IndexFunc(f.Rules, func(r vedette.RuleCount) bool { return r.RuleID == o.Rules[i].RuleID })
		if at < 0 {
			f.admit(o.Rules[i])
			continue
		}
		r := &f.Rules[at]
		r.Count += o.Rules[i].Count
		if o.Rules[i].First.Before(r.First) {
			r.First = o.Rules[i].First
		}
		if o.Rules[i].Last.After(r.Last) {
			r.Last = o.Rules[i].Last
		}
		r.Signal = stronger(r.Signal, o.Rules[i].Signal)
	}
}

// stronger is the most of what two say.
func stronger(a, b *vedette.Signal) *vedette.Signal {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	s := *a
	if b.Novelty > s.Novelty {
		s.How, s.Before, s.PerDay, s.Early = b.How, b.Before, b.PerDay, b.Early
	}
	if b.Volume > s.Volume {
		s.Most, s.Usual = b.Most, b.Usual
	}
	s.Rule, s.Novelty, s.Volume = max(s.Rule, b.Rule), max(s.Novelty, b.Novelty), max(s.Volume, b.Volume)
	s.Exfil, s.Anomaly, s.Machines = max(s.Exfil, b.Exfil), max(s.Anomaly, b.Anomaly), max(s.Machines, b.Machines)
	return &s
}

// detach makes an incident of its own of a running session that tells something, when what its kind told before is long past.
func (e *Engine) detach(g *group, w weights) *group {
	to := newCase(&g.session.first, e.now)
	e.move(g, to)
	moved := to.groups[len(to.groups)-1]
	moved.context = false
	e.book.unlink(to)
	e.book.link(to)
	e.rise(moved, w)
	return moved
}
