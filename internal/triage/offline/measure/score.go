package measure

import (
	"slices"
	"strconv"

	"github.com/vedette-soc/vedette/internal/triage/offline"
)

// Learning is how long an engine may learn before it is scored, in microseconds.
const Learning = int64(24 * 60 * 60 * 1e6)

// Exfiltration is the step that goes on since before the recordings began. It is counted apart.
const Exfiltration = "dnsteal"

// floods are steps of so many alerts that they would drown all others where alerts are counted.
var floods = []string{"dirb", "wpscan"}

// Scenario is the alerts of one company and what is known of them.
type Scenario struct {
	Name   string
	Set    *offline.Set
	Labels *offline.Labels
}

// Found is an incident as far as it is scored: the records linked in it, in ranges counted from 1.
type Found [][2]int64

// Tally counts what triage did with a scenario, or with several.
type Tally struct {
	Alerts, Incidents, False   int
	Days                       float64
	StepsFound, StepsTotal     int
	AttackIncidents            int // incidents with alerts of an attack
	AttacksFound, AttacksTotal int
	Exfiltrations, WithExfil   int // found, and scenarios with any
	Linked, Wrong              int // linked alerts outside floods, and those among them that do not belong
	Missed                     []string
	Wrongly                    []int // which of the incidents given have no labelled alert
}

// Score counts what incidents link.
func Score(s *Scenario, incidents []Found) Tally {
	l := s.Labels
	n := int64(l.Len())
	if n == 0 {
		return Tally{}
	}
	first, last := l.Micros(1), l.Micros(1)
	for r := int64(2); r <= n; r++ {
		first, last = min(first, l.Micros(r)), max(last, l.Micros(r))
	}
	begin := first + Learning
	total, found, exfil := map[string]bool{}, map[string]bool{}, false
	var t Tally
	for r := int64(1); r <= n; r++ {
		if l.Micros(r) < begin {
			continue
		}
		t.Alerts++
		switch e := l.Event(r); e {
		case "":
		case Exfiltration:
			exfil = true
		default:
			total[e] = true
		}
	}
	t.Days = round(float64(last-begin)/float64(Learning), 1)
	for i, in := range incidents {
		t.incident(l, begin, i, in, found)
	}
	t.StepsTotal, t.AttacksTotal = len(total), min(len(total), 1)
	t.WithExfil = number(exfil)
	for e := range total {
		if found[e] {
			t.StepsFound++
		} else {
			t.Missed = append(t.Missed, e)
		}
	}
	slices.Sort(t.Missed)
	t.Exfiltrations = number(found[Exfiltration])
	delete(found, Exfiltration)
	t.AttacksFound = min(len(found), 1)
	return t
}

// incident counts what one incident links.
func (t *Tally) incident(l *offline.Labels, begin int64, which int, in Found, found map[string]bool) {
	steps := map[string]bool{}
	scored := false
	for _, span := range in {
		for r := max(span[0], 1); r <= min(span[1], int64(l.Len())); r++ {
			if l.Micros(r) < begin {
				continue
			}
			scored = true
			if e := l.Event(r); e != "" {
				steps[e] = true
			}
		}
	}
	if !scored {
		return
	}
	t.Incidents++
	if len(steps) == 0 {
		t.False++
		t.Wrongly = append(t.Wrongly, which)
		return
	}
	if len(steps) > 1 || !steps[Exfiltration] {
		t.AttackIncidents++
	}
	for e := range steps {
		found[e] = true
	}
	t.belonging(l, begin, in)
}

// belonging counts the alerts of an incident with labelled ones: those written while no attack went on do not belong.
func (t *Tally) belonging(l *offline.Labels, begin int64, in Found) {
	for _, span := range in {
		for r := max(span[0], 1); r <= min(span[1], int64(l.Len())); r++ {
			e := l.Event(r)
			if l.Micros(r) < begin || slices.Contains(floods, e) {
				continue
			}
			t.Linked++
			if e == "" && l.Normal(r) {
				t.Wrong++
			}
		}
	}
}

// Add sums tallies up.
func (t *Tally) Add(o Tally) {
	t.Alerts, t.Incidents, t.False, t.Days = t.Alerts+o.Alerts, t.Incidents+o.Incidents, t.False+o.False, t.Days+o.Days
	t.StepsFound, t.StepsTotal, t.AttackIncidents = t.StepsFound+o.StepsFound, t.StepsTotal+o.StepsTotal, t.AttackIncidents+o.AttackIncidents
	t.AttacksFound, t.AttacksTotal = t.AttacksFound+o.AttacksFound, t.AttacksTotal+o.AttacksTotal
	t.Exfiltrations, t.WithExfil = t.Exfiltrations+o.Exfiltrations, t.WithExfil+o.WithExfil
	t.Linked, t.Wrong = t.Linked+o.Linked, t.Wrong+o.Wrong
}

// FalsePerDay is how many incidents a day have no labelled alert.
func (t *Tally) FalsePerDay() float64 {
	if t.Days <= 0 {
		return 0
	}
	return round(float64(t.False)/t.Days, 3)
}

// Purity is the share of linked alerts outside floods that belong, 0 when nothing is linked.
func (t *Tally) Purity() float64 {
	if t.Linked == 0 {
		return 0
	}
	return round(1-float64(t.Wrong)/float64(t.Linked), 3)
}

// PerAttack is how many incidents there are for each attack that was found.
func (t *Tally) PerAttack() float64 {
	if t.AttacksFound == 0 {
		return 0
	}
	return round(float64(t.AttackIncidents)/float64(t.AttacksFound), 2)
}

// round rounds a decimal as its digits say, halves to even.
func round(x float64, digits int) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', digits, 64), 64)
	return r
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
