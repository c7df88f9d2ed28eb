package triage

import (
	"context"
	"fmt"
	"slices"

	vedette "github.com/vedette-soc/vedette"
)

// Rework lets people rearrange incidents while nothing is folded. change reads the stored incidents, seals what it made of
// them by the function given, stores the outcome and returns the ids of the incidents that changed: they are read anew, so
// that later alerts go where people put the earlier ones. When change fails nothing is read.
func (t *Triage) Rework(ctx context.Context, tenant string, change func(sealed func(vedette.Incident) vedette.Incident) ([]string, error)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	ids, err := change(t.resealed)
	if err != nil {
		return err
	}
	return t.reload(ctx, tenant, ids)
}

// Reload reads incidents anew because people changed them: those that are closed, merged away or gone take no further
// alerts, the others do again.
func (t *Triage) Reload(ctx context.Context, tenant string, ids ...string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reload(ctx, tenant, ids)
}

// Resealed returns an incident with everything that triage makes of its counts and evidence made anew: bounds, numbers,
// score with reasons, title and story.
func (t *Triage) Resealed(in vedette.Incident) vedette.Incident {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.resealed(in)
}

// Keys names, for each piece of an incident's evidence, the kind of equal alerts that it stands for: pieces with the same
// key belong together.
func (t *Triage) Keys(in vedette.Incident) []string {
	keys := make([]string, len(in.Evidence))
	for i := range in.Evidence {
		keys[i] = look(&in.Evidence[i].Alert, t.engine.networks).key
	}
	return keys
}

func (t *Triage) reload(ctx context.Context, tenant string, ids []string) error {
	if t.stale {
		return nil // the next fold reads everything
	}
	if err := t.engine.learnLinks(ctx, t.store); err != nil {
		t.stale = true
		return err
	}
	old := t.now().Add(-t.cfg.Window)
	for _, id := range ids {
		f := t.engine.book.files[id]
		if f != nil && f.Tenant == tenant {
			t.engine.book.drop(f)
		}
		in, err := t.store.Incident(ctx, tenant, id)
		if err == nil && f != nil && in.Status == vedette.StatusClosed && (in.Verdict == vedette.VerdictBenign || in.Verdict == vedette.VerdictFalse) {
			t.engine.memory.usual(f)
		}
		switch {
		case vedette.CodeOf(err) == vedette.CodeNotFound:
			continue
		case err != nil:
			t.stale = true
			return fmt.Errorf("read an incident that people changed: %w", err)
		case in.Status == vedette.StatusClosed || in.Merged != "" || in.Updated.Before(old):
			continue
		}
		t.engine.book.load(in)
	}
	return nil
}

// resealed seals an incident that is in no book.
func (t *Triage) resealed(in vedette.Incident) vedette.Incident {
	in = copyOf(in)
	in.Entities = boundedRefs(in.Entities)
	in.Tactics = mergeTactics(nil, in.Tactics)
	in.Rules = boundedRules(in.Rules)
	alone := newBook(t.engine.networks)
	alone.load(in)
	f := alone.files[in.ID]
	t.engine.claim(f)
	t.engine.seal(f)
	if fused := t.engine.fused(f, false); f.Below && f.Score >= t.engine.line(f) && !fused.alone {
		f.Below = false
		t.engine.seal(f)
	}
	return copyOf(f.Incident)
}

// boundedRefs keeps as many entities as an incident may have, those first that say most.
func boundedRefs(refs []vedette.EntityRef) []vedette.EntityRef {
	objects, kept := 0, make([]vedette.EntityRef, 0, min(len(refs), maxEntities))
	order := slices.Clone(refs)
	if len(refs) > maxEntities {
		slices.SortStableFunc(order, func(a, b vedette.EntityRef) int { return weightOf(b.Role) - weightOf(a.Role) })
	}
	for _, ref := range order {
		if isObject(ref.Kind) {
			if objects++; objects > maxObjects {
				continue
			}
		}
		if len(kept) < maxEntities {
			kept = append(kept, ref)
		}
	}
	return kept
}

// boundedRules keeps as many rules as an incident may have, the most severe, in the order in which they first fired.
func boundedRules(rules []vedette.RuleCount) []vedette.RuleCount {
	rules = slices.Clone(rules)
	if len(rules) > maxRules {
		slices.SortStableFunc(rules, func(a, b vedette.RuleCount) int { return int(b.Severity) - int(a.Severity) })
		rules = rules[:maxRules]
	}
	slices.SortStableFunc(rules, func(a, b vedette.RuleCount) int { return a.First.Compare(b.First) })
	return rules
}
