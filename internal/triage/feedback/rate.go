package feedback

import (
	"math"
	"strconv"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// builder adds verdicts up.
type builder struct {
	now       time.Time
	detectors map[place]*tally
	places    map[place]*tally
	keys      map[string]int // of both, by tenant
}

// tally is what was said about one place.
type tally struct {
	Grounds
	long, short rate
	people      map[string]bool
	days        map[string]int  // verdicts by person and day
	dates       map[string]bool // on which anything was said
	attacks     map[string]bool // on which it was called an attack, where few rules were in question
	sites       map[string]int  // verdicts by set of entities, of a detector
}

// rate is a sum of verdicts that forgets.
type rate struct{ action, total float64 }

func newBuilder(now time.Time) *builder {
	return &builder{now: now, detectors: map[place]*tally{}, places: map[place]*tally{}, keys: map[string]int{}}
}

// worth is how much a verdict speaks for an action; false for one that says nothing about the detector.
func worth(v vedette.Verdict) (float64, bool) {
	switch v {
	case vedette.VerdictTrue:
		return 1, true
	case vedette.VerdictBenign:
		return benignWorth, true
	case vedette.VerdictFalse:
		return 0, true
	case vedette.VerdictUndetermined, vedette.VerdictDuplicate:
	}
	return 0, false
}

func (b *builder) add(v *Verdict) {
	if _, counts := worth(v.Verdict); !counts {
		return
	}
	rules := v.Rules[:min(len(v.Rules), maxRules)]
	for i := range rules {
		r := &rules[i]
		entities := r.Entities[:min(len(r.Entities), vedette.MaxSuppressionEntities)]
		if d := b.tally(b.detectors, place{tenant: v.Tenant, detector: r.ID}, v, r); d != nil {
			d.count(v, 1/float64(1+d.site(entities)), b.now)
		}
		for _, e := range entities {
			p := b.tally(b.places, place{v.Tenant, r.ID, entityKey(e)}, v, r)
			if p == nil {
				continue
			}
			p.Entity = vedette.EntityRef{Kind: e.Kind, Name: e.Name}
			p.count(v, 1, b.now)
		}
	}
}

// tally finds or makes the sum of a place; nil when there is no room for a new one.
func (b *builder) tally(in map[place]*tally, at place, v *Verdict, r *vedette.JudgedRule) *tally {
	t := in[at]
	if t == nil {
		if b.keys[v.Tenant] >= maxKeys {
			return nil
		}
		b.keys[v.Tenant]++
		t = &tally{Grounds: Grounds{Tenant: v.Tenant, Detector: r.ID}, people: map[string]bool{}, days: map[string]int{}, dates: map[string]bool{}, attacks: map[string]bool{}, sites: map[string]int{}}
		in[at] = t
	}
	t.severity = max(t.severity, r.Severity)
	return t
}

// site tells how often the same entities were judged before: a loud machine must not discredit its detector elsewhere.
func (t *tally) site(entities []vedette.EntityRef) int {
	var key strings.Builder
	for _, e := range sorted(entities) {
		key.WriteString(entityKey(e) + "\x01")
	}
	before := t.sites[key.String()]
	t.sites[key.String()]++
	return before
}

// count adds one verdict, damped by how much the same person has said on that day.
func (t *tally) count(v *Verdict, share float64, now time.Time) {
	day := v.By + "\x00" + v.Time.UTC().Format(time.DateOnly)
	units := share * math.Pow(0.5, float64(t.days[day]))
	t.days[day]++
	date := v.Time.UTC().Format(time.DateOnly)
	t.dates[date] = true
	if v.Verdict == vedette.VerdictTrue && len(v.Rules) <= inQuestion {
		t.attacks[date] = true
	}
	t.people[v.By] = true
	value, _ := worth(v.Verdict)
	age := max(0, now.Sub(v.Time))
	t.long.add(value, units*fade(age, longHalf))
	t.short.add(value, units*fade(age, shortHalf))
	switch v.Verdict {
	case vedette.VerdictTrue:
		t.True++
	case vedette.VerdictBenign:
		t.Benign++
	default:
		t.False++
	}
	if t.Since.IsZero() || v.Time.Before(t.Since) {
		t.Since = v.Time
	}
	if len(t.Last) < 5 {
		t.Last = append(t.Last, v.Incident)
	}
}

func fade(age, half time.Duration) float64 { return math.Exp2(-float64(age) / float64(half)) }

func (r *rate) add(value, units float64) {
	r.action += value * units
	r.total += units
}

// shrunk is the rate when what was thought before counts as hold verdicts.
func (r *rate) shrunk(before, hold float64) float64 {
	return (r.action + hold*before) / (r.total + hold)
}

func (t *tally) rate(before, hold float64) float64 {
	long := t.long.shrunk(before, hold)
	return max(long, t.short.shrunk(long, holdShort))
}

// weights closes the sums.
func (b *builder) weights() *Weights {
	w := &Weights{detectors: make(map[place]*Grounds, len(b.detectors)), places: make(map[place]*Grounds, len(b.places))}
	rates := make(map[place]float64, len(b.detectors))
	for at, t := range b.detectors {
		rates[at] = t.rate(priorRate, holdDetector)
		w.detectors[at] = t.close(rates[at], MinAlone)
	}
	for at, t := range b.places {
		before, known := rates[place{tenant: at.tenant, detector: at.detector}]
		if !known {
			before = priorRate
		}
		w.places[at] = t.close(t.rate(before, holdPlace), minAlonePlace)
	}
	return w
}

// close makes a factor of a rate and keeps it within its bounds.
func (t *tally) close(r, alone float64) *Grounds {
	g := t.Grounds
	g.People = len(t.people)
	low, high := MinFactor, MaxFactor
	if g.People < 2 {
		low, high = alone, MaxAlone
	}
	low, high = max(low, 1-steps(t.dates)), min(high, 1+steps(t.attacks))
	if g.severity >= vedette.High {
		low = max(low, MinFactorSevere)
	}
	g.Factor = min(max(r/priorRate, low), high)
	return &g
}

// steps is how far a factor may lie from 1 when it stands on verdicts of so many days: what was said on one day, by whomever,
// moves nothing before it is said again on another.
func steps(days map[string]bool) float64 { return MaxStep * float64(max(len(days)-1, 0)) }

// Text says in a sentence what a factor stands on.
func (g *Grounds) Text() vedette.Text {
	if g == nil {
		return vedette.Text{}
	}
	factor, day := strconv.FormatFloat(g.Factor, 'f', 2, 64), g.Since.UTC().Format(time.DateOnly)
	n := strconv.Itoa
	at, atZh := "", ""
	if g.Entity.Name != "" {
		name := vedette.Shorten(g.Entity.Name, 80)
		at, atZh = " at "+name, "（"+name+"）"
	}
	return vedette.Text{
		En: "Verdicts make it weigh × " + factor + at + ": since " + day + " " + plural(g.People, "person", "people") + " called it an attack " +
			times(g.True) + ", expected " + times(g.Benign) + " and false " + times(g.False) + ".",
		Zh: "按研判结论权重 × " + factor + atZh + "：自 " + day + " 起 " + n(g.People) + " 人研判，真实攻击 " + n(g.True) + " 次，预期行为 " + n(g.Benign) + " 次，误报 " + n(g.False) + " 次。",
	}
}

func times(count int) string { return plural(count, "time", "times") }

func plural(count int, one, many string) string {
	if count == 1 {
		return "1 " + one
	}
	return strconv.Itoa(count) + " " + many
}
