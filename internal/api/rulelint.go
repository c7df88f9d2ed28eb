package api

import (
	"context"

	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

type ruleLintInput struct {
	Body struct {
		YAML string `json:"yaml" maxLength:"262144" doc:"One document or several"`
	}
}

// RuleLint says what is wrong and what is doubtful about rules that are being written.
type RuleLint struct {
	Rules    []LintedRule  `json:"rules" doc:"Those that can run"`
	Problems []RuleProblem `json:"problems" doc:"What keeps a rule from running"`
	Warnings []RuleProblem `json:"warnings" doc:"What does not, and should be looked at"`
}

// LintedRule is a rule that can run.
type LintedRule struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// RuleProblem is something wrong at a place in the text.
type RuleProblem struct {
	Line   int    `json:"line,omitempty" doc:"Counts from 1; absent for the whole text"`
	Column int    `json:"column,omitempty"`
	Reason string `json:"reason"`
	Fix    string `json:"fix,omitempty" doc:"What to write instead, when that is known"`
}

// lintName is what the linted text is called; it cannot be the path of a file.
const lintName = "\x00lint"

func (a *API) lintRules(ctx context.Context, in *ruleLintInput) (*bodyOutput[RuleLint], error) {
	leave, err := a.compileTurn(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	text := catalog.File{Path: lintName, Origin: testOrigin, Data: []byte(in.Body.YAML)}
	files := append([]catalog.File{text}, a.referred(text)...)
	out := RuleLint{}
	for _, r := range detect.CompileWith(a.deps.Rules.Ruleset().Options(), files).All() {
		if r.File == lintName {
			out.Rules = append(out.Rules, LintedRule{ID: r.ID, Title: r.Title})
		}
	}
	report := detect.Lint(a.deps.Rules.Ruleset().Options(), files)
	out.Problems, out.Warnings = problemsOf(report.Problems), problemsOf(report.Warnings)
	return &bodyOutput[RuleLint]{Body: out}, nil
}

// problemsOf are those of the linted text.
func problemsOf(all []catalog.Problem) []RuleProblem {
	var out []RuleProblem
	for _, p := range all {
		if p.File == lintName {
			out = append(out, RuleProblem{Line: p.Line, Column: p.Column, Reason: p.Reason, Fix: p.Fix})
		}
	}
	return out
}

// referred are the files of the running rules that files refer to, with those that these refer to, so that a correlation
// or a filter can be compiled apart from all the others.
func (a *API) referred(files ...catalog.File) []catalog.File {
	return a.deps.Rules.Ruleset().Referred(files)
}

// compileTurn waits until a text that somebody tries out may be compiled. That can take memory and seconds, and whoever
// may read may ask for it: there are few at a time.
func (a *API) compileTurn(ctx context.Context) (leave func(), err error) {
	select {
	case a.compiles <- struct{}{}:
		return func() { <-a.compiles }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
