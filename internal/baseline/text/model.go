package text

import (
	"math"
	"math/bits"

	"github.com/vedette-soc/vedette"
)

const (
	windowSize = 8        // characters; shorter sees less context, longer dilutes a short attack
	maxBytes   = 16 << 10 // of a string that are read
	seenSlots  = 16384    // strings that are remembered, so that each counts once
	warmth     = 256      // strings that are learned before scores are kept for calibration
	calibrated = 4        // steps of calibration a nat: scores up to 512 nats are told apart
	surprising = 8        // how many ordinary strings a surprising one costs in slow learning
)

// Config bounds what a model learns. The zero value is ready to use.
type Config struct {
	// SlowShare is the share of strings that are learned once the model is frozen: 0 means 1 in 64, a negative value none.
	SlowShare float64
	// DigitsAlike reads all digits as one: right where numbers are only numbers, as in the values of parameters; wrong
	// where addresses, versions and switches are told apart by them, as in command lines.
	DigitsAlike bool
}

// Model is a language model of strings that are thought to be ordinary.
type Model struct {
	share  float64
	credit float64 // of slow learning
	frozen bool
	alike  bool
	of     alphabet

	three  []uint16 // of symbols a, b, c
	total3 [symbols * symbols]uint32
	types3 [symbols * symbols]uint8
	two    [symbols * symbols]uint32
	total2 [symbols]uint32
	types2 [symbols]uint8
	one    [symbols]uint32
	total1 uint64
	types1 uint8

	lengths calibration // of the logarithm of the length
	scores  calibration // of strings before they were learned
	seen    []uint32
	learned uint64 // strings that count
}

// New makes an empty model.
func New(cfg Config) (*Model, error) {
	switch {
	case cfg.SlowShare == 0:
		cfg.SlowShare = 1.0 / 64
	case cfg.SlowShare < 0:
		cfg.SlowShare = 0
	case cfg.SlowShare > 1 || math.IsNaN(cfg.SlowShare):
		return nil, vedette.Errorf(vedette.CodeInvalid, "the share of slow learning is above 1")
	}
	return &Model{
		share: cfg.SlowShare, alike: cfg.DigitsAlike, of: newAlphabet(cfg.DigitsAlike), three: make([]uint16, symbols*symbols*symbols), seen: make([]uint32, seenSlots),
	}, nil
}

// Learn takes a string in that is thought to be ordinary, and tells whether it counted: not when it was counted before,
// and once the model is frozen only for a bounded share.
func (m *Model) Learn(s string) bool {
	if s == "" || m.remembers(s) {
		return false
	}
	var nats float64
	if m.learned >= warmth {
		nats, _ = m.Score(s)
	}
	if m.frozen && !m.afford(nats) {
		return false
	}
	m.remember(s)
	if m.learned >= warmth && !m.frozen {
		if bits.OnesCount64(m.learned) == 1 { // the model has learned as much again: older scores weigh less
			m.scores.halve()
		}
		m.scores.add(nats / calibrated)
	}
	m.lengths.add(lengthOf(s))
	m.count(s)
	m.learned++
	return true
}

// Freeze ends learning: from now on only a bounded share of strings is learned.
func (m *Model) Freeze() { m.frozen = true }

// Frozen tells whether learning has ended.
func (m *Model) Frozen() bool { return m.frozen }

// Learned is the number of different strings that the model stands on.
func (m *Model) Learned() int64 { return int64(m.learned) } //nolint:gosec // counts strings, one by one

// Bytes is the memory that the model takes.
func (m *Model) Bytes() int64 {
	return int64(len(m.three)*2 + len(m.seen)*4 + len(m.total3)*4 + len(m.types3) + len(m.two)*4 + symbols*9 + 2*2*buckets*4)
}

// afford tells whether slow learning may take a string in. Strings that surprise more than all but one in a hundred of
// those that were learned cost several others, so that no flood of them can make itself ordinary quickly.
func (m *Model) afford(nats float64) bool {
	m.credit = min(m.credit+m.share, 2*surprising)
	price := 1.0
	if m.Tail(nats) < 0.01 {
		price = surprising
	}
	if m.credit < price {
		return false
	}
	m.credit -= price
	return true
}

func (m *Model) remembers(s string) bool {
	h := m.hash(s)
	return m.seen[h%seenSlots] == h
}

func (m *Model) remember(s string) {
	h := m.hash(s)
	m.seen[h%seenSlots] = h
}

// hash is FNV-1a over symbols, so that strings that read alike are one; 0 is kept for empty slots.
func (m *Model) hash(s string) uint32 {
	h := uint32(2166136261)
	for r := m.reader(s); r.at < len(r.s); {
		h = (h ^ r.next()) * 16777619
	}
	if h == 0 {
		return 1
	}
	return h
}

func (m *Model) reader(s string) reader { return reader{of: &m.of, s: s[:min(len(s), maxBytes)]} }

func (m *Model) count(s string) {
	a, b := uint32(boundary), uint32(boundary)
	for r := m.reader(s); r.at < len(r.s); {
		c := r.next()
		m.add(a, b, c, 1)
		a, b = b, c
	}
	m.add(a, b, boundary, 1)
}

func (m *Model) add(a, b, c uint32, n uint16) {
	if m.three[cell(a, b, c)] > math.MaxUint16-n {
		m.halve()
	}
	at := &m.three[cell(a, b, c)]
	if *at == 0 {
		m.types3[a*symbols+b]++
	}
	*at += n
	m.total3[a*symbols+b] += uint32(n)
	if m.two[b*symbols+c] == 0 {
		m.types2[b]++
	}
	m.two[b*symbols+c] += uint32(n)
	m.total2[b] += uint32(n)
	if m.one[c] == 0 {
		m.types1++
	}
	m.one[c] += uint32(n)
	m.total1 += uint64(n)
}

// halve makes room in the counters. What was seen stays seen.
func (m *Model) halve() {
	old := make([]uint16, len(m.three))
	copy(old, m.three)
	m.clear()
	for i, n := range old {
		if n > 0 {
			m.addAt(i, n/2+n%2)
		}
	}
}

// addAt adds to the cell with this number.
func (m *Model) addAt(i int, n uint16) {
	at := uint32(i) //nolint:gosec // below the third power of 74
	m.add(at/symbols/symbols, at/symbols%symbols, at%symbols, n)
}

func (m *Model) clear() {
	clear(m.three)
	clear(m.total3[:])
	clear(m.types3[:])
	clear(m.two[:])
	clear(m.total2[:])
	clear(m.types2[:])
	clear(m.one[:])
	m.total1, m.types1 = 0, 0
}
