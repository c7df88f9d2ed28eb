package triage

import (
	"context"
	"fmt"
	"slices"

	vedette "github.com/vedette-soc/vedette"
)

// claim finds the team of an incident by the teams' scopes. What a person decided holds; so does the team of an incident
// that people already see: it does not wander from queue to queue while it grows.
func (e *Engine) claim(f *caseFile) {
	if e.know.Team == nil || f.TeamBy != "" || !f.Below && f.Team != "" {
		return
	}
	f.Team = e.know.Team(f.Tenant, f.Entities)
}

// Claim looks anew at whose the incidents of a tenant in memory are, because its teams changed. teams are the names of
// those that there are: what a person gave to another one is nobody's in particular.
func (t *Triage) Claim(tenant string, teams []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range t.engine.book.files {
		if f.Tenant != tenant {
			continue
		}
		if f.Team != "" && !slices.Contains(teams, f.Team) {
			f.Team, f.TeamBy = "", ""
		}
		if f.TeamBy == "" && t.engine.know.Team != nil {
			f.Team = t.engine.know.Team(tenant, f.Entities)
		}
	}
}

// Reline judges stored open incidents anew whose line moved past their score, stores those that change sides, and returns
// how many did. It may be given incidents that stay: what one detector alone says, for instance, is not shown, and what is
// shown stays unless facts speak against it. Whether a
// person has taken one up meanwhile the store tells: then it stays in the queue.
func (t *Triage) Reline(ctx context.Context, incidents []vedette.Incident) (int, error) {
	changed, moved, err := t.reline(ctx, incidents)
	if err != nil {
		return 0, err
	}
	if t.OnChange != nil {
		for _, in := range changed {
			t.OnChange(in)
		}
	}
	return moved, nil
}

func (t *Triage) reline(ctx context.Context, incidents []vedette.Incident) ([]vedette.Incident, int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stale {
		if err := t.load(ctx); err != nil {
			return nil, 0, err
		}
	}
	t.stale = true
	moved := 0
	var old []vedette.Incident
	var lines []vedette.EvidenceEntry
	for _, in := range incidents {
		f := t.engine.book.files[in.ID]
		if f == nil || f.Tenant != in.Tenant {
			f := t.sided(in)
			if f.Below != in.Below || !slices.Equal(factsIn(&in), factsIn(&f.Incident)) {
				f.Updated = t.now().UTC()
				old, lines = append(old, copyOf(f.Incident)), append(lines, f.factEntries()...)
			}
			if f.Below != in.Below {
				moved++
			}
			continue
		}
		f.Team, f.TeamBy = in.Team, in.TeamBy
		before := f.Below
		if t.engine.side(f); f.Below != before {
			moved++
		}
	}
	files, fold, err := t.gather(0, newDeltas(t.engine.networks))
	if err != nil {
		return nil, 0, err
	}
	fold.Evidence = append(fold.Evidence, lines...)
	if fold.Incidents = append(fold.Incidents, old...); len(fold.Incidents) > 0 {
		if err := t.store.SaveFold(ctx, fold); err != nil {
			return nil, 0, fmt.Errorf("store the incidents that changed sides of the line: %w", err)
		}
	}
	t.stale = false
	t.stored(files, fold.Incidents)
	return fold.Incidents, moved, nil
}

// side puts an incident on the side of the line that its score is on now. What is in the queue leaves it only when facts
// of two sources speak against it: a line that rises takes nothing away that people may have seen.
func (e *Engine) side(f *caseFile) {
	fused := e.fused(f, false)
	f.Score, f.dirty = fused.score(), true
	if f.Below {
		if f.Score >= e.line(f) {
			e.reckon(f)
		}
		return
	}
	if f.Score >= e.line(f) || !agreed(f.facts) {
		return
	}
	f.Below, f.dirty = true, true
	e.book.going = slices.DeleteFunc(e.book.going, func(other *caseFile) bool { return other == f })
}

// sided is an incident that is in no book any more, on the side of the line that [Engine.side] would put it on.
func (t *Triage) sided(in vedette.Incident) *caseFile {
	f := t.alone(in)
	f.Below = true
	fused := t.engine.fused(f, false)
	f.Below = (in.Below || agreed(f.facts)) && (fused.score() < t.engine.line(f) || fused.alone)
	t.engine.seal(f)
	return f
}
