package casework

import (
	"cmp"
	"slices"

	"github.com/vedette-soc/vedette"
)

// Sheet is an incident with the key of each piece of its evidence.
type Sheet struct {
	vedette.Incident
	Keys []string // as long as Evidence
}

// batch is the equal alerts of an incident: one piece of evidence, or the first and the last.
type batch struct {
	key         string
	rule        string
	first, last vedette.Evidence
	count       int64
}

// batches gathers the evidence of a sheet by its keys, in the order in which they begin.
func (s *Sheet) batches() []*batch {
	var all []*batch
	byKey := make(map[string]*batch)
	for i, e := range s.Evidence {
		name := e.Alert.RuleID + "\x00" + s.Keys[i]
		b := byKey[name]
		if b == nil {
			b = &batch{key: s.Keys[i], rule: e.Alert.RuleID, first: e, last: e}
			byKey[name] = b
			all = append(all, b)
		}
		b.add(e)
	}
	return all
}

// add takes a piece of evidence into the batch.
func (b *batch) add(e vedette.Evidence) {
	if e.Alert.Time.Before(b.first.Alert.Time) {
		b.first = e
	}
	if !e.Alert.Time.Before(b.last.Alert.Time) {
		b.last = e
	}
	b.count += e.Count
}

func (b *batch) name() string { return b.rule + "\x00" + b.key }

// joined is the batch with another of the same name; neither is changed.
func (b *batch) joined(other *batch) *batch {
	sum := *b
	if other.first.Alert.Time.Before(sum.first.Alert.Time) {
		sum.first = other.first
	}
	if !other.last.Alert.Time.Before(sum.last.Alert.Time) {
		sum.last = other.last
	}
	sum.count += other.count
	return &sum
}

// evidence is what a document keeps of batches, numbered in the order of time, with the key of each piece.
func evidence(batches []*batch) ([]vedette.Evidence, []string) {
	type piece struct {
		vedette.Evidence
		key string
	}
	var pieces []piece
	for _, b := range batches {
		first := b.first
		first.Count = 1
		if b.count <= 1 || b.first.Alert.ID == b.last.Alert.ID {
			first.Count = b.count
			pieces = append(pieces, piece{first, b.key})
			continue
		}
		last := b.last
		last.Count = b.count - 1
		pieces = append(pieces, piece{first, b.key}, piece{last, b.key})
	}
	slices.SortStableFunc(pieces, func(x, y piece) int {
		return cmp.Or(x.Alert.Time.Compare(y.Alert.Time), cmp.Compare(x.key, y.key))
	})
	all, keys := make([]vedette.Evidence, len(pieces)), make([]string, len(pieces))
	for i, p := range pieces {
		p.Number = i + 1
		all[i], keys[i] = p.Evidence, p.key
	}
	return all, keys
}

// loose is how many alerts of each rule no kept evidence stands for.
func loose(rules []vedette.RuleCount, batches []*batch) map[string]int64 {
	rest := make(map[string]int64, len(rules))
	for _, r := range rules {
		rest[r.RuleID] += r.Count
	}
	for _, b := range batches {
		if _, known := rest[b.rule]; known {
			rest[b.rule] -= b.count
		}
	}
	for rule, n := range rest {
		rest[rule] = max(n, 0)
	}
	return rest
}

// blank clears what triage makes anew.
func blank(in *vedette.Incident) {
	in.Title, in.Story, in.Reasons, in.Score, in.Severity = vedette.Text{}, vedette.Text{}, nil, 0, 0
	in.Result, in.Proof, in.Next, in.WhyNot = "", nil, nil, nil
}
