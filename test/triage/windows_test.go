package triage_test

import (
	"context"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/demo"
	"github.com/vedette-soc/vedette/internal/recording"
)

// lostPairs is the share of pairs of a recording and a technique that may be in no incident. They are what only rules of
// severity low or info said, of a machine on which nothing of the attack happened, or at another hour: logoffs on the
// domain controller, the system's own scheduled tasks.
const lostPairs = 0.02

// Recorded Windows attacks, each in the midst of a company's second ordinary day: no technique whose rule fired is lost
// between alert and incident, and in no recording one that a rule of severity medium or higher knows.
func TestNoTechniqueIsLost(t *testing.T) {
	h := newHouse(t, publicRules(t))
	background := ordinary(3, 2, 1500)
	rules, kept := map[string]string{}, map[string]bool{}
	captures := capturesOf(t)
	pairs, missing, quiet := 0, 0, 0
	for _, file := range captures {
		h.forget()
		owner := h.within(file, monday.Add(34*time.Hour), background)
		linked, extra := h.linked(owner)
		quiet += extra
		fired, lost := h.techniques(owner, linked)
		pairs, missing = pairs+len(fired), missing+len(lost)
		for technique, by := range fired {
			rules[technique] += by
			kept[technique] = kept[technique] || !slices.Contains(lost, technique)
		}
		for _, technique := range lost {
			say := t.Logf
			if strings.Contains(fired[technique], telling) {
				say = t.Errorf
			}
			say("%s: %s is in no incident; it fired as%s", filepath.Base(file), technique, fired[technique])
		}
	}
	t.Logf("%d recordings, %d techniques; %d of %d pairs are in no incident; %d incidents without an attack", len(captures), len(rules), missing, pairs, quiet)
	for technique, by := range rules {
		if !kept[technique] {
			t.Errorf("%s is lost; it fired as%s", technique, by)
		}
	}
	if share := float64(missing) / float64(max(pairs, 1)); share > lostPairs {
		t.Errorf("%.3f of the pairs of recording and technique are in no incident, want at most %g", share, lostPairs)
	}
	if quiet > len(captures)/4 {
		t.Errorf("%d incidents without an attack on %d ordinary days", quiet, len(captures))
	}
}

// telling marks a rule that no recording may lose.
const telling = ", which must not be lost"

// within plays ordinary days with a recording in their midst, and returns the records of the alerts that are due to it.
func (h *house) within(file string, at time.Time, background []demo.Item) map[int64]bool {
	owner := map[int64]bool{}
	played := false
	for _, it := range background {
		if !played && !it.At.Before(at) {
			played = true
			before := len(h.alerts)
			h.capture(file, at)
			for r := before; r < len(h.alerts); r++ {
				owner[int64(r)+1] = true
			}
		}
		h.item(it)
	}
	return owner
}

// linked returns the records in incidents at or above the line, and how many of those incidents have nothing of the recording.
func (h *house) linked(owner map[int64]bool) (linked map[int64]bool, without int) {
	linked = map[int64]bool{}
	incidents := shown(h.triage.Flush())
	for i := range incidents {
		attack := false
		for _, span := range incidents[i].Records {
			for r := span[0]; r <= span[1]; r++ {
				linked[r] = true
				attack = attack || owner[r]
			}
		}
		if !attack {
			without++
			say(h.t, &incidents[i])
		}
	}
	return linked, without
}

// techniques returns which techniques fired in captures, with the rules, and which of them are in no incident.
func (h *house) techniques(owner, linked map[int64]bool) (fired map[string]string, lost []string) {
	fired = map[string]string{}
	kept := map[string]bool{}
	for r := range owner {
		a := &h.alerts[r-1]
		if a.Anomaly != nil {
			continue
		}
		for _, technique := range a.Techniques {
			if !strings.Contains(fired[technique], a.RuleTitle) {
				fired[technique] += " “" + a.RuleTitle + "” (" + a.Severity.String() + ")"
				if a.Severity >= vedette.Medium {
					fired[technique] += telling
				}
			}
			if linked[r] {
				kept[technique] = true
			}
		}
	}
	for _, technique := range slices.Sorted(maps.Keys(fired)) {
		if !kept[technique] {
			lost = append(lost, technique)
		}
	}
	return fired, lost
}

// capture takes a recording in as if it began at a time.
func (h *house) capture(file string, at time.Time) {
	var shift time.Duration
	known := false
	_, err := recording.Walk(file, func(it recording.Item) error {
		rec := &vedette.Record{
			Tenant: vedette.DefaultTenant, Source: "windows/" + filepath.Base(file), Receiver: "file", Format: it.Format, Received: at, Data: it.Data,
		}
		if !known {
			h.norm.Normalize(rec, func(ev *vedette.Event) {
				if !known {
					shift, known = at.Sub(ev.Time), true
				}
			})
		}
		h.record(rec, shift)
		return nil
	})
	if err != nil {
		h.t.Errorf("read %s: %v", file, err)
	}
}

func capturesOf(t testing.TB) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(recorded(t, "mordor", "windows"), func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".zip" {
			return err
		}
		if testing.Short() && len(out) == 10 {
			return fs.SkipAll
		}
		out = append(out, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// publicRules is the public collection without its retired part.
func publicRules(t testing.TB) []catalog.File {
	t.Helper()
	files, problems := catalog.Load(context.Background(), []string{recorded(t, "sigma", "rules.tar.gz")})
	if len(problems) > 0 {
		t.Fatalf("load rules: %v", problems)
	}
	return slices.DeleteFunc(files, func(f catalog.File) bool {
		_, member, _ := strings.Cut(f.Path, "!")
		return !strings.HasPrefix(member, "rules")
	})
}
