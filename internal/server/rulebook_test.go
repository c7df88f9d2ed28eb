package server

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// A person who switches a rule off and closes the page at once must not leave an engine that still runs it.
func TestSettingsComeIntoForceAlsoWhenTheClientIsGone(t *testing.T) {
	state, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = state.Close() })
	b := &rulebook{cfg: RulesConfig{Starter: true}, starter: content.Rules(), state: state, log: slog.New(slog.DiscardHandler)}
	ruleset, err := b.load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.engine = detect.New(detect.Config{}, ruleset)
	id := ruleset.Rules[0].ID
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, c := range []struct {
		name string
		off  bool
		use  func(context.Context) error
	}{{"settle", true, b.Settle}, {"reload", false, b.Reload}, {"settle again", true, b.Settle}} {
		stage := vedette.StageAlert
		if c.off {
			stage = vedette.StageOff
		}
		if err := state.SetRuleSetting(t.Context(), vedette.DefaultTenant, id, statestore.RuleSetting{Stage: stage}); err != nil {
			t.Fatal(err)
		}
		if err := c.use(gone); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for _, s := range b.engine.Ruleset().StatusesFor(vedette.DefaultTenant) {
			if off := s.State == vedette.RuleOff; s.ID == id && off != c.off {
				t.Errorf("%s: the rule is %s, want off %v", c.name, s.State, c.off)
			}
		}
	}
}
