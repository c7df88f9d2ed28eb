package text

import (
	"hash/maphash"
	"math"
	"math/bits"
	"strings"
	"time"
)

const (
	sets       = 1024 // of domains, by their hash
	ways       = 8    // domains a set
	filterBits = 1 << 22
	filterKeys = 4
	window     = time.Hour
	maxBits    = 8 // of information a character can carry
)

// Flow is the information that the distinct names below a registered domain carried within the last hour or so.
type Flow struct {
	Domain string
	Bits   float64 // of all distinct names together
	Names  float64 // how many they were
}

// Subdomains measures, for each registered domain, how much information the names below it carry. Names that were asked
// for within the hour count once, as a cache would answer them: so ordinary names cost their domain little, and whoever
// wants to carry data out in names must be seen. After Nadler et al. and Ozery et al.'s information-based heavy hitters
// (ibHH), with the language model of [Names] as the measure of information.
//
// It knows the 8,192 domains with the most information of the hour; a flood of other domains cannot drive a busy one out,
// because the one with the least goes first.
type Subdomains struct {
	names  *Names
	seed   maphash.Seed
	slots  [sets * ways]flow
	filter [2][]uint64 // names of this hour and the one before
	filled int         // bits set in the first
	hour   time.Time   // when this hour began
}

type flow struct {
	domain              string
	bits, before        float32 // this hour, the hour before
	distinct, distinct0 float32
}

// NewSubdomains makes an empty one. It takes 2 MiB and never more than 4.
func NewSubdomains(names *Names) *Subdomains {
	s := &Subdomains{names: names, seed: maphash.MakeSeed()}
	for i := range s.filter {
		s.filter[i] = make([]uint64, filterBits/64)
	}
	return s
}

// Observe takes a name that was asked for in, and tells what its domain carried, this name included. Names without a
// registered domain give an empty Flow. Times may run backwards; they count for the current hour.
func (s *Subdomains) Observe(at time.Time, name string) Flow {
	domain, below := Registered(name)
	if domain == "" {
		return Flow{}
	}
	s.turn(at)
	slot := s.slot(domain)
	if below != "" && s.fresh(domain, below) {
		slot.bits += float32(s.names.Information(below))
		slot.distinct++
	}
	return s.flow(slot, at)
}

// Top returns the domains that carried the most, at most n.
func (s *Subdomains) Top(at time.Time, n int) []Flow {
	var top []Flow
	for i := range s.slots {
		if s.slots[i].domain == "" || n < 1 {
			continue
		}
		f := s.flow(&s.slots[i], at)
		place := len(top)
		for place > 0 && top[place-1].Bits < f.Bits {
			place--
		}
		if place < n {
			top = append(top, Flow{})
			copy(top[place+1:], top[place:])
			top[place] = f
			top = top[:min(len(top), n)]
		}
	}
	return top
}

// Bytes is the memory that is taken, all strings at their longest.
func (s *Subdomains) Bytes() int64 {
	return int64(2*filterBits/8 + len(s.slots)*(32+maxName/4))
}

// Information is how many bits somebody needs who knows words but not these names: by the language model, and a little
// over three for each digit, whose value the model does not read.
func (n *Names) Information(below string) float64 {
	total, digits := 0.0, 0.0
	a, b := uint32(boundary), uint32(boundary)
	for i := range min(len(below), maxName) {
		c := n.model.of[below[i]]
		total += min(n.model.cost(a, b, uint32(c))/math.Ln2, maxBits)
		if isDigit(c) {
			digits++
		}
		a, b = b, uint32(c)
	}
	return total + digits*math.Log2(10)
}

func (s *Subdomains) flow(slot *flow, at time.Time) Flow {
	left := 1 - min(max(float64(at.Sub(s.hour))/float64(window), 0), 1) // of the hour before that is still within one hour
	return Flow{
		Domain: slot.domain, Bits: float64(slot.bits) + left*float64(slot.before), Names: float64(slot.distinct) + left*float64(slot.distinct0),
	}
}

// turn begins a new hour when the time has come.
func (s *Subdomains) turn(at time.Time) {
	switch gone := at.Sub(s.hour); {
	case s.hour.IsZero() || gone >= 2*window:
		s.hour = at
		for i := range s.slots {
			f := &s.slots[i]
			f.bits, f.before, f.distinct, f.distinct0 = 0, 0, 0, 0
		}
		clear(s.filter[0])
		s.rotate()
	case gone >= window:
		s.hour = s.hour.Add(window)
		for i := range s.slots {
			f := &s.slots[i]
			f.bits, f.before, f.distinct, f.distinct0 = 0, f.bits, 0, f.distinct
		}
		s.rotate()
	}
}

func (s *Subdomains) rotate() {
	s.filter[0], s.filter[1] = s.filter[1], s.filter[0]
	clear(s.filter[0])
	s.filled = 0
}

// slot finds the place of a domain, or takes that of the one in its set that carried least.
func (s *Subdomains) slot(domain string) *flow {
	set := int(maphash.String(s.seed, domain) % sets) //nolint:gosec // below 1024
	worst := &s.slots[set*ways]
	for i := range ways {
		f := &s.slots[set*ways+i]
		if f.domain == domain {
			return f
		}
		if f.bits+f.before < worst.bits+worst.before || f.domain == "" && worst.domain != "" && worst.bits+worst.before == 0 {
			worst = f
		}
	}
	*worst = flow{domain: strings.Clone(domain)}
	return worst
}

// fresh tells whether a name was not asked for within this hour or the one before, and remembers it. A filter that is
// half full is put behind the older one early: then names may count twice, but none is overlooked.
func (s *Subdomains) fresh(domain, below string) bool {
	h := maphash.String(s.seed, below) ^ bits.RotateLeft64(maphash.String(s.seed, domain), 23)
	second := h>>32 | 1
	known := [2]bool{true, true}
	for i := range uint64(filterKeys) {
		at := (h + i*second) % filterBits
		word, bit := at/64, uint64(1)<<(at%64)
		known[1] = known[1] && s.filter[1][word]&bit != 0
		if s.filter[0][word]&bit == 0 {
			known[0] = false
			s.filter[0][word] |= bit
			s.filled++
		}
	}
	if s.filled > filterBits/2 {
		s.rotate()
	}
	return !known[0] && !known[1]
}
