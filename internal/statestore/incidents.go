package statestore

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// IncidentEdit is what a person changes on an incident; nil leaves as it is.
type IncidentEdit struct {
	Status  *vedette.IncidentStatus
	Owner   *string
	Verdict *vedette.Verdict
	Team    *string // gives it to a team by hand, which holds whatever the teams' scopes say; empty for nobody in particular
	By      string  // who does, with Team
	// Why, WhyText and Same go with Verdict: a new verdict replaces them all. Without a verdict they are left alone.
	Why     vedette.VerdictReason
	WhyText string
	Same    string // the incident that it repeats, which must exist
	// Evidence is appended to the ledger of the incident with the edit.
	Evidence []vedette.EvidenceEntry
}

// maxWhy bounds the words for a verdict in bytes.
const maxWhy = 8 << 10

// incidentColumns are the columns that stand above the document: what people decide, and times as exact as stored.
const incidentColumns = `i.n, i.status, i.verdict, i.owner, i.merged, i.duplicate, i.reason, i.reason_text, i.first_time, i.last_time, i.created, i.updated, i.detected, i.closed, i.version, i.team, i.team_by, i.below`

// incidentRow is a stored incident on its way out.
type incidentRow struct {
	n                 int64
	status, verdict   string
	owner             string
	merged, duplicate string
	reason, text      string
	first, last       int64
	created, updated  int64
	detected, closed  int64
	version           int64
	team, teamBy      string
	below             int64
	summary, evidence string
}

func (r *incidentRow) columns() []any {
	return []any{&r.n, &r.status, &r.verdict, &r.owner, &r.merged, &r.duplicate, &r.reason, &r.text,
		&r.first, &r.last, &r.created, &r.updated, &r.detected, &r.closed, &r.version, &r.team, &r.teamBy, &r.below, &r.summary}
}

func (r *incidentRow) incident() (vedette.Incident, error) {
	var in vedette.Incident
	if err := json.Unmarshal([]byte(r.summary), &in); err != nil {
		return in, fmt.Errorf("decode a stored incident: %w", err)
	}
	if r.evidence != "" {
		if err := json.Unmarshal([]byte(r.evidence), &in.Evidence); err != nil {
			return in, fmt.Errorf("decode the evidence of incident %s: %w", in.ID, err)
		}
	}
	in.Status, in.Verdict, in.Owner = vedette.IncidentStatus(r.status), vedette.Verdict(r.verdict), r.owner
	in.Merged, in.Same, in.Why, in.WhyText = r.merged, r.duplicate, vedette.VerdictReason(r.reason), r.text
	in.First, in.Last = moment(r.first), moment(r.last)
	in.Created, in.Updated = moment(r.created), moment(r.updated)
	in.Detected, in.Closed = moment(r.detected), moment(r.closed)
	in.Version = r.version
	in.Team, in.TeamBy, in.Below = r.team, r.teamBy, r.below != 0
	return in, nil
}

// Incident returns the whole case file.
func (s *Store) Incident(ctx context.Context, tenant, id string) (vedette.Incident, error) {
	in, err := oneIncident(ctx, s.reading(), tenant, id)
	return in, s.engine.failure("read an incident", err)
}

func oneIncident(ctx context.Context, q session, tenant, id string) (vedette.Incident, error) {
	var row incidentRow
	found, err := q.one(ctx, append(row.columns(), &row.evidence), `SELECT `+incidentColumns+`, d.summary, d.evidence
		FROM incidents i JOIN incident_documents d ON d.n = i.n WHERE i.tenant = ? AND i.id = ?`, key(tenant), key(id))
	if err != nil {
		return vedette.Incident{}, err
	}
	if !found {
		return vedette.Incident{}, missing("incident", id)
	}
	return row.incident()
}

// OpenIncidents returns whole incidents of all tenants that are not closed, whose last alert is not before since and that
// were not updated before updated, newest first. Of more than limit those above the line go first, then those that score
// highest, and each tenant has as many as the others, as far as it has them.
func (s *Store) OpenIncidents(ctx context.Context, since, updated time.Time, limit int) ([]vedette.Incident, error) {
	var all []vedette.Incident
	add := func(scan func(...any) error) error {
		var row incidentRow
		if err := scan(append(row.columns(), &row.evidence)...); err != nil {
			return err
		}
		in, err := row.incident()
		all = append(all, in)
		return err
	}
	err := s.reading().each(ctx, add, `SELECT `+incidentColumns+`, d.summary, d.evidence FROM
		(SELECT n, row_number() OVER (PARTITION BY tenant ORDER BY below, score DESC, last_time DESC, n DESC) AS place
			FROM incidents WHERE status IN (?, ?, ?) AND last_time >= ? AND updated >= ?) AS best
		JOIN incidents i ON i.n = best.n JOIN incident_documents d ON d.n = i.n
		ORDER BY best.place, i.below, i.score DESC, i.last_time DESC, i.n DESC LIMIT ?`,
		string(vedette.StatusOpen), string(vedette.StatusWorking), string(vedette.StatusContained), since, updated, max(limit, 0))
	if err != nil {
		return nil, s.engine.failure("read open incidents", err)
	}
	slices.SortStableFunc(all, func(a, b vedette.Incident) int {
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// EditIncident changes an incident that is still at version (0: at any) and returns it as it is now.
// Closing sets its time of closing, leaving closed clears it. A version that moved on is a conflict.
func (s *Store) EditIncident(ctx context.Context, tenant, id string, version int64, edit IncidentEdit) (vedette.Incident, error) {
	if err := edit.check(); err != nil {
		return vedette.Incident{}, err
	}
	var in vedette.Incident
	err := s.transaction(ctx, "edit an incident", func(q session) error {
		row, found, err := peopleOf(ctx, q, tenant, key(id))
		switch {
		case err != nil:
			return err
		case !found:
			return missing("incident", id)
		case version != 0 && version != row.version:
			return moved("incident", id, version, row.version)
		case row.merged != "":
			return vedette.Errorf(vedette.CodeConflict, "incident %q was merged into %q: work on that one, or undo the merge", id, row.merged)
		}
		if err := edit.checkSame(ctx, q, tenant, id); err != nil {
			return err
		}
		if err := edit.checkTeam(ctx, q, tenant); err != nil {
			return err
		}
		now := s.now()
		edit.applyTo(&row, now)
		_, err = q.exec(ctx, `UPDATE incidents SET status = ?, verdict = ?, owner = ?, duplicate = ?, reason = ?, reason_text = ?,
			closed = ?, updated = ?, version = ?, team = ?, team_by = ? WHERE n = ?`,
			row.status, row.verdict, row.owner, key(row.same), key(row.reason), row.text, row.closed, now, row.version+1, key(row.team), key(row.teamBy), row.n)
		if err != nil {
			return err
		}
		if err := addEvidence(ctx, q, slices.Clone(edit.Evidence), now); err != nil {
			return err
		}
		if in, err = oneIncident(ctx, q, tenant, id); err != nil || edit.Verdict == nil {
			return err
		}
		return s.judge(ctx, q, &in)
	})
	return in, err
}

func (e IncidentEdit) check() error {
	if e.Status != nil && !slices.Contains(statuses(), *e.Status) {
		return vedette.Errorf(vedette.CodeInvalid, "status %q is not one of open, working, contained, closed", *e.Status)
	}
	verdicts := []vedette.Verdict{"", vedette.VerdictTrue, vedette.VerdictBenign, vedette.VerdictFalse, vedette.VerdictUndetermined, vedette.VerdictDuplicate}
	if e.Verdict != nil && !slices.Contains(verdicts, *e.Verdict) {
		return vedette.Errorf(vedette.CodeInvalid, "verdict %q is not one of true_positive, benign_positive, false_positive, undetermined, duplicate", *e.Verdict)
	}
	if e.Why != "" && !slices.Contains(vedette.VerdictReasons(), e.Why) {
		return vedette.Errorf(vedette.CodeInvalid, "%q is not the code of a reason", vedette.Shorten(string(e.Why), 100))
	}
	if len(e.WhyText) > maxWhy {
		return tooLong("the reason", len(e.WhyText), maxWhy)
	}
	if e.Owner != nil && len(*e.Owner) > MaxKey {
		return vedette.Errorf(vedette.CodeInvalid, "an owner's name has at most %d bytes", MaxKey)
	}
	return nil
}

// checkSame tells whether the incident that is repeated exists and is another one.
func (e IncidentEdit) checkSame(ctx context.Context, q session, tenant, id string) error {
	if e.Same == "" {
		return nil
	}
	if key(e.Same) == key(id) {
		return vedette.Errorf(vedette.CodeInvalid, "an incident cannot repeat itself")
	}
	_, found, err := peopleOf(ctx, q, tenant, key(e.Same))
	if err == nil && !found {
		err = missing("incident", e.Same)
	}
	return err
}

// checkTeam tells whether the team exists, and that somebody gives the incident to it.
func (e IncidentEdit) checkTeam(ctx context.Context, q session, tenant string) error {
	switch {
	case e.Team == nil:
		return nil
	case e.By == "":
		return vedette.Errorf(vedette.CodeInvalid, "it takes somebody to give an incident to a team")
	case *e.Team == "":
		return nil
	}
	_, err := oneTeam(ctx, q, tenant, *e.Team)
	if vedette.CodeOf(err) == vedette.CodeNotFound {
		return vedette.Errorf(vedette.CodeInvalid, "there is no team %q", vedette.Shorten(*e.Team, 100))
	}
	return err
}

func (e IncidentEdit) applyTo(row *people, now time.Time) {
	if e.Owner != nil {
		row.owner = *e.Owner
	}
	if e.Team != nil {
		row.team, row.teamBy = *e.Team, e.By
	}
	if e.Verdict != nil {
		row.verdict, row.same, row.reason, row.text = string(*e.Verdict), e.Same, string(e.Why), e.WhyText
	}
	if e.Status == nil {
		return
	}
	closing := *e.Status == vedette.StatusClosed
	switch {
	case !closing:
		row.closed = 0
	case row.closed == 0:
		row.closed = micros(now)
	}
	row.status = string(*e.Status)
}
