package detect_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

func TestDiff(t *testing.T) {
	file := func(text string) []catalog.File { return []catalog.File{{Path: "r.yml", Data: []byte(text)}} }
	if got := detect.Diff(detect.Options{}, file(soundRule), file("# a remark\n"+strings.ReplaceAll(soundRule, "'\\tool.exe'", `"\\tool.exe"`))); len(got) != 0 {
		t.Errorf("style counts: %+v", got)
	}
	changed := strings.NewReplacer("level: high", "level: low", "tool.exe", "spoon.exe", "attack.execution", "attack.impact", "product: windows", "product: linux",
		"selection and not 1 of filter_main_*", "selection and not (filter_main_one or more)\n  more: {User: a}").Replace(soundRule)
	got := detect.Diff(detect.Options{}, file(soundRule), file(changed))
	if len(got) != 1 || got[0].Change != "changed" {
		t.Fatalf("%+v", got)
	}
	var parts []string
	for _, d := range got[0].Details {
		parts = append(parts, d.Part)
	}
	if want := []string{"level", "logsource", "selection selection", "selection more", "condition", "tags"}; !slices.Equal(parts, want) {
		t.Errorf("%v", parts)
	}
	got = detect.Diff(detect.Options{}, file(soundRule), file(strings.ReplaceAll(strings.ReplaceAll(soundRule, "5555", "6666"), "endswith", "endwith")))
	if len(got) != 2 || got[0].Change == got[1].Change {
		t.Errorf("%+v", got)
	}
	got = detect.Diff(detect.Options{}, file(soundRule), file(strings.ReplaceAll(soundRule, "endswith", "endwith")))
	if len(got) != 1 || got[0].Details[len(got[0].Details)-1].Part != "state" {
		t.Errorf("%+v", got)
	}
}
