package statestore

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/vedette-soc/vedette"
)

// ChangedIncident is an incident that changed since it was last weighed; Row names it to the store.
type ChangedIncident struct {
	Row int64
	vedette.Incident
}

// maxStakesRead bounds the incidents that one entity's risk is made of.
const maxStakesRead = 500

// ChangedIncidents returns whole incidents of all tenants that were updated since a time and have changed since they were
// last weighed, in the order of their updates.
func (s *Store) ChangedIncidents(ctx context.Context, since time.Time, limit int) ([]ChangedIncident, error) {
	var list []ChangedIncident
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var row incidentRow
		if err := scan(append(row.columns(), &row.evidence)...); err != nil {
			return err
		}
		in, err := row.incident()
		list = append(list, ChangedIncident{row.n, in})
		return err
	}, `SELECT `+incidentColumns+`, d.summary, d.evidence FROM incidents i JOIN incident_documents d ON d.n = i.n
		LEFT JOIN entity_weighed w ON w.n = i.n WHERE i.updated >= ? AND (w.version IS NULL OR w.version <> i.version)
		ORDER BY i.updated, i.n LIMIT ?`, since, limit)
	return list, s.engine.failure("read incidents that changed", err)
}

// EntityOf is an entity and whose it is.
type EntityOf struct {
	Tenant string
	vedette.EntityRef
}

// SaveStakes replaces what an incident says against its entities. It returns the entities that it said something against
// before, which may be others.
func (s *Store) SaveStakes(ctx context.Context, in ChangedIncident, stakes []vedette.Stake, exposed []ExposedEntity) ([]EntityOf, error) {
	var before []EntityOf
	err := s.transaction(ctx, "store what an incident says against entities", func(q session) error {
		before = nil
		err := q.each(ctx, func(scan func(...any) error) error {
			e := EntityOf{Tenant: in.Tenant}
			err := scan(&e.Kind, &e.Name)
			before = append(before, e)
			return err
		}, "SELECT kind, name FROM entity_stakes WHERE n = ?", in.Row)
		if err != nil {
			return err
		}
		if _, err := q.exec(ctx, "DELETE FROM entity_stakes WHERE n = ?", in.Row); err != nil {
			return err
		}
		for i := range stakes {
			k := &stakes[i]
			_, err := q.exec(ctx, `INSERT INTO entity_stakes (n, tenant, kind, name, role, share, seen) VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (n, kind, name) DO NOTHING`, in.Row, key(in.Tenant), key(string(k.Ref.Kind)), key(k.Ref.Name), string(k.Ref.Role),
				int64(math.Round(k.Share*1e6)), hashesOut(k.Seen))
			if err != nil {
				return err
			}
		}
		return addExposures(ctx, q, exposed)
	})
	return before, err
}

func hashesOut(list []uint64) []byte {
	data := make([]byte, 0, 8*len(list))
	for _, h := range list {
		data = binary.LittleEndian.AppendUint64(data, h)
	}
	return data
}

func hashesIn(data []byte) []uint64 {
	list := make([]uint64, 0, len(data)/8)
	for ; len(data) >= 8; data = data[8:] {
		list = append(list, binary.LittleEndian.Uint64(data))
	}
	return list
}

// StakesOf returns what incidents whose last alert is not before since say against an entity, newest first. Titles and
// severities are left out.
func (s *Store) StakesOf(ctx context.Context, of EntityOf, since time.Time) ([]vedette.Stake, error) {
	var list []vedette.Stake
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		k := vedette.Stake{Ref: vedette.EntityRef{Kind: of.Kind, Name: of.Name}}
		var share, severity, first, last int64
		var seen []byte
		err := scan(&k.Incident, &k.Ref.Role, &share, &seen, &k.Score, &k.Status, &k.Verdict, &severity, &first, &last)
		k.Share, k.Seen, k.Severity, k.First, k.Last = float64(share)/1e6, hashesIn(seen), vedette.Severity(severity), moment(first), moment(last)
		list = append(list, k)
		return err
	}, `SELECT i.id, k.role, k.share, k.seen, i.score, i.status, i.verdict, i.severity, i.first_time, i.last_time
		FROM entity_stakes k JOIN incidents i ON i.n = k.n WHERE k.tenant = ? AND k.kind = ? AND k.name = ? AND i.last_time >= ?
		ORDER BY i.last_time DESC, i.n DESC LIMIT ?`, key(of.Tenant), key(string(of.Kind)), key(of.Name), since, maxStakesRead)
	return list, s.engine.failure("read what incidents say against an entity", err)
}

// Standing is where an entity stands among the others by its risk; see [EntityRow].
type Standing struct {
	EntityOf
	Standing int64
}

// SetStandings stores where entities stand and that incidents were weighed at their versions.
func (s *Store) SetStandings(ctx context.Context, list []Standing, weighed []ChangedIncident) error {
	return s.transaction(ctx, "store the risk of entities", func(q session) error {
		for _, e := range list {
			_, err := q.exec(ctx, "UPDATE entities SET standing = ? WHERE tenant = ? AND kind = ? AND name = ?", e.Standing, key(e.Tenant), key(string(e.Kind)), key(e.Name))
			if err != nil {
				return err
			}
		}
		for i := range weighed {
			_, err := q.exec(ctx, `INSERT INTO entity_weighed (n, version) VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET version = excluded.version`,
				weighed[i].Row, weighed[i].Version)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// IncidentTitles returns the titles of incidents by id.
func (s *Store) IncidentTitles(ctx context.Context, tenant string, ids []string) (map[string]vedette.Text, error) {
	titles := make(map[string]vedette.Text, len(ids))
	if len(ids) == 0 {
		return titles, nil
	}
	args := []any{key(tenant)}
	for _, id := range ids {
		args = append(args, key(id))
	}
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var id, summary string
		if err := scan(&id, &summary); err != nil {
			return err
		}
		var in struct{ Title vedette.Text }
		if err := json.Unmarshal([]byte(summary), &in); err != nil {
			return fmt.Errorf("decode the title of incident %s: %w", id, err)
		}
		titles[id] = in.Title
		return nil
	}, "SELECT i.id, d.summary FROM incidents i JOIN incident_documents d ON d.n = i.n WHERE i.tenant = ? AND i.id IN ("+marks(len(ids))+")", args...)
	return titles, s.engine.failure("read titles of incidents", err)
}

// ExposedEntity is a weakness and the entity that it lies open on.
type ExposedEntity struct {
	EntityOf
	vedette.Exposure
}

// SaveExposures stores known weaknesses. The same one said again by the same source widens its time and takes the newer state.
func (s *Store) SaveExposures(ctx context.Context, list []ExposedEntity) error {
	return s.transaction(ctx, "store weaknesses", func(q session) error { return addExposures(ctx, q, list) })
}

func addExposures(ctx context.Context, q session, list []ExposedEntity) error {
	for i := range list {
		e := &list[i]
		_, err := q.exec(ctx, `INSERT INTO entity_exposures (tenant, kind, name, id, source, title, severity, state, first_time, last_time, reference)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, kind, name, id, source) DO UPDATE SET title = excluded.title,
			severity = excluded.severity, state = excluded.state, reference = excluded.reference,
			first_time = CASE WHEN excluded.first_time < entity_exposures.first_time THEN excluded.first_time ELSE entity_exposures.first_time END,
			last_time = CASE WHEN excluded.last_time > entity_exposures.last_time THEN excluded.last_time ELSE entity_exposures.last_time END`,
			key(e.Tenant), key(string(e.Kind)), key(e.Name), key(e.ID), key(e.Source), vedette.Cut(e.Title, MaxKey), int64(e.Severity), key(e.State),
			e.First, e.Last, key(e.Reference))
		if err != nil {
			return err
		}
	}
	return nil
}

// Exposures returns the known weaknesses of an entity, worst first.
func (s *Store) Exposures(ctx context.Context, tenant string, kind vedette.EntityKind, name string) ([]vedette.Exposure, error) {
	var list []vedette.Exposure
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var e vedette.Exposure
		var severity, first, last int64
		err := scan(&e.ID, &e.Source, &e.Title, &severity, &e.State, &first, &last, &e.Reference)
		e.Severity, e.First, e.Last = vedette.Severity(severity), moment(first), moment(last)
		list = append(list, e)
		return err
	}, `SELECT id, source, title, severity, state, first_time, last_time, reference FROM entity_exposures
		WHERE tenant = ? AND kind = ? AND name = ? ORDER BY severity DESC, last_time DESC, id, source LIMIT ?`,
		key(tenant), key(string(kind)), key(name), MaxPage)
	return list, s.engine.failure("read weaknesses", err)
}
