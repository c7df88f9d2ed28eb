package regression_test

import (
	"context"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

// The rules that the collection gave up load or are rejected with a reason and a place, whether or not they are asked
// for; none makes the compiler or the engine panic.
func TestRetiredRulesLoadOrSayWhyNot(t *testing.T) {
	files, _ := catalog.Load(context.Background(), []string{data(t, "sigma/rules.tar.gz")})
	trees := map[string][]catalog.File{}
	for _, f := range files {
		if _, member, _ := strings.Cut(f.Path, "!"); !strings.HasPrefix(member, "rules") {
			tree, _, _ := strings.Cut(member, "/")
			trees[tree] = append(trees[tree], f)
		}
	}
	events := newReader(t).events(data(t, "windows/evtx-attack-samples.tar.gz"))
	for _, tree := range []string{"deprecated", "unsupported"} {
		if len(trees[tree]) < 50 {
			t.Errorf("only %d files in %s", len(trees[tree]), tree)
		}
		for _, retired := range []bool{false, true} {
			rs := detect.CompileWith(detect.Options{Retired: retired, Placeholders: placeholderNames(trees[tree])}, trees[tree])
			said := map[string]bool{}
			for _, p := range rs.Problems {
				said[p.File] = true
				if p.Reason == "" || p.Line == 0 || strings.Contains(p.Reason, "compiler failed") {
					t.Errorf("%s", p)
				}
			}
			for _, r := range rs.Rules {
				said[r.File] = true
			}
			for _, c := range rs.Correlations {
				said[c.Rule.File] = true
			}
			for _, f := range trees[tree] {
				if !said[f.Path] {
					t.Errorf("%s: neither loaded nor rejected", f.Path)
				}
			}
			alerts := 0
			engine := detect.New(detect.Config{Budget: -1, OnFault: func(f detect.Fault) { t.Errorf("%s: %s", f.File, f.Reason) }}, rs)
			for i := 0; i < len(events); i += 10 {
				engine.Detect(events[i], func(vedette.Alert) { alerts++ })
			}
			t.Logf("%s, asked for %v: %d files, %d rules run, %d rejected, %d alerts on %d events", tree, retired, len(trees[tree]), len(rs.Rules), len(rs.Problems), alerts, len(events)/10)
		}
	}
}
