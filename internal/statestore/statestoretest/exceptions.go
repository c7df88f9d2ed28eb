package statestoretest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func exceptions(t *testing.T, b *bench) {
	ctx := t.Context()
	given := vedette.Exception{Tenant: "default", RuleID: "r1", Selection: "User: 备份", Reason: "the backup", Owner: "ana", Expires: start.Add(24 * time.Hour)}
	x, err := b.AddException(ctx, given)
	must(t, err)
	given.ID, given.Created, given.Expires, given.Version = x.ID, kept(start), kept(given.Expires), 1
	same(t, "added", x, given)
	read, err := b.Exception(ctx, "default", x.ID)
	must(t, err)
	same(t, "read", read, x)
	other := given
	other.ID, other.Tenant, other.RuleID = "", "other", ""
	_, err = b.AddException(ctx, other)
	must(t, err)
	for i, wrong := range []func(*vedette.Exception){
		func(x *vedette.Exception) { x.Reason = "" },
		func(x *vedette.Exception) { x.Owner = "" },
		func(x *vedette.Exception) { x.Selection = "" },
		func(x *vedette.Exception) { x.Expires = time.Time{} },
		func(x *vedette.Exception) { x.Expires = start },
		func(x *vedette.Exception) { x.Expires = start.Add(vedette.MaxExceptionTime + time.Second) },
	} {
		bad := given
		bad.ID = fmt.Sprint("bad", i)
		wrong(&bad)
		_, err := b.AddException(ctx, bad)
		code(t, err, vedette.CodeInvalid)
	}
	long := given
	long.ID, long.Selection = "", strings.Repeat("x", statestore.MaxExceptionSelection+1)
	_, err = b.AddException(ctx, long)
	code(t, err, vedette.CodeTooLarge)

	later := start.Add(48 * time.Hour)
	reason := "the new backup"
	x, err = b.EditException(ctx, "default", x.ID, 1, statestore.ExceptionEdit{Reason: &reason, Expires: &later})
	must(t, err)
	given.Reason, given.Expires, given.Version = reason, kept(later), 2
	same(t, "edited", x, given)
	_, err = b.EditException(ctx, "default", x.ID, 1, statestore.ExceptionEdit{Reason: &reason})
	code(t, err, vedette.CodeConflict)
	_, err = b.EditException(ctx, "other", x.ID, 0, statestore.ExceptionEdit{})
	code(t, err, vedette.CodeNotFound)

	must(t, b.CountHidden(ctx, []vedette.Exception{{Tenant: "default", ID: x.ID, Hidden: 3, LastHidden: start}, {Tenant: "default", ID: "gone", Hidden: 1}}))
	must(t, b.CountHidden(ctx, []vedette.Exception{{Tenant: "default", ID: x.ID, Hidden: 4, LastHidden: start.Add(-time.Hour)}}))
	list, err := b.Exceptions(ctx, "default")
	must(t, err)
	given.Hidden, given.LastHidden = 7, kept(start)
	same(t, "list", list, []vedette.Exception{given})
	all, err := b.Exceptions(ctx, "")
	must(t, err)
	same(t, "of all tenants", len(all), 2)
	must(t, b.DeleteException(ctx, "default", x.ID))
	code(t, b.DeleteException(ctx, "default", x.ID), vedette.CodeNotFound)
}

func ruleVersions(t *testing.T, b *bench) {
	ctx := t.Context()
	save := func(yaml string) {
		t.Helper()
		must(t, b.SaveRuleUpload(ctx, "default", statestore.RuleUpload{Name: "a.yml", YAML: yaml, By: "ana"}))
	}
	save("title: 1")
	save("title: 1")
	save("title: 2")
	must(t, b.DeleteRuleUpload(ctx, "default", "a.yml"))
	save("title: 1")
	got, err := b.RuleVersions(ctx, "default", "a.yml")
	must(t, err)
	same(t, "versions", got, []statestore.RuleVersion{
		{Version: 3, YAML: "title: 1", By: "ana", Time: kept(start)}, {Version: 2, YAML: "title: 2", By: "ana", Time: kept(start)}, {Version: 1, YAML: "title: 1", By: "ana", Time: kept(start)}})
	for i := range statestore.MaxRuleVersions + 5 {
		save(fmt.Sprintf("title: n%d", i))
	}
	got, err = b.RuleVersions(ctx, "default", "a.yml")
	must(t, err)
	same(t, "versions that are kept", len(got), statestore.MaxRuleVersions)
	newest, err := b.RuleVersionNumbers(ctx, "default")
	must(t, err)
	same(t, "newest", newest, map[string]int64{"a.yml": 3 + statestore.MaxRuleVersions + 5})
}

func ruleVerdicts(t *testing.T, b *bench) {
	ctx := t.Context()
	one, two := incident(1), incident(2)
	one.Rules, two.Rules = []vedette.RuleCount{{RuleID: "r1", Count: 1}, {RuleID: "r2", Count: 2}}, []vedette.RuleCount{{RuleID: "r1", Count: 1}}
	must(t, b.SaveFold(ctx, statestore.Fold{Seq: 1, Incidents: []vedette.Incident{one, two}}))
	wrong := vedette.VerdictFalse
	_, err := b.EditIncident(ctx, "default", one.ID, 0, statestore.IncidentEdit{Verdict: &wrong})
	must(t, err)
	got, err := b.RuleVerdicts(ctx, "default", start.AddDate(0, 0, -30))
	must(t, err)
	same(t, "verdicts", got, map[string]map[vedette.Verdict]int64{"r1": {wrong: 1}, "r2": {wrong: 1}})
	late, err := b.RuleVerdicts(ctx, "default", start.AddDate(1, 0, 0))
	must(t, err)
	same(t, "verdicts of later", len(late), 0)
}
