package detect_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

func sleepyRule(id, logsource, detection string) string {
	return fmt.Sprintf("title: %s\nid: %s\nlevel: low\nfalsepositives: [none]\nlogsource: %s\ndetection: %s\n", id, id, logsource, detection)
}

func TestAsleep(t *testing.T) {
	for _, c := range []struct {
		detection, lacks string
	}{
		{"{s: {A: 1}, condition: s}", ""},
		{"{s: {Never: 1}, condition: s}", "Never"},
		{"{s: {A: 1, Never: 1}, condition: s}", "Never"},
		{"{s: [{A: 1}, {Never: 1}], condition: s}", ""},
		{"{s: [{Never: 1}, {Neither: 1}], condition: s}", "Never Neither"},
		{"{s: {A: 1}, f: {Never: 1}, condition: s and not f}", ""},
		{"{s: {A: 1}, f: {Never: null}, condition: s and not f}", "Never"},
		{"{s: {Never: null}, condition: s}", ""},
		{"{s: {Never|exists: false}, condition: s}", ""},
		{"{s: {Never|exists: true}, condition: s}", "Never"},
		{"{s: {Never|neq: 1}, condition: s}", ""},
		{"{s: {Never: [1, null]}, condition: s}", ""},
		{"{s: [words], condition: s}", ""},
		{"{s: {user.name: root}, condition: s}", ""},
	} {
		rs := mustCompile(t, sleepyRule("r", "{product: testos}", c.detection), sleepyRule("help", "{product: testos}", "{s: {A: x, user.name: x}, condition: s}"))
		e := detect.New(detect.Config{}, rs)
		for range 100 {
			e.Detect(eventOf("A=7", "user.name=ana", "Unknown=1"), func(vedette.Alert) {})
		}
		got := ""
		for _, s := range rs.Asleep(e.Seen()) {
			got += strings.Join(s.Fields, " ")
			if s.Rule.ID != "r" || s.Lacks != "field" || s.Wake == "" {
				t.Errorf("%+v", s)
			}
		}
		if got != c.lacks {
			t.Errorf("%s lacks %q, want %q", c.detection, got, c.lacks)
		}
	}
}

func TestAsleepForLackOfASource(t *testing.T) {
	rs := mustCompile(t, sleepyRule("win", "{product: windows, category: process_creation}", "{s: {A: 1}, condition: s}"), sleepyRule("lin", "{product: testos}", "{s: {Never: 1}, condition: s}"))
	e := detect.New(detect.Config{}, rs)
	e.Detect(eventOf("A=7"), func(vedette.Alert) {})
	all := rs.Asleep(e.Seen())
	if len(all) != 1 || all[0].Rule.ID != "win" || all[0].Lacks != "source" || !strings.Contains(all[0].Wake, "4688") {
		t.Errorf("after one event of another source: %+v", all)
	}
	snapshot, err := e.SnapshotSeen()
	if err != nil {
		t.Fatal(err)
	}
	again := detect.New(detect.Config{}, rs)
	if n := len(rs.Asleep(again.Seen())); n != 2 {
		t.Errorf("%d rules asleep before anything came", n)
	}
	if err := again.RestoreSeen(snapshot); err != nil {
		t.Fatal(err)
	}
	if n := len(rs.Asleep(again.Seen())); n != 1 {
		t.Errorf("%d rules asleep after a restart", n)
	}
	if err := again.RestoreSeen([]byte("{")); err == nil {
		t.Error("a damaged snapshot is taken")
	}
}

func TestWhatIsSeenIsBounded(t *testing.T) {
	e := detect.New(detect.Config{}, mustCompile(t, sleepyRule("r", "{product: testos}", "{s: {A: 1}, condition: s}")))
	for i := range 5000 {
		ev := eventOf("A=7", fmt.Sprintf("Field%d=1", i))
		ev.Logsource.Service = fmt.Sprint("service", i)
		e.Detect(ev, func(vedette.Alert) {})
	}
	seen := e.Seen()
	if n := len(seen.Sources); n != 2048 {
		t.Errorf("%d sources are remembered", n)
	}
	for _, s := range seen.Sources {
		if len(s.Fields) > 1 {
			t.Fatalf("fields that no rule asks for are remembered: %v", s.Fields)
		}
	}
}
