package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// RuleVersion is an uploaded rule as it once was.
type RuleVersion struct {
	Version int64     `json:"version" doc:"Counts from 1"`
	Time    time.Time `json:"time"`
	By      string    `json:"by" doc:"Who uploaded it"`
	YAML    string    `json:"yaml"`
}

// listRuleVersions also finds those of a rule that was removed. Rules of other origins have none: their history is where
// their files are kept.
func (a *API) listRuleVersions(ctx context.Context, in *ruleInput) (*pageOutput[RuleVersion], error) {
	versions, err := a.deps.Store.RuleVersions(ctx, requestOf(ctx).principal.Tenant, in.ID+".yml")
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		if _, err := a.ruleStatus(ctx, in.ID); err != nil {
			return nil, err
		}
	}
	items := make([]RuleVersion, len(versions))
	for i, v := range versions {
		items[i] = RuleVersion{Version: v.Version, Time: v.Time, By: v.By, YAML: v.YAML}
	}
	return &pageOutput[RuleVersion]{Body: Page[RuleVersion]{Items: items, Total: int64(len(items))}}, nil
}

// verdictDays is over how many days people's verdicts are counted for a rule.
const verdictDays = 90

// judge adds what people made of the rules, verdicts, exceptions and versions, and whether they can fire here at all.
func (a *API) judge(ctx context.Context, all []vedette.RuleStatus) error {
	tenant, now := requestOf(ctx).principal.Tenant, a.deps.Now().UTC()
	verdicts, err := a.deps.Store.RuleVerdicts(ctx, tenant, now.AddDate(0, 0, -verdictDays))
	if err != nil {
		return err
	}
	exceptions, err := a.deps.Store.Exceptions(ctx, tenant)
	if err != nil {
		return err
	}
	inForce := make(map[string]int64)
	for _, x := range exceptions {
		if x.Expires.After(now) {
			inForce[x.RuleID]++
		}
	}
	versions, err := a.deps.Store.RuleVersionNumbers(ctx, tenant)
	if err != nil {
		return err
	}
	asleep := asleepReasons(a.deps.Rules)
	for i := range all {
		r := &all[i]
		if r.Fired == 0 { // what fired lately is awake, whatever was not seen since
			r.Asleep = asleep[r.ID]
		}
		for verdict, n := range verdicts[r.ID] {
			r.Verdicts += n
			if verdict == vedette.VerdictFalse {
				r.FalseShare = float64(n)
			}
		}
		if r.Verdicts > 0 {
			r.FalseShare /= float64(r.Verdicts)
		}
		r.Exceptions = inForce[r.ID]
		if r.Origin == OriginUpload {
			r.Version = versions[r.File]
		}
	}
	return nil
}
