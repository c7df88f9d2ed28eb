package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxRuleUpload is the largest uploaded rule file in bytes; MaxRuleUploads is how many a tenant can have.
const (
	MaxRuleUpload  = 1 << 20
	MaxRuleUploads = 20_000
)

// RuleDay is how often a rule fired on a day (UTC), and when last.
type RuleDay struct {
	Day   time.Time
	Count int64
	Last  time.Time
}

// RuleSetting is what people decided about a rule.
type RuleSetting struct {
	Stage    vedette.RuleStage // empty for no decision
	Severity *vedette.Severity // of its alerts; nil for no decision
}

// RuleUpload is a rule file that a person added.
type RuleUpload struct {
	Name string
	YAML string
	By   string
	Time time.Time
}

// RuleFirings returns the daily counts since the day of since, by rule, oldest day first.
func (s *Store) RuleFirings(ctx context.Context, tenant string, since time.Time) (map[string][]RuleDay, error) {
	firings := map[string][]RuleDay{}
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var rule string
		var day, last int64
		var one RuleDay
		err := scan(&rule, &day, &one.Count, &last)
		one.Day, one.Last = dayStart(day), moment(last)
		firings[rule] = append(firings[rule], one)
		return err
	}, "SELECT rule, day, fired, last_time FROM rule_days WHERE tenant = ? AND day >= ? ORDER BY day", key(tenant), dayOf(since))
	return firings, s.engine.failure("read rule firings", err)
}

// RuleSettings returns what was decided in a tenant, by rule.
func (s *Store) RuleSettings(ctx context.Context, tenant string) (map[string]RuleSetting, error) {
	all, err := s.ruleSettings(ctx, " WHERE tenant = ?", key(tenant))
	if all[tenant] == nil {
		return map[string]RuleSetting{}, err
	}
	return all[tenant], err
}

// AllRuleSettings returns what was decided in every tenant, by tenant and rule.
func (s *Store) AllRuleSettings(ctx context.Context) (map[string]map[string]RuleSetting, error) {
	return s.ruleSettings(ctx, "")
}

func (s *Store) ruleSettings(ctx context.Context, where string, args ...any) (map[string]map[string]RuleSetting, error) {
	settings := map[string]map[string]RuleSetting{}
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var tenant, rule, stage, severity string
		if err := scan(&tenant, &rule, &stage, &severity); err != nil {
			return err
		}
		if settings[tenant] == nil {
			settings[tenant] = map[string]RuleSetting{}
		}
		one := RuleSetting{Stage: vedette.RuleStage(stage)}
		if level, err := vedette.ParseSeverity(severity); err == nil {
			one.Severity = &level
		}
		settings[tenant][rule] = one
		return nil
	}, "SELECT tenant, rule, stage, severity FROM rule_settings"+where, args...)
	return settings, s.engine.failure("read rule settings", err)
}

// SetRuleSetting keeps a setting. The columns of before stages existed are kept true, as far as they can say it.
func (s *Store) SetRuleSetting(ctx context.Context, tenant, ruleID string, setting RuleSetting) error {
	if err := named("a rule", ruleID); err != nil {
		return err
	}
	if setting.Stage != "" {
		if _, err := vedette.ParseRuleStage(string(setting.Stage)); err != nil {
			return err
		}
	}
	severity := ""
	if setting.Severity != nil {
		severity = setting.Severity.String()
	}
	_, err := s.change(ctx, "keep a rule setting", `INSERT INTO rule_settings (tenant, rule, disabled, automatic, stage, severity) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (tenant, rule) DO UPDATE SET disabled = excluded.disabled, automatic = excluded.automatic, stage = excluded.stage, severity = excluded.severity`,
		key(tenant), ruleID, setting.Stage == vedette.StageOff, setting.Stage == vedette.StageAuto, string(setting.Stage), severity)
	return err
}

// RuleUploads returns the uploaded files by name.
func (s *Store) RuleUploads(ctx context.Context, tenant string) ([]RuleUpload, error) {
	var uploads []RuleUpload
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var one RuleUpload
		var when int64
		err := scan(&one.Name, &one.YAML, &one.By, &when)
		one.Time = moment(when)
		uploads = append(uploads, one)
		return err
	}, "SELECT name, yaml, author, time FROM rule_uploads WHERE tenant = ? ORDER BY name", key(tenant))
	return uploads, s.engine.failure("read uploaded rules", err)
}

// SaveRuleUpload keeps an uploaded file, replacing one of the same name. A zero Time is filled in. More than
// MaxRuleUpload bytes are too_large; more files than MaxRuleUploads are limited.
func (s *Store) SaveRuleUpload(ctx context.Context, tenant string, upload RuleUpload) error {
	if err := named("an uploaded rule", upload.Name); err != nil {
		return err
	}
	if len(upload.YAML) > MaxRuleUpload {
		return tooLong("rule file "+upload.Name, len(upload.YAML), MaxRuleUpload)
	}
	if upload.Time.IsZero() {
		upload.Time = s.now()
	}
	return s.transaction(ctx, "keep an uploaded rule", func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO rule_uploads (tenant, name, yaml, author, time) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (tenant, name) DO UPDATE SET yaml = excluded.yaml, author = excluded.author, time = excluded.time`,
			key(tenant), upload.Name, upload.YAML, key(upload.By), upload.Time)
		if err != nil {
			return err
		}
		if err := keepVersion(ctx, q, tenant, upload); err != nil {
			return err
		}
		var count int64
		if _, err := q.one(ctx, []any{&count}, "SELECT count(*) FROM rule_uploads WHERE tenant = ?", key(tenant)); err != nil {
			return err
		}
		if count > MaxRuleUploads {
			return vedette.Errorf(vedette.CodeLimited, "there are %d uploaded rule files; there is no room for more", MaxRuleUploads)
		}
		return nil
	})
}

// DeleteRuleUpload removes an uploaded file.
func (s *Store) DeleteRuleUpload(ctx context.Context, tenant, name string) error {
	return s.remove(ctx, "uploaded rule", name, "DELETE FROM rule_uploads WHERE tenant = ? AND name = ?", key(tenant), key(name))
}
