package statestoretest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// badThing makes the n-th indicator of a series, said by a feed.
func badThing(n int, feed string) vedette.Indicator {
	at := kept(start.Add(time.Duration(n) * time.Minute))
	return vedette.Indicator{
		ID: fmt.Sprintf("ind-%03d", n), Kind: vedette.IndicatorDomain, Value: fmt.Sprintf("bad-%d.example", n), Base: 70, Severity: vedette.High, TLP: vedette.TLPAmber,
		Labels: []string{"malware", "恶意"}, Feeds: []string{feed}, Subdomains: true, ValidUntil: at.Add(24 * time.Hour), Ends: at.Add(24 * time.Hour),
		Asserted: at, Added: at, Updated: at,
		Assertions: []vedette.Assertion{{Feed: feed, Confidence: 70, TLP: vedette.TLPAmber, Labels: []string{"malware"}, Subdomains: true, ValidUntil: at.Add(24 * time.Hour), First: at, Asserted: at, Reference: "ref"}},
	}
}

func store(t *testing.T, b *bench, list ...vedette.Indicator) {
	t.Helper()
	var ids []string
	for _, in := range list {
		ids = append(ids, in.ID)
	}
	n := 0
	must(t, b.MergeIndicators(t.Context(), ids, func(id string, have vedette.Indicator) (vedette.Indicator, bool) {
		n++
		return list[n-1], true
	}))
}

func indicators(t *testing.T, b *bench) {
	ctx := t.Context()
	one := badThing(1, "a")
	store(t, b, one)
	got, err := b.Indicator(ctx, "default", one.ID)
	must(t, err)
	same(t, "indicator", got, one)
	_, err = b.Indicator(ctx, "default", "none")
	code(t, err, vedette.CodeNotFound)

	// What merge sees is what is stored; nothing is written when nothing changed.
	must(t, b.MergeIndicators(ctx, []string{one.ID, "new"}, func(id string, have vedette.Indicator) (vedette.Indicator, bool) {
		if id == "new" && have.ID != "" || id == one.ID && len(have.Assertions) != 1 {
			t.Errorf("%s is %+v", id, have)
		}
		have.Base = 1
		return have, false
	}))
	got, err = b.Indicator(ctx, "default", one.ID)
	must(t, err)
	same(t, "indicator that nobody changed", got, one)

	// Another feed joins and the first one leaves.
	two := one
	two.Feeds, two.Assertions = []string{"b"}, []vedette.Assertion{{Feed: "b", Confidence: 10, First: one.Added, Asserted: one.Added, ValidUntil: one.ValidUntil}}
	store(t, b, two)
	got, err = b.Indicator(ctx, "default", one.ID)
	must(t, err)
	same(t, "feeds", got.Assertions[0].Feed, "b")
	ids, err := b.IndicatorsOf(ctx, "b", "", 10)
	must(t, err)
	same(t, "indicators of b", ids, []string{one.ID})
	gone := two
	gone.Assertions = nil
	store(t, b, gone)
	_, err = b.Indicator(ctx, "default", one.ID)
	code(t, err, vedette.CodeNotFound)
	code(t, b.MergeIndicators(ctx, make([]string, statestore.MaxIndicatorBatch+1), nil), vedette.CodeTooLarge)

	// Each is read back at a start, unless it is over or revoked.
	over, revoked := badThing(2, "a"), badThing(3, "a")
	over.Ends = kept(start)
	revoked.State = vedette.IndicatorRevoked
	hostile := badThing(4, "a")
	hostile.Labels = []string{"line\nbreak", "nul\x00byte", strings.Repeat("x", 10_000)}
	store(t, b, over, revoked, hostile, badThing(5, "a"))
	var read []string
	must(t, b.EachIndicator(ctx, start, func(in vedette.Indicator) error {
		read = append(read, in.ID)
		return nil
	}))
	same(t, "read at a start", len(read), 2)
}

func indicatorLists(t *testing.T, b *bench) {
	ctx := t.Context()
	for i := range 7 {
		store(t, b, badThing(i, []string{"a", "b"}[i%2]))
	}
	now := start.Add(time.Hour)
	var all []string
	for page := (statestore.Page{Limit: 3}); ; {
		items, next, total, err := b.Indicators(ctx, statestore.IndicatorFilter{Tenant: "default", Now: now}, page)
		must(t, err)
		same(t, "total", total, int64(7))
		for _, in := range items {
			all = append(all, in.ID)
		}
		if page.Cursor = next; next == "" {
			break
		}
	}
	same(t, "all, newest first", strings.Join(all, " "), "ind-006 ind-005 ind-004 ind-003 ind-002 ind-001 ind-000")
	for want, f := range map[int64]statestore.IndicatorFilter{
		3: {Feed: "b"}, 1: {Search: "BAD-4. 恶意"}, 7: {State: "live", Now: now}, 0: {Kind: vedette.IndicatorURL}, 2: {State: "expired", Now: start.Add(24*time.Hour + time.Minute)},
	} {
		_, _, total, err := b.Indicators(ctx, f, statestore.Page{})
		must(t, err)
		same(t, fmt.Sprintf("%+v", f), total, want)
	}
	for tlp, want := range map[vedette.TLP]int64{vedette.TLPClear: 0, vedette.TLPGreen: 0, vedette.TLPAmber: 7, vedette.TLPRed: 7} {
		_, _, total, err := b.Indicators(ctx, statestore.IndicatorFilter{MaxTLP: tlp}, statestore.Page{})
		must(t, err)
		same(t, "up to "+string(tlp), total, want)
	}
	_, _, _, err := b.Indicators(ctx, statestore.IndicatorFilter{State: "odd"}, statestore.Page{})
	code(t, err, vedette.CodeInvalid)

	// Hunts take the newest that were never hunted.
	fresh, err := b.UnhuntedIndicators(ctx, now, 2)
	must(t, err)
	same(t, "not hunted", fresh[0].ID+" "+fresh[1].ID, "ind-006 ind-005")
	must(t, b.SetHunted(ctx, []string{"ind-006", "ind-005"}, now))
	fresh, err = b.UnhuntedIndicators(ctx, now, 2)
	must(t, err)
	same(t, "not hunted then", fresh[0].ID, "ind-004")

	gap := badThing(8, "a")
	gap.ValidUntil = kept(start.Add(time.Hour))
	store(t, b, gap)
	ids, err := b.IndicatorsInGaps(ctx, start, start.Add(2*time.Hour), 10)
	must(t, err)
	same(t, "in a gap", ids, []string{"ind-008"})
	n, err := b.PruneIndicators(ctx, start.Add(48*time.Hour), 3)
	must(t, err)
	same(t, "pruned", n, int64(3))
	n, err = b.PruneIndicators(ctx, start.Add(48*time.Hour), 100)
	must(t, err)
	same(t, "pruned then", n, int64(5))
	ids, err = b.IndicatorsOf(ctx, "a", "", 10)
	must(t, err)
	same(t, "assertions left", len(ids), 0)
}

func feeds(t *testing.T, b *bench) {
	ctx := t.Context()
	f := statestore.Feed{Name: "f", Managed: true, Settings: `{"kind":"list"}`, Secret: `{"token":"x"}`}
	must(t, b.SaveFeed(ctx, f))
	must(t, b.SaveFeedState(ctx, "f", `{"polls":1}`))
	f.Settings = `{"kind":"stix"}`
	must(t, b.SaveFeed(ctx, f))
	list, err := b.Feeds(ctx)
	must(t, err)
	f.State, f.Created, f.Updated = `{"polls":1}`, kept(start), kept(start)
	same(t, "feeds", list, []statestore.Feed{f})
	code(t, b.SaveFeedState(ctx, "none", "{}"), vedette.CodeNotFound)
	code(t, b.SaveFeed(ctx, statestore.Feed{}), vedette.CodeInvalid)
	code(t, b.SaveFeed(ctx, statestore.Feed{Name: "x", Settings: strings.Repeat("x", 1<<17)}), vedette.CodeTooLarge)
	must(t, b.DeleteFeed(ctx, "f"))
	code(t, b.DeleteFeed(ctx, "f"), vedette.CodeNotFound)

	a := vedette.Allowance{ID: "alw", Kind: "domain", Value: "good.example", Below: true, Reason: "ours", Origin: "person", By: "ana", Created: kept(start)}
	must(t, b.SaveAllowance(ctx, a))
	got, err := b.Allowances(ctx)
	must(t, err)
	same(t, "allow-list", got, []vedette.Allowance{a})
	must(t, b.DeleteAllowance(ctx, "alw"))
	code(t, b.DeleteAllowance(ctx, "alw"), vedette.CodeNotFound)
}

func sightings(t *testing.T, b *bench) {
	ctx := t.Context()
	seen := func(id string, count int64, first, last int, event string) vedette.IndicatorSightings {
		at := func(n int) time.Time { return kept(start.Add(time.Duration(n) * time.Minute)) }
		return vedette.IndicatorSightings{IndicatorID: id, Kind: vedette.IndicatorDomain, Value: id + ".example", Count: count, First: at(first), Last: at(last), EventID: event}
	}
	store(t, b, badThing(1, "a"))
	must(t, b.AddSightings(ctx, "default", []vedette.IndicatorSightings{seen("ind-001", 2, 5, 6, "1-1"), seen("other", 1, 1, 1, "1-2")}))
	must(t, b.AddSightings(ctx, "default", []vedette.IndicatorSightings{seen("ind-001", 3, 2, 4, "0-9")}))
	must(t, b.AddSightings(ctx, "elsewhere", []vedette.IndicatorSightings{seen("ind-001", 100, 0, 99, "9-9")}))
	list, next, total, err := b.Sightings(ctx, "default", statestore.Page{Limit: 1})
	must(t, err)
	same(t, "newest", list, []vedette.IndicatorSightings{seen("ind-001", 5, 2, 6, "1-1")})
	same(t, "total", total, int64(2))
	list, next, _, err = b.Sightings(ctx, "default", statestore.Page{Limit: 1, Cursor: next})
	must(t, err)
	same(t, "oldest", list[0].IndicatorID+next, "other")
	in, err := b.Indicator(ctx, "default", "ind-001")
	must(t, err)
	same(t, "counted with the indicator", in.Sightings, int64(5))
}
