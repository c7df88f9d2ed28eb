package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxRuleVersions is how many versions of an uploaded file are kept; the oldest go first.
const MaxRuleVersions = 50

// RuleVersion is an uploaded file as it once was. Versions count from 1 and go on when a file is removed and comes back.
type RuleVersion struct {
	Version int64
	YAML    string
	By      string
	Time    time.Time
}

// RuleVersions returns what was uploaded under a name, the newest first. They outlive the file.
func (s *Store) RuleVersions(ctx context.Context, tenant, name string) ([]RuleVersion, error) {
	var versions []RuleVersion
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var v RuleVersion
		var when int64
		err := scan(&v.Version, &v.YAML, &v.By, &when)
		v.Time = moment(when)
		versions = append(versions, v)
		return err
	}, "SELECT version, yaml, author, time FROM rule_versions WHERE tenant = ? AND name = ? ORDER BY version DESC", key(tenant), key(name))
	return versions, s.engine.failure("read the versions of a rule", err)
}

// RuleVersionNumbers returns the newest version of each uploaded file, by name.
func (s *Store) RuleVersionNumbers(ctx context.Context, tenant string) (map[string]int64, error) {
	newest := map[string]int64{}
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var name string
		var version int64
		err := scan(&name, &version)
		newest[name] = version
		return err
	}, "SELECT name, max(version) FROM rule_versions WHERE tenant = ? GROUP BY name", key(tenant))
	return newest, s.engine.failure("read the versions of rules", err)
}

// keepVersion adds what was uploaded to its history, unless it is what stands there last.
func keepVersion(ctx context.Context, q session, tenant string, upload RuleUpload) error {
	var last int64
	var yaml string
	if _, err := q.one(ctx, []any{&last, &yaml}, `SELECT version, yaml FROM rule_versions WHERE tenant = ? AND name = ?
		ORDER BY version DESC LIMIT 1`, key(tenant), upload.Name); err != nil {
		return err
	}
	if last > 0 && yaml == cleanText(upload.YAML) {
		return nil
	}
	if _, err := q.exec(ctx, "INSERT INTO rule_versions (tenant, name, version, yaml, author, time) VALUES (?, ?, ?, ?, ?, ?)",
		key(tenant), upload.Name, last+1, upload.YAML, key(upload.By), upload.Time); err != nil {
		return err
	}
	_, err := q.exec(ctx, "DELETE FROM rule_versions WHERE tenant = ? AND name = ? AND version <= ?", key(tenant), upload.Name, last+1-MaxRuleVersions)
	return err
}

// RuleVerdicts counts the verdicts that people gave to incidents since a time, by rule that took part in them.
func (s *Store) RuleVerdicts(ctx context.Context, tenant string, since time.Time) (map[string]map[vedette.Verdict]int64, error) {
	verdicts := map[string]map[vedette.Verdict]int64{}
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var rule, verdict string
		var count int64
		if err := scan(&rule, &verdict, &count); err != nil {
			return err
		}
		if verdicts[rule] == nil {
			verdicts[rule] = map[vedette.Verdict]int64{}
		}
		verdicts[rule][vedette.Verdict(verdict)] = count
		return nil
	}, `SELECT r.rule, i.verdict, count(*) FROM incident_rules r JOIN incidents i ON i.n = r.n
		WHERE r.tenant = ? AND i.verdict <> '' AND i.last_time >= ? GROUP BY r.rule, i.verdict`, key(tenant), since)
	return verdicts, s.engine.failure("count the verdicts of rules", err)
}
