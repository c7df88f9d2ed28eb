package detect

import (
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

// A ruleset that takes another's place is ready for the kinds of events that came by before: the first event does not
// wait until its plan is made.
func TestASwappedRulesetIsWarm(t *testing.T) {
	compile := func(value string) *Ruleset {
		return Compile([]catalog.File{{Path: "a.yml", Data: []byte("title: a\nid: a-1\nlevel: low\nlogsource: {product: linux, service: sshd}\ndetection: {s: {message|contains: " + value + "}, condition: s}\n")}})
	}
	e := New(Config{}, compile("one"))
	ev := vedette.Event{Logsource: vedette.Logsource{Product: "linux", Service: "sshd", Categories: []string{"authentication"}}}
	e.Detect(&ev, func(vedette.Alert) {})
	next := compile("two")
	e.Swap(next)
	if len(next.index.plans) != 1 {
		t.Fatalf("%d plans are ready", len(next.index.plans))
	}
	e.Detect(&ev, func(vedette.Alert) {})
	if len(next.index.plans) != 1 {
		t.Errorf("the event needed another plan: %d", len(next.index.plans))
	}
}
