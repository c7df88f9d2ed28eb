package statestore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// Fold is what triage made of one journal sequence: everything in it is stored, or nothing.
type Fold struct {
	// Seq is the journal sequence that was folded. It becomes the progress "triage". 0 leaves the watermark alone.
	Seq uint64
	// Incidents are whole documents. Version is the version that triage last saw, 0 for a new incident. When the stored
	// version has moved on since, the stored status, owner, verdict and time of closing are kept. After success each
	// element holds what was stored, with its new version.
	Incidents []vedette.Incident
	// Entities are deltas: Alerts and Incidents are added to what is stored; First, Last and Severity widen it;
	// Internal and Protected replace it.
	Entities []vedette.Entity
	// Fired adds to the daily counts of rules.
	Fired []RuleFired
	// Evidence is appended to the ledgers of its incidents, in the order given. After success each element holds its
	// number and hashes; one that found no room has the number 0.
	Evidence []vedette.EvidenceEntry
	// Memory is what triage learned with this sequence.
	Memory []Memory
	// Changes are what triage rearranged by itself: Before and After as they were around each, with what people decided as
	// triage knew it. Incidents has what became of them.
	Changes []Rearrangement
}

// RuleFired says that a rule made Count alerts on a day.
type RuleFired struct {
	Tenant string
	RuleID string
	Day    time.Time // any time on that day, UTC
	Count  int64
	Last   time.Time
}

// SaveFold stores a fold in one transaction. A Seq that is not beyond the progress "triage" was folded before: nothing
// is stored and the error is conflict.
func (s *Store) SaveFold(ctx context.Context, fold Fold) error {
	stored, evidence := slices.Clone(fold.Incidents), slices.Clone(fold.Evidence)
	err := s.transaction(ctx, "save a fold", func(q session) error {
		if err := passWatermark(ctx, q, fold.Seq); err != nil {
			return err
		}
		changes, err := decidedBefore(ctx, q, fold.Changes)
		if err != nil {
			return err
		}
		for i := range stored {
			if err := saveIncident(ctx, q, &stored[i]); err != nil {
				return err
			}
		}
		if err := addEvidence(ctx, q, evidence, s.now()); err != nil {
			return err
		}
		if err := addChanges(ctx, q, changes, s.now()); err != nil {
			return err
		}
		if err := addEntities(ctx, q, fold.Entities); err != nil {
			return err
		}
		if err := addMemories(ctx, q, fold.Memory); err != nil {
			return err
		}
		return addFirings(ctx, q, fold.Fired)
	})
	if err == nil {
		copy(fold.Incidents, stored)
		copy(fold.Evidence, evidence)
	}
	return err
}

// passWatermark moves the watermark; being the first statement, it also makes folds of several nodes wait in line.
func passWatermark(ctx context.Context, q session, seq uint64) error {
	if seq == 0 {
		return nil
	}
	var last int64
	_, err := q.one(ctx, []any{&last}, "SELECT value FROM progress WHERE name = ?"+q.engine.lock, ProgressTriage)
	if err != nil {
		return err
	}
	if seq <= uint64(last) {
		return vedette.Errorf(vedette.CodeConflict, "sequence %d was folded before: the watermark is at %d", seq, last)
	}
	return setProgress(ctx, q, ProgressTriage, seq)
}

// addEntities adds deltas in the order of their keys, so that two nodes never wait for each other in a circle.
func addEntities(ctx context.Context, q session, entities []vedette.Entity) error {
	entities = slices.Clone(entities)
	slices.SortFunc(entities, func(a, b vedette.Entity) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	for _, e := range entities {
		_, err := q.exec(ctx, `INSERT INTO entities
			(tenant, kind, name, first_time, last_time, alerts, incidents, severity, internal, protected)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (tenant, kind, name) DO UPDATE SET
			first_time = CASE WHEN excluded.first_time < entities.first_time THEN excluded.first_time ELSE entities.first_time END,
			last_time = CASE WHEN excluded.last_time > entities.last_time THEN excluded.last_time ELSE entities.last_time END,
			alerts = entities.alerts + excluded.alerts, incidents = entities.incidents + excluded.incidents,
			severity = CASE WHEN excluded.severity > entities.severity THEN excluded.severity ELSE entities.severity END,
			internal = excluded.internal, protected = excluded.protected`,
			key(e.Tenant), key(string(e.Kind)), key(e.Name), e.First, e.Last, e.Alerts, e.Incidents, int64(e.Severity), e.Internal, e.Protected)
		if err != nil {
			return err
		}
	}
	return nil
}

func addFirings(ctx context.Context, q session, fired []RuleFired) error {
	fired = slices.Clone(fired)
	slices.SortFunc(fired, func(a, b RuleFired) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), a.Day.Compare(b.Day), cmp.Compare(a.RuleID, b.RuleID))
	})
	for _, f := range fired {
		_, err := q.exec(ctx, `INSERT INTO rule_days (tenant, day, rule, fired, last_time) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (tenant, day, rule) DO UPDATE SET fired = rule_days.fired + excluded.fired,
			last_time = CASE WHEN excluded.last_time > rule_days.last_time THEN excluded.last_time ELSE rule_days.last_time END`,
			key(f.Tenant), dayOf(f.Day), key(f.RuleID), f.Count, f.Last)
		if err != nil {
			return err
		}
	}
	return nil
}

const daySeconds = 24 * 60 * 60

// dayOf counts days since 1970 in UTC.
func dayOf(t time.Time) int64 {
	seconds := t.Unix()
	if seconds < 0 {
		seconds -= daySeconds - 1
	}
	return seconds / daySeconds
}

func dayStart(day int64) time.Time { return time.Unix(day*daySeconds, 0).UTC() }
