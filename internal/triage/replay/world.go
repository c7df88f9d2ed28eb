package replay

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Name is the name and version of the world.
const Name = "replay-company-1"

const (
	worldDays = 11
	seed      = 20260302
)

// begin is a Monday: the world always lies at the same time.
var begin = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// label says to which step of which attack an alert belongs; empty for everyday ones.
type label struct{ attack, step string }

// item is an alert of the world before it has its rule's words.
type item struct {
	at       time.Duration // since begin
	rule     string
	entities []vedette.EntityRef
	matched  map[string]string
	label    label
}

// world is everything that happens, in order of time.
type world struct {
	items   []item
	labels  []label
	attacks []string
	random  *rand.Rand
}

func newWorld() *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 1))}
	w.everyday()
	for _, a := range attacks() {
		w.attacks = append(w.attacks, a.name)
		for _, s := range a.steps {
			l := label{a.name, s.name}
			w.labels = append(w.labels, l)
			for n := range max(s.times, 1) {
				at := a.begins + s.after + time.Duration(n)*s.every
				w.items = append(w.items, item{at: at, rule: s.rule, entities: s.entities, matched: s.matched, label: l})
			}
		}
	}
	slices.SortStableFunc(w.items, func(a, b item) int { return int(a.at - b.at) })
	return w
}

func ref(kind vedette.EntityKind, name string, role vedette.Role) vedette.EntityRef {
	return vedette.EntityRef{Kind: kind, Name: name, Role: role}
}

func on(host string) vedette.EntityRef {
	return ref(vedette.EntityHost, host, vedette.RoleTarget)
}
func by(user string) vedette.EntityRef { return ref(vedette.EntityUser, user, vedette.RoleActor) }
func to(user string) vedette.EntityRef { return ref(vedette.EntityUser, user, vedette.RoleTarget) }
func from(address string) vedette.EntityRef {
	return ref(vedette.EntityAddress, address, vedette.RoleActor)
}
func peer(address string) vedette.EntityRef {
	return ref(vedette.EntityAddress, address, vedette.RoleObject)
}
func domain(name string) vedette.EntityRef {
	return ref(vedette.EntityDomain, name, vedette.RoleObject)
}

// habit is something harmless that fires a rule again and again.
type habit struct {
	rule   string
	perDay float64
	work   bool // only while people work
	who    func(r *rand.Rand) []vedette.EntityRef
}

// everyday fills the days with what every company's rules say although nothing has happened.
func (w *world) everyday() {
	for _, h := range habits() {
		for day := range worldDays {
			n := int(h.perDay * (0.7 + 0.6*w.random.Float64()))
			if h.work && day%7 >= 5 {
				n /= 6
			}
			for range n {
				at := time.Duration(day)*24*time.Hour + time.Duration(w.random.Int64N(int64(24*time.Hour)))
				if h.work {
					at = time.Duration(day)*24*time.Hour + 8*time.Hour + time.Duration(w.random.Int64N(int64(10*time.Hour)))
				}
				w.items = append(w.items, item{at: at, rule: h.rule, entities: h.who(w.random)})
			}
		}
	}
}

func habits() []habit {
	inet := func(r *rand.Rand) vedette.EntityRef {
		return from(fmt.Sprintf("203.0.113.%d", 1+r.IntN(250)))
	}
	web := func(r *rand.Rand) vedette.EntityRef { return on(fmt.Sprintf("rp-web-%02d", 1+r.IntN(3))) }
	desk := func(r *rand.Rand) (host, user vedette.EntityRef) {
		n := 1 + r.IntN(40)
		return on(fmt.Sprintf("rp-desk-%02d", n)), by(fmt.Sprintf("rp-user-%02d", n))
	}
	refs := func(all ...vedette.EntityRef) []vedette.EntityRef { return all }
	return []habit{
		{ruleKnock, 160, false, func(r *rand.Rand) []vedette.EntityRef { return refs(inet(r), on("rp-gate")) }},
		{ruleRefused, 90, false, func(r *rand.Rand) []vedette.EntityRef { return refs(inet(r), web(r), to("root")) }},
		{ruleNobody, 50, false, func(r *rand.Rand) []vedette.EntityRef {
			return refs(inet(r), web(r), to([]string{"admin", "test", "oracle", "pi"}[r.IntN(4)]))
		}},
		{ruleForgotten, 110, false, func(r *rand.Rand) []vedette.EntityRef { return refs(inet(r), web(r)) }},
		{ruleScanner, 8, false, func(r *rand.Rand) []vedette.EntityRef { return refs(inet(r), web(r)) }},
		{ruleTraversal, 6, false, func(r *rand.Rand) []vedette.EntityRef { return refs(inet(r), web(r)) }},
		{ruleLogonFailed, 60, true, func(r *rand.Rand) []vedette.EntityRef { h, u := desk(r); return refs(h, u) }},
		{ruleWhoami, 4, true, func(r *rand.Rand) []vedette.EntityRef { h, u := desk(r); return refs(h, u) }},
		{ruleSudo, 12, true, func(r *rand.Rand) []vedette.EntityRef {
			return refs(on(fmt.Sprintf("rp-app-%02d", 1+r.IntN(4))), by(fmt.Sprintf("rp-admin-%d", 1+r.IntN(2))))
		}},
		{ruleDeploy, 14, true, func(r *rand.Rand) []vedette.EntityRef {
			return refs(on(fmt.Sprintf("rp-app-%02d", 1+r.IntN(4))), by("rp-deploy"))
		}},
		{ruleDownload, 6, true, func(*rand.Rand) []vedette.EntityRef { return refs(on("rp-build"), by("rp-ci")) }},
		{ruleNTLM, 10, false, func(*rand.Rand) []vedette.EntityRef { return refs(on("rp-files"), by("rp-svc-backup")) }},
		{ruleEncoded, 3, true, func(*rand.Rand) []vedette.EntityRef { return refs(on("rp-sccm"), by("rp-svc-sccm")) }},
		{ruleTempProgram, 2, true, func(r *rand.Rand) []vedette.EntityRef { h, u := desk(r); return refs(h, u) }},
		{ruleSecrets, 9, false, func(*rand.Rand) []vedette.EntityRef {
			return refs(ref(vedette.EntityAccount, "rp-cloud", vedette.RoleTarget), by("rp-terraform"))
		}},
	}
}
