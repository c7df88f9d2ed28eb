package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/detect"
)

// A rule moves the technique of its tags through the states of coverage, also in the layer.
func TestCoverage(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	find := func() detect.CoveredTechnique {
		all := into[api.Coverage](t, c.do("GET", "/api/v1/coverage", nil).want(t, 200))
		if len(all.Tactics) != 15 || all.Tactics[0].Zh == "" || len(all.Techniques) < 600 {
			t.Fatalf("%d tactics, %d techniques", len(all.Tactics), len(all.Techniques))
		}
		i := slices.IndexFunc(all.Techniques, func(x detect.CoveredTechnique) bool { return x.ID == "T1556.001" })
		return all.Techniques[i]
	}
	if got := find(); got.Gap != detect.GapNoRule || got.Rules != 0 {
		t.Errorf("%+v", got)
	}
	rule := strings.Replace(uploaded("up-1", "high"), "\nlogsource:", "\ntags: [attack.persistence, attack.t1556.001]\nlogsource:", 1)
	c.do("POST", "/api/v1/rules?name=mine.yml", rule, "Content-Type", "application/yaml").want(t, 200)
	if got := find(); got.Rules != 1 || got.Live != 1 {
		t.Errorf("%+v", got)
	}
	layer := into[detect.Layer](t, c.do("GET", "/api/v1/coverage/layer", nil).want(t, 200))
	i := slices.IndexFunc(layer.Techniques, func(x detect.LayerTechnique) bool { return x.ID == "T1556.001" })
	if layer.Versions.Layer != "4.5" || i < 0 || layer.Techniques[i].Comment == "" {
		t.Errorf("%+v", layer)
	}
	c.do("PATCH", "/api/v1/rules/up-1", map[string]any{"stage": "off"}).want(t, 200)
	if got := find(); got.Gap != detect.GapOff {
		t.Errorf("%+v", got)
	}
}
