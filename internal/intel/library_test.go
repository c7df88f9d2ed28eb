package intel_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// house is a library over a store of its own, with a clock that tests set.
type house struct {
	*intel.Library
	store *statestore.Store
	clock time.Time
	deps  intel.Deps
	cfg   intel.Config
}

func open(t testing.TB, edit ...func(*intel.Config, *intel.Deps)) *house {
	t.Helper()
	store, err := statestore.Open(context.Background(), statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := &house{store: store, clock: noon, cfg: intel.DefaultConfig()}
	h.deps = intel.Deps{Store: store, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return h.clock }}
	for _, fn := range edit {
		fn(&h.cfg, &h.deps)
	}
	h.reopen(t)
	return h
}

// reopen reads everything from the store again, as a start does.
func (h *house) reopen(t testing.TB) {
	t.Helper()
	var err error
	if h.Library, err = intel.Open(context.Background(), h.cfg, h.deps); err != nil {
		t.Fatal(err)
	}
}

// say imports items as a feed.
func (h *house) say(t testing.TB, feed string, items ...intel.Item) intel.Report {
	t.Helper()
	report, err := h.Import(context.Background(), feed, intel.Defaults{}, func(yield func(intel.Item) error) (intel.Report, error) {
		for _, item := range items {
			if err := yield(item); err != nil {
				return intel.Report{}, err
			}
		}
		return intel.Report{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (h *house) indicator(t testing.TB, kind vedette.IndicatorKind, value string) vedette.Indicator {
	t.Helper()
	in, err := h.store.Indicator(context.Background(), "default", intel.IndicatorID(kind, value))
	if err != nil {
		t.Fatal(err)
	}
	h.Judge(&in)
	return in
}

func (h *house) fires(address string) bool {
	return len(matched(h.Matcher, event("source.ip", address))) > 0
}

func TestFeedsTogetherMakeOneIndicator(t *testing.T) {
	h := open(t)
	first := h.say(t, "a", intel.Item{Value: "203.0.113[.]9", Confidence: 50, TLP: vedette.TLPGreen, Labels: []string{"botnet"}, Until: noon.Add(time.Hour)})
	if first.Added != 1 {
		t.Fatalf("%+v", first)
	}
	if again := h.say(t, "a", intel.Item{Value: "203.0.113.9", Confidence: 50, TLP: vedette.TLPGreen, Labels: []string{"botnet"}, Until: noon.Add(time.Hour)}); again.Unchanged != 1 || again.Updated+again.Added != 0 {
		t.Errorf("the same again: %+v", again)
	}
	h.say(t, "b", intel.Item{Value: "::ffff:203.0.113.9", Confidence: 60, TLP: vedette.TLPAmber, Labels: []string{"c2"}, Until: noon.Add(3 * time.Hour)})
	in := h.indicator(t, vedette.IndicatorAddress, "203.0.113.9")
	if in.Base != 80 || in.TLP != vedette.TLPAmber || !slices.Equal(in.Feeds, []string{"a", "b"}) || !in.ValidUntil.Equal(noon.Add(3*time.Hour)) || len(in.Labels) != 2 {
		t.Errorf("%+v", in)
	}
	h.say(t, "b", intel.Item{Value: "203.0.113.9", Revoked: true, Until: noon.Add(3 * time.Hour)})
	if in := h.indicator(t, vedette.IndicatorAddress, "203.0.113.9"); in.Base != 50 || !in.ValidUntil.Equal(noon.Add(time.Hour)) || !h.fires("203.0.113.9") {
		t.Errorf("after one revocation: %+v", in)
	}
	h.say(t, "a", intel.Item{Value: "203.0.113.9", Revoked: true})
	if in := h.indicator(t, vedette.IndicatorAddress, "203.0.113.9"); in.State != vedette.IndicatorRevoked || h.fires("203.0.113.9") {
		t.Errorf("after both: %+v", in)
	}
}

func TestValidityHasGaps(t *testing.T) {
	h := open(t)
	h.say(t, "a", intel.Item{Value: "192.0.2.1", Until: noon.Add(time.Hour)})
	h.say(t, "b", intel.Item{Value: "192.0.2.1", From: noon.Add(2 * time.Hour), Until: noon.Add(3 * time.Hour)})
	for _, minutes := range []int{0, 59, 60, 119, 120, 179, 180} {
		want := minutes < 60 || minutes >= 120 && minutes < 180
		h.clock = noon.Add(time.Duration(minutes) * time.Minute)
		h.reopen(t)
		if got := h.fires("192.0.2.1"); got != want {
			t.Errorf("after %d minutes: fires %v, want %v", minutes, got, want)
		}
	}
	// The same without a restart: tidying brings it back.
	h = open(t)
	h.say(t, "a", intel.Item{Value: "192.0.2.1", Until: noon.Add(time.Hour)})
	h.say(t, "b", intel.Item{Value: "192.0.2.1", From: noon.Add(2 * time.Hour), Until: noon.Add(3 * time.Hour)})
	for minute := 0; minute < 200; minute += 10 {
		h.clock = noon.Add(time.Duration(minute) * time.Minute)
		if err := h.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := minute < 60 || minute >= 120 && minute < 180
		if got := h.fires("192.0.2.1"); got != want {
			t.Errorf("minute %d, running on: fires %v, want %v", minute, got, want)
		}
	}
}

// TestExpiredNeverFires lives through random imports, revocations, restarts and hours, and compares with what the feeds
// said: nothing fires that no feed holds valid at that moment.
func TestExpiredNeverFires(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 6 {
		h := open(t)
		type word struct {
			from, until time.Time
			revoked     bool
		}
		said := map[string]map[string]word{}
		for range 60 {
			address, feed := fmt.Sprintf("192.0.2.%d", r.IntN(4)), fmt.Sprint("f", r.IntN(3))
			w := word{from: h.clock.Add(time.Duration(r.IntN(6)-3) * time.Hour).Truncate(time.Second), revoked: r.IntN(5) == 0}
			w.until = w.from.Add(time.Duration(1+r.IntN(6)) * time.Hour)
			h.say(t, feed, intel.Item{Value: address, From: w.from, Until: w.until, Revoked: w.revoked, Confidence: 100})
			if said[address] == nil {
				said[address] = map[string]word{}
			}
			said[address][feed] = w
			h.clock = h.clock.Add(time.Duration(r.IntN(90)) * time.Minute)
			switch r.IntN(4) {
			case 0:
				h.reopen(t)
			case 1:
				if err := h.Tidy(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			for address, feeds := range said {
				valid := false
				for _, w := range feeds {
					valid = valid || !w.revoked && !h.clock.Before(w.from) && h.clock.Before(w.until)
				}
				if h.fires(address) && !valid {
					t.Fatalf("%s fires at %s, but feeds say %+v", address, h.clock, feeds)
				}
			}
		}
	}
}

func TestAgeing(t *testing.T) {
	p := intel.DefaultPolicy()
	for _, c := range []struct {
		days float64
		want int
	}{{-1, 80}, {0, 80}, {15, 60}, {30, 0}, {31, 0}} { // 80 · (1 − (15/30)²) = 60
		if got := p.Confidence(vedette.IndicatorAddress, 80, time.Duration(c.days*24)*time.Hour); got != c.want {
			t.Errorf("after %v days %d is left, want %d", c.days, got, c.want)
		}
	}
	h := open(t)
	h.say(t, "a", intel.Item{Value: "192.0.2.1", Confidence: 80, Until: noon.Add(60 * 24 * time.Hour)})
	h.clock = noon.Add(25 * 24 * time.Hour) // 24 of 80 are left
	if !h.fires("192.0.2.1") {
		t.Error("it does not fire although enough is left")
	}
	h.clock = noon.Add(27 * 24 * time.Hour) // 15 are left
	if in := h.indicator(t, vedette.IndicatorAddress, "192.0.2.1"); h.fires("192.0.2.1") || in.State != vedette.IndicatorFaded || in.Why == "" {
		t.Errorf("%+v", in)
	}
	h.say(t, "a", intel.Item{Value: "192.0.2.1", Confidence: 80, Until: noon.Add(60 * 24 * time.Hour)})
	if !h.fires("192.0.2.1") {
		t.Error("it does not fire although it was asserted anew")
	}
}

func TestNothingIsDroppedInSilence(t *testing.T) {
	h := open(t, func(c *intel.Config, _ *intel.Deps) { c.Max = 2 })
	r := h.say(t, "a", intel.Item{Value: "0.0.0.0/0"}, intel.Item{Value: "10.0.0.0/4"}, intel.Item{Kind: vedette.IndicatorDomain, Value: "co.uk"}, intel.Item{Value: "com"}, intel.Item{Value: "127.0.0.1"},
		intel.Item{Value: "???"}, intel.Item{Kind: vedette.IndicatorMD5, Value: "zz"}, intel.Item{Value: "192.0.2.1", From: noon, Until: noon.Add(-time.Hour)},
		intel.Item{Value: "192.0.2.1"}, intel.Item{Value: "192.0.2.1"}, intel.Item{Value: "192.0.2.2"}, intel.Item{Value: "192.0.2.3"})
	if r.Read != 12 || r.Added != 2 || r.Unchanged != 1 || r.Left() != 9 {
		t.Errorf("%s: %+v", r.String(), r.Skipped)
	}
	if r.Added+r.Updated+r.Unchanged+r.Left() != r.Read {
		t.Errorf("some are unaccounted for: %+v", r)
	}
}

func TestForgettingAFeed(t *testing.T) {
	h := open(t)
	var items []intel.Item
	for i := range 1200 {
		items = append(items, intel.Item{Value: fmt.Sprintf("198.51.%d.%d", i/250, i%250+1)})
	}
	h.say(t, "a", items...)
	h.say(t, "b", items[7])
	if err := h.Forget(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if h.fires(items[8].Value) || !h.fires(items[7].Value) || h.Stats().Indicators != 1 {
		t.Errorf("%+v", h.Stats())
	}
	h.reopen(t)
	if h.Stats().Indicators != 1 {
		t.Errorf("after a start %+v", h.Stats())
	}
}

// What is over before it is known takes no room: nothing would ever count it.
func TestWhatIsOverIsNotKept(t *testing.T) {
	h := open(t)
	over := intel.Item{Value: "203.0.113.1", From: noon.AddDate(0, 0, -9), Until: noon.AddDate(0, 0, -1)}
	report := h.say(t, "feed", over, intel.Item{Value: "203.0.113.2", Revoked: true}, intel.Item{Value: "203.0.113.3"})
	if report.Added != 1 || report.Left() != 2 {
		t.Errorf("%+v", report)
	}
	report = h.say(t, "feed", intel.Item{Value: "203.0.113.3", Revoked: true})
	if report.Updated != 1 || h.fires("203.0.113.3") {
		t.Errorf("one that is known is revoked: %+v", report)
	}
}

func TestSightingsAreCounted(t *testing.T) {
	h := open(t)
	h.say(t, "a", intel.Item{Value: "192.0.2.1", Labels: []string{"c2"}})
	for i := range 5 {
		ev := event("destination.ip", "192.0.2.1")
		ev.Seq, ev.Time = uint64(i+1), noon.Add(time.Duration(i)*time.Minute)
		h.Match(ev, func(a vedette.Alert) { h.Saw([]vedette.Alert{a, {ID: "of a rule"}}) })
	}
	if err := h.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	in := h.indicator(t, vedette.IndicatorAddress, "192.0.2.1")
	if in.Sightings != 5 || !in.FirstSeen.Equal(noon) || !in.LastSeen.Equal(noon.Add(4*time.Minute)) {
		t.Errorf("%+v", in)
	}
}

func TestNewIndicatorsAreHuntedBackOnce(t *testing.T) {
	stored := []*vedette.Event{event("source.ip", "192.0.2.1"), event("source.ip", "192.0.2.9"), event("dns.question.name", "x.evil.example")}
	for i, ev := range stored {
		ev.Seq, ev.Time = uint64(i+1), noon.Add(-20*24*time.Hour)
	}
	var asked []string
	var found []vedette.Alert
	h := open(t, func(_ *intel.Config, d *intel.Deps) {
		d.Hunt = func(_ context.Context, kind vedette.IndicatorKind, values []string, since time.Time, fn func(*vedette.Event) error) error {
			asked = append(asked, fmt.Sprint(kind, values, int(noon.Sub(since).Hours()/24)))
			for _, ev := range stored { // more than was asked for
				if err := fn(ev); err != nil {
					return err
				}
			}
			return nil
		}
		d.Found = func(_ context.Context, alerts []vedette.Alert) error {
			found = append(found, alerts...)
			return nil
		}
	})
	h.say(t, "a", intel.Item{Value: "192.0.2.1"}, intel.Item{Value: "evil.example"}, intel.Item{Value: "8.8.8.8"}, intel.Item{Value: "192.0.2.77", From: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour)})
	more, err := h.HuntBack(t.Context())
	if err != nil || more {
		t.Fatalf("more %v, %v", more, err)
	}
	if !slices.Equal(asked, []string{"address[192.0.2.1] 30", "domain[evil.example] 30"}) || len(found) != 2 || !found[0].Indicator.Retro || found[0].EventID != "1-3" {
		t.Errorf("asked %q, found %+v", asked, found)
	}
	asked = nil
	if _, err := h.HuntBack(t.Context()); err != nil || asked != nil {
		t.Errorf("asked again %q, %v", asked, err)
	}
	h.clock = noon.Add(90 * time.Minute) // now that it is valid
	if _, err := h.HuntBack(t.Context()); err != nil || len(asked) != 1 {
		t.Errorf("asked %q, %v", asked, err)
	}
	live := map[string]bool{}
	for _, ev := range stored {
		h.Match(ev, func(a vedette.Alert) { live[a.ID] = true })
	}
	for _, a := range found {
		if !live[a.ID] {
			t.Errorf("the hunt's alert %s is not the one that matching raises", a.ID)
		}
	}
}

// TestMatchingGoesOnWhileIndicatorsChange swaps tables under readers; the race detector looks on.
func TestMatchingGoesOnWhileIndicatorsChange(t *testing.T) {
	h := open(t)
	h.say(t, "a", intel.Item{Value: "192.0.2.1"})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 20 {
			h.Put([]vedette.Indicator{known(t, vedette.IndicatorAddress, fmt.Sprintf("203.0.113.%d", i+1)), known(t, vedette.IndicatorNetwork, fmt.Sprintf("198.51.%d.0/24", i))})
			h.Allow([]vedette.Allowance{{Kind: "network", Value: fmt.Sprintf("203.0.113.%d", i+1), Reason: "x"}})
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		if !h.fires("192.0.2.1") {
			t.Fatal("an indicator was missed while others changed")
		}
	}
}

func BenchmarkImport(b *testing.B) {
	h := open(b)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		items := make([]intel.Item, 10_000)
		for i := range items {
			n++
			items[i] = intel.Item{Value: fmt.Sprintf("host%d.example", n)}
		}
		h.say(b, "a", items...)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "indicators/s")
}
