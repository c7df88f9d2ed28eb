package telemetry

import (
	"maps"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// When a source's health changes; when it is silent its Rhythm tells.
const (
	failingShare   = 0.2  // of its records that cannot be parsed
	quietShare     = 0.25 // of its usual rate
	failingMinutes = 5    // over which the share is taken
)

// view is the source as the sources page lists it.
func (src *source) view(now time.Time) vedette.SourceStatus {
	v := src.Status
	v.Dropped, v.Datasets, v.Samples = maps.Clone(v.Dropped), maps.Clone(v.Datasets), slices.Clone(v.Samples)
	v.Rate = make([]float64, rateMinutes)
	for i := range v.Rate {
		m := src.Minute - rateMinutes + 1 + int64(i)
		v.Rate[i] = float64(src.Minutes[at(m)]) / 60
	}
	v.State = src.state(now)
	v.SilentAfterSecs = int64(src.Rhythm.Patience() / time.Second)
	return v
}

func (src *source) state(now time.Time) vedette.SourceState {
	// The house speaks when there is something to say.
	if src.Status.Receiver != vedette.HouseSource && src.Rhythm.Silent(now) {
		return vedette.SourceSilent
	}
	if failed, records := src.recent(); failed > 0 && float64(failed) >= failingShare*float64(records) {
		return vedette.SourceFailing
	}
	// Quiet compares the last five whole minutes with the hour, once there is an hour to compare with.
	if now.Sub(src.Status.First) < time.Hour || src.Status.Receiver == vedette.HouseSource {
		return vedette.SourceWell
	}
	var recent, usual float64
	for i := range int64(rateMinutes) {
		n := float64(src.Minutes[at(src.Minute-i)])
		usual += n / rateMinutes
		if i >= 1 && i <= 5 {
			recent += n / 5
		}
	}
	if recent < quietShare*usual {
		return vedette.SourceQuiet
	}
	return vedette.SourceWell
}

// recent counts what came in the last minutes, or ever when nothing did, and what of it could not be parsed.
func (src *source) recent() (failed, records int64) {
	for i := range int64(failingMinutes) {
		failed += src.Failed[at(src.Minute-i)]
		records += src.Minutes[at(src.Minute-i)]
	}
	if records == 0 {
		return src.Status.Failures, src.Status.Records
	}
	return failed, records
}

// at is the place of a minute in a ring.
func at(minute int64) int64 { return (minute%rateMinutes + rateMinutes) % rateMinutes }
