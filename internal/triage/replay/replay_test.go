package replay_test

import (
	"reflect"
	"testing"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/replay"
)

func rules(t *testing.T) func(string) (vedette.Alert, bool) {
	t.Helper()
	files, problems := catalog.LoadFS(t.Context(), content.Rules(), "built-in")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	all := detect.Compile(files)
	return func(id string) (vedette.Alert, bool) {
		r, ok := all.Rule(id)
		if !ok {
			t.Errorf("the world names a rule that there is not: %s", id)
			return vedette.Alert{}, false
		}
		return vedette.Alert{RuleTitle: r.Title, RuleTitleZh: r.TitleZh, Severity: r.Severity, Tags: r.Tags, Tactics: r.Tactics, Techniques: r.Techniques}, true
	}
}

func setting(t *testing.T) replay.Setting {
	return replay.Setting{Tenant: "t", Triage: triage.DefaultConfig(), Rule: rules(t)}
}

func TestTheWorldIsReplayed(t *testing.T) {
	first, err := replay.Run(t.Context(), setting(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", first)
	if first.AttacksFound != first.AttacksTotal || first.AttacksTotal != 8 {
		t.Errorf("%d of %d attacks found: %v", first.AttacksFound, first.AttacksTotal, first.Missed)
	}
	if 10*first.StepsFound < 9*first.StepsTotal {
		t.Errorf("%d of %d steps found: %v", first.StepsFound, first.StepsTotal, first.Missed)
	}
	if first.FalsePerDay > 1 {
		t.Errorf("%v false incidents a day", first.FalsePerDay)
	}
	again, err := replay.Run(t.Context(), setting(t))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first, again) {
		t.Errorf("another result the second time:\n%+v\n%+v", first, again)
	}
}

func TestTheConfigurationDecides(t *testing.T) {
	s := setting(t)
	s.Know.Line = func(string, string) int { return 101 }
	blind, err := replay.Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if blind.AttacksFound != 0 || blind.Line != 101 || len(blind.Missed) != blind.StepsTotal+blind.AttacksTotal {
		t.Errorf("%+v", blind)
	}
	s = setting(t)
	s.Hidden = func(a *vedette.Alert) bool { return a.Severity >= vedette.Medium }
	hidden, err := replay.Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if hidden.Suppressed == 0 || hidden.StepsFound >= hidden.StepsTotal {
		t.Errorf("%+v", hidden)
	}
	s = setting(t)
	s.Rule = func(string) (vedette.Alert, bool) { return vedette.Alert{}, false }
	off, err := replay.Run(t.Context(), s)
	if err != nil || off.Alerts != 0 || off.StepsFound != 0 {
		t.Errorf("%+v, %v", off, err)
	}
}

func BenchmarkReplay(b *testing.B) {
	s := replay.Setting{Tenant: "t", Triage: triage.DefaultConfig(), Rule: func(string) (vedette.Alert, bool) { return vedette.Alert{Severity: vedette.Medium}, true }}
	for b.Loop() {
		if _, err := replay.Run(b.Context(), s); err != nil {
			b.Fatal(err)
		}
	}
}
