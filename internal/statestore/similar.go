package statestore

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
)

// Bounds of the search for similar incidents: so much is looked at however many incidents there are.
const (
	maxTraits     = 96   // of the incident: its rules, then its entities
	maxSame       = 1000 // incidents that share one trait, the newest
	maxSeen       = 10_000
	maxCandidates = 24
	maxCommon     = 1024 // from so many incidents on, a trait counts as being in that many
	maxCommonness = 64   // the same, for what only the other incident has
	tacticWeight  = 0.2
	likeEnough    = 0.05
)

// Similar is an incident that is like another one.
type Similar struct {
	Incident vedette.Incident // without its evidence
	Likeness float64          // 0 to 1: the weight of what both have, by the weight of what either has
	Shared   []Trait          // what both have, what is rarest first
}

// Trait is something that makes incidents alike.
type Trait struct {
	Kind string // rule, tactic, or the kind of an entity
	Name string
}

// traits are those of an incident with the weight of each: 1 when it is in no other, less in as many more as have it.
type traits map[Trait]float64

// SimilarIncidents returns up to limit incidents of the tenant, open and closed, that are like one of them, the most like
// first. Rules and entities that few incidents have say most; the newest incidents are found first. Incidents merged into
// another are left out.
func (s *Store) SimilarIncidents(ctx context.Context, tenant, id string, limit int) ([]Similar, error) {
	found, err := s.similar(ctx, tenant, id, min(limit, maxCandidates))
	return found, s.engine.failure("find similar incidents", err)
}

func (s *Store) similar(ctx context.Context, tenant, id string, limit int) ([]Similar, error) {
	q := s.reading()
	var n int64
	found, err := q.one(ctx, []any{&n}, "SELECT n FROM incidents WHERE tenant = ? AND id = ?", key(tenant), key(id))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, missing("incident", id)
	}
	own, err := traitsOf(ctx, q, key(tenant), []int64{n}, maxCommon)
	if err != nil {
		return nil, err
	}
	mine := bounded(own[n])
	numbers, err := candidates(ctx, q, key(tenant), n, mine)
	if err != nil || len(numbers) == 0 {
		return nil, err
	}
	theirs, err := traitsOf(ctx, q, key(tenant), numbers, maxCommonness)
	if err != nil {
		return nil, err
	}
	incidents, err := summaries(ctx, q, append(numbers, n))
	if err != nil {
		return nil, err
	}
	mine.tactics(incidents[n].Tactics)
	delete(incidents, n)
	var all []Similar
	for at, other := range incidents {
		if other.Merged != "" {
			continue
		}
		set := theirs[at]
		set.tactics(other.Tactics)
		one := compared(mine, set)
		one.Incident = other
		if one.Likeness >= likeEnough {
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b Similar) int {
		return cmp.Or(cmp.Compare(b.Likeness, a.Likeness), b.Incident.Last.Compare(a.Incident.Last), cmp.Compare(a.Incident.ID, b.Incident.ID))
	})
	return all[:min(len(all), max(limit, 0))], nil
}

// rarity is what a trait weighs that so many incidents have.
func rarity(incidents int64) float64 { return 1 / (1 + math.Log2(float64(max(incidents, 1)))) }

func (t traits) tactics(names []string) {
	for _, name := range names {
		t[Trait{"tactic", name}] = tacticWeight
	}
}

// bounded keeps the rarest traits.
func bounded(all traits) traits {
	kept := traits{}
	for _, t := range byWeight(all)[:min(len(all), maxTraits)] {
		kept[t] = all[t]
	}
	return kept
}

// byWeight orders traits, the rarest first.
func byWeight(all traits) []Trait {
	return slices.SortedFunc(maps.Keys(all), func(a, b Trait) int {
		return cmp.Or(cmp.Compare(all[b], all[a]), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
}

// compared is the weighted Jaccard index of two sets of traits.
func compared(a, b traits) Similar {
	var one Similar
	both, either := 0.0, 0.0
	shared := traits{}
	for t, w := range a {
		if _, has := b[t]; has {
			both += w
			shared[t] = w
		}
		either += w
	}
	for t, w := range b {
		if _, has := a[t]; !has {
			either += w
		}
	}
	if either > 0 {
		one.Likeness = math.Round(both/either*1000) / 1000
	}
	one.Shared = byWeight(shared)
	return one
}

// candidates returns the row numbers of those incidents that share most with the one at n.
func candidates(ctx context.Context, q session, tenant string, n int64, mine traits) ([]int64, error) {
	sums := make(map[int64]float64)
	budget := maxSeen
	for _, t := range byWeight(mine) {
		if budget <= 0 {
			break
		}
		query, args := "SELECT n FROM incident_entities WHERE tenant = ? AND name = ? AND kind = ? ORDER BY n DESC LIMIT ?", []any{tenant, t.Name, t.Kind}
		if t.Kind == "rule" {
			query, args = "SELECT n FROM incident_rules WHERE tenant = ? AND rule = ? ORDER BY n DESC LIMIT ?", []any{tenant, t.Name}
		}
		err := q.each(ctx, func(scan func(...any) error) error {
			var other int64
			err := scan(&other)
			if budget--; other != n {
				sums[other] += mine[t]
			}
			return err
		}, query, append(args, min(budget, maxSame))...)
		if err != nil {
			return nil, err
		}
	}
	numbers := slices.SortedFunc(maps.Keys(sums), func(a, b int64) int {
		return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(b, a))
	})
	return numbers[:min(len(numbers), maxCandidates)], nil
}

// traitsOf returns the rules and entities of incidents, each with its weight. No more than common incidents are counted
// for any.
func traitsOf(ctx context.Context, q session, tenant string, numbers []int64, common int) (map[int64]traits, error) {
	all := make(map[int64]traits, len(numbers))
	for _, n := range numbers {
		all[n] = traits{}
	}
	weights := make(map[Trait]float64)
	in := "(" + marks(len(numbers)) + ")"
	add := func(scan func(...any) error) error {
		var n int64
		var t Trait
		if err := scan(&n, &t.Kind, &t.Name); err != nil {
			return err
		}
		all[n][t], weights[t] = 0, 0
		return nil
	}
	if err := q.each(ctx, add, "SELECT n, kind, name FROM incident_entities WHERE n IN "+in, anys(numbers)...); err != nil {
		return nil, err
	}
	if err := q.each(ctx, add, "SELECT n, 'rule', rule FROM incident_rules WHERE n IN "+in, anys(numbers)...); err != nil {
		return nil, err
	}
	weigh := func(scan func(...any) error) error {
		var t Trait
		var count int64
		err := scan(&t.Kind, &t.Name, &count)
		weights[t] = rarity(count)
		return err
	}
	args := append(anys(numbers), tenant, common)
	err := q.each(ctx, weigh, `SELECT x.kind, x.name, (SELECT count(*) FROM (SELECT 1 FROM incident_entities e
		WHERE e.tenant = ? AND e.name = x.name AND e.kind = x.kind LIMIT ?) AS few)
		FROM (SELECT DISTINCT kind, name FROM incident_entities WHERE n IN `+in+`) AS x`, moveEnd(args, 2)...)
	if err != nil {
		return nil, err
	}
	args = append(anys(numbers), tenant, common)
	err = q.each(ctx, weigh, `SELECT 'rule', x.rule, (SELECT count(*) FROM (SELECT 1 FROM incident_rules e
		WHERE e.tenant = ? AND e.rule = x.rule LIMIT ?) AS few)
		FROM (SELECT DISTINCT rule FROM incident_rules WHERE n IN `+in+`) AS x`, moveEnd(args, 2)...)
	for _, set := range all {
		for t := range set {
			set[t] = weights[t]
		}
	}
	return all, err
}

// moveEnd puts the last n arguments first.
func moveEnd(args []any, n int) []any {
	at := len(args) - n
	return append(slices.Clone(args[at:]), args[:at]...)
}

// summaries reads incidents by row number, without evidence.
func summaries(ctx context.Context, q session, numbers []int64) (map[int64]vedette.Incident, error) {
	all := make(map[int64]vedette.Incident, len(numbers))
	err := q.each(ctx, func(scan func(...any) error) error {
		var row incidentRow
		if err := scan(row.columns()...); err != nil {
			return err
		}
		in, err := row.incident()
		all[row.n] = in
		return err
	}, "SELECT "+incidentColumns+", d.summary FROM incidents i JOIN incident_documents d ON d.n = i.n WHERE i.n IN ("+marks(len(numbers))+")", anys(numbers)...)
	return all, err
}
