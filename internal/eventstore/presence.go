package eventstore

import "crypto/sha256"

// MaxPlace bounds the places that a Presence knows; no batch is as long.
const MaxPlace = 1 << 22

// Presence is a set of events and alerts. An event costs it a bit, an alert sixteen bytes. The zero value is empty.
type Presence struct {
	events map[uint64][]uint64 // by sequence, a bit for each place
	alerts map[[16]byte]struct{}
	count  int
}

// AddEvent adds an event. Places over MaxPlace are ignored.
func (p *Presence) AddEvent(seq uint64, place uint32) {
	if place > MaxPlace {
		return
	}
	if p.events == nil {
		p.events = make(map[uint64][]uint64)
	}
	word, bit := place/64, uint64(1)<<(place%64)
	bits := p.events[seq]
	for uint32(len(bits)) <= word {
		bits = append(bits, 0)
	}
	if bits[word]&bit == 0 {
		p.count++
	}
	bits[word] |= bit
	p.events[seq] = bits
}

// AddAlert adds an alert.
func (p *Presence) AddAlert(id string) {
	if p.alerts == nil {
		p.alerts = make(map[[16]byte]struct{})
	}
	p.alerts[digest(id)] = struct{}{}
}

// Event tells whether the event is in the set.
func (p *Presence) Event(seq uint64, place uint32) bool {
	bits := p.events[seq]
	word := place / 64
	return word < uint32(len(bits)) && bits[word]&(1<<(place%64)) != 0
}

// Alert tells whether the alert is in the set.
func (p *Presence) Alert(id string) bool {
	_, ok := p.alerts[digest(id)]
	return ok
}

// Events is how many events are in the set.
func (p *Presence) Events() int { return p.count }

// Alerts is how many alerts are in the set.
func (p *Presence) Alerts() int { return len(p.alerts) }

func digest(id string) [16]byte {
	sum := sha256.Sum256([]byte(id))
	return [16]byte(sum[:16])
}
