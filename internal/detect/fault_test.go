package detect

import (
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

// broken is a matcher with a defect.
type broken struct{ anything }

func (broken) match(*view, int) bool { panic("broken on purpose") }

const plainRule = "title: T\nid: %\nlogsource: {product: testos}\ndetection: {s: {A: 1}, condition: s}\n"

// A rule that panics is taken out of service and reported once; the rules around it still fire, on that event too.
func TestPanicCostsOneRule(t *testing.T) {
	var files []catalog.File
	for _, id := range []string{"one", "two", "three"} {
		files = append(files, catalog.File{Path: id, Data: []byte(strings.Replace(plainRule, "%", id, 1))})
	}
	rs := Compile(files)
	rs.Rules[1].selections[0].root.test.groups[0].matchers[0] = broken{}
	var faults []Fault
	e := New(Config{OnFault: func(f Fault) { faults = append(faults, f) }}, rs)
	ev := &vedette.Event{Seq: 4, Logsource: vedette.Logsource{Product: "testos"}}
	ev.Add("src.A", "1")
	for range 3 {
		var got []string
		e.Detect(ev, func(a vedette.Alert) { got = append(got, a.RuleID) })
		if strings.Join(got, " ") != "one three" {
			t.Errorf("alerts of %v", got)
		}
	}
	if len(faults) != 1 || faults[0].RuleID != "two" || faults[0].EventID != "4-0" || !strings.Contains(faults[0].Reason, "broken on purpose at internal/detect/fault_test.go") {
		t.Errorf("faults: %+v", faults)
	}
	st := e.Ruleset().Statuses()[1]
	if st.State != vedette.RuleOff || !strings.Contains(st.Problem, "panic") {
		t.Errorf("status: %+v", st)
	}
}

// An event that no rule matches costs no memory.
func TestMissAllocatesNothing(t *testing.T) {
	if raceDetector {
		t.Skip("memory is not counted under the race detector")
	}
	const doc = `title: T
id: t
logsource: {product: testos}
detection:
  a: {A|contains: [needle, pin], B|re: 'x+y', C|cidr: 10.0.0.0/8}
  b: {A|endswith: needle, D: 5, E|gt: 7, F|windash|contains: ' -q '}
  k: [word, another]
  condition: 1 of a* or b or k
`
	rs := Compile([]catalog.File{{Path: "t", Data: []byte(doc)}})
	e := New(Config{}, rs)
	ev := &vedette.Event{Raw: "The raw Record", Logsource: vedette.Logsource{Product: "testos"}}
	for _, f := range []string{"A=a NEEDLE", "B=xx", "C=192.168.0.1", "D=5.0", "E=3", "F=/Q ", "src.long=" + strings.Repeat("Ä", 500)} {
		name, value, _ := strings.Cut(f, "=")
		ev.Add("src."+name, value)
	}
	fn := func(vedette.Alert) { t.Error("a rule fired") }
	e.Detect(ev, fn)
	if n := testing.AllocsPerRun(200, func() { e.Detect(ev, fn) }); n > 0.1 {
		t.Errorf("%v allocations for an event that nothing matches", n)
	}
}

func TestSlowRulesAreNamed(t *testing.T) {
	rs := Compile([]catalog.File{{Path: "t", Data: []byte(strings.Replace(plainRule, "%", "t", 1))}})
	e := New(Config{}, rs)
	ev := &vedette.Event{Logsource: vedette.Logsource{Product: "testos"}}
	ev.Add("src.A", "1")
	v := rs.view(ev)
	for range 20 {
		e.timed(rs.Rules[0], v)
	}
	rs.release(v)
	e.Detect(ev, func(vedette.Alert) {})
	if c := rs.Slowest(5); len(c) != 1 || c[0].RuleID != "t" || c[0].Sampled < 20 {
		t.Errorf("costs: %+v", c)
	}
}

func TestRequiredTexts(t *testing.T) {
	for pattern, want := range map[string]string{
		`abc`: "abc", `ABC`: "abc", `a.*bcd`: "bcd", `(foo|barr)+x`: "foo barr", `x?abc`: "abc", `a*`: "", `[ab]cd`: "cd",
		`(?i)passwd`: "pa", `(?i)kx`: "kx", `a{2,}`: "a", `^(?:cmd)$`: "cmd", `(a|)`: "", `\d+`: "",
	} {
		if got := strings.Join(requiredTexts(pattern), " "); got != want {
			t.Errorf("%s requires %q, want %q", pattern, got, want)
		}
	}
}
