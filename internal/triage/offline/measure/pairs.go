package measure

import (
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

// Grouping says how well incidents keep attacks together and apart: over pairs of alerts, whether two of one attack are in one
// incident, and whether two of different attacks, or one of an attack and one of none, are not.
type Grouping struct {
	AUC      float64 `json:"pair_auc"`       // every alert counts the same
	AUCMacro float64 `json:"pair_auc_macro"` // the mean over steps: together are pairs within a step, apart those of one of its alerts and one of another attack or of none
	AUCSteps float64 `json:"pair_auc_steps"` // pairs within an attack; every step counts the same, however many alerts it has, and all noise as much as one
	Mixed    int     `json:"mixed"`          // incidents with alerts of more than one attack
}

// Grouped measures the pairs. attack says for each record, counted from 1, which attack it belongs to; 0 is none. A grouping
// gives each pair one of two scores, so the area under its ROC curve is (true positive rate + 1 − false positive rate) / 2.
func Grouped(l *offline.Labels, attack func(record int64) int, from int64, incidents []Found) Grouping {
	where := make([]int32, l.Len()+1)
	for i, in := range incidents {
		for _, span := range in {
			for r := max(span[0], 1); r <= min(span[1], int64(l.Len())); r++ {
				where[r] = int32(i + 1)
			}
		}
	}
	sizes := map[stepOf]float64{}
	cells := map[cell]float64{}
	noise, linkedNoise := 0.0, map[int32]float64{}
	for r := int64(1); r <= int64(l.Len()); r++ {
		e := l.Event(r)
		if l.Micros(r) < from || e == Exfiltration {
			continue
		}
		if e == "" {
			if l.Normal(r) {
				noise++
				linkedNoise[where[r]]++
			}
			continue
		}
		s := stepOf{attack(r), e}
		sizes[s]++
		cells[cell{s, where[r]}]++
	}
	return grouping(sizes, cells, noise, linkedNoise)
}

// stepOf is a step of one of the attacks.
type stepOf struct {
	attack int
	event  string
}

// cell is the alerts of a step in one incident; incident 0 is none, where every alert is alone.
type cell struct {
	step     stepOf
	incident int32
}

func grouping(sizes map[stepOf]float64, cells map[cell]float64, noise float64, linked map[int32]float64) Grouping {
	byAlert, bySteps := newTable(), newTable()
	inIncident := map[int32]map[int]bool{}
	for c, n := range cells {
		byAlert.add(c, n)
		bySteps.add(c, n/sizes[c.step])
		if c.incident != 0 {
			if inIncident[c.incident] == nil {
				inIncident[c.incident] = map[int]bool{}
			}
			inIncident[c.incident][c.step.attack] = true
		}
	}
	g := Grouping{AUC: byAlert.auc(noise, 1, linked), AUCMacro: macro(sizes, cells, noise, linked), AUCSteps: bySteps.auc(noise, 1/max(noise, 1), linked)}
	for _, attacks := range inIncident {
		g.Mixed += number(len(attacks) > 1)
	}
	return g
}

// macro is the measure of AlertBERT (arXiv 2602.06534): rates for each label, then their mean, so that a step of three alerts
// counts as much as a flood. There a group is a step; here it is an attack, so that steps of one attack need not be apart.
// Pairs of an alert and itself count, as theirs do. Theirs leaves noise out of the pairs; here it counts as what must be apart.
func macro(sizes map[stepOf]float64, cells map[cell]float64, noise float64, linked map[int32]float64) float64 {
	incidents := map[int32]map[int]float64{}
	attacks, all := map[int]float64{}, 0.0
	for c, n := range cells {
		if incidents[c.incident] == nil {
			incidents[c.incident] = map[int]float64{}
		}
		incidents[c.incident][c.step.attack] += n
		attacks[c.step.attack] += n
		all += n
	}
	together, joined := map[stepOf]float64{}, map[stepOf]float64{}
	for c, n := range cells {
		if c.incident == 0 {
			together[c.step] += n // each is a group of its own
			continue
		}
		together[c.step] += n * n
		for attack, others := range incidents[c.incident] {
			if attack != c.step.attack {
				joined[c.step] += n * others
			}
		}
		joined[c.step] += n * linked[c.incident]
	}
	recall, apart := 0.0, 0.0
	for step, n := range sizes {
		recall += together[step] / (n * n)
		apart++
		if strangers := all - attacks[step.attack] + noise; strangers > 0 {
			apart -= joined[step] / (n * strangers)
		}
	}
	steps := float64(max(len(sizes), 1))
	return round((recall/steps+apart/steps)/2, 4)
}

// table sums weights of alerts by attack and incident.
type table struct {
	cells     map[[2]int]float64 // attack, incident
	attacks   map[int]float64
	incidents map[int32]float64
	all       float64
}

func newTable() *table {
	return &table{cells: map[[2]int]float64{}, attacks: map[int]float64{}, incidents: map[int32]float64{}}
}

func (t *table) add(c cell, n float64) {
	t.attacks[c.step.attack] += n
	t.all += n
	if c.incident != 0 {
		t.cells[[2]int{c.step.attack, int(c.incident)}] += n
		t.incidents[c.incident] += n
	}
}

// auc is (TPR + 1 − FPR) / 2 over pairs. noise is how many alerts belong to no attack, weight what each of them counts, and
// linked in which incidents they are. Alerts paired with themselves count as together, which no number of alerts makes
// visible.
func (t *table) auc(noise, weight float64, linked map[int32]float64) float64 {
	same, together, across, joined := 0.0, 0.0, t.all*t.all, 0.0
	for _, n := range t.attacks {
		same += n * n
	}
	across -= same
	for _, n := range t.cells {
		together += n * n
	}
	for _, n := range t.incidents {
		joined += n * n
	}
	joined -= together
	across += t.all * noise * weight
	for incident, n := range t.incidents {
		joined += n * linked[incident] * weight
	}
	if same == 0 {
		return 0
	}
	wrongly := 0.0
	if across > 0 {
		wrongly = joined / across
	}
	return round((together/same+1-wrongly)/2, 4)
}
