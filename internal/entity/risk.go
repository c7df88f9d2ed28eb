package entity

import (
	"cmp"
	"math"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// RiskHalfLife is after how long a contribution to a risk has half its weight. RiskSpan is how far back incidents are
// looked at: after 60 days less than three thousandths are left of one.
const (
	RiskHalfLife = 7 * 24 * time.Hour
	RiskSpan     = 60 * 24 * time.Hour
	riskTop      = 100
	riskDamping  = 1.5
)

// Weighed is a stake with the part that is left of it at a time.
type Weighed struct {
	vedette.Stake
	Value   float64 // points before the risk is cut at 100
	Fresh   float64 // share of Seen that no greater stake has counted
	Rank    int
	Damping float64
	Decay   float64
	Age     time.Duration
}

// Weigh makes of the stakes of an entity its risk at a time: the sum of
//
//	score × share × fresh × 2^(-age/half-life) / i^1.5 × factor
//
// over its incidents that had begun by then, i counting from the greatest. The age begins with an incident's last alert.
// The result is sorted, greatest first; what gives nothing stands at the end.
func Weigh(stakes []vedette.Stake, at time.Time, factor float64) []Weighed {
	list := make([]Weighed, 0, len(stakes))
	for _, s := range stakes {
		if s.First.After(at) || at.Sub(s.Last) > RiskSpan {
			continue
		}
		w := Weighed{Stake: s, Fresh: 1, Age: max(0, at.Sub(s.Last))}
		w.Decay = math.Exp2(-float64(w.Age) / float64(RiskHalfLife))
		w.Value = float64(s.Score) * s.Share * w.Decay
		list = append(list, w)
	}
	slices.SortFunc(list, greater)
	counted := make(map[uint64]bool)
	for i := range list {
		list[i].Fresh = fresh(list[i].Seen, counted)
		list[i].Value *= list[i].Fresh
	}
	slices.SortFunc(list, greater)
	for i := range list {
		list[i].Rank, list[i].Damping = i+1, math.Pow(float64(i+1), -riskDamping)
		list[i].Value *= list[i].Damping * factor
	}
	return list
}

func greater(a, b Weighed) int {
	return cmp.Or(cmp.Compare(b.Value, a.Value), b.Last.Compare(a.Last), cmp.Compare(a.Incident, b.Incident))
}

// fresh tells which share of events was not counted before, and counts them.
func fresh(seen []uint64, counted map[uint64]bool) float64 {
	if len(seen) == 0 {
		return 1
	}
	n := 0
	for _, h := range seen {
		if !counted[h] {
			counted[h] = true
			n++
		}
	}
	return float64(n) / float64(len(seen))
}

// RiskFactor is what a criticality multiplies a risk by. Nobody having said is as normal.
func RiskFactor(level int, known bool) float64 {
	if !known {
		level = CriticalityNormal
	}
	return 0.5 + 0.25*float64(min(max(level, CriticalityNone), CriticalityCritical))
}

// Points shares the risk out over what made it, in whole points that add up to the risk exactly. Above 100 all shrink
// alike.
func Points(list []Weighed) (risk int, points []int) {
	sum := 0.0
	for _, w := range list {
		sum += w.Value
	}
	points = make([]int, len(list))
	if sum <= 0 {
		return 0, points
	}
	risk = int(math.Round(min(sum, riskTop)))
	scale, left := min(sum, riskTop)/sum, risk
	order := make([]int, len(list))
	rest := make([]float64, len(list))
	for i, w := range list {
		whole := math.Floor(w.Value * scale)
		points[i], rest[i], order[i] = int(whole), w.Value*scale-whole, i
		left -= int(whole)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, i := range order {
		if left <= 0 {
			break
		}
		points[i]++
		left--
	}
	return risk, points
}

// Standing turns the stakes of an entity into one number by which entities are sorted at any later time: all
// contributions shrink alike, so who stands above whom changes only with incidents. It is 0 for no risk at all.
func Standing(stakes []vedette.Stake, now time.Time, factor float64) int64 {
	sum := 0.0
	for _, w := range Weigh(stakes, now, factor) {
		sum += w.Value
	}
	if sum < 0.01 {
		return 0
	}
	return int64(math.Round((math.Log2(sum) + halfLives(now)) * standingUnit))
}

// standingUnit is how many parts of a doubling a standing tells apart.
const standingUnit = 1e6

func halfLives(at time.Time) float64 {
	return float64(at.UnixMilli()) / float64(RiskHalfLife.Milliseconds())
}

// RiskOf is the risk at a time, from 0 to 100, that a standing means.
func RiskOf(standing int64, now time.Time) int {
	if standing == 0 {
		return 0
	}
	return int(math.Round(min(riskTop, math.Exp2(float64(standing)/standingUnit-halfLives(now)))))
}
