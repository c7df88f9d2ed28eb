package budget

import (
	"cmp"
	"math"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Bounds and defaults.
const (
	Span      = 28 * 24 * time.Hour // of the calibration set
	MaxScores = 20_000
	Floor     = 20  // no line lies lower: what scores less is hardly ever worth a look
	Ceiling   = 90  // what scores this much is always shown
	Start     = 60  // the line before there is a day of history
	MaxPerDay = 500 // incidents a day that may be asked for
	PerDay    = 5.0 // when nobody asked for another number
	trimShare = 0.005
	trimBound = 0.125 // of the budget that trimming may use up
	enough    = 24 * time.Hour
	quiet     = 2 // points that a line may be too high before it is lowered
)

// Scored is a past incident.
type Scored struct {
	Score   int
	Created time.Time
	Verdict vedette.Verdict // empty when nobody judged it
}

// Line is where the line is, and what it stands on.
type Line struct {
	Score    int     `json:"score" doc:"Incidents with this score or a higher one are shown"`
	Expected float64 `json:"expected" doc:"Incidents a day that are no attack and lie at or above it, by the history"`
	Basis    int     `json:"basis" doc:"How many incidents the history has"`
	Trimmed  int     `json:"trimmed" doc:"How many of them were left out because they may be attacks that nobody judged"`
	Days     float64 `json:"days" doc:"How long the history is"`
}

// Dial is a budget: how many incidents a day that are no attack somebody is ready to see.
type Dial struct {
	PerDay         float64
	Floor, Ceiling int
}

// New returns a dial with the usual bounds of the line.
func New(perDay float64) (Dial, error) {
	d := Dial{PerDay: perDay, Floor: Floor, Ceiling: Ceiling}
	if !(perDay > 0 && perDay <= MaxPerDay) {
		return d, vedette.Errorf(vedette.CodeInvalid, "a budget is more than 0 and at most %d incidents a day", MaxPerDay)
	}
	return d, nil
}

// Line finds the line by the incidents of the last 28 days. Those that were called an attack do not count, nor do
// duplicates.
func (d Dial) Line(history []Scored, now time.Time) Line {
	past := calibration(history, now)
	out := Line{Basis: len(past)}
	if len(past) == 0 {
		out.Score = d.within(Start)
		return out
	}
	span := min(now.Sub(past[0].Created), Span)
	out.Days = days(span)
	if span < enough { // a day cannot be told from an hour
		out.Score = d.within(Start)
		out.Expected = float64(above(past, out.Score))
		return out
	}
	kept := d.trim(past, out.Days)
	out.Trimmed = len(past) - len(kept)
	line := lowest(kept, d.PerDay*out.Days)
	if recent := span / 4; recent >= enough {
		from := now.Add(-recent)
		newest := slices.DeleteFunc(slices.Clone(kept), func(s Scored) bool { return s.Created.Before(from) })
		line = max(line, lowest(newest, d.PerDay*days(recent)))
	}
	out.Score = d.within(line)
	out.Expected = float64(above(kept, out.Score)) / out.Days
	return out
}

// Next is the line to use when found was computed and current is in use: the current one stays while it keeps to the
// budget and is hardly off. 0 is no current line.
func (d Dial) Next(current int, found Line) int {
	if current < d.Floor || current > d.Ceiling {
		return found.Score
	}
	if found.Score > current || found.Score < current-quiet {
		return found.Score
	}
	return current
}

func (d Dial) within(line int) int { return min(max(line, d.Floor), d.Ceiling) }

// calibration is the part of the history that counts, the oldest first.
func calibration(history []Scored, now time.Time) []Scored {
	from := now.Add(-Span)
	past := slices.DeleteFunc(slices.Clone(history), func(s Scored) bool {
		return s.Created.Before(from) || s.Created.After(now) || s.Verdict == vedette.VerdictTrue || s.Verdict == vedette.VerdictDuplicate
	})
	slices.SortStableFunc(past, func(a, b Scored) int { return a.Created.Compare(b.Created) })
	return past[max(0, len(past)-MaxScores):]
}

// trim leaves the highest of those out that nobody judged.
func (d Dial) trim(past []Scored, days float64) []Scored {
	leave := int(math.Min(trimShare*float64(len(past)), trimBound*d.PerDay*days))
	if leave == 0 {
		return past
	}
	var places []int
	for i, s := range past {
		if s.Verdict == "" {
			places = append(places, i)
		}
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(past[b].Score, past[a].Score) })
	out := map[int]bool{}
	for _, i := range places[:min(leave, len(places))] {
		out[i] = true
	}
	kept := make([]Scored, 0, len(past))
	for i, s := range past {
		if !out[i] {
			kept = append(kept, s)
		}
	}
	return kept
}

// lowest is the lowest score with at most room−1 incidents at or above it.
func lowest(past []Scored, room float64) int {
	var counts [102]int
	for _, s := range past {
		counts[min(max(s.Score, 0), 100)]++
	}
	sum := 0
	for line := 100; line >= 0; line-- {
		sum += counts[line]
		if float64(sum+1) > room && sum > 0 {
			return line + 1
		}
	}
	return 0
}

func above(past []Scored, line int) (count int) {
	for _, s := range past {
		if s.Score >= line {
			count++
		}
	}
	return count
}

func days(d time.Duration) float64 { return d.Hours() / 24 }
