package detect_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

func covered(t *testing.T, rules []vedette.RuleStatus, id string) detect.CoveredTechnique {
	t.Helper()
	all := detect.Coverage(rules)
	i := slices.IndexFunc(all, func(c detect.CoveredTechnique) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("no %s", id)
	}
	return all[i]
}

func TestCoverage(t *testing.T) {
	last := time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC)
	rule := func(title, technique string, stage vedette.RuleStage) vedette.RuleStatus {
		return vedette.RuleStatus{Title: title, Techniques: []string{technique}, Tactics: []string{"execution"}, State: vedette.RuleLive, Stage: stage}
	}
	fired := rule("fired", "T1059.001", vedette.StageAuto)
	fired.Fired, fired.LastFired = 7, last
	asleep := rule("asleep", "T1059.001", vedette.StageAlert)
	asleep.Asleep = "no source"
	alone := asleep
	alone.Techniques = []string{"T1003", "T1003"}
	off := rule("off", "T1021", vedette.StageOff)
	off.State = vedette.RuleOff
	rules := []vedette.RuleStatus{fired, asleep, alone, off, rule("old", "T1086", vedette.StageAlert), rule("trial", "T1110", vedette.StageShadow), rule("own", "T9999", vedette.StageAlert)}
	for id, want := range map[string]detect.CoveredTechnique{
		"T1059.001": {Rules: 3, Live: 3, Asleep: 1, Fired: 7, LastFired: last},
		"T1003":     {Rules: 1, Live: 1, Asleep: 1, Gap: detect.GapAsleep},
		"T1021":     {Rules: 1, Gap: detect.GapOff},
		"T1110":     {Rules: 1, Shadow: 1, Gap: detect.GapShadow},
		"T1486":     {Gap: detect.GapNoRule},
		"T9999":     {Rules: 1, Live: 1},
	} {
		got := covered(t, rules, id)
		if got.Rules != want.Rules || got.Live != want.Live || got.Shadow != want.Shadow || got.Asleep != want.Asleep || got.Fired != want.Fired || got.Gap != want.Gap ||
			!got.LastFired.Equal(want.LastFired) || got.Name == "" || len(got.Tactics) == 0 {
			t.Errorf("%s: %+v", id, got)
		}
	}
}

// The layer has the keys that version 4.5 of the format requires, with values of the kinds it names.
func TestLayerFormat(t *testing.T) {
	rs := detect.Compile(active(corpus(t)))
	text, err := json.Marshal(detect.LayerOf("Vedette", detect.Coverage(rs.Statuses())))
	if err != nil {
		t.Fatal(err)
	}
	var l map[string]any
	if err := json.Unmarshal(text, &l); err != nil {
		t.Fatal(err)
	}
	versions := l["versions"].(map[string]any)
	if l["name"] != "Vedette" || l["domain"] != "enterprise-attack" || versions["layer"] != "4.5" || versions["navigator"] != "5.2.0" || versions["attack"] != "19" {
		t.Errorf("%v %v %v", l["name"], l["domain"], versions)
	}
	gradient := l["gradient"].(map[string]any)
	color := regexp.MustCompile(`^#[0-9a-f]{6}$`)
	if gradient["minValue"].(float64) >= gradient["maxValue"].(float64) || len(gradient["colors"].([]any)) < 2 {
		t.Errorf("%v", gradient)
	}
	number, seen := regexp.MustCompile(`^T\d{4}(\.\d{3})?$`), map[string]bool{}
	for _, one := range l["techniques"].([]any) {
		cell := one.(map[string]any)
		key := fmt.Sprint(cell["techniqueID"], cell["tactic"])
		if !number.MatchString(cell["techniqueID"].(string)) || seen[key] || cell["enabled"] != true {
			t.Errorf("%v", cell)
		}
		seen[key] = true
		if c := cell["color"]; c != nil && !color.MatchString(c.(string)) {
			t.Errorf("%v", cell)
		}
		if _, ok := cell["score"].(float64); !ok {
			t.Errorf("%v", cell)
		}
		for _, m := range cell["metadata"].([]any) {
			if m := m.(map[string]any); m["name"] == "" || m["value"] == "" {
				t.Errorf("%v", cell)
			}
		}
	}
	for _, one := range l["legendItems"].([]any) {
		if item := one.(map[string]any); item["label"] == "" || !color.MatchString(item["color"].(string)) {
			t.Errorf("%v", item)
		}
	}
	if len(seen) < 400 {
		t.Errorf("only %d cells", len(seen))
	}
}
