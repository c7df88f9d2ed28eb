package measure

import (
	"fmt"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

const dayMicros = int64(24 * 60 * 60 * 1e6)

// noiseDay is the noise of one day of a scenario.
type noiseDay struct {
	from  *Scenario
	begin int64 // midnight
}

// Noise lays the false alerts of further days over each day of a scenario, so that it has times as many days' noise, each alert
// at its own time of day: as the AlertBERT authors do (arXiv 2602.06534), because false alerts follow the hours. The days
// come from the scenario itself and then from the others; their first day, full of what was never seen before, is left
// out. Which days are laid over one another goes round, so that no day comes back as it was. Machines are taken for those of
// the scenario with the same name; what has no such machine is a new one.
func Noise(s *Scenario, all []*Scenario, times int) (*Scenario, error) {
	first, last := s.Set.Span()
	m := &mixer{b: offline.NewBuilder(s.Name), from: first.UnixMicro(), to: last.UnixMicro()}
	if err := m.add(s, 0, nil); err != nil {
		return nil, err
	}
	days := noiseDays(s, all)
	kinds, err := m.adopt(s, all)
	if err != nil {
		return nil, err
	}
	for i, day := 0, m.from-m.from%dayMicros; day <= m.to && len(days) > 0; i, day = i+1, day+dayMicros {
		for n, taken := 0, 0; taken < times-1 && n < len(days); n++ {
			d := days[(i*3+n)%len(days)]
			if d.from == s && d.begin == day {
				continue
			}
			taken++
			if err := m.noise(d, day-d.begin, kinds[d.from]); err != nil {
				return nil, err
			}
		}
	}
	return &Scenario{Name: fmt.Sprintf("%s ×%d", s.Name, times), Set: m.b.Set(), Labels: offline.Chosen(m.chosen...)}, nil
}

// noiseDays lists the days whose noise can be used, those of the scenario first.
func noiseDays(s *Scenario, all []*Scenario) []noiseDay {
	var out []noiseDay
	add := func(from *Scenario) {
		first, last := from.Set.Span()
		begin := first.UnixMicro() - first.UnixMicro()%dayMicros
		for day := begin + dayMicros; day+dayMicros/2 <= last.UnixMicro(); day += dayMicros {
			out = append(out, noiseDay{from, day})
		}
	}
	add(s)
	for _, other := range all {
		if other != s {
			add(other)
		}
	}
	return out
}

// adopt makes the kinds of alerts of all scenarios those of one house.
func (m *mixer) adopt(s *Scenario, all []*Scenario) (map[*Scenario][]uint32, error) {
	own := map[string]uint32{}
	machines := map[string][]vedette.EntityRef{}
	mine := make([]uint32, s.Set.Kinds())
	for i := range mine {
		a := s.Set.Kind(uint32(i))
		mine[i] = uint32(i)
		if name := hostName(&a); name != "" {
			own[a.RuleID+"\x00"+name] = uint32(i)
			machines[name] = a.Entities
		}
	}
	out := map[*Scenario][]uint32{s: mine}
	for _, other := range all {
		if other == s {
			continue
		}
		kinds := make([]uint32, other.Set.Kinds())
		for i := range kinds {
			a := other.Set.Kind(uint32(i))
			name := hostName(&a)
			if k, known := own[a.RuleID+"\x00"+name]; known {
				kinds[i] = k
				continue
			}
			if refs, known := machines[name]; known {
				a.Entities = refs
			}
			k, err := m.b.Kind(a)
			if err != nil {
				return nil, err
			}
			kinds[i] = k
			own[a.RuleID+"\x00"+name] = k
		}
		out[other] = kinds
	}
	return out, nil
}

func hostName(a *vedette.Alert) string {
	for _, ref := range a.Entities {
		if ref.Kind == vedette.EntityHost {
			return ref.Name
		}
	}
	return ""
}

// noise adds the false alerts of a day, moved by shift.
func (m *mixer) noise(d noiseDay, shift int64, kinds []uint32) error {
	var err error
	d.from.Set.Each(func(at time.Time, kind uint32, record int64) {
		t := at.UnixMicro()
		if t < d.begin || t >= d.begin+dayMicros || err != nil {
			return
		}
		if t += shift; t < m.from || t > m.to || d.from.Labels.Event(record) != "" || !d.from.Labels.Normal(record) {
			return
		}
		m.record++
		m.chosen = append(m.chosen, offline.Choice{From: d.from.Labels, Record: record, Micros: t})
		err = m.b.Add(time.UnixMicro(t), kinds[kind], m.record)
	})
	return err
}
