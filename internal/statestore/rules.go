package statestore

import (
	"context"
	"time"
)

// MaxRuleUpload is the largest uploaded rule file in bytes.
const MaxRuleUpload = 1 << 20

// RuleDay is how often a rule fired on a day (UTC), and when last.
type RuleDay struct {
	Day   time.Time
	Count int64
	Last  time.Time
}

// RuleSetting is what people decided about a rule.
type RuleSetting struct {
	Off  bool // it is not evaluated
	Auto bool // it may respond without a person
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
	return nil, unfinished()
}

// RuleSettings returns the settings by rule; a rule without one is on and does not respond by itself.
func (s *Store) RuleSettings(ctx context.Context, tenant string) (map[string]RuleSetting, error) {
	return nil, unfinished()
}

// SetRuleSetting keeps a setting.
func (s *Store) SetRuleSetting(ctx context.Context, tenant, ruleID string, setting RuleSetting) error {
	return unfinished()
}

// RuleUploads returns the uploaded files by name.
func (s *Store) RuleUploads(ctx context.Context, tenant string) ([]RuleUpload, error) {
	return nil, unfinished()
}

// SaveRuleUpload keeps an uploaded file, replacing one of the same name.
func (s *Store) SaveRuleUpload(ctx context.Context, tenant string, upload RuleUpload) error {
	return unfinished()
}

// DeleteRuleUpload removes an uploaded file.
func (s *Store) DeleteRuleUpload(ctx context.Context, tenant, name string) error { return unfinished() }
