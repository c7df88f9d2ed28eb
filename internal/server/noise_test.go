package server

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

func quiet(t *testing.T) (*noise, *time.Time, *[]News) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Second)
	state, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = state.Close() })
	files, _ := catalog.LoadFS(t.Context(), content.Rules(), "starter")
	n, err := newNoise(t.Context(), state, detect.New(detect.Config{}, detect.Compile(files)), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var told []News
	n.triage, n.now, n.tell = triage.DefaultConfig(), func() time.Time { return now }, func(one News) { told = append(told, one) }
	return n, &now, &told
}

func TestASuppressionHidesCountsAndEnds(t *testing.T) {
	n, now, _ := quiet(t)
	entities := []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "backup-01"}}
	kept, err := n.state.AddSuppression(t.Context(), vedette.Suppression{Tenant: "t", RuleID: "r", Entities: entities, Reason: "copy", Owner: "ann", ProposedBy: "ann", Expires: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	alerts := func() []vedette.Alert {
		all := []vedette.Alert{{Tenant: "t", RuleID: "r", Entities: entities}, {Tenant: "t", RuleID: "r"}, {Tenant: "t", RuleID: "r", Entities: entities, Shadow: true}, {Tenant: "u", RuleID: "r", Entities: entities}}
		n.mark(all)
		return all
	}
	got := alerts()
	if got[0].Suppressed != kept.ID || got[1].Suppressed+got[2].Suppressed+got[3].Suppressed != "" {
		t.Fatalf("%+v", got)
	}
	n.saw(&got[0])
	n.saw(&got[0])
	if err := n.count(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kept, err = n.state.Suppression(t.Context(), "t", kept.ID); err != nil || kept.Hidden != 2 {
		t.Errorf("%+v, %v", kept, err)
	}
	*now = now.Add(time.Hour) // no restart, nothing read anew
	if got := alerts(); got[0].Suppressed != "" {
		t.Error("it still hides after its end")
	}
}

func TestAFallInRecallIsNews(t *testing.T) {
	n, now, told := quiet(t)
	first, err := n.Replay(t.Context(), vedette.DefaultTenant)
	if err != nil {
		t.Fatal(err)
	}
	if first.AttacksFound != first.AttacksTotal || first.StepsTotal == 0 || len(*told) != 0 {
		t.Fatalf("%+v, %v", first, *told)
	}
	host := []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "rp-web-02"}}
	for _, step := range []string{"05c01c14-e1ea-5505-8960-34118b678861", "63165e7b-c00e-579f-bc93-97a393069e91"} {
		_, err := n.state.AddSuppression(t.Context(), vedette.Suppression{Tenant: vedette.DefaultTenant, RuleID: step, Entities: host, Reason: "too wide", Owner: "ann", ProposedBy: "ann", Expires: now.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := n.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(time.Minute)
	second, err := n.Replay(t.Context(), vedette.DefaultTenant)
	if err != nil {
		t.Fatal(err)
	}
	if second.StepsFound >= first.StepsFound || second.Suppressed == 0 {
		t.Fatalf("%+v", second)
	}
	if len(*told) != 1 || (*told)[0].Kind != newsRecall || !strings.Contains((*told)[0].Reason, "steps") {
		t.Errorf("told %+v", *told)
	}
	kept, err := n.state.Recalls(t.Context(), vedette.DefaultTenant, 5)
	if err != nil || len(kept) != 2 || kept[0].StepsFound != second.StepsFound {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestTheLineFollowsTheBudget(t *testing.T) {
	n, now, _ := quiet(t)
	if _, asked := n.Line("t", ""); asked || n.line("t", "") != triage.DefaultLine {
		t.Errorf("a line without a budget: %d", n.line("t", ""))
	}
	var fold statestore.Fold
	for i := range 200 {
		at := now.Add(-time.Duration(i) * time.Hour)
		fold.Incidents = append(fold.Incidents, vedette.Incident{ID: at.Format("inc-20060102150405"), Tenant: "t", Score: 30 + i%30, Status: vedette.StatusOpen, Created: at, First: at, Last: at, Updated: at})
	}
	if err := n.state.SaveFold(t.Context(), fold); err != nil {
		t.Fatal(err)
	}
	lines := map[float64]int{}
	for _, perDay := range []float64{1, 10} {
		if err := n.state.SetBudget(t.Context(), statestore.Budget{Tenant: "t", PerDay: perDay, By: "ann"}); err != nil {
			t.Fatal(err)
		}
		if err := n.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		found, _ := n.Line("t", "")
		if lines[perDay] = n.line("t", ""); found.Expected > perDay {
			t.Errorf("%v a day asked for, %v expected", perDay, found.Expected)
		}
	}
	if lines[1] <= lines[10] || n.line("u", "") != triage.DefaultLine {
		t.Errorf("lines %v", lines)
	}
}
