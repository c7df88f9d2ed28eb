package triage_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/demo"
	"github.com/vedette-soc/vedette/internal/recording"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/advise"
	"github.com/vedette-soc/vedette/internal/triage/offline/measure"
)

// results counts what is said of how far attacks came, by how far they did.
type results struct {
	what string
	in   bool // the attackers got in
	said map[vedette.AttackResult]int
}

func (r *results) all() (n int) {
	for _, k := range r.said {
		n += k
	}
	return n
}

// How far an attack came, on recordings of which it is known by what they are: what was recorded on an attacked Windows
// machine was done there, and every attack of the AIT Alert Data Set took a root shell; what a server answered with an error,
// logins that were all refused, and incidents without a labelled alert got nowhere.
func TestHowFarAttacksCame(t *testing.T) {
	groups := append(resultsOnAIT(t), resultsOnWindows(t), resultsOnTheDemo(t), resultsOfLogs(t, "web requests answered with errors", answered), resultsOfLogs(t, "SSH logins refused", refused))
	claimed, right, in := 0, 0, 0
	for _, g := range groups {
		said := g.said[vedette.ResultSucceeded] + g.said[vedette.ResultCompromised]
		t.Logf("| %s | %d | %d | %d | %d | %d |", g.what, g.all(), g.said[vedette.ResultCompromised], g.said[vedette.ResultSucceeded], g.said[vedette.ResultAttempted], g.said[""])
		claimed += said
		if g.in {
			right, in = right+said, in+g.all()
		}
		if g.all() == 0 {
			t.Errorf("%s: no incident", g.what)
		}
		if attempts := g.said[vedette.ResultAttempted]; g.in && attempts > 0 {
			t.Errorf("%s: %d are said to be only attempts", g.what, attempts)
		}
	}
	for _, g := range groups[len(groups)-2:] {
		if tries := g.said[vedette.ResultAttempted]; 10*tries < 9*g.all() {
			t.Errorf("%s: %d of %d are called attempts", g.what, tries, g.all())
		}
	}
	t.Logf("precision %d of %d, recall %d of %d", right, claimed, right, in)
	if claimed == 0 || float64(right) < 0.95*float64(claimed) {
		t.Errorf("of %d that are said to have got in, %d did; want 95 %%", claimed, right)
	}
	if testing.Short() { // ten recordings are too few for a share
		return
	}
	if claimed < 20 {
		t.Errorf("only %d are said to have got in: too few to judge", claimed)
	}
	if 3*right < in {
		t.Errorf("of %d that got in %d are said to; want a third", in, right)
	}
}

// resultsOnAIT takes the largest incident of each scenario, which is the attack, and at a low line those without an attack.
func resultsOnAIT(t *testing.T) []*results {
	attacks := &results{what: "attacks of the AIT set", in: true, said: map[vedette.AttackResult]int{}}
	others := &results{what: "the AIT set's false incidents at a line of 30", said: map[vedette.AttackResult]int{}}
	bench := measure.Bench{Line: 30, CPU: processorTime}
	for _, plain := range runs(t) {
		run, err := bench.Triage(plain.Scenario, triage.Knowledge{})
		if err != nil {
			t.Fatal(err)
		}
		largest := &run.Shown[0]
		for i := range run.Shown {
			o := &run.Shown[i]
			if slices.Contains(run.Tally.Wrongly, i) {
				others.said[o.Result]++
			}
			if o.Alerts > largest.Alerts {
				largest = o
			}
		}
		attacks.said[largest.Result]++
	}
	return []*results{attacks, others}
}

// resultsOnWindows takes the incident of each recording of which most is said.
func resultsOnWindows(t *testing.T) *results {
	r := &results{what: "recorded Windows attacks", in: true, said: map[vedette.AttackResult]int{}}
	h := newHouse(t, publicRules(t))
	for _, file := range capturesOf(t) {
		h.forget()
		h.capture(file, monday.Add(34*time.Hour))
		best := triage.Outcome{}
		for _, o := range shown(h.triage.Flush()) {
			if best.ID == "" || rank(o.Result) > rank(best.Result) {
				best = o
			}
		}
		if best.ID == "" {
			continue
		}
		r.said[best.Result]++
	}
	return r
}

func rank(r vedette.AttackResult) int {
	return slices.Index([]vedette.AttackResult{"", vedette.ResultAttempted, vedette.ResultSucceeded, vedette.ResultCompromised}, r)
}

func resultsOnTheDemo(t *testing.T) *results {
	r := &results{what: "the demo's intrusion", in: true, said: map[vedette.AttackResult]int{}}
	h := newHouse(t, starter(t))
	for _, it := range ordinary(5, 2, 12_000) {
		h.item(it)
	}
	for it := range demo.Day(demo.Options{Seed: 7, End: monday.AddDate(0, 0, 3), Length: 24 * time.Hour, Benign: 100}) {
		h.item(it)
	}
	largest := triage.Outcome{}
	for _, o := range shown(h.triage.Flush()) {
		if o.Alerts > largest.Alerts {
			largest = o
		}
	}
	r.said[largest.Result]++
	return r
}

var accessLine = regexp.MustCompile(`" ([1-5][0-9][0-9]) [0-9-]+ "`)

// answered tells requests to a web server that all were answered with an error.
func answered(lines []string) bool {
	n := 0
	for _, l := range lines {
		if m := accessLine.FindStringSubmatch(l); m != nil {
			if m[1] < "400" {
				return false
			}
			n++
		}
	}
	return n > 0
}

// refused tells logs of SSH in which nobody was let in.
func refused(lines []string) bool {
	n := 0
	for _, l := range lines {
		if strings.Contains(l, "Accepted ") {
			return false
		}
		if strings.Contains(l, "sshd[") {
			n++
		}
	}
	return n > 0
}

// resultsOfLogs takes every incident, those under the line too, of recorded logs that pass a test.
func resultsOfLogs(t *testing.T, what string, tried func([]string) bool) *results {
	r := &results{what: what, said: map[vedette.AttackResult]int{}}
	files := map[string][]string{}
	for _, archive := range []string{"crowdsec-hub-cases.tar.gz", "loghub-2k.tar.gz"} {
		if _, err := recording.Walk(recorded(t, "logs", archive), func(it recording.Item) error {
			if _, member, _ := strings.Cut(it.File, "!"); strings.HasSuffix(member, ".log") {
				files[member] = append(files[member], string(it.Data))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	h := newHouse(t, starter(t))
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !tried(files[name]) {
			continue
		}
		h.forget()
		for i, line := range files[name] {
			format := vedette.FormatSyslog
			if accessLine.MatchString(line) {
				format = ""
			}
			h.record(&vedette.Record{Tenant: vedette.DefaultTenant, Source: "logs/" + name, Receiver: "file", Format: format,
				Received: monday.Add(time.Duration(i) * time.Second), Data: []byte(line)}, 0)
		}
		for _, o := range h.triage.Flush() {
			said, _, _ := advise.Result(&o.Incident) // under the line it is not made for the list
			if rank(said) > 1 {
				t.Logf("%s: %q %s", name, said, o.Title.En)
			}
			r.said[said]++
		}
	}
	return r
}
