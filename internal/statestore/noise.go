package statestore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// NoiseRule is what became of the alerts of one rule.
type NoiseRule struct {
	RuleID     string
	Alerts     int64 // raised, also those that a suppression kept out of incidents
	Incidents  int64 // that it is part of
	Below      int64 // of these, under the line
	Suppressed int64 // alerts kept out of incidents
	Verdicts   map[vedette.Verdict]int64
}

// NoiseDay is what was shown on one day.
type NoiseDay struct {
	Day          time.Time // UTC
	Shown        int64     // incidents created that day that are at or above the line
	Below        int64
	True         int64 // of those shown
	Benign       int64
	False        int64
	Undetermined int64 // not judged yet, or nobody could tell
}

// NoiseCounts is what was folded since a time.
type NoiseCounts struct {
	Alerts     int64 // in incidents
	Pairs      int64 // of an incident and a rule: alerts beyond them repeat one
	Incidents  int64
	Below      int64
	Suppressed int64
	Rules      []NoiseRule           // most alerts first, at most 200
	Days       []NoiseDay            // oldest first; days without incidents are left out
	TeamDays   map[string][]NoiseDay // the same by team; "" are those of nobody in particular
}

// maxNoiseRules bounds the rules that are told apart.
const maxNoiseRules = 200

// Noise counts what triage folded since a time; incidents count by when they were created.
func (s *Store) Noise(ctx context.Context, tenant string, since time.Time) (NoiseCounts, error) {
	c := noiseCounting{q: s.reading(), tenant: key(tenant), since: micros(since), day: dayOf(since)}
	for _, count := range []func(context.Context) error{c.incidents, c.days, c.rules, c.ruleIncidents} {
		if err := count(ctx); err != nil {
			return NoiseCounts{}, s.engine.failure("count what was folded", err)
		}
	}
	return c.out, nil
}

type noiseCounting struct {
	q          session
	tenant     string
	since, day int64
	out        NoiseCounts
}

func (c *noiseCounting) incidents(ctx context.Context) error {
	_, err := c.q.one(ctx, []any{&c.out.Incidents, &c.out.Below, &c.out.Alerts}, `SELECT count(*), coalesce(CAST(sum(below) AS BIGINT), 0), coalesce(CAST(sum(alerts) AS BIGINT), 0)
		FROM incidents WHERE tenant = ? AND created >= ? AND merged = ''`, c.tenant, c.since)
	if err != nil {
		return err
	}
	_, err = c.q.one(ctx, []any{&c.out.Pairs}, `SELECT count(*) FROM incidents i JOIN incident_rules r ON r.n = i.n
		WHERE i.tenant = ? AND i.created >= ? AND i.merged = ''`, c.tenant, c.since)
	if err != nil {
		return err
	}
	_, err = c.q.one(ctx, []any{&c.out.Suppressed}, "SELECT coalesce(CAST(sum(hidden) AS BIGINT), 0) FROM suppressed_days WHERE tenant = ? AND day >= ?", c.tenant, c.day)
	return err
}

func (c *noiseCounting) days(ctx context.Context) error {
	return c.q.each(ctx, func(scan func(...any) error) error {
		var day, below, count int64
		var verdict, team string
		if err := scan(&day, &below, &verdict, &team, &count); err != nil {
			return err
		}
		if c.out.TeamDays == nil {
			c.out.TeamDays = map[string][]NoiseDay{}
		}
		c.out.Days = addDay(c.out.Days, day, below != 0, vedette.Verdict(verdict), count)
		c.out.TeamDays[team] = addDay(c.out.TeamDays[team], day, below != 0, vedette.Verdict(verdict), count)
		return nil
	}, `SELECT created / 86400000000, below, verdict, team, count(*) FROM incidents
		WHERE tenant = ? AND created >= ? AND merged = '' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`, c.tenant, c.since)
}

// addDay adds to the last of the days, or begins the next one.
func addDay(days []NoiseDay, day int64, below bool, verdict vedette.Verdict, count int64) []NoiseDay {
	start := dayStart(day)
	if n := len(days); n == 0 || !days[n-1].Day.Equal(start) {
		days = append(days, NoiseDay{Day: start})
	}
	days[len(days)-1].add(below, verdict, count)
	return days
}

func (d *NoiseDay) add(below bool, verdict vedette.Verdict, count int64) {
	if below {
		d.Below += count
		return
	}
	d.Shown += count
	switch verdict {
	case vedette.VerdictTrue:
		d.True += count
	case vedette.VerdictBenign:
		d.Benign += count
	case vedette.VerdictFalse, vedette.VerdictDuplicate:
		d.False += count
	default:
		d.Undetermined += count
	}
}

func (c *noiseCounting) rules(ctx context.Context) error {
	return c.q.each(ctx, func(scan func(...any) error) error {
		r := NoiseRule{Verdicts: map[vedette.Verdict]int64{}}
		err := scan(&r.RuleID, &r.Alerts, &r.Suppressed)
		c.out.Rules = append(c.out.Rules, r)
		return err
	}, `SELECT d.rule, d.fired, coalesce((SELECT CAST(sum(hidden) AS BIGINT) FROM suppressed_days h WHERE h.tenant = ? AND h.rule = d.rule AND h.day >= ?), 0)
		FROM (SELECT rule, CAST(sum(fired) AS BIGINT) AS fired FROM rule_days WHERE tenant = ? AND day >= ? GROUP BY rule) AS d
		ORDER BY d.fired DESC, d.rule LIMIT ?`, c.tenant, c.day, c.tenant, c.day, maxNoiseRules)
}

func (c *noiseCounting) ruleIncidents(ctx context.Context) error {
	at := make(map[string]*NoiseRule, len(c.out.Rules))
	for i := range c.out.Rules {
		at[c.out.Rules[i].RuleID] = &c.out.Rules[i]
	}
	return c.q.each(ctx, func(scan func(...any) error) error {
		var rule, verdict string
		var below, count int64
		if err := scan(&rule, &verdict, &below, &count); err != nil {
			return err
		}
		if r := at[rule]; r != nil {
			r.Incidents += count
			r.Below += below
			if verdict != "" {
				r.Verdicts[vedette.Verdict(verdict)] += count
			}
		}
		return nil
	}, `SELECT r.rule, i.verdict, CAST(sum(i.below) AS BIGINT), count(*) FROM incidents i JOIN incident_rules r ON r.n = i.n
		WHERE i.tenant = ? AND i.created >= ? AND i.merged = '' GROUP BY r.rule, i.verdict ORDER BY r.rule, i.verdict`, c.tenant, c.since)
}

// ScoredIncident is a score with what people said, for the budget.
type ScoredIncident struct {
	Score   int
	Created time.Time
	Verdict vedette.Verdict
}

// Scores returns the newest incidents of a tenant and of the teams chosen, created since a time, at most limit.
func (s *Store) Scores(ctx context.Context, tenant string, of TeamChoice, since time.Time, limit int) ([]ScoredIncident, error) {
	var all []ScoredIncident
	where := condition{"i.tenant = ? AND i.created >= ? AND i.merged = ''", []any{key(tenant), since}}
	of.where(&where)
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var one ScoredIncident
		var created int64
		var verdict string
		err := scan(&one.Score, &created, &verdict)
		one.Created, one.Verdict = moment(created), vedette.Verdict(verdict)
		all = append(all, one)
		return err
	}, "SELECT i.score, i.created, i.verdict FROM incidents i WHERE "+where.text+" ORDER BY i.created DESC, i.n DESC LIMIT ?", append(where.args, limit)...)
	return all, s.engine.failure("read the scores of incidents", err)
}

// JustBelow returns the open incidents of the teams chosen under the line that score highest, without their evidence.
func (s *Store) JustBelow(ctx context.Context, tenant string, of TeamChoice, limit int) ([]vedette.Incident, error) {
	var all []vedette.Incident
	where := condition{"i.tenant = ? AND i.status = ? AND i.below = 1 AND i.merged = ''", []any{key(tenant), vedette.StatusOpen}}
	of.where(&where)
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var row incidentRow
		if err := scan(row.columns()...); err != nil {
			return err
		}
		in, err := row.incident()
		all = append(all, in)
		return err
	}, `SELECT `+incidentColumns+`, d.summary FROM incidents i JOIN incident_documents d ON d.n = i.n
		WHERE `+where.text+` ORDER BY i.score DESC, i.n DESC LIMIT ?`, append(where.args, limit)...)
	return all, s.engine.failure("read what lies below the line", err)
}

// Budget is how many incidents a day that are no attack a team is ready to see.
type Budget struct {
	Tenant string
	Team   string  // empty for the whole tenant
	PerDay float64 // exact to a thousandth
	Line   int     // in use; 0 before one was computed
	By     string
	Time   time.Time
}

// Budgets returns the budgets of a tenant by team; "" asks for those of all tenants.
func (s *Store) Budgets(ctx context.Context, tenant string) ([]Budget, error) {
	where, args := "", []any(nil)
	if tenant != "" {
		where, args = " WHERE tenant = ?", []any{key(tenant)}
	}
	var all []Budget
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var b Budget
		var milli, at int64
		err := scan(&b.Tenant, &b.Team, &milli, &b.Line, &b.By, &at)
		b.PerDay, b.Time = float64(milli)/1000, moment(at)
		all = append(all, b)
		return err
	}, "SELECT tenant, team, per_day, line, who, time FROM budgets"+where+" ORDER BY tenant, team", args...)
	return all, s.engine.failure("read budgets", err)
}

// SetBudget keeps a budget; its line is found anew.
func (s *Store) SetBudget(ctx context.Context, b Budget) error {
	milli := int64(b.PerDay*1000 + 0.5)
	if milli < 1 || len(b.Team) > MaxKey {
		return vedette.Errorf(vedette.CodeInvalid, "a budget is more than 0 incidents a day")
	}
	return s.transaction(ctx, "set a budget", func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO budgets (tenant, team, per_day, line, who, time) VALUES (?, ?, ?, 0, ?, ?)
			ON CONFLICT (tenant, team) DO UPDATE SET per_day = excluded.per_day, line = 0, who = excluded.who, time = excluded.time`,
			key(b.Tenant), b.Team, milli, key(b.By), s.now())
		return err
	})
}

// DropBudget takes a budget back; taking back one that nobody set is not found.
func (s *Store) DropBudget(ctx context.Context, tenant, team string) error {
	return s.transaction(ctx, "take a budget back", func(q session) error {
		gone, err := q.exec(ctx, "DELETE FROM budgets WHERE tenant = ? AND team = ?", key(tenant), team)
		if err == nil && gone == 0 {
			err = vedette.Errorf(vedette.CodeNotFound, "nobody has set this budget")
		}
		return err
	})
}

// SetLine notes the line in use for a budget.
func (s *Store) SetLine(ctx context.Context, tenant, team string, line int) error {
	_, err := s.change(ctx, "note the line of a budget", "UPDATE budgets SET line = ? WHERE tenant = ? AND team = ?", line, key(tenant), team)
	return err
}

// maxRecalls is how many results of replays are kept for a tenant.
const maxRecalls = 400

// SaveRecall keeps the result of a replay.
func (s *Store) SaveRecall(ctx context.Context, tenant string, r vedette.Recall) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode a recall: %w", err)
	}
	return s.transaction(ctx, "keep the recall of a replay", func(q session) error {
		if _, err := q.exec(ctx, "INSERT INTO recalls (tenant, time, document) VALUES (?, ?, ?)", key(tenant), r.Ran, string(text)); err != nil {
			return err
		}
		_, err := q.exec(ctx, `DELETE FROM recalls WHERE tenant = ? AND n NOT IN (SELECT n FROM recalls WHERE tenant = ? ORDER BY time DESC, n DESC LIMIT ?)`,
			key(tenant), key(tenant), maxRecalls)
		return err
	})
}

// Recalls returns the results of the last replays, newest first.
func (s *Store) Recalls(ctx context.Context, tenant string, limit int) ([]vedette.Recall, error) {
	var all []vedette.Recall
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		var r vedette.Recall
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return fmt.Errorf("decode a recall: %w", err)
		}
		all = append(all, r)
		return nil
	}, "SELECT document FROM recalls WHERE tenant = ? ORDER BY time DESC, n DESC LIMIT ?", key(tenant), limit)
	return all, s.engine.failure("read the recall of replays", err)
}

// IncidentsNamed returns the incidents with these ids that there are, without their evidence, by id.
func (s *Store) IncidentsNamed(ctx context.Context, tenant string, ids []string) (map[string]vedette.Incident, error) {
	all := make(map[string]vedette.Incident, len(ids))
	for part := range slices.Chunk(ids, 100) {
		args := []any{key(tenant)}
		for _, id := range part {
			args = append(args, key(id))
		}
		err := s.reading().each(ctx, func(scan func(...any) error) error {
			var row incidentRow
			if err := scan(row.columns()...); err != nil {
				return err
			}
			in, err := row.incident()
			all[in.ID] = in
			return err
		}, `SELECT `+incidentColumns+`, d.summary FROM incidents i JOIN incident_documents d ON d.n = i.n
			WHERE i.tenant = ? AND i.id IN (`+marks(len(part))+`)`, args...)
		if err != nil {
			return nil, s.engine.failure("read incidents", err)
		}
	}
	return all, nil
}

// EverJudged tells of which of some incidents people ever said a verdict, by their ledgers: what is said later does not
// take it back.
func (s *Store) EverJudged(ctx context.Context, tenant string, ids []string, verdict vedette.Verdict) (map[string]bool, error) {
	all := map[string]bool{}
	for part := range slices.Chunk(ids, 100) {
		args := []any{key(tenant), `%"kind":"` + string(vedette.EvidenceVerdict) + `"%"key":"` + string(verdict) + `"%`}
		for _, id := range part {
			args = append(args, key(id))
		}
		err := s.reading().each(ctx, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			all[id] = true
			return err
		}, "SELECT DISTINCT incident FROM evidence WHERE tenant = ? AND body LIKE ? AND incident IN ("+marks(len(part))+")", args...)
		if err != nil {
			return nil, s.engine.failure("read verdicts", err)
		}
	}
	return all, nil
}
