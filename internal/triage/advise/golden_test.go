package advise_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

var update = flag.Bool("update", false, "write the words under testdata anew")

// Every shape of incident keeps its words under testdata, to be read by people who know both languages.
func TestWords(t *testing.T) {
	results := map[string]vedette.AttackResult{
		"web-shell": "compromised", "spray-login-exfil": "compromised", "ransomware": "compromised", "cloud-key": "compromised", "merged": "compromised",
		"correlation": "succeeded", "insider-at-night": "succeeded", "noisy-benign": "attempted",
	}
	for name := range shapes() {
		t.Run(name, func(t *testing.T) {
			in := shape(t, name)
			advise.CompleteWith(in, advise.Setting{Line: 60})
			if in.Result != results[name] {
				t.Errorf("result %q, want %q", in.Result, results[name])
			}
			got := describe(in)
			file := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the words changed; read them, then run with -update\n%s", got)
			}
		})
	}
}

func describe(in *vedette.Incident) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d points\n\ntitle\n  %s\n  %s\n\nstory\n  %s\n  %s\n\nresult %s %v\n\n", in.Score, in.Title.En, in.Title.Zh, in.Story.En, in.Story.Zh, in.Result, in.Proof)
	fmt.Fprintf(&b, "why\n%s\nwhy not\n%s\nnext\n", lines(advise.Why(in)), lines(in.WhyNot))
	for _, s := range in.Next {
		fmt.Fprintf(&b, "  %s %v\n    %s\n    %s\n", s.Code, s.Evidence, s.Text.En, s.Text.Zh)
		if s.Query != "" {
			fmt.Fprintf(&b, "    %s\n", s.Query)
		}
	}
	return b.String()
}
