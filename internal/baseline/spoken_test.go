package baseline

import (
	"bytes"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
)

// Every feature of every table has words in both languages.
func TestEveryFeatureHasWords(t *testing.T) {
	var names []string
	for i := range featureSpecs {
		names = append(names, featureSpecs[i].name)
	}
	for i := range peakSpecs {
		names = append(names, peakSpecs[i].feature)
	}
	for i := range spreadSpecs {
		names = append(names, spreadSpecs[i].feature)
	}
	for _, name := range append(names, volumeFeatures[:]...) {
		if featureZh[name] == "" {
			t.Errorf("the feature %q has no Chinese words", name)
		}
	}
}

// A state of the version before, which has no lexicon, is read with all that it knows.
func TestAStateWithoutLexiconIsRead(t *testing.T) {
	b, err := New(Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for i := range 50 {
		ev := &vedette.Event{Tenant: "t", Seq: uint64(i + 1), Time: at.Add(time.Duration(i) * time.Minute)}
		ev.Add("host.name", "web-01")
		ev.Add("user.name", "anna")
		b.Observe(ev, func(vedette.Alert) {})
	}
	var state bytes.Buffer
	if err := b.snapshot(&state, 50, 1); err != nil {
		t.Fatal(err)
	}
	again, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if seq, err := again.Restore(&state); err != nil || seq != 50 {
		t.Fatal(seq, err)
	}
	if was, is := b.Stats(), again.Stats(); was.Keys != is.Keys || is.Events != 50 {
		t.Errorf("%d keys and %d events, want %d and 50", is.Keys, is.Events, was.Keys)
	}
	list := again.Usual("t", vedette.EntityRef{Kind: vedette.EntityHost, Name: "web-01"})
	if len(list) == 0 {
		t.Error("nothing is usual of a host that is known")
	}
}
