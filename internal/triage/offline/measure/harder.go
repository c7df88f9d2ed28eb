package measure

import (
	"hash/fnv"
	"net/netip"
	"strconv"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

func digits(n int) string { return strconv.Itoa(n) }

// Overlaid is two scenarios laid over one another so that their attacks overlap in time: one house under two attacks.
type Overlaid struct {
	Scenario
	From   int64 // in microseconds: before, it is learned
	second int64 // records above this one are of the second scenario
}

// Attack tells which of the two attacks a record with a label belongs to.
func (o *Overlaid) Attack(record int64) int { return 1 + number(record > o.second) }

// Overlay shifts the second scenario so that its attack begins gap after that of the first, and lays it over the first. Only
// the time that both cover is kept. Machines of the second that would be the same as one of the first, by name and
// address, get an address of their own: they are two machines.
func Overlay(a, b *Scenario, gap time.Duration) (*Overlaid, error) {
	beginA, beginB := attackBegin(a.Labels), attackBegin(b.Labels)
	if beginA == 0 || beginB == 0 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "%s and %s cannot be overlaid: one has no attack", a.Name, b.Name)
	}
	shift := beginA + gap.Microseconds() - beginB
	firstA, lastA := a.Set.Span()
	firstB, lastB := b.Set.Span()
	from := max(firstA.UnixMicro(), firstB.UnixMicro()+shift)
	to := min(lastA.UnixMicro(), lastB.UnixMicro()+shift)
	o := &Overlaid{Scenario: Scenario{Name: a.Name + "+" + b.Name}, From: from + Learning}
	m := &mixer{b: offline.NewBuilder(o.Name), from: from, to: to}
	if err := m.add(a, 0, nil); err != nil {
		return nil, err
	}
	o.second = m.record
	if err := m.add(b, shift, addresses(a.Set)); err != nil {
		return nil, err
	}
	o.Set = m.b.Set()
	o.Labels = offline.Chosen(m.chosen...)
	return o, nil
}

// attackBegin is when the first labelled step began, exfiltration aside; 0 when there is none.
func attackBegin(l *offline.Labels) int64 {
	begin := int64(0)
	for r := int64(1); r <= int64(l.Len()); r++ {
		if e := l.Event(r); e != "" && e != Exfiltration && (begin == 0 || l.Micros(r) < begin) {
			begin = l.Micros(r)
		}
	}
	return begin
}

// mixer makes a set of alerts out of others.
type mixer struct {
	b        *offline.Builder
	record   int64
	from, to int64
	chosen   []offline.Choice
}

// add takes over the alerts of a scenario that lie within the time, moved by shift. taken are addresses that belong to
// machines already there.
func (m *mixer) add(s *Scenario, shift int64, taken map[string]bool) error {
	kinds := make([]uint32, s.Set.Kinds())
	for i := range kinds {
		a := s.Set.Kind(uint32(i))
		moved := elsewhere(a, taken)
		k, err := m.b.Kind(moved)
		if err != nil {
			return err
		}
		kinds[i] = k
	}
	var err error
	s.Set.Each(func(at time.Time, kind uint32, record int64) {
		t := at.UnixMicro() + shift
		if t < m.from || t > m.to || err != nil {
			return
		}
		m.record++
		m.chosen = append(m.chosen, offline.Choice{From: s.Labels, Record: record, Micros: t})
		err = m.b.Add(time.UnixMicro(t), kinds[kind], m.record)
	})
	return err
}

// elsewhere gives machines whose address is taken another one, and all machines of the second house a name of their own
// where the reader would have made one: the same name at another address.
func elsewhere(a vedette.Alert, taken map[string]bool) vedette.Alert {
	if taken == nil {
		return a
	}
	entities := append([]vedette.EntityRef(nil), a.Entities...)
	address := ""
	for i := range entities {
		if entities[i].Kind == vedette.EntityAddress {
			if taken[entities[i].Name] {
				entities[i].Name = another(entities[i].Name)
			}
			address = entities[i].Name
		}
	}
	for i := range entities {
		if entities[i].Kind == vedette.EntityHost && taken["host "+entities[i].Name] {
			entities[i].Name += "@" + address
		}
	}
	a.Entities = entities
	return a
}

// another makes an address out of one that is taken, in a private range that the set does not use.
func another(address string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(address))
	n := h.Sum32()
	return netip.AddrFrom4([4]byte{100, 64 + byte(n>>16&63), byte(n >> 8), byte(n)}).String()
}

func addresses(s *offline.Set) map[string]bool {
	out := map[string]bool{}
	for i := range s.Kinds() {
		for _, ref := range s.Kind(uint32(i)).Entities {
			if ref.Kind == vedette.EntityAddress {
				out[ref.Name] = true
			} else {
				out["host "+ref.Name] = true
			}
		}
	}
	return out
}
