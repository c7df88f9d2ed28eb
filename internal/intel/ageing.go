package intel

import (
	"math"
	"time"

	"github.com/vedette-soc/vedette"
)

// Ageing is how fast the confidence in one kind of indicator goes: after Lifetime nothing is left of it. Speed bends the
// curve: 1 is a straight line, more stays low for long at the end, less stays high for long at the beginning.
type Ageing struct {
	Lifetime time.Duration
	Speed    float64
}

// Policy is how indicators age, and when they no longer fire.
type Policy struct {
	CutOff int // confidence below which an indicator does not fire, 0 to 100
	Kinds  map[vedette.IndicatorKind]Ageing
}

const day = 24 * time.Hour

// DefaultPolicy lets addresses go fast, because they change hands, and hashes slowly, because a file stays what it is.
func DefaultPolicy() Policy {
	hash := Ageing{365 * day, 0.3}
	return Policy{CutOff: 20, Kinds: map[vedette.IndicatorKind]Ageing{
		vedette.IndicatorAddress: {30 * day, 0.5}, vedette.IndicatorNetwork: {30 * day, 0.5},
		vedette.IndicatorDomain: {90 * day, 0.5}, vedette.IndicatorURL: {60 * day, 0.5}, vedette.IndicatorEmail: {90 * day, 0.5},
		vedette.IndicatorMD5: hash, vedette.IndicatorSHA1: hash, vedette.IndicatorSHA256: hash, vedette.IndicatorSHA512: hash,
		vedette.IndicatorImphash: {180 * day, 0.3},
	}}
}

// Validate tells what cannot work.
func (p Policy) Validate() error {
	if p.CutOff < 0 || p.CutOff > 100 {
		return vedette.Errorf(vedette.CodeInvalid, "the cut-off of indicators must be 0 to 100, not %d", p.CutOff)
	}
	for kind, a := range p.Kinds {
		if a.Lifetime < time.Hour || a.Speed <= 0 {
			return vedette.Errorf(vedette.CodeInvalid, "indicators of kind %s need a lifetime of at least 1h and a speed above 0", kind)
		}
	}
	return nil
}

// lifetime is how long an indicator without an end is valid after it was last asserted.
func (p Policy) lifetime(kind vedette.IndicatorKind) time.Duration {
	if a, ok := p.Kinds[kind]; ok {
		return a.Lifetime
	}
	return 30 * day
}

// Confidence is what is left of a base confidence (0 to 100) some time after it was asserted.
func (p Policy) Confidence(kind vedette.IndicatorKind, base int, age time.Duration) int {
	a, ok := p.Kinds[kind]
	if !ok || age <= 0 {
		return base
	}
	if age >= a.Lifetime {
		return 0
	}
	return int(math.Round(float64(base) * (1 - math.Pow(float64(age)/float64(a.Lifetime), 1/a.Speed))))
}
