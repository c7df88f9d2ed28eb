package advise_test

import (
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

// An anomaly is told by what was seen beside what was usual, and never by the bare name of what its detector looks at.
func TestTheEvidenceOfAnAnomalyIsASentence(t *testing.T) {
	a := vedette.Alert{
		RuleTitle: "A chain of programs never seen", RuleTitleZh: "从未出现过的进程链",
		Matched: map[string]string{"child by parent process": "/usr/bin/id"},
		Anomaly: &vedette.Anomaly{Feature: "child by parent process", Text: vedette.Text{En: "/usr/bin/id was never started by /usr/bin/bash", Zh: "程序 /usr/bin/id 从未由 /usr/bin/bash 启动"}},
	}
	got := advise.EvidenceText(&a, 3, entity.Networks{})
	if got.En != "A chain of programs never seen: /usr/bin/id was never started by /usr/bin/bash, the latest of 3." {
		t.Error(got.En)
	}
	if !strings.HasPrefix(got.Zh, "从未出现过的进程链：程序 /usr/bin/id 从未由") || strings.Contains(got.Zh, "child by parent") {
		t.Error(got.Zh)
	}
}
