package tally_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/tally"
)

var start = time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC)

func sum(times []int64) (all int64) {
	for _, n := range times {
		all += n
	}
	return all
}

func listed(vedette.EntityRef) bool { return true }

func alert(at time.Time, hosts ...string) *vedette.Alert {
	a := &vedette.Alert{Time: at}
	for _, h := range hosts {
		a.Entities = append(a.Entities, vedette.EntityRef{Kind: vedette.EntityHost, Name: h, Role: vedette.RoleTarget})
	}
	return a
}

// Whatever comes, however far apart, the spans add up and there are no more than 48, also after the document was read again.
func TestSpansAddUp(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		var c tally.Counter
		in := vedette.Incident{Entities: alert(start, "a", "b").Entities}
		for range 2000 {
			at := start.Add(time.Duration(r.Int64N(int64(time.Hour)<<(seed%12))) - time.Hour)
			c.Add(alert(at, "a"), listed)
			in.Alerts++
		}
		doc := c.Doc(&in)
		if sum(doc.Times) != in.Alerts || len(doc.Times) > 48 || doc.Entities[0].Alerts != in.Alerts || len(doc.Entities) != 1 || doc.From.After(start) {
			t.Fatalf("seed %d: %+v", seed, doc)
		}
		in.Tally = doc
		if again := tally.Of(&in).Doc(&in); fmt.Sprint(*again) != fmt.Sprint(*doc) {
			t.Errorf("seed %d: read again it is\n%v, was\n%v", seed, *again, *doc)
		}
	}
}

// What is given away is counted on the other side, and nowhere else.
func TestGivingLosesNothing(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 6))
		var from, to tally.Counter
		in := vedette.Incident{Entities: alert(start, "a").Entities}
		n := 1 + r.Int64N(500)
		for range n {
			from.Add(alert(start.Add(time.Duration(r.Int64N(int64(90*time.Hour)))), "a"), listed)
		}
		gone := r.Int64N(n + 1)
		low := start.Add(time.Duration(r.Int64N(int64(90 * time.Hour))))
		from.Give(&to, gone, in.Entities, low, low.Add(time.Duration(r.Int64N(int64(20*time.Hour)))))
		left, right := from.Doc(&in), to.Doc(&in)
		if sum(left.Times) != n-gone || sum(right.Times) != gone {
			t.Fatalf("seed %d: %d and %d, want %d and %d", seed, sum(left.Times), sum(right.Times), n-gone, gone)
		}
		for _, x := range append(left.Times, right.Times...) {
			if x < 0 {
				t.Fatalf("seed %d: %v, %v", seed, left.Times, right.Times)
			}
		}
		from.Join(&to, listed)
		if got := from.Doc(&in); sum(got.Times) != n || got.Entities[0].Alerts != n {
			t.Errorf("seed %d: joined again %d, %v, want %d", seed, sum(got.Times), got.Entities, n)
		}
	}
}

func TestOthersAreEstimated(t *testing.T) {
	none := func(vedette.EntityRef) bool { return false }
	for _, n := range []int{1, 10, 300, 3000, 100_000} {
		var c tally.Counter
		for i := range n {
			for range 2 {
				c.Add(alert(start, fmt.Sprintf("ws-%05d", i)), none)
			}
		}
		in := vedette.Incident{Alerts: int64(2 * n)}
		in.Tally = c.Doc(&in)
		if got := float64(tally.Of(&in).Doc(&in).Unlisted); got < 0.8*float64(n) || got > 1.2*float64(n) {
			t.Errorf("%d others are said to be %v", n, got)
		}
	}
}

// A document without a tally, as older versions wrote it, is counted as well as it can be.
func TestOlderDocuments(t *testing.T) {
	in := vedette.Incident{Alerts: 1001, First: start, Last: start.Add(10 * time.Hour), Entities: alert(start, "a").Entities,
		Evidence: []vedette.Evidence{{Alert: *alert(start, "a"), Count: 1}, {Alert: *alert(start, "a"), Count: 900}}}
	doc := tally.Of(&in).Doc(&in)
	if sum(doc.Times) != 1001 || len(doc.Times) != 11 || doc.Times[5] < 80 || doc.Entities[0].Alerts != 901 {
		t.Errorf("%+v", doc)
	}
}
