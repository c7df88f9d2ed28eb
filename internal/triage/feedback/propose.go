package feedback

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// What it takes before a suppression is proposed.
const (
	proposeAfter   = 3                   // verdicts against the same rule at the same entities
	proposeWithin  = 30 * 24 * time.Hour // of them
	proposeAtMost  = 3                   // for one rule
	maxProposals   = 50
	trueShareLimit = 0.1 // of the verdicts in its scope that may have called it an attack
)

// Proposal is a suppression that verdicts speak for.
type Proposal struct {
	ID       string              `json:"id" doc:"Stable: the same rule and entities give the same id"`
	Tenant   string              `json:"tenant"`
	RuleID   string              `json:"rule_id"`
	Title    vedette.Text        `json:"title"`
	Severity vedette.Severity    `json:"severity" enum:"info,low,medium,high,critical"`
	Entities []vedette.EntityRef `json:"entities" doc:"The narrowest scope that covers the verdicts"`
	Owner    string              `json:"owner" doc:"Who gave most of the verdicts"`
	Expires  time.Time           `json:"expires"`
	Benign   int                 `json:"benign"`
	False    int                 `json:"false"`
	True     int                 `json:"true" doc:"Verdicts in the same scope that called it an attack"`
	People   []string            `json:"people"`
	Verdicts []Verdict           `json:"verdicts" doc:"That speak for it, newest first"`
	Why      vedette.Text        `json:"why"`
}

// piece is one rule of one judged incident.
type piece struct {
	verdict *Verdict
	rule    *vedette.JudgedRule
}

// Propose finds the rules that people called harmless again and again at the same entities, the most verdicts first. A
// scope in which more than a tenth was an attack is not proposed.
func Propose(verdicts []Verdict, now time.Time) []Proposal {
	all := latest(verdicts)
	byRule := map[place][]piece{}
	for i := range all {
		v := &all[i]
		if _, counts := worth(v.Verdict); !counts || now.Sub(v.Time) > proposeWithin && v.Verdict != vedette.VerdictTrue {
			continue
		}
		rules := v.Rules[:min(len(v.Rules), maxRules)]
		for j := range rules {
			at := place{tenant: v.Tenant, detector: rules[j].ID}
			byRule[at] = append(byRule[at], piece{v, &rules[j]})
		}
	}
	var out []Proposal
	for at, pieces := range byRule {
		out = append(out, proposeFor(at, pieces, now)...)
	}
	slices.SortFunc(out, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(len(b.Verdicts), len(a.Verdicts)), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), maxProposals)]
}

// proposeFor takes the entity that most verdicts against a rule share, and everything else that all of those share with
// it; then again with the verdicts that are left.
func proposeFor(at place, pieces []piece, now time.Time) []Proposal {
	var against, attacks []piece
	for _, p := range pieces {
		if p.verdict.Verdict == vedette.VerdictTrue {
			attacks = append(attacks, p)
		} else {
			against = append(against, p)
		}
	}
	var out []Proposal
	for len(out) < proposeAtMost && len(against) >= proposeAfter {
		best, count := commonest(against)
		if count < proposeAfter {
			break
		}
		var in, rest []piece
		for _, p := range against {
			if names(p.rule.Entities, best) {
				in = append(in, p)
			} else {
				rest = append(rest, p)
			}
		}
		against = rest
		p := proposal(at, in, now)
		for _, a := range attacks {
			if within(p.Entities, a.rule.Entities) {
				p.True++
			}
		}
		if float64(p.True) <= trueShareLimit*float64(p.True+len(in)) {
			p.Why = p.why()
			out = append(out, p)
		}
	}
	return out
}

// commonest is the entity that most pieces name; of several the most telling kind, then the first by name.
func commonest(pieces []piece) (best vedette.EntityRef, count int) {
	counts := map[string]int{}
	refs := map[string]vedette.EntityRef{}
	for _, p := range pieces {
		seen := map[string]bool{}
		for _, e := range p.rule.Entities {
			k := entityKey(e)
			if seen[k] {
				continue
			}
			seen[k] = true
			counts[k]++
			if _, known := refs[k]; !known {
				refs[k] = vedette.EntityRef{Kind: e.Kind, Name: e.Name}
			}
		}
	}
	var bestKey string
	for k, n := range counts {
		if n > count || n == count && k < bestKey {
			bestKey, count = k, n
		}
	}
	return refs[bestKey], count
}

func proposal(at place, in []piece, now time.Time) Proposal {
	p := Proposal{
		Tenant: at.tenant, RuleID: at.detector, Title: in[0].rule.Title, Entities: commonTo(in),
		Expires: now.Add(vedette.DefaultSuppressionTime).UTC().Truncate(time.Second),
	}
	said := map[string]int{}
	for _, one := range in {
		p.Severity = max(p.Severity, one.rule.Severity)
		if one.verdict.Verdict == vedette.VerdictBenign {
			p.Benign++
		} else {
			p.False++
		}
		said[one.verdict.By]++
		v := *one.verdict
		v.Rules = nil
		p.Verdicts = append(p.Verdicts, v)
	}
	for who, n := range said {
		p.People = append(p.People, who)
		if p.Owner == "" || n > said[p.Owner] || n == said[p.Owner] && who < p.Owner {
			p.Owner = who
		}
	}
	slices.Sort(p.People)
	sum := sha256.New()
	for _, part := range append([]string{p.Tenant, p.RuleID}, keysOf(p.Entities)...) {
		_, _ = sum.Write([]byte(part + "\x02"))
	}
	p.ID = "prop-" + hex.EncodeToString(sum.Sum(nil)[:8])
	return p
}

// commonTo is what all pieces name.
func commonTo(in []piece) []vedette.EntityRef {
	common := sorted(in[0].rule.Entities)
	for i := range common {
		common[i].Role = ""
	}
	common = slices.CompactFunc(common, func(a, b vedette.EntityRef) bool { return entityKey(a) == entityKey(b) })
	common = slices.DeleteFunc(common, func(e vedette.EntityRef) bool {
		return slices.ContainsFunc(in, func(p piece) bool { return !names(p.rule.Entities, e) })
	})
	return common[:min(len(common), vedette.MaxSuppressionEntities)]
}

func names(all []vedette.EntityRef, one vedette.EntityRef) bool {
	return slices.ContainsFunc(all, func(e vedette.EntityRef) bool { return e.Kind == one.Kind && strings.EqualFold(e.Name, one.Name) })
}

func within(scope, entities []vedette.EntityRef) bool {
	return len(scope) > 0 && !slices.ContainsFunc(scope, func(e vedette.EntityRef) bool { return !names(entities, e) })
}

func sorted(all []vedette.EntityRef) []vedette.EntityRef {
	out := slices.Clone(all)
	slices.SortFunc(out, func(a, b vedette.EntityRef) int { return cmp.Compare(entityKey(a), entityKey(b)) })
	return out
}

func keysOf(all []vedette.EntityRef) []string {
	var keys []string
	for _, e := range sorted(all) {
		keys = append(keys, entityKey(e))
	}
	return keys
}

func (p *Proposal) why() vedette.Text {
	n := strconv.Itoa
	var en, zh []string
	if p.False > 0 {
		en, zh = append(en, n(p.False)+" false"), append(zh, n(p.False)+" 次误报")
	}
	if p.Benign > 0 {
		en, zh = append(en, n(p.Benign)+" expected"), append(zh, n(p.Benign)+" 次预期行为")
	}
	out := vedette.Text{
		En: "Verdicts of 30 days on this rule at these entities: " + strings.Join(en, ", ") + "; none was an attack.",
		Zh: "近 30 天内，对此规则与这些实体的研判：" + strings.Join(zh, "、") + "；没有一次是攻击。",
	}
	if p.True > 0 {
		out.En = strings.Replace(out.En, "none was", n(p.True)+" "+were(p.True), 1)
		out.Zh = strings.Replace(out.Zh, "没有一次是攻击", n(p.True)+" 次是真实攻击", 1)
	}
	return out
}

func were(count int) string {
	if count == 1 {
		return "was"
	}
	return "were"
}
