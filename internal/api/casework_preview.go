package api

import (
	"context"

	"github.com/vedette-soc/vedette"
)

// Preview is what a merge, a split or a move would do. It is computed as the real one would be; nothing is changed.
type Preview struct {
	Stays  PreviewSide  `json:"stays" doc:"The incident that was asked about, as it would be"`
	Moves  PreviewSide  `json:"moves" doc:"What would go, as if it stood alone; after a split that is the new incident, for a merge all that is absorbed"`
	Target *PreviewSide `json:"target,omitempty" doc:"The incident that would take what is moved, as it would be"`
}

// PreviewSide is an incident as it would be.
type PreviewSide struct {
	Incident string              `json:"incident,omitempty" doc:"Its id; absent when it does not exist yet"`
	Title    vedette.Text        `json:"title"`
	Alerts   int64               `json:"alerts"`
	Rules    []vedette.RuleCount `json:"rules"`
	Entities []vedette.EntityRef `json:"entities"`
	Tactics  []string            `json:"tactics"`
	Evidence []int               `json:"evidence" doc:"Of what would go: numbers in the incident that it leaves; with everything that goes along"`
	Score    int                 `json:"score"`
	Before   int                 `json:"score_before" doc:"The score now; 0 when it does not exist yet"`
	Severity vedette.Severity    `json:"severity" enum:"info,low,medium,high,critical"`
	Reasons  []vedette.Reason    `json:"reasons"`
}

func (a *API) previewMerge(ctx context.Context, in *mergeInput) (*bodyOutput[Preview], error) {
	return a.preview(a.merging(ctx, in))
}

func (a *API) previewSplit(ctx context.Context, in *splitInput) (*bodyOutput[Preview], error) {
	return a.preview(a.splitting(ctx, in))
}

func (a *API) previewMove(ctx context.Context, in *moveInput) (*bodyOutput[Preview], error) {
	return a.preview(a.moving(ctx, in))
}

// preview makes a plan and stores nothing of it.
func (a *API) preview(planned planner) (*bodyOutput[Preview], error) {
	p, err := planned(a.deps.Triage.Resealed)
	if err != nil {
		return nil, err
	}
	out := Preview{Stays: previewSide(p.After[0], p.Before[0].Score), Moves: previewSide(p.taken, 0)}
	out.Moves.Incident = ""
	switch p.Change.Kind {
	case vedette.ChangeMerge:
		if len(p.Before) == 2 {
			out.Moves.Incident, out.Moves.Before = p.Before[1].ID, p.Before[1].Score
		}
	case vedette.ChangeMove:
		target := previewSide(p.After[1], p.Before[1].Score)
		out.Target = &target
		out.Moves.Evidence = numbersOf(p.taken, p.Before[0])
	case vedette.ChangeSplit:
		out.Moves.Evidence = numbersOf(p.taken, p.Before[0])
	}
	return &bodyOutput[Preview]{Body: out}, nil
}

func previewSide(in vedette.Incident, before int) PreviewSide {
	return PreviewSide{Incident: in.ID, Title: in.Title, Alerts: in.Alerts, Rules: in.Rules, Entities: in.Entities, Tactics: in.Tactics,
		Score: in.Score, Before: before, Severity: in.Severity, Reasons: in.Reasons}
}

// numbersOf returns the numbers that the evidence of a part has in the whole.
func numbersOf(part, whole vedette.Incident) []int {
	gone := make(map[string]bool)
	for _, e := range part.Evidence {
		gone[e.Alert.ID] = true
	}
	var numbers []int
	for _, e := range whole.Evidence {
		if gone[e.Alert.ID] {
			numbers = append(numbers, e.Number)
		}
	}
	return numbers
}
