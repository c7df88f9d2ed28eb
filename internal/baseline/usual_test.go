package baseline_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func usualOf(b *baseline.Baseline, kind vedette.EntityKind, name string) map[string]vedette.UsualFeature {
	all := map[string]vedette.UsualFeature{}
	for _, u := range b.Usual("t", vedette.EntityRef{Kind: kind, Name: name}) {
		all[u.Feature] = u
	}
	return all
}

// After days of ordinary work a page can say in words what is usual of a host, an account and an address, and a state that
// was written down and read again says the same.
func TestWhatIsUsualIsTold(t *testing.T) {
	r, b := newReader(t), newBaseline(t, baseline.Config{Seed: 3})
	const host, user, address = "ws-03", "zhang.min", "10.20.8.103"
	early := false
	for i, it := range ordinary(11, 8, 4_000) {
		for _, ev := range r.read(it) {
			b.Observe(ev, func(vedette.Alert) {})
		}
		if i == 2_000 {
			for _, u := range b.Usual("t", vedette.EntityRef{Kind: vedette.EntityHost, Name: host}) {
				early = true
				if !u.Learning {
					t.Errorf("after half a day %q is taken for learned", u.Feature)
				}
			}
		}
	}
	if !early {
		t.Error("nothing is told while it is learned")
	}
	var state bytes.Buffer
	if err := b.Snapshot(&state, 1); err != nil {
		t.Fatal(err)
	}
	again := newBaseline(t, baseline.Config{})
	if _, err := again.Restore(&state); err != nil {
		t.Fatal(err)
	}
	for kind, of := range map[vedette.EntityKind]struct {
		name string
		want []string
	}{
		vedette.EntityHost:    {host, []string{"activity by hour of the week", "account by host", "events of a kind by host"}},
		vedette.EntityUser:    {user, []string{"activity by hour of the week", "host by account"}},
		vedette.EntityAddress: {address, []string{"destination port by source"}},
	} {
		got := usualOf(b, kind, of.name)
		for _, feature := range of.want {
			u, told := got[feature]
			if !told {
				t.Errorf("%s %s: %q is not told; told are %v", kind, of.name, feature, got)
				continue
			}
			if u.Title.Zh == "" || u.Title.Zh == u.Feature || u.Text.En == "" || u.Text.Zh == "" {
				t.Errorf("%s: not in both languages: %+v", feature, u)
			}
			if u.Usual == "" && len(u.Values) == 0 || u.Observations == 0 {
				t.Errorf("%s: nothing usual is named: %+v", feature, u)
			}
			if u.Learning {
				t.Errorf("%s: still learning after eight days: %+v", feature, u)
			}
		}
		before, _ := json.Marshal(b.Usual("t", vedette.EntityRef{Kind: kind, Name: of.name}))
		after, _ := json.Marshal(again.Usual("t", vedette.EntityRef{Kind: kind, Name: of.name}))
		if !bytes.Equal(before, after) {
			t.Errorf("%s: before and after a restart differ:\n%s\n%s", of.name, before, after)
		}
	}
	if got := b.Usual("t", vedette.EntityRef{Kind: vedette.EntityHost, Name: "nobody-ever"}); len(got) != 0 {
		t.Errorf("of a host that nobody ever saw: %+v", got)
	}
	if got := b.Usual("other", vedette.EntityRef{Kind: vedette.EntityHost, Name: host}); len(got) != 0 {
		t.Errorf("another tenant is told: %+v", got)
	}
}

// Nothing in quarantine becomes usual.
func TestTheLexiconDoesNotLearnFromSuspects(t *testing.T) {
	b := newBaseline(t, baseline.Config{})
	b.Quarantine("t", vedette.EntityRef{Kind: vedette.EntityHost, Name: "ws-66"})
	for i := range 40 {
		ev := &vedette.Event{Tenant: "t", Time: monday.Add(time.Duration(i) * time.Minute), Seq: uint64(i + 1)}
		ev.Add("host.name", "ws-66")
		ev.Add("user.name", "mallory")
		b.Observe(ev, func(vedette.Alert) {})
	}
	for _, u := range b.Usual("t", vedette.EntityRef{Kind: vedette.EntityUser, Name: "mallory"}) {
		if len(u.Values) > 0 {
			t.Errorf("learned from a suspect: %+v", u)
		}
	}
}

// goldenWords is what the console translates.
type goldenWords struct {
	Detectors []string          `json:"detectors"`
	Features  map[string]string `json:"features"`
	Units     []string          `json:"units"`
}

// The console has words for every detector, feature and unit: its tests read this file.
func TestWordsAreWrittenDown(t *testing.T) {
	words := goldenWords{Detectors: baseline.Detectors(), Features: map[string]string{}, Units: baseline.Units()}
	for _, feature := range baseline.Features() {
		words.Features[feature] = baseline.FeatureText(feature).Zh
	}
	got, err := json.MarshalIndent(words, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", "words.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("testdata/words.json is out of date: run with -update, and give the console the words.\n%s", got)
	}
}

// Whatever a detector says names a feature, keys and a unit that have words.
func TestFindingsUseKnownWords(t *testing.T) {
	b := newBaseline(t, baseline.Config{Seed: 7})
	said, told := 0, 0
	for _, ev := range aWeekAndAnIntrusion(t) {
		b.Observe(ev, func(a vedette.Alert) {
			said++
			told += len(a.Facts)
			for name, value := range a.Facts {
				if _, twice := a.Matched[name]; twice || len(value) > 300 || value == "" {
					t.Errorf("%s: the fact %s = %q is told twice, empty or too long", a.RuleID, name, value)
				}
			}
			if !slices.Contains(baseline.Features(), a.Anomaly.Feature) {
				t.Errorf("%s: the feature %q has no words", a.RuleID, a.Anomaly.Feature)
			}
			if !slices.Contains(baseline.Units(), a.Anomaly.Unit) {
				t.Errorf("%s: the unit %q has no words", a.RuleID, a.Anomaly.Unit)
			}
		})
	}
	if said == 0 || told < said {
		t.Fatalf("%d anomalies with %d facts of their events", said, told)
	}
}
