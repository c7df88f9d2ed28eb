package api

import (
	"context"
	"net/http"

	"github.com/vedette-soc/vedette/internal/catalog/attack"
	"github.com/vedette-soc/vedette/internal/detect"
)

// Coverage is what rules do about every technique of ATT&CK for Enterprise.
type Coverage struct {
	Version    string                    `json:"version" doc:"Of ATT&CK" example:"19"`
	Tactics    []attack.Tactic           `json:"tactics" doc:"In the order in which attacks go through them"`
	Techniques []detect.CoveredTechnique `json:"techniques"`
}

type coverageInput struct{}

func coverageRoutes() []route {
	return []route{
		{ID: "getCoverage", Method: http.MethodGet, Path: "/api/v1/coverage", Needs: toRead, Tag: "rules",
			Summary: "What rules do about each technique of ATT&CK", Text: "Every technique is listed, those without a rule too."},
		{ID: "getCoverageLayer", Method: http.MethodGet, Path: "/api/v1/coverage/layer", Needs: toRead, Tag: "rules",
			Summary: "The same as a layer of the ATT&CK Navigator", Text: "A file in version 4.5 of the layer format: the score is how many rules run."},
	}
}

func (a *API) registerCoverage() {
	register(a, "getCoverage", a.getCoverage)
	register(a, "getCoverageLayer", a.getCoverageLayer)
}

func (a *API) getCoverage(ctx context.Context, _ *coverageInput) (*bodyOutput[Coverage], error) {
	rules, err := a.ruleStatuses(ctx)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[Coverage]{Body: Coverage{Version: attack.Version, Tactics: attack.Tactics(), Techniques: detect.Coverage(rules)}}, nil
}

func (a *API) getCoverageLayer(ctx context.Context, _ *coverageInput) (*bodyOutput[detect.Layer], error) {
	rules, err := a.ruleStatuses(ctx)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[detect.Layer]{Body: detect.LayerOf("Vedette", detect.Coverage(rules))}, nil
}
