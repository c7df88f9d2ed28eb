package statestoretest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func profiles(t *testing.T, b *bench) {
	ctx := t.Context()
	level, owner, department, tags := 4, "张敏", "财务部", []string{"pci", "db", "pci"}
	by := vedette.EntityProfile{Tenant: "default", Author: "ann"}
	got, err := b.EditProfiles(ctx, by, []statestore.ProfileOf{{Kind: vedette.EntityHost, Name: "db-02", Edit: statestore.ProfileEdit{Criticality: &level, Owner: &owner, Department: &department, Tags: &tags}}})
	must(t, err)
	want := vedette.EntityProfile{Kind: vedette.EntityHost, Name: "db-02", Tenant: "default", Criticality: &level, Owner: owner, Department: department,
		Tags: []string{"db", "pci"}, Author: "ann", Updated: kept(b.clock.now())}
	same(t, "profile", got[0], want)
	one, err := b.Profile(ctx, "default", vedette.EntityHost, "db-02")
	must(t, err)
	same(t, "stored profile", one, want)

	// An entity that was never seen is known now, and chosen by what is said of it.
	e, err := b.Entity(ctx, "default", vedette.EntityHost, "db-02")
	must(t, err)
	same(t, "criticality", *e.Criticality, 4)
	same(t, "tags", e.Tags, []string{"db", "pci"})
	for want, filter := range map[int64][]statestore.EntityFilter{
		1: {{Owner: owner}, {Department: department}, {Tag: "db"}, {Criticality: 3}, {}},
		0: {{Owner: "nobody"}, {Tag: "d"}, {Criticality: 5}},
	} {
		for _, f := range filter {
			f.Tenant = "default"
			list, _, total, err := b.Entities(ctx, f, statestore.Page{})
			must(t, err)
			same(t, fmt.Sprintf("total of %+v", f), total, want)
			same(t, "rows", int64(len(list)), want)
		}
	}
	_, err = b.Entity(ctx, "other", vedette.EntityHost, "db-02")
	code(t, err, vedette.CodeNotFound)

	// Of each field as much is changed as is given; -1 takes a criticality back.
	unset := -1
	_, err = b.EditProfiles(ctx, by, []statestore.ProfileOf{{Kind: vedette.EntityHost, Name: "db-02", Edit: statestore.ProfileEdit{Criticality: &unset}}})
	must(t, err)
	one, err = b.Profile(ctx, "default", vedette.EntityHost, "db-02")
	must(t, err)
	same(t, "owner", one.Owner, owner)
	if one.Criticality != nil {
		t.Errorf("the criticality is still %d", *one.Criticality)
	}
	// All or nothing.
	bad, long := 9, strings.Repeat("x", 300)
	for _, edit := range []statestore.ProfileEdit{{Criticality: &bad}, {Owner: &long}, {Tags: &[]string{""}}} {
		_, err = b.EditProfiles(ctx, by, []statestore.ProfileOf{{Kind: vedette.EntityHost, Name: "new", Edit: statestore.ProfileEdit{Owner: &owner}}, {Kind: vedette.EntityHost, Name: "x", Edit: edit}})
		code(t, err, vedette.CodeInvalid)
	}
	_, err = b.Entity(ctx, "default", vedette.EntityHost, "new")
	code(t, err, vedette.CodeNotFound)
	_, err = b.EditProfiles(ctx, by, make([]statestore.ProfileOf, statestore.MaxImport+1))
	code(t, err, vedette.CodeTooLarge)
	level = 1
	_, err = b.EditProfiles(ctx, vedette.EntityProfile{Tenant: "other", Author: "import", Imported: true}, []statestore.ProfileOf{{Kind: vedette.EntityUser, Name: "alice", Edit: statestore.ProfileEdit{Criticality: &level}}})
	must(t, err)
	said := map[string]int{}
	must(t, b.Criticalities(ctx, func(tenant string, kind vedette.EntityKind, name string, level int) {
		said[tenant+" "+string(kind)+" "+name] = level
	}))
	same(t, "criticalities", said, map[string]int{"other user alice": 1})

	// What people spoke of is not pruned.
	_, err = b.Prune(ctx, b.clock.advance(1000*time.Hour))
	must(t, err)
	_, err = b.Entity(ctx, "default", vedette.EntityHost, "db-02")
	must(t, err)
}

func alias(host, address string, minute int) vedette.EntityLink {
	at := kept(start.Add(time.Duration(minute) * time.Minute))
	return vedette.EntityLink{Tenant: "default", Kind: vedette.EntityHost, Name: host, Relation: vedette.RelationAlias, OtherKind: "address", Other: address, Why: "own-address", First: at, Last: at, Spans: 1}
}

func names(t *testing.T, b *bench) {
	ctx := t.Context()
	a, other := alias("a", "10.0.0.1", 5), alias("b", "10.0.0.1", 6)
	hostile := alias("a\x00\xff", "10.0.0.9", 1)
	must(t, b.SaveSeen(ctx, statestore.Seen{Links: []vedette.EntityLink{a, other, hostile}, Entities: []vedette.Entity{{Tenant: "default", Kind: vedette.EntityHost, Name: "a", First: a.First, Last: a.Last}}}))
	wider := alias("a", "10.0.0.1", 2)
	wider.Last = kept(start.Add(9 * time.Minute))
	must(t, b.SaveSeen(ctx, statestore.Seen{Links: []vedette.EntityLink{wider}}))
	own, rivals, err := b.Aliases(ctx, "default", vedette.EntityHost, "a")
	must(t, err)
	wider.Spans = 2
	same(t, "own", own, []vedette.EntityLink{wider})
	same(t, "rivals", rivals, []vedette.EntityLink{other})
	own, rivals, err = b.Aliases(ctx, "default", vedette.EntityAddress, "10.0.0.1")
	must(t, err)
	same(t, "machines of the address", len(own), 2)
	same(t, "rivals of the address", len(rivals), 0)
	own, _, err = b.Aliases(ctx, "other", vedette.EntityHost, "a")
	must(t, err)
	same(t, "another tenant sees", len(own), 0)
	e, err := b.Entity(ctx, "default", vedette.EntityHost, "a")
	must(t, err)
	same(t, "alerts of what was only seen", e.Alerts, 0)
}

func logons(t *testing.T, b *bench) {
	ctx := t.Context()
	at := kept(start)
	one := vedette.LogonSession{ID: "s1", Tenant: "default", User: "alice", Host: "ws07", Address: "10.0.0.9", Kind: "remote", From: at, To: at.Add(time.Hour), Logons: 2}
	two := one
	two.ID, two.Host, two.Ended = "s2", "ws08", true
	must(t, b.SaveSeen(ctx, statestore.Seen{Sessions: []vedette.LogonSession{one, two}}))
	later := one
	later.From, later.To, later.Logons, later.Ended = at.Add(time.Minute), at.Add(2*time.Hour), 1, true
	must(t, b.SaveSeen(ctx, statestore.Seen{Sessions: []vedette.LogonSession{later}}))
	one.To, one.Ended = later.To, true
	for kind, name := range map[vedette.EntityKind]string{vedette.EntityHost: "ws07", vedette.EntityUser: "alice", vedette.EntityAddress: "10.0.0.9"} {
		got, err := b.LogonsOf(ctx, "default", kind, name)
		must(t, err)
		same(t, string(kind), got[0], one)
	}
	got, err := b.LogonsOf(ctx, "default", vedette.EntityFile, "ws07")
	must(t, err)
	same(t, "sessions of a file", len(got), 0)
	open := one
	open.ID, open.Ended = "s3", false
	must(t, b.SaveSeen(ctx, statestore.Seen{Sessions: []vedette.LogonSession{open}}))
	got, err = b.OpenLogons(ctx, at, 10)
	must(t, err)
	same(t, "open sessions", got, []vedette.LogonSession{open})
}

func peers(t *testing.T, b *bench) {
	ctx := t.Context()
	var seen statestore.Seen
	use := func(user, host string) {
		l := alias(user, host, 1)
		l.Kind, l.Relation, l.OtherKind, l.Why = vedette.EntityUser, vedette.RelationUses, "host", "seen"
		seen.Links = append(seen.Links, l)
	}
	use("alice", "db-01")
	use("alice", "db-02")
	use("bob", "db-01")
	use("bob", "app-01")
	for n := range statestore.PeerHub + 1 {
		use(fmt.Sprintf("user-%02d", n), "file-01")
	}
	use("alice", "file-01")
	must(t, b.SaveSeen(ctx, seen))
	own, others, err := b.Uses(ctx, "default", vedette.EntityUser, "alice")
	must(t, err)
	same(t, "what alice uses, the file server apart", len(own), 2)
	same(t, "what bob uses", len(others), 2)
	for _, u := range others {
		if u.Name != "bob" || u.Thing.Name == "db-01" && u.Users != 2 || u.Thing.Name == "app-01" && u.Users != 1 {
			t.Errorf("another use is %+v", u)
		}
	}
	// Machines are alike by who works on them.
	own, others, err = b.Uses(ctx, "default", vedette.EntityHost, "db-02")
	must(t, err)
	same(t, "who uses db-02", own, []statestore.EntityUse{{Name: "db-02", Thing: vedette.EntityRef{Kind: vedette.EntityUser, Name: "alice"}, Users: 3}})
	same(t, "others", others[0].Name, "db-01")
	own, _, err = b.Uses(ctx, "other", vedette.EntityUser, "alice")
	must(t, err)
	same(t, "another tenant", len(own), 0)
}

func risk(t *testing.T, b *bench) {
	ctx := t.Context()
	b.clock.advance(time.Hour)
	series(t, b, 3)
	changed, err := b.ChangedIncidents(ctx, time.Time{}, 2)
	must(t, err)
	same(t, "at most two", len(changed), 2)
	same(t, "evidence", len(changed[0].Evidence), 1)
	in := changed[0]
	host := in.Entities[0]
	stake := vedette.Stake{Ref: host, Share: 0.25, Seen: []uint64{7, 1 << 63}}
	_, err = b.SaveStakes(ctx, in, []vedette.Stake{stake, stake}, nil)
	must(t, err)
	of := statestore.EntityOf{Tenant: "default", EntityRef: vedette.EntityRef{Kind: host.Kind, Name: host.Name}}
	got, err := b.StakesOf(ctx, of, time.Time{})
	must(t, err)
	stake.Incident, stake.Score, stake.Status, stake.First, stake.Last = in.ID, in.Score, in.Status, in.First, in.Last
	stake.Severity, stake.Verdict = in.Severity, in.Verdict
	same(t, "stakes", got, []vedette.Stake{stake})
	got, err = b.StakesOf(ctx, of, in.Last.Add(time.Second))
	must(t, err)
	same(t, "newer stakes", len(got), 0)
	before, err := b.SaveStakes(ctx, in, nil, nil)
	must(t, err)
	same(t, "entities of before", before, []statestore.EntityOf{of})
	titles, err := b.IncidentTitles(ctx, "default", []string{in.ID, "none"})
	must(t, err)
	same(t, "titles", titles, map[string]vedette.Text{in.ID: in.Title})

	// What was weighed comes back when it changes.
	must(t, b.SetStandings(ctx, nil, changed))
	changed, err = b.ChangedIncidents(ctx, time.Time{}, 10)
	must(t, err)
	same(t, "not weighed yet", len(changed), 1)
	owner := "ann"
	_, err = b.EditIncident(ctx, "default", in.ID, 0, statestore.IncidentEdit{Owner: &owner})
	must(t, err)
	changed, err = b.ChangedIncidents(ctx, time.Time{}, 10)
	must(t, err)
	same(t, "changed again", len(changed), 2)

	// The list follows the standing, whatever was seen last.
	var fold statestore.Fold
	for n := range 5 {
		at := start.Add(time.Duration(n) * time.Minute)
		fold.Entities = append(fold.Entities, vedette.Entity{Kind: vedette.EntityUser, Name: fmt.Sprint(n), Tenant: "default", First: at, Last: at})
	}
	must(t, b.SaveFold(ctx, fold))
	standings := []statestore.Standing{}
	for n, standing := range []int64{3_000_000_000, 5, 0, 2_999_999_999, 5} {
		standings = append(standings, statestore.Standing{EntityOf: statestore.EntityOf{Tenant: "default", EntityRef: vedette.EntityRef{Kind: vedette.EntityUser, Name: fmt.Sprint(n)}}, Standing: standing})
	}
	must(t, b.SetStandings(ctx, standings, nil))
	order := ""
	page := statestore.Page{Limit: 2}
	for {
		list, next, _, err := b.Entities(ctx, statestore.EntityFilter{Tenant: "default", Sort: "risk"}, page)
		must(t, err)
		for _, e := range list {
			order += e.Name
		}
		if page.Cursor = next; next == "" {
			break
		}
	}
	same(t, "by risk", order, "03412")
	_, _, _, err = b.Entities(ctx, statestore.EntityFilter{Sort: "name"}, statestore.Page{})
	code(t, err, vedette.CodeInvalid)
}

func exposures(t *testing.T, b *bench) {
	ctx := t.Context()
	at := kept(start)
	one := vedette.Exposure{ID: "CVE-2021-44228", Title: "Log4Shell", Severity: vedette.High, Source: "rule-1", State: "suspected", First: at, Last: at, Reference: "inc-1"}
	of := statestore.EntityOf{Tenant: "default", EntityRef: vedette.EntityRef{Kind: vedette.EntityHost, Name: "web-01"}}
	must(t, b.SaveExposures(ctx, []statestore.ExposedEntity{{EntityOf: of, Exposure: one}}))
	later := one
	later.First, later.Last, later.State = at.Add(time.Hour), at.Add(time.Hour), "confirmed"
	must(t, b.SaveExposures(ctx, []statestore.ExposedEntity{{EntityOf: of, Exposure: later}}))
	one.Last, one.State = later.Last, "confirmed"
	got, err := b.Exposures(ctx, "default", vedette.EntityHost, "web-01")
	must(t, err)
	same(t, "exposures", got, []vedette.Exposure{one})
	got, err = b.Exposures(ctx, "other", vedette.EntityHost, "web-01")
	must(t, err)
	same(t, "another tenant", len(got), 0)
}

func seenBounded(t *testing.T, b *bench) {
	ctx := t.Context()
	var seen statestore.Seen
	for n := range 300 {
		seen.Links = append(seen.Links, alias("one", fmt.Sprintf("10.0.%d.%d", n/200, n%200), n))
	}
	must(t, b.SaveSeen(ctx, seen))
	gone, err := b.BoundSeen(ctx)
	must(t, err)
	same(t, "removed", gone, 44)
	_, err = b.Prune(ctx, start.Add(299*time.Minute))
	must(t, err)
	own, _, err := b.Aliases(ctx, "default", vedette.EntityHost, "one")
	must(t, err)
	same(t, "left", len(own), 1)
}
