package statestoretest

import (
	"fmt"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func action(n int) vedette.Action {
	return vedette.Action{ID: fmt.Sprintf("act-%02d", n), Tenant: "default", Kind: "block_address", Target: fmt.Sprintf("192.0.2.%d", n%5),
		Actuator: "nftables", State: vedette.ActionProposed, TTL: 3600, Reason: "because", Owner: "rule:r1",
		IncidentID: fmt.Sprintf("inc-%03d", n%3), Undo: "remove it", Created: kept(start.Add(time.Duration(n) * time.Second))}
}

func actions(t *testing.T, b *bench) {
	ctx := t.Context()
	a := action(1)
	must(t, b.CreateAction(ctx, &a))
	same(t, "version", a.Version, 1)
	got, err := b.Action(ctx, "default", a.ID)
	must(t, err)
	same(t, "action", got, a)
	twice := action(1)
	code(t, b.CreateAction(ctx, &twice), vedette.CodeConflict)
	same(t, "version of the refused", twice.Version, 0)

	stale := a
	a.State, a.Applied, a.ApprovedBy = vedette.ActionActive, kept(start.Add(time.Minute)), "ana"
	must(t, b.UpdateAction(ctx, &a))
	same(t, "version", a.Version, 2)
	stale.State = vedette.ActionRejected
	code(t, b.UpdateAction(ctx, &stale), vedette.CodeConflict)
	same(t, "version of the stale", stale.Version, 1)
	got, err = b.Action(ctx, "default", a.ID)
	must(t, err)
	same(t, "action", got, a)

	none := action(9)
	code(t, b.UpdateAction(ctx, &none), vedette.CodeNotFound)
	_, err = b.Action(ctx, "other", a.ID)
	code(t, err, vedette.CodeNotFound)
}

func actionLists(t *testing.T, b *bench) {
	ctx := t.Context()
	for n := range 20 {
		a := action(n)
		if n%2 == 1 {
			a.State = vedette.ActionExpired
		}
		must(t, b.CreateAction(ctx, &a))
	}
	other := action(50)
	other.Tenant, other.State = "other", vedette.ActionActive
	must(t, b.CreateAction(ctx, &other))
	var seen []string
	page := statestore.Page{Limit: 6}
	for {
		got, next, total, err := b.Actions(ctx, statestore.ActionFilter{Tenant: "default"}, page)
		must(t, err)
		same(t, "total", total, 20)
		for _, a := range got {
			seen = append(seen, a.ID)
		}
		if page.Cursor = next; next == "" {
			break
		}
	}
	same(t, "rows", len(seen), 20)
	same(t, "newest and oldest", [2]string{seen[0], seen[19]}, [2]string{"act-19", "act-00"})
	for want, filter := range map[int64]statestore.ActionFilter{
		10: {States: []vedette.ActionState{vedette.ActionProposed, vedette.ActionActive}},
		7:  {IncidentID: "inc-001"},
		4:  {Target: "192.0.2.3"},
		2:  {Target: "192.0.2.3", States: []vedette.ActionState{vedette.ActionExpired}},
	} {
		filter.Tenant = "default"
		got, _, total, err := b.Actions(ctx, filter, statestore.Page{})
		must(t, err)
		same(t, "total", total, want)
		same(t, "rows", int64(len(got)), want)
	}
	live, err := b.LiveActions(ctx)
	must(t, err)
	same(t, "live actions", len(live), 11)
	same(t, "oldest", live[0].ID, "act-00")
}

func entities(t *testing.T, b *bench) {
	ctx := t.Context()
	var fold statestore.Fold
	for n := range 30 {
		kind := vedette.EntityHost
		if n%3 == 0 {
			kind = vedette.EntityUser
		}
		at := start.Add(time.Duration(n/4) * time.Minute) // several at the same time
		fold.Entities = append(fold.Entities, vedette.Entity{Kind: kind, Name: fmt.Sprintf("Name-%02d", n), Tenant: "default", First: at, Last: at, Alerts: 1})
	}
	must(t, b.SaveFold(ctx, fold))
	seen := map[string]bool{}
	page := statestore.Page{Limit: 4}
	before := start.Add(time.Hour)
	for {
		got, next, total, err := b.Entities(ctx, statestore.EntityFilter{Tenant: "default"}, page)
		must(t, err)
		same(t, "total", total, 30)
		for _, e := range got {
			seen[e.Name] = true
			if e.Last.After(before) {
				t.Fatalf("%s is out of order", e.Name)
			}
			before = e.Last
		}
		if page.Cursor = next; next == "" {
			break
		}
	}
	same(t, "distinct rows", len(seen), 30)
	for want, filter := range map[int64]statestore.EntityFilter{
		10: {Kind: vedette.EntityUser}, 7: {Search: "nAmE-1", Kind: vedette.EntityHost}, 1: {Search: "name-07 07"}, 0: {Search: "%"},
	} {
		filter.Tenant = "default"
		got, _, total, err := b.Entities(ctx, filter, statestore.Page{})
		must(t, err)
		same(t, "total", total, want)
		same(t, "rows", int64(len(got)), want)
	}
	_, err := b.Entity(ctx, "default", vedette.EntityHost, "Name-00")
	code(t, err, vedette.CodeNotFound) // it is a user
}
