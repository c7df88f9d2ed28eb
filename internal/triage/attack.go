package triage

import (
	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

// step is what an alert tells of an attack.
type step = advise.Step

// maxCitation is how much evidence a contribution names.
const maxCitation = 6

// The steps that decide how alerts are joined.
const (
	stepGuess   = advise.StepGuess
	stepExploit = advise.StepExploit
	stepLogin   = advise.StepLogin
	stepMove    = advise.StepMove
)

// What triage and its words share.

func stageOf(tactic string) int { return advise.StageOf(tactic) }

func normalTactic(tactic string) string { return advise.NormalTactic(tactic) }

func mergeTactics(list, more []string) []string { return advise.MergeTactics(list, more) }

func hasTechnique(techniques []string, wanted ...string) bool {
	return advise.HasTechnique(techniques, wanted...)
}

func clean(text string, limit int) string { return advise.Clean(text, limit) }

func spaced(text string) string { return advise.Spaced(text) }

func severityZh(s vedette.Severity) string { return advise.SeverityZh(s) }
