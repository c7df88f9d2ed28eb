package triage

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage/tally"
)

// Bounds of one incident's document.
const (
	maxEntities = 96
	maxObjects  = 24 // of the entities: files, programs, domains
	maxRules    = 64
	maxGroups   = 256 // in memory; the document shows the most telling of them
)

// caseFile is an open incident in memory. Everything beside the document is derived from it.
type caseFile struct {
	vedette.Incident
	tally   tally.Counter
	groups  []*group       // equal alerts, in the order of arrival
	knots   map[node]*knot // its entities that tie
	trying  bool           // nobody got in yet
	touched time.Time      // when it was last folded into
	dirty   bool
	alive   bool     // it is in the book
	shown   []*group // those that the document shows

	facts      []*vedette.Fact // that speak against it now
	factsNoted []string        // ids of those in the ledger
	cut        bool            // groups are gone from memory, and of facts only those of these ids explained them
	only       []string

	strongFirst, strongLast time.Time  // between which it had evidence that tells
	episode                 float64    // how much evidence, in nats, since it was last silent
	loose                   [][2]int64 // records of groups that had to go
	packed                  int        // ranges in loose when they were last joined
}

// group is equal alerts of one incident, of which the first and the last are kept.
type group struct {
	sight
	file        *caseFile
	first, last vedette.Alert
	whole       bool // last is not cut to what is kept yet: that waits until it stays the last
	count       int64
	habit       *habit // what is usual of it; nil for what was read from the store
	weights     weights
	session     session
	records     [][2]int64 // offline only
	raised      int32      // the burst from which its weight is looked at again
	told        time.Time  // when it last had evidence that tells
	context     bool       // it belongs to the incident because of when it happened
	noted       int64      // its count when it last went into the ledger
	notedWeight float64
	aside       bool  // when it was read from the store: another of the same kind takes what comes
	stored      int64 // its count when it was last stored
	gone        bool  // it is in no incident any more
}

// session is the alerts of a group since it was last silent.
type session struct {
	begun   time.Time
	first   vedette.Alert
	count   int64
	records int // where its records begin
}

// lastTime is when the group's latest alert happened.
func (g *group) lastTime() time.Time {
	if g.count > 1 && g.last.Time.After(g.first.Time) {
		return g.last.Time
	}
	return g.first.Time
}

// named tells whether the group names somebody outside who acts.
func (g *group) named() bool {
	for _, t := range g.ties {
		if t.grip == actor {
			return true
		}
	}
	return false
}

// knot is what an incident knows about one of its entities.
type knot struct {
	grip  grip
	last  time.Time
	shown bool // kept evidence names it
}

// newCase opens an incident for an alert. Its id is made from the alert's, so that a replay gives the same.
func newCase(a *vedette.Alert, now time.Time) *caseFile {
	sum := sha256.Sum256([]byte(a.Tenant + "\x00" + a.ID))
	return &caseFile{
		Incident: vedette.Incident{
			ID: "inc-" + hex.EncodeToString(sum[:8]), Tenant: a.Tenant, Status: vedette.StatusOpen, Below: true,
			First: a.Time, Last: a.Time, Detected: a.Detected, Created: now,
		},
		knots: make(map[node]*knot),
	}
}

// count adds an alert to the sums of the incident.
func (f *caseFile) count(a *vedette.Alert) {
	f.Alerts++
	if a.Time.Before(f.First) {
		f.First = a.Time
	}
	if a.Time.After(f.Last) {
		f.Last = a.Time
	}
	if f.Detected.IsZero() || !a.Detected.IsZero() && a.Detected.Before(f.Detected) {
		f.Detected = a.Detected
	}
	for i := range f.Rules {
		r := &f.Rules[i]
		if r.RuleID != a.RuleID {
			continue
		}
		r.Count++
		if a.Time.Before(r.First) {
			r.First = a.Time
		}
		if a.Time.After(r.Last) {
			r.Last = a.Time
		}
		return
	}
	f.Tactics = mergeTactics(f.Tactics, a.Tactics)
	if len(f.Rules) < maxRules {
		r := ruleOf(a)
		r.Count, r.First, r.Last = 1, a.Time, a.Time
		f.Rules = append(f.Rules, r)
	}
}

// name adds the entities of an alert to the incident's list and calls fresh for each that is new to it.
func (f *caseFile) name(refs []vedette.EntityRef, fresh func(vedette.EntityRef)) {
	for _, ref := range refs {
		at := slices.IndexFunc(f.Entities, func(e vedette.EntityRef) bool { return e.Kind == ref.Kind && e.Name == ref.Name })
		if at >= 0 {
			if weightOf(ref.Role) > weightOf(f.Entities[at].Role) {
				f.Entities[at].Role = ref.Role
			}
			continue
		}
		if len(f.Entities) >= maxEntities || isObject(ref.Kind) && f.objects() >= maxObjects {
			continue
		}
		f.Entities = append(f.Entities, ref)
		fresh(ref)
	}
}

func (f *caseFile) objects() int {
	n := 0
	for _, e := range f.Entities {
		if isObject(e.Kind) {
			n++
		}
	}
	return n
}

func isObject(kind vedette.EntityKind) bool {
	return kind == vedette.EntityFile || kind == vedette.EntityProcess || kind == vedette.EntityDomain
}

// weightOf orders roles by how much they say.
func weightOf(role vedette.Role) int {
	switch role {
	case vedette.RoleActor:
		return 3
	case vedette.RoleTarget:
		return 2
	case vedette.RoleObject:
		return 1
	}
	return 0
}

// again counts one more alert in a group.
func (g *group) again(a *vedette.Alert) {
	if g.count++; a.Time.Before(g.first.Time) {
		if g.count == 2 {
			g.last, g.whole = g.first, false
		}
		g.first = evidence(a)
		return
	}
	if g.count == 2 || !a.Time.Before(g.last.Time) {
		g.last, g.whole = *a, true
	}
	if g.habit != nil && a.Time.Sub(g.told) > sessionGap*time.Second {
		return // what goes on as usual keeps no link alive
	}
	g.told = a.Time
	for _, t := range g.ties {
		if k := g.file.knots[t.node]; k != nil && k.grip == t.grip && a.Time.After(k.last) {
			k.last = a.Time
		}
	}
}

// tighten derives the knots from the groups and from the entities that no kept evidence names.
func (f *caseFile) tighten(networks entity.Networks) {
	clear(f.knots)
	f.trying = true
	for _, g := range f.groups {
		f.trying = f.trying && g.phase == attempt
		if g.context {
			continue // what belongs to it by chance alone ties nothing
		}
		for _, t := range g.ties {
			f.tie(t, g)
		}
	}
	for _, ref := range f.Entities {
		n := node{f.Tenant, ref.Kind, ref.Name}
		if f.knots[n] != nil || ref.Role == "" || ref.Kind == vedette.EntityProcess {
			continue
		}
		k := &knot{grip: touched, last: f.First}
		switch {
		case isObject(ref.Kind):
			k.grip = trace
		case ref.Kind == vedette.EntityAddress && !isInternal(ref.Name, networks):
			k.grip = peer
			if ref.Role == vedette.RoleActor {
				k.grip = actor
			}
		}
		f.knots[n] = k
	}
}

// tie tightens one knot by what a group shows.
func (f *caseFile) tie(t tie, g *group) {
	last := g.lastTime()
	if g.habit != nil && !g.told.IsZero() {
		last = g.told // what goes on as usual keeps no link alive
	}
	k := f.knots[t.node]
	if k == nil {
		f.knots[t.node] = &knot{grip: t.grip, last: last, shown: true}
		return
	}
	switch {
	case t.grip == held && k.grip == touched || t.grip == actor && k.grip == peer:
		k.grip, k.last = t.grip, last
	case t.grip == k.grip && last.After(k.last):
		k.last = last
	}
	k.shown = true
}

// crowded picks the group that says least when there are too many: of the rule with the most groups, the one with the
// fewest alerts, and of those the latest; when every rule has one group, the mildest.
func crowded(groups []*group) *group {
	perRule := make(map[string]int, len(groups))
	for _, g := range groups {
		perRule[g.first.RuleID]++
	}
	return slices.MinFunc(groups, func(a, b *group) int {
		return cmp.Or(
			cmp.Compare(perRule[b.first.RuleID], perRule[a.first.RuleID]),
			cmp.Compare(a.first.Severity, b.first.Severity),
			cmp.Compare(a.count, b.count),
			b.first.Time.Compare(a.first.Time),
			cmp.Compare(b.key, a.key),
		)
	})
}

// goesOn notes that evidence that tells was seen. After a long silence a new episode begins.
func (f *caseFile) goesOn(at time.Time, news float64) {
	if at.Sub(f.strongLast) > quiet {
		f.episode = 0
	}
	f.episode += news
	if f.strongFirst.IsZero() || at.Sub(f.strongLast) > quiet || at.Before(f.strongFirst) {
		f.strongFirst = at
	}
	if at.After(f.strongLast) {
		f.strongLast = at
	}
}

// noteSignal puts what a group weighs into the count of its rule, where it is stored, and tells whether that changed
// anything. What was once noted stays: more evidence never makes less.
func (f *caseFile) noteSignal(g *group) bool {
	at := slices.IndexFunc(f.Rules, func(r vedette.RuleCount) bool { return r.RuleID == g.first.RuleID })
	s := vedette.Signal{}
	if at >= 0 && f.Rules[at].Signal != nil {
		s = *f.Rules[at].Signal
	}
	before, w := s, &g.weights
	if w.novel > s.Novelty || s.How == "" {
		s.How, s.Before, s.PerDay, s.Early = string(w.how), int(w.before), round3(w.rate), w.early
	}
	if w.volume > s.Volume {
		s.Most, s.Usual = int(w.most), int(w.usual)
	}
	s.Rule, s.Novelty, s.Volume = max(s.Rule, round3(w.rule)), max(s.Novelty, round3(w.novel)), max(s.Volume, round3(w.volume))
	s.Exfil, s.Anomaly = max(s.Exfil, round3(w.exfil)), max(s.Anomaly, round3(w.anomaly))
	if a := g.first.Anomaly; a != nil {
		s.Family = a.Family
	}
	s.Indicator = g.first.Indicator != nil
	s.Machines = max(s.Machines, f.freshMachines(g.first.RuleID))
	if s == before {
		return false
	}
	if at < 0 {
		r := ruleOf(&g.first)
		r.Count, r.First, r.Last, r.Signal = g.count, g.first.Time, g.lastTime(), &s
		return f.admit(r)
	}
	f.Rules[at].Signal = &s
	return true
}

// admit lists a rule of an incident that lists as many as it may, in place of the one that contributes least, when the
// incident then weighs more than before.
func (f *caseFile) admit(r vedette.RuleCount) bool {
	if len(f.Rules) < maxRules {
		f.Rules = append(f.Rules, r)
		return true
	}
	before := f.weigh(0, nil, false)
	given := make([]float64, len(f.Rules))
	for i := range before.pieces {
		if p := &before.pieces[i]; p.rule >= 0 {
			given[p.rule] += p.weight
		}
	}
	least := 0
	for i := range given {
		if given[i] < given[least] || given[i] == given[least] && f.Rules[i].Severity < f.Rules[least].Severity {
			least = i
		}
	}
	gone := f.Rules[least]
	f.Rules[least] = r
	if after := f.weigh(0, nil, false); after.forIt() <= before.forIt() {
		f.Rules[least] = gone
		return false
	}
	return true
}

// ruleOf is the count of a rule of which nothing is counted yet.
func ruleOf(a *vedette.Alert) vedette.RuleCount {
	return vedette.RuleCount{RuleID: a.RuleID, Title: clean(a.RuleTitle, 200), TitleZh: clean(a.RuleTitleZh, 200), Severity: a.Severity, Tactics: a.Tactics}
}

// freshMachines counts the machines on which a rule was new.
func (f *caseFile) freshMachines(rule string) int {
	var seen []string
	for _, g := range f.groups {
		if g.first.RuleID == rule && g.weights.how != noveltyNone && g.weights.how != noveltyRare && !slices.Contains(seen, g.machine) {
			seen = append(seen, g.machine)
		}
	}
	return len(seen)
}

// telling picks the groups that a document shows when there are more than it may.
func (f *caseFile) telling(keep int) []*group {
	if len(f.groups) <= keep {
		return f.groups
	}
	kept := slices.Clone(f.groups)
	for len(kept) > keep {
		least := crowded(kept)
		kept = slices.DeleteFunc(kept, func(g *group) bool { return g == least })
	}
	return kept
}
