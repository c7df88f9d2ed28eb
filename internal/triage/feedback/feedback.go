package feedback

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Verdict is what a person said of an incident.
type Verdict = vedette.Judgement

// The bounds of factors.
const (
	MinFactor       = 0.25
	MaxFactor       = 1.5
	MinFactorSevere = 0.5  // of what is high or critical
	MinAlone        = 0.5  // as far as one person can lower a detector
	MaxAlone        = 1.25 // as far as one person can raise it
	minAlonePlace   = 0.35 // as far as one person can lower a detector at one entity
	MaxStep         = 0.25 // as far as the verdicts of one more day can move a factor
	MaxVerdicts     = 5000
	maxKeys         = 50_000
	maxRules        = 64 // of an incident that are looked at
)

// How strongly rates hold to what was thought before, in verdicts, and how fast they forget. A rate is the mean of a Beta
// posterior. At one entity its prior weighs as much as the uniform one, two verdicts: what people say of a rule on a
// machine is about just that. A detector as a whole has a prior of eight: it takes as many different places to get halfway.
const (
	priorRate    = 0.5
	holdDetector = 8.0
	holdPlace    = 2.0
	holdShort    = 8.0
	longHalf     = 45 * 24 * time.Hour
	shortHalf    = 5 * 24 * time.Hour
	benignWorth  = 0.2 // seen rightly, and nothing had to be done
	inQuestion   = 3   // at most so many rules make an attack, if it is to raise them
)

// Weights is what verdicts have made of the weights of detectors. It does not change and may be read by many goroutines.
type Weights struct {
	detectors map[place]*Grounds
	places    map[place]*Grounds
}

// place is a detector of a tenant, or one entity of its alerts.
type place struct {
	tenant, detector, entity string
}

// Grounds is a factor and what it stands on.
type Grounds struct {
	Tenant   string            `json:"-"`
	Detector string            `json:"detector"`
	Entity   vedette.EntityRef `json:"entity,omitzero"`
	Factor   float64           `json:"factor"`
	True     int               `json:"true"`
	Benign   int               `json:"benign"`
	False    int               `json:"false"`
	People   int               `json:"people"`
	Since    time.Time         `json:"since"`
	Last     []string          `json:"last" doc:"The incidents of the newest verdicts, at most 5"`
	severity vedette.Severity
}

// New builds the weights out of verdicts. Those that say nothing about a detector (undetermined, duplicate) change none.
func New(verdicts []Verdict, now time.Time) *Weights {
	b := newBuilder(now)
	for _, v := range latest(verdicts) {
		b.add(&v)
	}
	return b.weights()
}

// Factor is by what to multiply the weight of a detector at an alert with these entities, and what that stands on, nil
// when nobody has said anything yet. An alert that names several judged entities gets their mean; what was never judged
// counts as its detector.
func (w *Weights) Factor(tenant, detector string, entities []vedette.EntityRef) (float64, *Grounds) {
	if w == nil || len(w.detectors) == 0 {
		return 1, nil
	}
	g := w.detectors[place{tenant: tenant, detector: detector}]
	if g == nil {
		return 1, nil
	}
	why, sum, far := g, 0.0, math.Abs(math.Log(g.Factor))
	for _, e := range entities {
		p := w.places[place{tenant, detector, entityKey(e)}]
		if p == nil {
			sum += math.Log(g.Factor)
			continue
		}
		sum += math.Log(p.Factor)
		if d := math.Abs(math.Log(p.Factor)); d > far {
			why, far = p, d
		}
	}
	if len(entities) == 0 {
		return g.Factor, g
	}
	return math.Exp(sum / float64(len(entities))), why
}

// List returns what is known of a tenant's detectors, the strongest change first.
func (w *Weights) List(tenant string) []Grounds {
	var all []Grounds
	if w == nil {
		return nil
	}
	for _, g := range w.detectors {
		if g.Tenant == tenant {
			all = append(all, *g)
		}
	}
	slices.SortFunc(all, func(a, b Grounds) int {
		return cmp.Or(cmp.Compare(math.Abs(math.Log(b.Factor)), math.Abs(math.Log(a.Factor))), cmp.Compare(a.Detector, b.Detector))
	})
	return all
}

// latest leaves the last verdict on each incident, the newest first, as many of each tenant as are looked at.
func latest(verdicts []Verdict) []Verdict {
	all := slices.Clone(verdicts)
	slices.SortFunc(all, func(a, b Verdict) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Incident, b.Incident),
			cmp.Compare(a.By, b.By), cmp.Compare(a.Verdict, b.Verdict))
	})
	seen := make(map[[2]string]bool, len(all))
	of := make(map[string]int)
	return slices.DeleteFunc(all, func(v Verdict) bool {
		id := [2]string{v.Tenant, v.Incident}
		if seen[id] {
			return true
		}
		seen[id] = true
		of[v.Tenant]++
		return of[v.Tenant] > MaxVerdicts
	})
}

func entityKey(e vedette.EntityRef) string { return string(e.Kind) + "\x00" + strings.ToLower(e.Name) }
