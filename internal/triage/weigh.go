package triage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Weigh judges the open incidents of a tenant anew whose last alert is not before since, because what speaks against them
// changed. It stores those that change, and returns how many did.
func (t *Triage) Weigh(ctx context.Context, tenant string, since time.Time) (int, error) {
	touched, err := t.otherwise(ctx, tenant, since)
	if err != nil || len(touched) == 0 {
		return 0, err
	}
	_, err = t.Reline(ctx, touched)
	return len(touched), err
}

// otherwise lists the open incidents against which other facts speak now than their documents say.
func (t *Triage) otherwise(ctx context.Context, tenant string, since time.Time) ([]vedette.Incident, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	files, err := t.since(ctx, tenant, since)
	if err != nil {
		return nil, err
	}
	var touched []vedette.Incident
	for _, f := range files {
		if t.engine.excuse(f); !slices.Equal(factsIn(&f.Incident), factIDs(f.facts)) {
			f.dirty = true
			touched = append(touched, f.Incident)
		}
	}
	return touched, nil
}

// since lists the open incidents of a tenant whose last alert is not before a time, those first that are in memory.
func (t *Triage) since(ctx context.Context, tenant string, since time.Time) ([]*caseFile, error) {
	if t.stale {
		if err := t.load(ctx); err != nil {
			return nil, err
		}
	}
	var files []*caseFile
	for _, f := range t.engine.book.sorted() {
		if f.Tenant == tenant && !f.Last.Before(since) {
			files = append(files, f)
		}
	}
	open, err := t.store.OpenIncidents(ctx, since, time.Time{}, t.cfg.MaxOpen)
	if err != nil {
		return nil, fmt.Errorf("read the open incidents that facts may explain: %w", err)
	}
	for _, in := range open {
		if in.Tenant != tenant || t.engine.book.files[in.ID] != nil {
			continue
		}
		files = append(files, t.alone(in))
	}
	return files, nil
}

// alone is a stored incident in a book of its own.
func (t *Triage) alone(in vedette.Incident) *caseFile {
	b := newBook(t.engine.networks)
	b.load(copyOf(in))
	return b.files[in.ID]
}

// recallFacts takes from a document which facts are in its ledger. What of its alerts is not kept cannot be explained anew:
// then no other facts can speak against it than those that did.
func (f *caseFile) recallFacts() {
	f.factsNoted = factsIn(&f.Incident)
	var kept int64
	for _, g := range f.groups {
		kept += g.count
	}
	if kept < f.Alerts {
		f.cut, f.only = true, slices.Clone(f.factsNoted)
	}
}

// factsIn lists the ids of the facts that speak against an incident by its document.
func factsIn(in *vedette.Incident) []string {
	var ids []string
	for i := range in.Reasons {
		if id := in.Reasons[i].Params["fact"]; id != "" && in.Reasons[i].Family == vedette.FamilyExculpatory {
			ids = append(ids, id)
		}
	}
	return ids
}

// Explained lists by id of fact the open incidents in memory that it speaks against, the highest first.
func (t *Triage) Explained(tenant string) map[string][]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	files := slices.DeleteFunc(t.engine.book.sorted(), func(f *caseFile) bool { return f.Tenant != tenant })
	slices.SortStableFunc(files, func(a, b *caseFile) int { return cmp.Compare(b.Score, a.Score) })
	all := make(map[string][]string)
	for _, f := range files {
		for _, id := range factsIn(&f.Incident) {
			all[id] = append(all[id], f.ID)
		}
	}
	return all
}

// FactEffect is what a fact does to an open incident.
type FactEffect struct {
	Incident vedette.Incident // without its evidence
	Before   int              // its score
	After    int
	Leaves   bool // it would leave the queue
}

// Suppose tells what a fact would do to the open incidents, the highest first, and changes nothing.
func (t *Triage) Suppose(ctx context.Context, fact vedette.Fact) ([]FactEffect, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	files, err := t.since(ctx, fact.Tenant, fact.From)
	if err != nil {
		return nil, err
	}
	e, supposed := t.engine, NewFacts([]vedette.Fact{fact})
	known := e.know.Facts
	with := func(a *vedette.Alert) []*vedette.Fact {
		if known == nil {
			return supposed.Of(a)
		}
		return append(supposed.Of(a), known(a)...)
	}
	defer func() { e.know.Facts = known }()
	var all []FactEffect
	for _, f := range files {
		e.know.Facts = with
		after := e.fused(f, false)
		held := holdsFact(f.facts, fact.ID)
		e.know.Facts = known
		before := e.fused(f, false)
		if !held {
			continue
		}
		in := copyOf(f.Incident)
		in.Evidence = nil
		all = append(all, FactEffect{Incident: in, Before: before.score(), After: after.score(), Leaves: !f.Below && after.score() < e.line(f)})
	}
	slices.SortStableFunc(all, func(a, b FactEffect) int { return cmp.Compare(b.Before, a.Before) })
	return all, nil
}

func factIDs(all []*vedette.Fact) []string {
	var ids []string
	for _, x := range all {
		ids = append(ids, x.ID)
	}
	return ids
}
