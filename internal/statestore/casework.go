package statestore

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxChanges is how many merges, splits and moves an incident can be part of; MaxSides how many incidents one concerns.
const (
	MaxChanges   = 200
	MaxSides     = 21
	maxDocuments = 256 << 20
)

// Rearrangement is a merge, a split or a move as it is stored: all of it, or nothing.
type Rearrangement struct {
	Change vedette.IncidentChange
	// Before are the incidents as they were, whole, in the order of the change's sides; one that begins with the change
	// has no id.
	Before []vedette.Incident
	// After are the incidents as they become, in the same order. Version is the one that Before had: a newer one is a
	// conflict. After success each holds its new version.
	After []vedette.Incident
	// Evidence is appended to the ledgers of the incidents.
	Evidence []vedette.EvidenceEntry
	// Links adds to what people said about things that belong together or apart.
	Links []vedette.LinkFeedback
	// Learned is what taking it back says of such things.
	Learned []vedette.LinkFeedback
}

// rearranged is the part of a rearrangement that taking it back needs.
type rearranged struct {
	Before, After []vedette.Incident
	Links         []vedette.LinkFeedback
}

// SaveChange stores a rearrangement in one transaction and returns its change with its id and time.
func (s *Store) SaveChange(ctx context.Context, r Rearrangement) (vedette.IncidentChange, error) {
	r.Change.ID, r.Change.Time = "chg-"+randomHex(8), s.now()
	after := append([]vedette.Incident(nil), r.After...)
	err := s.transaction(ctx, "rearrange incidents", func(q session) error {
		if err := replaceIncidents(ctx, q, after, s.now()); err != nil {
			return err
		}
		kept := rearranged{Before: r.Before, After: after, Links: r.Links}
		if err := insertChange(ctx, q, r.Change, kept); err != nil {
			return err
		}
		if err := addEvidence(ctx, q, r.Evidence, s.now()); err != nil {
			return err
		}
		return addLinks(ctx, q, r.Links, 1, s.now())
	})
	if err == nil {
		copy(r.After, after)
	}
	return r.Change, err
}

// replaceIncidents stores documents with what people decided as the documents say it. A version that moved on is a
// conflict.
func replaceIncidents(ctx context.Context, q session, incidents []vedette.Incident, now time.Time) error {
	for i := range incidents {
		in := &incidents[i]
		if err := named("an incident", in.ID); err != nil {
			return err
		}
		row, found, err := peopleOf(ctx, q, in.Tenant, in.ID)
		switch {
		case err != nil:
			return err
		case row.version != in.Version:
			return moved("incident", in.ID, in.Version, row.version)
		}
		in.Updated = moment(micros(now))
		if err := writeIncident(ctx, q, in, row, found); err != nil {
			return err
		}
	}
	return nil
}

func insertChange(ctx context.Context, q session, change vedette.IncidentChange, kept rearranged) error {
	what, err := json.Marshal(changeText{change.Alerts, change.Rules, change.Sides, change.Why})
	if err != nil {
		return fmt.Errorf("encode a change of incidents: %w", err)
	}
	documents, err := packed(kept)
	if err != nil {
		return err
	}
	var n int64
	_, err = q.one(ctx, []any{&n}, `INSERT INTO incident_changes (tenant, id, kind, time, who, reason, what, documents, undone, undone_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '') RETURNING n`,
		key(change.Tenant), change.ID, string(change.Kind), change.Time, key(change.By), change.Reason, string(what), documents)
	if err != nil {
		return err
	}
	for _, side := range change.Sides {
		var count int64
		_, err := q.one(ctx, []any{&count}, "SELECT count(*) FROM incident_change_sides WHERE tenant = ? AND incident = ?", key(change.Tenant), key(side.Incident))
		if err != nil {
			return err
		}
		if count >= MaxChanges {
			return vedette.Errorf(vedette.CodeLimited, "incident %q was rearranged %d times; there is no room for more", side.Incident, count)
		}
		_, err = q.exec(ctx, "INSERT INTO incident_change_sides (tenant, incident, change) VALUES (?, ?, ?)", key(change.Tenant), key(side.Incident), n)
		if err != nil {
			return err
		}
	}
	return nil
}

// packed makes documents small.
func packed(kept rearranged) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(kept); err != nil {
		return nil, fmt.Errorf("encode the documents of a change: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the documents of a change: %w", err)
	}
	return b.Bytes(), nil
}

func unpacked(data []byte) (rearranged, error) {
	var kept rearranged
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return kept, fmt.Errorf("unpack the documents of a change: %w", err)
	}
	if err := json.NewDecoder(io.LimitReader(z, maxDocuments)).Decode(&kept); err != nil {
		return kept, fmt.Errorf("decode the documents of a change: %w", err)
	}
	return kept, nil
}

// UndoChange stores in one transaction what taking a change back makes of its incidents: After with the versions that
// were seen, Evidence for the ledgers. The change is marked, and what it taught is forgotten. One that was undone before,
// and one that a later change stands on, is a conflict.
func (s *Store) UndoChange(ctx context.Context, r Rearrangement) error {
	after := append([]vedette.Incident(nil), r.After...)
	err := s.transaction(ctx, "undo a change of incidents", func(q session) error {
		stored, n, err := oneChange(ctx, q, r.Change.Tenant, r.Change.ID)
		switch {
		case err != nil:
			return err
		case !stored.Undone.IsZero():
			return vedette.Errorf(vedette.CodeConflict, "change %q was undone before", r.Change.ID)
		case stored.Blocked != "":
			return vedette.Errorf(vedette.CodeConflict, "change %q has to be undone first", stored.Blocked)
		}
		_, err = q.exec(ctx, "UPDATE incident_changes SET undone = ?, undone_by = ? WHERE n = ?", s.now(), key(r.Change.UndoneBy), n)
		if err != nil {
			return err
		}
		if err := replaceIncidents(ctx, q, after, s.now()); err != nil {
			return err
		}
		if err := addEvidence(ctx, q, r.Evidence, s.now()); err != nil {
			return err
		}
		if err := addLinks(ctx, q, r.Learned, 1, s.now()); err != nil {
			return err
		}
		return addLinks(ctx, q, r.Links, -1, s.now())
	})
	if err == nil {
		copy(r.After, after)
	}
	return err
}
