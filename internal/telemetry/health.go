package telemetry

import (
	"maps"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// When a source's health changes.
const (
	silentAfter  = 5 * time.Minute // at the least; longer for a source whose usual gaps are longer
	failingShare = 0.2             // of its records that cannot be parsed
	quietShare   = 0.25            // of its usual rate
)

// view is the source as the sources page lists it.
func (src *source) view(now time.Time) vedette.SourceStatus {
	v := src.Status
	v.Dropped, v.Datasets, v.Samples = maps.Clone(v.Dropped), maps.Clone(v.Datasets), slices.Clone(v.Samples)
	v.Rate = make([]float64, rateMinutes)
	for i := range v.Rate {
		m := src.Minute - rateMinutes + 1 + int64(i)
		v.Rate[i] = float64(src.Minutes[(m%rateMinutes+rateMinutes)%rateMinutes]) / 60
	}
	v.State = src.state(now, v.Rate)
	return v
}

func (src *source) state(now time.Time, rate []float64) vedette.SourceState {
	if now.Sub(src.Status.Last) > max(silentAfter, 4*src.Gap) {
		return vedette.SourceSilent
	}
	if src.Status.Failures > 0 && float64(src.Status.Failures) >= failingShare*float64(src.Status.Records) {
		return vedette.SourceFailing
	}
	// Quiet compares the last five whole minutes with the hour, once there is an hour to compare with.
	if now.Sub(src.Status.First) < time.Hour {
		return vedette.SourceWell
	}
	var recent, usual float64
	for i, r := range rate {
		usual += r / float64(len(rate))
		if i >= len(rate)-6 && i < len(rate)-1 {
			recent += r / 5
		}
	}
	if recent < quietShare*usual {
		return vedette.SourceQuiet
	}
	return vedette.SourceWell
}
