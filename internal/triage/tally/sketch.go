package tally

import (
	"encoding/base64"
	"hash/fnv"
	"math"
	"math/bits"
)

// sketch estimates how many different things it was shown, to within about 7 %, in 256 bytes.
type sketch struct {
	ranks []byte
}

const registers = 256

func (s *sketch) add(k thing) {
	if s.ranks == nil {
		s.ranks = make([]byte, registers)
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(string(k.kind) + "\x00" + k.name)) // never fails
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	at := x % registers
	s.ranks[at] = max(s.ranks[at], byte(bits.LeadingZeros64(x|(registers-1))+1))
}

func (s *sketch) join(o *sketch) {
	if o.ranks == nil {
		return
	}
	if s.ranks == nil {
		s.ranks = make([]byte, registers)
	}
	for i, r := range o.ranks {
		s.ranks[i] = max(s.ranks[i], r)
	}
}

func (s *sketch) count() int64 {
	if s.ranks == nil {
		return 0
	}
	sum, empty := 0.0, 0
	for _, r := range s.ranks {
		sum += math.Exp2(-float64(r))
		if r == 0 {
			empty++
		}
	}
	n := 0.7213 / (1 + 1.079/registers) * registers * registers / sum
	if n <= 2.5*registers && empty > 0 {
		n = registers * math.Log(registers/float64(empty))
	}
	return int64(math.Round(n))
}

func (s *sketch) text() string {
	if s.ranks == nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(s.ranks)
}

func (s *sketch) read(text string) {
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil && len(raw) == registers {
		s.ranks = raw
	}
}
