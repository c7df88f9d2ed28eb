package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/statestore"
)

type rulesInput struct {
	Q        string `query:"q" maxLength:"256" doc:"Words in the title, the id, the file or a tag"`
	State    string `query:"state" enum:"live,off,rejected"`
	Severity string `query:"severity" enum:"info,low,medium,high,critical" doc:"At least this severe"`
	Tactic   string `query:"tactic" maxLength:"64" example:"credential-access"`
	PageParams
}

type ruleInput struct {
	ID string `path:"id" maxLength:"256"`
}

type ruleEditInput struct {
	ID   string `path:"id" maxLength:"256"`
	Body struct {
		Stage    *vedette.RuleStage `json:"stage,omitempty" enum:"off,shadow,alert,auto" doc:"How far it may go; auto needs the permission to respond"`
		Severity *string            `json:"severity,omitempty" enum:"info,low,medium,high,critical,author" doc:"What its alerts shall have; author takes back what was decided"`
	}
}

// firedDays is over how many days firings are shown.
const firedDays = 30

func (a *API) registerRules() {
	register(a, "listRules", a.listRules)
	register(a, "uploadRules", a.uploadRules)
	register(a, "testRule", a.testRule)
	register(a, "getRule", a.getRule)
	register(a, "updateRule", a.updateRule)
	register(a, "deleteRule", a.deleteRule)
	register(a, "listRuleVersions", a.listRuleVersions)
	register(a, "lintRules", a.lintRules)
	register(a, "listAsleep", a.listAsleep)
}

func (a *API) listRules(ctx context.Context, in *rulesInput) (*pageOutput[vedette.RuleStatus], error) {
	lowest, err := atLeast(in.Severity)
	if err != nil {
		return nil, err
	}
	all, err := a.ruleStatuses(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(r vedette.RuleStatus) bool {
		return in.State != "" && string(r.State) != in.State || r.Severity < lowest ||
			in.Tactic != "" && !slices.Contains(r.Tactics, in.Tactic) || !ruleHas(r, in.Q)
	})
	page, err := slicePage(all, in.PageParams)
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.RuleStatus]{Body: page}, nil
}

// ruleHas tells whether every word stands somewhere in what the table shows of a rule.
func ruleHas(r vedette.RuleStatus, words string) bool {
	text := strings.ToLower(strings.Join(append([]string{r.ID, r.Title, r.File, r.Description}, r.Tags...), " "))
	for word := range strings.FieldsSeq(strings.ToLower(words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// slicePage is one page of a list that is held in memory; its cursor is a place in the list.
func slicePage[T any](all []T, in PageParams) (Page[T], error) {
	from := 0
	if in.Cursor != "" {
		var err error
		if from, err = strconv.Atoi(in.Cursor); err != nil || from < 0 {
			return Page[T]{}, vedette.Errorf(vedette.CodeInvalid, "%.100q is not a cursor of an earlier answer", in.Cursor)
		}
	}
	from = min(from, len(all))
	to := min(from+in.Limit, len(all))
	page := Page[T]{Items: all[from:to], Total: int64(len(all))}
	if to < len(all) {
		page.Next = strconv.Itoa(to)
	}
	return page, nil
}

func (a *API) getRule(ctx context.Context, in *ruleInput) (*bodyOutput[vedette.RuleStatus], error) {
	rule, err := a.ruleStatus(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if r, ok := a.deps.Rules.Ruleset().Rule(in.ID); ok {
		rule.Source = r.Source
	}
	return &bodyOutput[vedette.RuleStatus]{Body: rule}, nil
}

func (a *API) ruleStatus(ctx context.Context, id string) (vedette.RuleStatus, error) {
	all, err := a.ruleStatuses(ctx)
	if err != nil {
		return vedette.RuleStatus{}, err
	}
	i := slices.IndexFunc(all, func(r vedette.RuleStatus) bool { return r.ID == id })
	if i < 0 {
		return vedette.RuleStatus{}, vedette.Errorf(vedette.CodeNotFound, "there is no rule %q", vedette.Shorten(id, 100))
	}
	return all[i], nil
}

// ruleStatuses joins what the engine knows of each rule with how often it fired.
func (a *API) ruleStatuses(ctx context.Context) ([]vedette.RuleStatus, error) {
	today := a.deps.Now().UTC().Truncate(24 * time.Hour)
	first := today.AddDate(0, 0, 1-firedDays)
	fired, err := a.deps.Store.RuleFirings(ctx, requestOf(ctx).principal.Tenant, first)
	if err != nil {
		return nil, err
	}
	all := a.deps.Rules.Ruleset().StatusesFor(requestOf(ctx).principal.Tenant)
	for i := range all {
		r := &all[i]
		r.FiredDays = make([]int64, firedDays)
		for _, day := range fired[r.ID] {
			if n := int(day.Day.Sub(first).Hours() / 24); n >= 0 && n < firedDays {
				r.FiredDays[n] += day.Count
				r.Fired += day.Count
			}
			if day.Last.After(r.LastFired) {
				r.LastFired = day.Last
			}
		}
	}
	if err := a.judge(ctx, all); err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(x, y vedette.RuleStatus) int {
		return cmp.Or(cmp.Compare(y.Fired, x.Fired), cmp.Compare(y.Severity, x.Severity), cmp.Compare(x.Title, y.Title), cmp.Compare(x.ID, y.ID))
	})
	return all, nil
}

func (a *API) updateRule(ctx context.Context, in *ruleEditInput) (*bodyOutput[vedette.RuleStatus], error) {
	q := requestOf(ctx)
	rule, err := a.ruleStatus(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.Stage == nil && in.Body.Severity == nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "nothing to change: give stage or severity")
	}
	if rule.State == vedette.RuleRejected {
		return nil, vedette.Errorf(vedette.CodeConflict, "this rule was rejected and cannot run: %s", rule.Problem)
	}
	if rule.Kind == vedette.KindFilter {
		return nil, vedette.Errorf(vedette.CodeConflict, "a filter is part of the rules that it is added to and has no stage of its own")
	}
	settings, err := a.deps.Store.RuleSettings(ctx, q.principal.Tenant)
	if err != nil {
		return nil, err
	}
	setting, err := in.decide(q.principal, settings[in.ID])
	if err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("stage %s, severity %s", firstOf(string(setting.Stage), "as before"), severityWord(setting.Severity))
	if err := a.audited(ctx, "rule.update", in.ID, detail).SetRuleSetting(ctx, q.principal.Tenant, in.ID, setting); err != nil {
		return nil, err
	}
	q.kept = true
	if err := a.deps.Settle(ctx); err != nil {
		return nil, fmt.Errorf("use the rule's new setting: %w", err)
	}
	return a.getRule(ctx, &ruleInput{ID: in.ID})
}

// decide makes the new setting of the one there was.
func (in *ruleEditInput) decide(who access.Principal, setting statestore.RuleSetting) (statestore.RuleSetting, error) {
	if in.Body.Stage != nil {
		// Acting without a person is what approving is, for every time to come.
		if err := may(who, access.Respond); *in.Body.Stage == vedette.StageAuto && err != nil {
			return setting, err
		}
		setting.Stage = *in.Body.Stage
	}
	if word := in.Body.Severity; word != nil {
		setting.Severity = nil
		if *word != authorsSeverity {
			level, err := vedette.ParseSeverity(*word)
			if err != nil {
				return setting, err
			}
			setting.Severity = &level
		}
	}
	return setting, nil
}

// authorsSeverity takes back what was decided about a rule's severity.
const authorsSeverity = "author"

func severityWord(s *vedette.Severity) string {
	if s == nil {
		return authorsSeverity
	}
	return s.String()
}

func (a *API) deleteRule(ctx context.Context, in *ruleInput) (*nothing, error) {
	rule, err := a.ruleStatus(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if rule.Origin != OriginUpload {
		return nil, vedette.Errorf(vedette.CodeConflict, "this rule was not uploaded: it can be switched off, or removed from %s", rule.Origin)
	}
	q := requestOf(ctx)
	if err := a.audited(ctx, "rule.delete", in.ID, "").DeleteRuleUpload(ctx, q.principal.Tenant, rule.File); err != nil {
		return nil, err
	}
	q.kept = true
	if err := a.deps.Reload(ctx); err != nil {
		return nil, fmt.Errorf("unload the rule: %w", err)
	}
	return nil, nil
}
