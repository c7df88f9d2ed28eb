package server

import (
	"log/slog"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// What events and incidents show of entities is written down, and what people say moves the order by risk.
func TestEntitiesAreWrittenDown(t *testing.T) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	store, err := statestore.Open(ctx, statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db")})
	must(err)
	defer func() { must(store.Close()) }()
	networks := entity.Networks{Protected: []netip.Prefix{netip.MustParsePrefix("10.0.0.7/32")}}
	s := &Server{state: store, assets: entity.NewRegister(nil), metrics: telemetry.NewMetrics(), log: slog.New(slog.DiscardHandler)}
	must(s.openEntities(ctx, networks))
	e := s.entities
	now := time.Now().UTC()

	ev := &vedette.Event{Tenant: vedette.DefaultTenant, Time: now}
	ev.Add("host.name", "db-02")
	ev.Add("host.ip", "10.0.0.7")
	e.watch.Observe(ev)
	must(e.flush(ctx))
	address, err := store.Entity(ctx, vedette.DefaultTenant, vedette.EntityAddress, "10.0.0.7")
	must(err)
	if !address.Internal || !address.Protected || address.Alerts != 0 {
		t.Errorf("the address is %+v", address)
	}

	hosts := []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "db-02", Role: vedette.RoleTarget}, {Kind: vedette.EntityHost, Name: "web-01", Role: vedette.RoleActor}}
	incident := vedette.Incident{ID: "inc-1", Tenant: vedette.DefaultTenant, Status: vedette.StatusOpen, Score: 60, Entities: hosts, First: now, Last: now, Created: now, Updated: now, Detected: now,
		Evidence: []vedette.Evidence{{Alert: vedette.Alert{EventID: "1-1", Severity: vedette.High, RuleID: "r", Tags: []string{"cve.2021-44228"}, Entities: hosts, Time: now}}}}
	must(store.SaveFold(ctx, statestore.Fold{Seq: 1, Incidents: []vedette.Incident{incident}, Entities: []vedette.Entity{{Tenant: vedette.DefaultTenant, Kind: vedette.EntityHost, Name: "web-01", First: now, Last: now}}}))
	must(e.weigh(ctx))
	first := func() (string, int) {
		list, _, _, err := store.Entities(ctx, statestore.EntityFilter{Tenant: vedette.DefaultTenant, Sort: "risk"}, statestore.Page{})
		must(err)
		return list[0].Name, entity.RiskOf(list[0].Standing, now)
	}
	if name, risk := first(); name != "web-01" || risk != 60 {
		t.Errorf("%s stands first with %d, want web-01 with 60", name, risk)
	}
	if weak, err := store.Exposures(ctx, vedette.DefaultTenant, vedette.EntityHost, "db-02"); err != nil || len(weak) != 1 {
		t.Errorf("weaknesses are %+v, %v", weak, err)
	}
	level := entity.CriticalityCritical
	must(e.rated(ctx, []vedette.EntityProfile{{Tenant: vedette.DefaultTenant, Kind: vedette.EntityHost, Name: "db-02", Criticality: &level}}))
	if name, risk := first(); name != "db-02" || risk != 72 {
		t.Errorf("%s stands first with %d, want db-02 with 72", name, risk)
	}

	// A verdict takes it back.
	verdict, closed := vedette.VerdictFalse, vedette.StatusClosed
	_, err = store.EditIncident(ctx, vedette.DefaultTenant, "inc-1", 0, statestore.IncidentEdit{Verdict: &verdict, Status: &closed})
	must(err)
	must(e.weigh(ctx))
	if name, risk := first(); risk != 0 {
		t.Errorf("after the verdict %s still has %d", name, risk)
	}
	must(e.bound(ctx))
}
