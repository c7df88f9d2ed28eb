package statestoretest

import (
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func rules(t *testing.T, b *bench) {
	ctx := t.Context()
	settings, err := b.RuleSettings(ctx, "default")
	must(t, err)
	same(t, "settings at first", len(settings), 0)
	low := vedette.Low
	must(t, b.SetRuleSetting(ctx, "default", "r1", statestore.RuleSetting{Stage: vedette.StageOff}))
	must(t, b.SetRuleSetting(ctx, "default", "r1", statestore.RuleSetting{Stage: vedette.StageAuto, Severity: &low}))
	must(t, b.SetRuleSetting(ctx, "other", "r2", statestore.RuleSetting{Stage: vedette.StageShadow}))
	code(t, b.SetRuleSetting(ctx, "other", "r2", statestore.RuleSetting{Stage: "loud"}), vedette.CodeInvalid)
	settings, err = b.RuleSettings(ctx, "default")
	must(t, err)
	same(t, "settings", settings, map[string]statestore.RuleSetting{"r1": {Stage: vedette.StageAuto, Severity: &low}})
	all, err := b.AllRuleSettings(ctx)
	must(t, err)
	same(t, "settings of all", all, map[string]map[string]statestore.RuleSetting{"default": settings, "other": {"r2": {Stage: vedette.StageShadow}}})

	day := func(n int) time.Time { return start.AddDate(0, 0, -n) }
	must(t, b.SaveFold(ctx, statestore.Fold{Fired: []statestore.RuleFired{
		{Tenant: "default", RuleID: "r1", Day: day(0), Count: 3, Last: day(0)},
		{Tenant: "default", RuleID: "r1", Day: day(2), Count: 5, Last: day(2)},
		{Tenant: "default", RuleID: "r1", Day: day(40), Count: 9, Last: day(40)},
		{Tenant: "default", RuleID: "r0", Day: time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC), Count: 9},
		{Tenant: "other", RuleID: "r1", Day: day(0), Count: 100, Last: day(0)},
	}}))
	firings, err := b.RuleFirings(ctx, "default", day(30))
	must(t, err)
	midnight := start.Truncate(24 * time.Hour)
	same(t, "firings", firings, map[string][]statestore.RuleDay{"r1": {
		{Day: midnight.AddDate(0, 0, -2), Count: 5, Last: kept(day(2))}, {Day: midnight, Count: 3, Last: kept(day(0))}}})
}

func uploads(t *testing.T, b *bench) {
	ctx := t.Context()
	must(t, b.SaveRuleUpload(ctx, "default", statestore.RuleUpload{Name: "b.yml", YAML: "title: b", By: "ana", Time: start}))
	must(t, b.SaveRuleUpload(ctx, "default", statestore.RuleUpload{Name: "a.yml", YAML: "title: a", By: "ana"}))
	must(t, b.SaveRuleUpload(ctx, "default", statestore.RuleUpload{Name: "b.yml", YAML: "title: 二", By: "bo", Time: start}))
	got, err := b.RuleUploads(ctx, "default")
	must(t, err)
	same(t, "uploads", got, []statestore.RuleUpload{{Name: "a.yml", YAML: "title: a", By: "ana", Time: kept(start)}, {Name: "b.yml", YAML: "title: 二", By: "bo", Time: kept(start)}})
	must(t, b.DeleteRuleUpload(ctx, "default", "a.yml"))
	code(t, b.DeleteRuleUpload(ctx, "default", "a.yml"), vedette.CodeNotFound)
	code(t, b.DeleteRuleUpload(ctx, "other", "b.yml"), vedette.CodeNotFound)
	code(t, b.SaveRuleUpload(ctx, "default", statestore.RuleUpload{YAML: "x"}), vedette.CodeInvalid)
	code(t, b.SaveRuleUpload(ctx, "default", statestore.RuleUpload{Name: "c", YAML: strings.Repeat("x", statestore.MaxRuleUpload+1)}), vedette.CodeTooLarge)
}
