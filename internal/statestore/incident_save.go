package statestore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
)

// MaxIncident is the largest incident as JSON in bytes; maxLinks bounds the entities, and the rules, that it is found by.
const (
	MaxIncident = 4 << 20
	maxLinks    = 1000
	maxSearched = 8 << 10
)

// incidentDocument is an incident as JSON: evidence apart, because lists have no use for it.
type incidentDocument struct {
	summary, evidence string
}

// saveIncident stores triage's view of an incident and completes it with what people decided meanwhile. What only people
// decide is never triage's to change.
func saveIncident(ctx context.Context, q session, in *vedette.Incident) error {
	if err := named("an incident", in.ID); err != nil {
		return err
	}
	row, found, err := peopleOf(ctx, q, in.Tenant, in.ID)
	if err != nil {
		return err
	}
	if found && row.version != in.Version {
		row.applyTo(in)
	}
	if found {
		row.judge(in)
	}
	return writeIncident(ctx, q, in, row, found)
}

// writeIncident stores an incident over its row, or as a new one, with the next version.
func writeIncident(ctx context.Context, q session, in *vedette.Incident, row people, found bool) error {
	if in.Status == "" {
		in.Status = vedette.StatusOpen
	}
	if !slices.Contains(statuses(), in.Status) {
		return vedette.Errorf(vedette.CodeInvalid, "incident %q has the status %q, which is not one of open, working, contained, closed", in.ID, in.Status)
	}
	document, err := encodeIncident(in)
	if err != nil {
		return err
	}
	in.Version = max(in.Version, row.version) + 1
	links := linksOf(in)
	n := row.n
	if found {
		err = updateIncident(ctx, q, n, in, links)
	} else {
		n, err = insertIncident(ctx, q, in, links)
	}
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, `INSERT INTO incident_documents (n, summary, evidence) VALUES (?, ?, ?)
		ON CONFLICT (n) DO UPDATE SET summary = excluded.summary, evidence = excluded.evidence`, n, document.summary, document.evidence)
	if err != nil || bytes.Equal(row.links, links.sum) {
		return err
	}
	return links.save(ctx, q, n, in.Tenant)
}

// people is the stored row's part that people decide.
type people struct {
	n, version      int64
	status, verdict string
	owner           string
	merged, same    string
	reason, text    string
	closed          int64
	links           []byte
	team, teamBy    string
	below           int64
}

func peopleOf(ctx context.Context, q session, tenant, id string) (people, bool, error) {
	var p people
	found, err := q.one(ctx, []any{&p.n, &p.version, &p.status, &p.verdict, &p.owner, &p.merged, &p.same, &p.reason, &p.text, &p.closed, &p.links, &p.team, &p.teamBy, &p.below},
		`SELECT n, version, status, verdict, owner, merged, duplicate, reason, reason_text, closed, links, team, team_by, below FROM incidents WHERE tenant = ? AND id = ?`+q.engine.lock, key(tenant), id)
	return p, found, err
}

func (p people) applyTo(in *vedette.Incident) {
	in.Status = vedette.IncidentStatus(p.status)
	in.Verdict = vedette.Verdict(p.verdict)
	in.Owner = p.owner
	in.Closed = moment(p.closed)
}

// judge completes an incident with what people alone decide. Triage merges, too, but never takes a merge back.
func (p people) judge(in *vedette.Incident) {
	in.Same, in.Why, in.WhyText = p.same, vedette.VerdictReason(p.reason), p.text
	if p.merged != "" {
		in.Merged = p.merged
	}
	if in.TeamBy = p.teamBy; p.teamBy != "" {
		in.Team = p.team
	}
	if p.below == 0 && p.touched() {
		in.Below = false // what people work on does not vanish from their queue
	}
	if in.Merged != "" && in.Status != vedette.StatusClosed {
		in.Status, in.Closed = vedette.StatusClosed, in.Updated
	}
}

// touched tells whether a person has taken an incident up.
func (p people) touched() bool {
	return p.status != string(vedette.StatusOpen) || p.owner != "" || p.verdict != "" || p.teamBy != ""
}

func encodeIncident(in *vedette.Incident) (incidentDocument, error) {
	summary := *in
	summary.Evidence = nil
	first, err := json.Marshal(summary)
	if err != nil {
		return incidentDocument{}, fmt.Errorf("encode incident %s: %w", in.ID, err)
	}
	second, err := json.Marshal(in.Evidence)
	if err != nil {
		return incidentDocument{}, fmt.Errorf("encode the evidence of incident %s: %w", in.ID, err)
	}
	if size := len(first) + len(second); size > MaxIncident {
		return incidentDocument{}, tooLong("incident "+in.ID, size, MaxIncident)
	}
	return incidentDocument{string(first), string(second)}, nil
}

func updateIncident(ctx context.Context, q session, n int64, in *vedette.Incident, l links) error {
	_, err := q.exec(ctx, `UPDATE incidents SET status = ?, verdict = ?, severity = ?, score = ?, owner = ?,
		merged = ?, duplicate = ?, reason = ?, reason_text = ?, alerts = ?, first_time = ?, last_time = ?, created = ?, updated = ?, detected = ?, closed = ?, version = ?, links = ?, words = ?, below = ?, team = ?, team_by = ? WHERE n = ?`,
		in.Status, string(in.Verdict), int64(in.Severity), in.Score, key(in.Owner),
		key(in.Merged), key(in.Same), key(string(in.Why)), in.WhyText, in.Alerts, in.First, in.Last, in.Created, in.Updated, in.Detected, in.Closed, in.Version, l.sum, l.words, in.Below, key(in.Team), key(in.TeamBy), n)
	return err
}

func insertIncident(ctx context.Context, q session, in *vedette.Incident, l links) (int64, error) {
	var n int64
	_, err := q.one(ctx, []any{&n}, `INSERT INTO incidents (tenant, id, status, verdict, severity, score, owner,
		merged, duplicate, reason, reason_text, alerts, first_time, last_time, created, updated, detected, closed, version, links, words, below, team, team_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING n`,
		key(in.Tenant), in.ID, in.Status, string(in.Verdict), int64(in.Severity), in.Score, key(in.Owner),
		key(in.Merged), key(in.Same), key(string(in.Why)), in.WhyText, in.Alerts, in.First, in.Last, in.Created, in.Updated, in.Detected, in.Closed, in.Version, l.sum, l.words, in.Below, key(in.Team), key(in.TeamBy))
	return n, err
}

// links is everything that an incident is found by. sum is a hash of it: most folds change none of it, and then the
// tables beside the incident are left alone.
type links struct {
	entities [][2]string // name, kind
	rules    []string
	words    string
	sum      []byte
}

func linksOf(in *vedette.Incident) links {
	var l links
	parts := []string{in.ID, in.Title.En, in.Title.Zh}
	for _, e := range in.Entities[:min(len(in.Entities), maxLinks)] {
		l.entities = append(l.entities, [2]string{key(e.Name), key(string(e.Kind))})
		parts = append(parts, e.Name)
	}
	for _, r := range in.Rules[:min(len(in.Rules), maxLinks)] {
		l.rules = append(l.rules, key(r.RuleID))
		parts = append(parts, r.RuleID, r.Title)
	}
	slices.SortFunc(l.entities, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	l.entities = slices.Compact(l.entities)
	slices.Sort(l.rules)
	l.rules = slices.Compact(l.rules)
	l.words = wordsOf(parts)
	hash := sha256.New()
	_, _ = fmt.Fprintf(hash, "%q%q", l.entities, l.rules)
	l.sum = hash.Sum(nil)[:16]
	return l
}

// wordsOf is what a search looks through: each word of the texts once, in lower case, up to a limit.
func wordsOf(texts []string) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, text := range texts {
		for word := range strings.FieldsSeq(strings.ToLower(cleanText(text))) {
			if seen[word] || b.Len()+len(word) > maxSearched {
				continue
			}
			seen[word] = true
			b.WriteString(word)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// save replaces the rows that an incident is found by.
func (l links) save(ctx context.Context, q session, n int64, tenant string) error {
	for _, table := range []string{"incident_entities", "incident_rules"} {
		if _, err := q.exec(ctx, "DELETE FROM "+table+" WHERE n = ?", n); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(l.entities, 100) {
		var args []any
		for _, e := range part {
			args = append(args, n, key(tenant), e[0], e[1])
		}
		rows := strings.Repeat(", (?, ?, ?, ?)", len(part))[2:]
		if _, err := q.exec(ctx, "INSERT INTO incident_entities (n, tenant, name, kind) VALUES "+rows, args...); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(l.rules, 100) {
		var args []any
		for _, rule := range part {
			args = append(args, n, key(tenant), rule)
		}
		rows := strings.Repeat(", (?, ?, ?)", len(part))[2:]
		if _, err := q.exec(ctx, "INSERT INTO incident_rules (n, tenant, rule) VALUES "+rows, args...); err != nil {
			return err
		}
	}
	return nil
}
