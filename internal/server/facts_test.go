package server

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

// weighed is a store with triage and facts over it.
type weighed struct {
	t     *testing.T
	state *statestore.Store
	facts *facts
	tr    *triage.Triage
}

// start builds triage and facts as the server does, over what is stored.
func (w *weighed) start() {
	w.t.Helper()
	log := slog.New(slog.DiscardHandler)
	var err error
	if w.facts, err = newFacts(w.t.Context(), w.state, log); err != nil {
		w.t.Fatal(err)
	}
	if w.tr, err = triage.New(triage.DefaultConfig(), w.state, entity.Networks{}, triage.Knowledge{Facts: w.facts.of}, time.Now, log); err != nil {
		w.t.Fatal(err)
	}
	w.facts.folds = w.tr
}

func (w *weighed) settle() {
	w.t.Helper()
	if err := w.facts.Settle(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *weighed) incident(id string) vedette.Incident {
	w.t.Helper()
	in, err := w.state.Incident(w.t.Context(), vedette.DefaultTenant, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

// say writes down that a machine is worked on.
func (w *weighed) say(machine, source, by string) vedette.Fact {
	w.t.Helper()
	f, err := w.state.AddFact(w.t.Context(), vedette.Fact{
		Tenant: vedette.DefaultTenant, Kind: vedette.FactMaintenance, Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: machine}},
		From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour), Text: "Disks are replaced", Source: source, By: by,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// attack folds an alert of a machine that is an incident by itself, and returns that.
func (w *weighed) attack(machine string) string {
	w.t.Helper()
	now := time.Now().UTC().Truncate(time.Second)
	out, err := w.tr.Fold(w.t.Context(), 0, []vedette.Alert{{
		ID: machine, Tenant: vedette.DefaultTenant, RuleID: "r", RuleTitle: "Shell of a web server", Severity: vedette.High, Tactics: []string{"execution"},
		Techniques: []string{"T1059.004"}, Time: now, Received: now, Detected: now, EventID: machine,
		Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: machine, Role: vedette.RoleTarget}},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	return out[0].IncidentID
}

func TestAPoisonedSourceOfFactsHidesNothing(t *testing.T) {
	state, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { state.Close() })
	w := &weighed{t: t, state: state}
	w.start()
	id := w.attack("web-01")
	before := w.incident(id)
	if before.Below {
		t.Fatalf("the attack is not in the queue: %d", before.Score)
	}
	for i := range 20 { // one source, whatever names it signs with, before and after
		w.say("web-01", "tickets", fmt.Sprint("somebody-", i))
		w.say("web-02", "tickets", fmt.Sprint("somebody-", i))
	}
	w.settle()
	second := w.attack("web-02")
	poisoned := w.incident(id)
	if poisoned.Below || poisoned.Score >= before.Score || w.incident(second).Below {
		t.Fatalf("one source of facts: score %d of %d, below %v and %v", poisoned.Score, before.Score, poisoned.Below, w.incident(second).Below)
	}
	if w.say("web-01", "calendar", "somebody-19"); len(w.facts.Explained(vedette.DefaultTenant)) == 0 {
		t.Error("it is not told which incidents are explained")
	}
	w.settle()
	agreed := w.say("web-01", "change board", "ana")
	w.settle()
	hidden := w.incident(id)
	if !hidden.Below || w.incident(second).Below {
		t.Fatalf("two sources agree about one machine: score %d, below %v; the other one below %v", hidden.Score, hidden.Below, w.incident(second).Below)
	}
	// While the process is away, whoever said so takes it back, and so do the others.
	if _, err := state.EndFact(t.Context(), vedette.DefaultTenant, agreed.ID, "ana"); err != nil {
		t.Fatal(err)
	}
	all, err := state.Facts(t.Context(), vedette.DefaultTenant, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.Ended.IsZero() {
			if _, err := state.EndFact(t.Context(), vedette.DefaultTenant, f.ID, "ben"); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.start()
	w.settle()
	if again := w.incident(id); again.Below || again.Score != before.Score {
		t.Errorf("everything was taken back: score %d of %d, below %v", again.Score, before.Score, again.Below)
	}
	version := w.incident(id).Version
	w.settle()
	if w.incident(id).Version != version {
		t.Error("nothing changed, and it was stored again")
	}
}
