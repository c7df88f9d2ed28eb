package baseline

import (
	"fmt"
	"math"

	"github.com/vedette-soc/vedette"
)

// level is how much a day brings, at two speeds: what one learns in a day and what one learns in four weeks. Whoever raises
// something by a little every day, so that no day is unlike the one before, pulls the two apart: at 5 % a day the fast one
// comes to 1.8 times the slow one after three weeks. Days without anything are left out, so that who is seldom active does
// not seem to rise.
type level struct {
	today      float32
	fast, slow float32
	day        uint16 // that today counts
	days       uint16 // active ones
	streak     uint8  // days on which the fast one lay far above, one after another
	said       uint8  // active days since it was said; stops at its end
}

const (
	fastRate   = 0.632 // 1 - 1/e: a day
	slowRate   = 1.0 / 28
	rampRatio  = 1.75
	rampStreak = 3
	rampDays   = 14 // active days that are needed first
	rampQuiet  = 7  // active days before it is said again
)

// turn ends the day. steady tells that the level has been rising for weeks and ratio how far.
func (l *level) turn(days, day uint16) (steady bool, ratio float64) {
	_ = days
	today := l.today
	l.today, l.day = 0, day
	if today == 0 {
		return false, 0
	}
	if l.days == 0 {
		l.fast, l.slow = today, today
	}
	if l.days < math.MaxUint16 {
		l.days++
	}
	l.fast += fastRate * (today - l.fast)
	// The slow one starts as a plain mean, and a single day never moves it far.
	rate := max(slowRate, 1/float32(l.days))
	l.slow += rate * (min(today, 4*l.slow+8) - l.slow)
	ratio = float64(l.fast / max(l.slow, 1))
	if l.said < math.MaxUint8 {
		l.said++
	}
	if l.days < rampDays || ratio < rampRatio {
		l.streak = 0
		return false, ratio
	}
	if l.streak < math.MaxUint8 {
		l.streak++
	}
	if l.streak < rampStreak || l.said < rampQuiet {
		return false, ratio
	}
	l.said = 0
	return true, ratio
}

func (l *level) visit(a *archive) {
	a.f32(&l.today)
	a.f32(&l.fast)
	a.f32(&l.slow)
	a.u16(&l.day)
	a.u16(&l.days)
	a.u8(&l.streak)
	a.u8(&l.said)
}

// rises says that something has been rising.
func (t *tenant) rises(f *facts, feature, who string, l *level, ratio float64, unit string) {
	now, before, said := fmt.Sprintf("%.0f", l.fast), fmt.Sprintf("%.0f", l.slow), " "+unit
	if unit == unitBytes {
		now, before, said = size(float64(l.fast)), size(float64(l.slow)), ""
	}
	t.raise(f, finding{
		as: ramp, feature: feature, what: who, observed: float64(l.fast), expected: float64(l.slow), unit: unit, baseline: int64(l.days),
		weight: 0.6 + 0.8*math.Log2(ratio/rampRatio+0.3), matched: map[string]string{feature: who},
		text: vedette.Text{
			En: fmt.Sprintf("%s of %s has risen for days: %s%s a day now, %s over four weeks", feature, show(who), now, said, before),
			Zh: fmt.Sprintf("%s：%s持续上升，近日每天 %s，四周平均 %s", show(who), FeatureText(feature).Zh, now, before),
		},
	})
}
