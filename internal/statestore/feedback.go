package statestore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// Bounds on what is kept of a judged incident.
const (
	maxJudgedRules    = 64
	maxJudgedEntities = 16
)

// MaxJudgements is how many verdicts of a tenant are learned from.
const MaxJudgements = 5000

// judge keeps what somebody said of an incident, in the transaction in which they said it. A verdict that is taken back
// is forgotten.
func (s *Store) judge(ctx context.Context, q session, in *vedette.Incident) error {
	if in.Verdict == "" {
		_, err := q.exec(ctx, "DELETE FROM judgements WHERE tenant = ? AND incident = ?", key(in.Tenant), key(in.ID))
		return err
	}
	rules, err := json.Marshal(judgedRules(in))
	if err != nil {
		return fmt.Errorf("encode a judgement: %w", err)
	}
	who := in.Owner
	if s.entry != nil && s.entry.Who != "" {
		who = s.entry.Who
	}
	_, err = q.exec(ctx, `INSERT INTO judgements (tenant, incident, time, who, verdict, reason, rules) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (tenant, incident) DO UPDATE SET time = excluded.time, who = excluded.who, verdict = excluded.verdict,
		reason = excluded.reason, rules = excluded.rules`,
		key(in.Tenant), key(in.ID), s.now(), key(who), string(in.Verdict), string(in.Why), string(rules))
	return err
}

// judgedRules is what an incident was made of: its rules, and which entities the alerts of each named, as far as the
// evidence shows.
func judgedRules(in *vedette.Incident) []vedette.JudgedRule {
	out := make([]vedette.JudgedRule, 0, min(len(in.Rules), maxJudgedRules))
	for _, r := range in.Rules[:min(len(in.Rules), maxJudgedRules)] {
		j := vedette.JudgedRule{ID: r.RuleID, Title: vedette.Text{En: r.Title, Zh: r.TitleZh}, Severity: r.Severity, Alerts: r.Count, Entities: []vedette.EntityRef{}}
		for i := range in.Evidence {
			if in.Evidence[i].Alert.RuleID == r.RuleID {
				j.Entities = addRefs(j.Entities, in.Evidence[i].Alert.Entities)
			}
		}
		out = append(out, j)
	}
	return out
}

func addRefs(to, refs []vedette.EntityRef) []vedette.EntityRef {
	for _, ref := range refs {
		if len(to) >= maxJudgedEntities {
			break
		}
		known := slices.ContainsFunc(to, func(e vedette.EntityRef) bool { return e.Kind == ref.Kind && strings.EqualFold(e.Name, ref.Name) })
		if !known {
			to = append(to, vedette.EntityRef{Kind: ref.Kind, Name: vedette.Cut(ref.Name, MaxKey)})
		}
	}
	return to
}

// Judgements returns the newest verdicts of a tenant since a time, at most limit, newest first; "" asks for all tenants, at
// most limit of each.
func (s *Store) Judgements(ctx context.Context, tenant string, since time.Time, limit int) ([]vedette.Judgement, error) {
	where, args := "", []any{since}
	if tenant != "" {
		where, args = " AND tenant = ?", append(args, key(tenant))
	}
	var all []vedette.Judgement
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var j vedette.Judgement
		var at int64
		var verdict, rules string
		if err := scan(&j.Tenant, &j.Incident, &at, &j.By, &verdict, &j.Reason, &rules); err != nil {
			return err
		}
		j.Time, j.Verdict = moment(at), vedette.Verdict(verdict)
		if err := json.Unmarshal([]byte(rules), &j.Rules); err != nil {
			return fmt.Errorf("decode a judgement: %w", err)
		}
		all = append(all, j)
		return nil
	}, `SELECT tenant, incident, time, who, verdict, reason, rules FROM (SELECT *, row_number() OVER
			(PARTITION BY tenant ORDER BY time DESC, incident) AS place FROM judgements WHERE time >= ?`+where+`) AS latest
		WHERE place <= ? ORDER BY time DESC, tenant, incident`, append(args, max(limit, 0))...)
	return all, s.engine.failure("read what people said of incidents", err)
}
