package triage

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// factWeight is what facts speak against an attack, in nats. Read-only.
var factWeight = map[vedette.FactKind]float64{
	vedette.FactScanner: -2, vedette.FactMaintenance: -1.5, vedette.FactChange: -1.5, vedette.FactNotVulnerable: -1.5, vedette.FactMFA: -1,
}

// maxFacts is how many facts speak against one incident; further ones would hardly count.
const maxFacts = 16

// Facts is what is known that speaks against attacks, ready to be asked about every alert. It does not change and may be
// read by many goroutines.
type Facts struct {
	named    map[node][]*vedette.Fact
	networks map[string][]network // by tenant
}

type network struct {
	netip.Prefix
	fact *vedette.Fact
}

// NewFacts takes the facts that nobody took back.
func NewFacts(all []vedette.Fact) *Facts {
	x := &Facts{named: make(map[node][]*vedette.Fact), networks: make(map[string][]network)}
	for i := range all {
		f := &all[i]
		if !f.Ended.IsZero() {
			continue
		}
		for _, ref := range f.Entities {
			if p, err := netip.ParsePrefix(ref.Name); err == nil && ref.Kind == vedette.EntityAddress {
				x.networks[f.Tenant] = append(x.networks[f.Tenant], network{p.Masked(), f})
				continue
			}
			n := node{f.Tenant, ref.Kind, strings.ToLower(ref.Name)}
			x.named[n] = append(x.named[n], f)
		}
	}
	return x
}

// Of lists the facts that explain an alert: in force when it happened, about whom it names, and of the sort of thing that
// it reports.
func (x *Facts) Of(a *vedette.Alert) []*vedette.Fact {
	if x == nil || len(x.named)+len(x.networks) == 0 {
		return nil
	}
	var out []*vedette.Fact
	take := func(f *vedette.Fact) {
		if !slices.Contains(out, f) && explains(f, a) {
			out = append(out, f)
		}
	}
	for _, ref := range a.Entities {
		for _, f := range x.named[node{a.Tenant, ref.Kind, strings.ToLower(ref.Name)}] {
			take(f)
		}
		if ref.Kind != vedette.EntityAddress || len(x.networks[a.Tenant]) == 0 {
			continue
		}
		addr, err := netip.ParseAddr(ref.Name)
		if err != nil {
			continue
		}
		for _, n := range x.networks[a.Tenant] {
			if n.Contains(addr.Unmap()) {
				take(n.fact)
			}
		}
	}
	return out
}

// explains tells whether an alert that names an entity of a fact is of the sort that it accounts for.
func explains(f *vedette.Fact, a *vedette.Alert) bool {
	if !f.Holds(a.Time) || len(f.Rules) > 0 && !slices.Contains(f.Rules, a.RuleID) {
		return false
	}
	switch f.Kind {
	case vedette.FactScanner: // it looks and tries; what got in is another matter
		return !succeeded(a) && acts(f, a) && (isAttempt(a) || onlyLooks(a))
	case vedette.FactNotVulnerable:
		named := entity.CVEs(a)
		return len(named) > 0 && !slices.ContainsFunc(named, func(cve string) bool {
			return !slices.ContainsFunc(f.CVEs, func(absent string) bool { return strings.EqualFold(absent, cve) })
		})
	case vedette.FactMFA:
		return look(a, entity.Networks{}).step == stepLogin && both(f, a)
	case vedette.FactChange, vedette.FactMaintenance:
		return true
	}
	return false
}

// acts tells whether the one who acts is the fact's.
func acts(f *vedette.Fact, a *vedette.Alert) bool {
	for _, ref := range a.Entities {
		if (ref.Role == vedette.RoleActor || ref.Role == "") && f.Concerns(ref) {
			return true
		}
	}
	return false
}

// onlyLooks tells rules that report looking around.
func onlyLooks(a *vedette.Alert) bool {
	for _, tactic := range a.Tactics {
		if t := normalTactic(tactic); t != "reconnaissance" && t != "discovery" {
			return false
		}
	}
	return len(a.Tactics) > 0
}

// both tells whether an alert names the user and the device of a fact.
func both(f *vedette.Fact, a *vedette.Alert) bool {
	user, device := false, false
	for _, ref := range a.Entities {
		switch {
		case !f.Concerns(ref):
		case ref.Kind == vedette.EntityUser || ref.Kind == vedette.EntityAccount:
			user = true
		default:
			device = true
		}
	}
	return user && device
}

// excuse finds the facts that speak against an incident: those that explain everything in it that is more than context. One
// alert more that a fact does not explain, and it speaks no longer: evidence never takes points off.
func (e *Engine) excuse(f *caseFile) {
	f.facts = nil
	if e.know.Facts == nil {
		return
	}
	var all []*vedette.Fact
	begun := false
	for _, g := range f.groups {
		if g.context {
			continue
		}
		these := e.know.Facts(&g.first)
		if last := g.lastTime(); !last.Equal(g.first.Time) {
			these = slices.DeleteFunc(these, func(x *vedette.Fact) bool { return !x.Holds(last) })
		}
		if begun {
			these = slices.DeleteFunc(all, func(x *vedette.Fact) bool { return !slices.Contains(these, x) })
		}
		if all, begun = these, true; len(all) == 0 {
			return
		}
	}
	if f.cut {
		all = slices.DeleteFunc(all, func(x *vedette.Fact) bool { return !slices.Contains(f.only, x.ID) })
	}
	slices.SortFunc(all, func(x, y *vedette.Fact) int {
		return cmp.Or(cmp.Compare(factWeight[x.Kind], factWeight[y.Kind]), x.Created.Compare(y.Created), cmp.Compare(x.ID, y.ID))
	})
	f.facts = all[:min(len(all), maxFacts)]
}

// fused adds up what speaks for and against an incident, as it is known now.
func (e *Engine) fused(f *caseFile, words bool) fused {
	e.excuse(f)
	sum := f.weigh(e.prior(f), brokeIn(f.groups), words)
	sum.line = e.line(f)
	return sum
}

// outlasts weighs an incident again that goes on when something that explained it is over.
func (e *Engine) outlasts(f *caseFile, at time.Time) {
	if slices.ContainsFunc(f.facts, func(x *vedette.Fact) bool { return !x.Holds(at) }) {
		e.reckon(f)
	}
}

// trim gives up the groups of an incident beyond what it may have.
func (e *Engine) trim(f *caseFile) {
	e.book.trim(f, maxGroups, func(g *group) { e.lose(f, g) })
}

// lose notes that a group goes out of memory: only what explains it can speak against the incident from now on.
func (e *Engine) lose(f *caseFile, g *group) {
	if e.know.Facts == nil || g.context {
		return
	}
	these := e.know.Facts(&g.first)
	if !f.cut {
		f.cut = true
		for _, x := range these {
			f.only = append(f.only, x.ID)
		}
		return
	}
	f.only = slices.DeleteFunc(f.only, func(id string) bool {
		return !slices.ContainsFunc(these, func(x *vedette.Fact) bool { return x.ID == id })
	})
}

// agreed tells whether two sources say so that do not depend on one another.
func agreed(facts []*vedette.Fact) bool {
	for i, x := range facts {
		for _, y := range facts[i+1:] {
			if !strings.EqualFold(x.Source, y.Source) && x.By != y.By {
				return true
			}
		}
	}
	return false
}

// factPieces are what facts contribute.
func factPieces(facts []*vedette.Fact) []piece {
	var out []piece
	sure := agreed(facts)
	for _, x := range facts {
		p := piece{family: vedette.FamilyExculpatory, code: string(x.Kind), rule: -1, raw: factWeight[x.Kind], fact: x}
		p.reason = vedette.Reason{Detector: x.Source, Text: factText(x, sure), Params: map[string]string{
			"fact": x.ID, "source": x.Source, "by": x.By, "until": x.Until.UTC().Format(time.RFC3339),
		}}
		if x.Ref != "" {
			p.reason.Params["ref"] = x.Ref
		}
		out = append(out, p)
	}
	return out
}

func factText(x *vedette.Fact, sure bool) vedette.Text {
	name := map[vedette.FactKind]vedette.Text{
		vedette.FactChange:        {En: "A planned change accounts for it", Zh: "已登记的变更可以解释"},
		vedette.FactMaintenance:   {En: "It falls into a maintenance window", Zh: "处于维护窗口内"},
		vedette.FactScanner:       {En: "It is a scanner of the house's own", Zh: "来自本单位已登记的扫描器"},
		vedette.FactNotVulnerable: {En: "The weakness that was tried is not there", Zh: "所尝试的漏洞在此并不存在"},
		vedette.FactMFA:           {En: "The user gave a second factor from a known device", Zh: "用户在已知设备上通过了二次认证"},
	}[x.Kind]
	what, source := clean(x.Text, 120), clean(x.Source, 60)
	if ref := clean(x.Ref, 60); ref != "" {
		what += " (" + ref + ")"
	}
	en, zh := fmt.Sprintf("%s: %s, says %s", name.En, what, source), fmt.Sprintf("%s：%s，据 %s", name.Zh, what, source)
	if !sure {
		en += "; one source alone takes no incident out of the queue"
		zh += "；仅凭单一来源，事件不会移出队列"
	}
	return vedette.Text{En: en, Zh: spaced(zh)}
}

// factEntries are the new lines of the ledger about facts: each when it begins to speak against the incident, and when it
// does no longer.
func (f *caseFile) factEntries() []vedette.EvidenceEntry {
	var all []vedette.EvidenceEntry
	for _, x := range f.facts {
		if slices.Contains(f.factsNoted, x.ID) {
			continue
		}
		f.factsNoted = append(f.factsNoted, x.ID)
		all = append(all, vedette.EvidenceEntry{
			Tenant: f.Tenant, IncidentID: f.ID, Time: f.Last, Kind: vedette.EvidenceExculpatory, Detector: x.Source, Family: vedette.FamilyExculpatory,
			Key: "fact=" + x.ID, Text: factText(x, true), Entities: x.Entities, Count: 1, Weight: factWeight[x.Kind],
		})
	}
	now := factIDs(f.facts)
	f.factsNoted = slices.DeleteFunc(f.factsNoted, func(id string) bool {
		if slices.Contains(now, id) {
			return false
		}
		all = append(all, vedette.EvidenceEntry{
			Tenant: f.Tenant, IncidentID: f.ID, Time: f.Last, Kind: vedette.EvidenceExculpatory, Detector: id, Family: vedette.FamilyExculpatory,
			Key: "fact=" + id, Text: vedette.Text{En: "It no longer explains everything in the incident, or was taken back", Zh: "它已不能解释事件中的全部内容，或已被撤回"}, Count: 1,
		})
		return true
	})
	return all
}

// Weigh judges the open incidents of a tenant anew because what speaks against them changed, stores those that change, and
// returns how many did.
func (t *Triage) Weigh(ctx context.Context, tenant string) (int, error) {
	t.mu.Lock()
	var touched []vedette.Incident
	if !t.stale {
		for _, f := range t.engine.book.sorted() {
			if f.Tenant != tenant {
				continue
			}
			had := factIDs(f.facts)
			if t.engine.excuse(f); !slices.Equal(had, factIDs(f.facts)) {
				f.dirty = true
				touched = append(touched, f.Incident)
			}
		}
	}
	t.mu.Unlock()
	if len(touched) == 0 {
		return 0, nil
	}
	_, err := t.Reline(ctx, touched)
	return len(touched), err
}

// FactEffect is what a fact does to an open incident.
type FactEffect struct {
	Incident vedette.Incident // without its evidence
	Before   int              // its score
	After    int
	Leaves   bool // it would leave the queue
}

// Suppose tells what a fact would do to the open incidents in memory, the highest first, and changes nothing.
func (t *Triage) Suppose(fact vedette.Fact) []FactEffect {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, supposed := t.engine, NewFacts([]vedette.Fact{fact})
	known := e.know.Facts
	defer func() { e.know.Facts = known }()
	var all []FactEffect
	for _, f := range e.book.sorted() {
		if f.Tenant != fact.Tenant {
			continue
		}
		e.know.Facts = known
		before := e.fused(f, false)
		e.know.Facts = func(a *vedette.Alert) []*vedette.Fact {
			if known == nil {
				return supposed.Of(a)
			}
			return append(supposed.Of(a), known(a)...)
		}
		after := e.fused(f, false)
		held := slices.ContainsFunc(f.facts, func(x *vedette.Fact) bool { return x.ID == fact.ID })
		e.know.Facts = known
		e.excuse(f)
		if !held {
			continue
		}
		in := copyOf(f.Incident)
		in.Evidence = nil
		all = append(all, FactEffect{Incident: in, Before: before.score(), After: after.score(), Leaves: !f.Below && after.score() < e.line(f)})
	}
	slices.SortStableFunc(all, func(a, b FactEffect) int { return cmp.Compare(b.Before, a.Before) })
	return all
}

func factIDs(all []*vedette.Fact) []string {
	var ids []string
	for _, x := range all {
		ids = append(ids, x.ID)
	}
	return ids
}
