package measure

import (
	"slices"
	"time"
)

// Floor is what a plain method does with the same alerts.
type Floor struct {
	Method string `json:"method"`
	Tally  Tally  `json:"-"`

	Items        int     `json:"items"`
	FalsePerDay  float64 `json:"false_per_day"`
	AttacksFound int     `json:"attacks_found"`
	StepsFound   int     `json:"steps_found"`
	StepsTotal   int     `json:"steps_total"`
	Purity       float64 `json:"purity"`
}

// sealed fills what is printed.
func (f Floor) sealed() Floor {
	t := f.Tally
	f.Items, f.FalsePerDay, f.AttacksFound, f.StepsFound, f.StepsTotal, f.Purity = t.Incidents, t.FalsePerDay(), t.AttacksFound, t.StepsFound, t.StepsTotal, t.Purity()
	return f
}

// distinct are the numbers of different signatures of a machine within 24 hours from which the method that counts risk
// raises a notable.
var distinct = []int{5, 8, 12}

// Floors measures the plain methods over scenarios: each signature on each machine once a day; and, as products do that count
// risk by machine, a notable when a machine has so many different signatures within 24 hours, with all its alerts of
// those hours linked.
func Floors(scenarios []*Scenario) []Floor {
	out := []Floor{{Method: "one item for each signature, machine and day"}}
	for _, n := range distinct {
		out = append(out, Floor{Method: "risk by machine: " + digits(n) + " different signatures in 24 h"})
	}
	for _, s := range scenarios {
		out[0].Tally.Add(Score(s, deduplicated(s)))
		for i, n := range distinct {
			out[i+1].Tally.Add(Score(s, notables(s, n)))
		}
	}
	for i := range out {
		out[i] = out[i].sealed()
	}
	return out
}

// deduplicated makes one item of the alerts of a signature on a machine on a day.
func deduplicated(s *Scenario) []Found {
	type item struct {
		kind uint32
		day  int64
	}
	items := map[item]int{}
	var out []Found
	s.Set.Each(func(at time.Time, kind uint32, record int64) {
		key := item{kind, at.Unix() / 86400}
		n, known := items[key]
		if !known {
			n = len(out)
			items[key] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], [2]int64{record, record})
	})
	return out
}

// notables counts the different signatures of a machine over 24 hours from its first alert, then anew.
func notables(s *Scenario, least int) []Found {
	type window struct {
		begun   time.Time
		rules   map[string]bool
		records Found
	}
	var out []Found
	open := map[string]*window{}
	end := func(w *window) {
		if len(w.rules) >= least {
			out = append(out, w.records)
		}
	}
	machines := machinesOf(s)
	s.Set.Each(func(at time.Time, kind uint32, record int64) {
		name := machines[kind].name
		w := open[name]
		if w != nil && at.Sub(w.begun) >= 24*time.Hour {
			end(w)
			w = nil
		}
		if w == nil {
			w = &window{begun: at, rules: map[string]bool{}}
			open[name] = w
		}
		w.rules[machines[kind].rule] = true
		w.records = append(w.records, [2]int64{record, record})
	})
	names := make([]string, 0, len(open))
	for name := range open {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		end(open[name])
	}
	return out
}

type onMachine struct{ name, rule string }

// machinesOf names the machine and the rule of each kind of alert.
func machinesOf(s *Scenario) []onMachine {
	out := make([]onMachine, s.Set.Kinds())
	for i := range out {
		a := s.Set.Kind(uint32(i))
		out[i].rule = a.RuleID
		if len(a.Entities) > 0 {
			out[i].name = a.Entities[0].Name
		}
	}
	return out
}
