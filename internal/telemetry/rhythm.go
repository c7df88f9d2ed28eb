package telemetry

import (
	"math/bits"
	"time"
)

// What a rhythm is judged by. This is the one definition of silence in the house: the list of sources and the ledger
// both ask a Rhythm.
const (
	learnedAfter  = 10               // times heard
	learnedWithin = 15 * time.Second // from the first to the last of them
	surePauses    = 5                // average pauses without a word are hardly chance: one in 150 when it comes at random
	risesBy       = 4                // the average follows longer pauses in a few steps,
	fallsBy       = 16               // and shorter ones in many: patience is lost slowly
	leastPatience = 30 * time.Second // of someone whose rhythm is known
	newPatience   = 5 * time.Minute  // of someone whose rhythm is not
	mostPatience  = 14 * 24 * time.Hour
	gapMemory     = 12 * time.Hour // in this time a pause that did not come again is forgotten to a third
	chattyGap     = 5 * time.Second
	chattyMinutes = 30 // of the last 64
	steadyMinutes = 10 // of the last 64
	forgetAfter   = 7 * 24 * time.Hour
)

// Rhythm learns how often something is heard of, and tells when a pause is longer than usual. The zero value has heard
// nothing. It is not safe for concurrent use.
type Rhythm struct {
	First  time.Time
	Last   time.Time
	Count  int64
	Gap    time.Duration // the longest usual pause
	Pause  time.Duration // the average of the newest pauses
	Active uint64        // minutes in which something was heard; bit 0 is the minute of Last, bit 1 the one before
	Grace  time.Time     // a pause is counted from here when that is later than Last: before, nobody listened
}

// Heard notes that something came, n times at once.
func (r *Rhythm) Heard(at time.Time, n int64) {
	if r.Count == 0 {
		r.First, r.Last, r.Count, r.Active = at, at, n, 1
		return
	}
	r.Count += n
	pause := at.Sub(r.Last)
	if pause <= 0 {
		return
	}
	if shift := at.Unix()/60 - r.Last.Unix()/60; shift < 64 {
		r.Active = r.Active<<shift | 1
	} else {
		r.Active = 1
	}
	r.learn(at.Sub(r.quietSince()))
	r.Last = at
}

// learn follows a longer pause at once while the rhythm is new. Later a pause beyond all patience may have been an
// outage: it must come several times before it is usual. What does not come again is forgotten slowly.
func (r *Rhythm) learn(pause time.Duration) {
	kept := time.Duration(float64(r.Gap) * max(0, 1-float64(pause)/float64(gapMemory)))
	if r.Learned() && pause > r.Patience() {
		r.Pause += (r.Patience() - r.Pause) / risesBy
		r.Gap = max(kept, min(pause, max(4*r.Gap, 10*time.Second)))
		return
	}
	if pause > r.Pause {
		r.Pause += (pause - r.Pause) / risesBy
	} else {
		r.Pause -= (r.Pause - pause) / fallsBy
	}
	r.Gap = max(kept, pause)
}

func (r *Rhythm) quietSince() time.Time {
	if r.Grace.After(r.Last) {
		return r.Grace
	}
	return r.Last
}

// Learned tells whether it was heard often enough, for long enough, that something is expected of it. One upload is no
// rhythm.
func (r *Rhythm) Learned() bool {
	return r.Count >= learnedAfter && r.Last.Sub(r.First) >= learnedWithin
}

// Patience is the longest pause that is usual. It is at least half a minute, so that a source which sends every few
// seconds and dies is seen within a minute.
func (r *Rhythm) Patience() time.Duration {
	if !r.Learned() {
		return min(mostPatience, max(newPatience, 4*r.Gap))
	}
	return min(mostPatience, max(leastPatience, 2*r.Gap, surePauses*r.Pause))
}

// Silent tells whether nothing came for longer than usual.
func (r *Rhythm) Silent(now time.Time) bool {
	return r.Count > 0 && now.Sub(r.quietSince()) > r.Patience()
}

// Forgotten tells whether it was silent for so long that nobody expects it any more: a week, an hour for someone who
// was never regular, but never less than four usual pauses.
func (r *Rhythm) Forgotten(now time.Time) bool {
	after := forgetAfter
	if !r.Learned() {
		after = time.Hour
	}
	return now.Sub(r.Last) > max(after, 4*r.Gap)
}

// AlertAfter is how long a silence lasts until people are told of it: the usual delay, a minute for a source that sends
// all the time, and longer for one with long pauses. ok is false for what was never steady enough to be missed.
func (r *Rhythm) AlertAfter(usual time.Duration) (after time.Duration, ok bool) {
	active, known := bits.OnesCount64(r.Active), r.Last.Sub(r.First)
	switch {
	case !r.Learned():
		return 0, false
	case active >= chattyMinutes && r.Gap <= chattyGap:
		return min(usual, time.Minute), true
	case active >= steadyMinutes, known >= 6*time.Hour && known >= 6*r.Gap:
		return max(usual, 4*r.Gap), true
	}
	return 0, false
}
