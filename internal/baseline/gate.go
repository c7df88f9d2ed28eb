package baseline

import (
	"fmt"
	"math"

	"github.com/vedette-soc/vedette"
)

// gate is what stands between a detector's findings and the analysts: a threshold that follows drift, and a bound.
type gate struct {
	least      float32 // nats; raised by drift, and slowly let down again
	hourly     uint32  // raised in this hour
	over       uint32  // and not raised because there were too many
	top        float32 // the weightiest of this hour
	mean       float32 // anomalies an hour, as they use to be
	sum        float32 // Page–Hinkley: how far the hours lay above the mean, all in all
	hours      uint32  // hours that the mean stands on
	raised     uint64
	overflowed uint64
	under      uint64
}

// Page–Hinkley's test on the number of anomalies an hour (Page 1954): the sum of what lies above the mean and a slack; when
// it passes the limit, what is usual has changed.
const (
	driftSlack   = 1.0
	driftLimit   = 40.0
	driftStep    = 0.5  // nats that a detector asks for more after a drift
	driftMost    = 1.5  // and all in all
	driftRelease = 0.01 // nats an hour by which that is taken back
	driftAfter   = 24   // hours that the mean needs first
)

// closeGates ends an hour.
func (t *tenant) closeGates() {
	for i := range t.gates {
		g, s := &t.gates[i], &specs[i]
		if g.over > 0 {
			t.b.cfg.OnNotice(Notice{Tenant: t.id, Detector: s.name, Kind: NoticeOverflow, Count: int64(g.over), Text: vedette.Text{
				En: fmt.Sprintf("%d anomalies of %s within an hour were counted and not raised", g.over, s.name),
				Zh: fmt.Sprintf("一小时内 %d 条 %s 异常只计数、未告警", g.over, s.name),
			}})
		}
		if t.learned {
			t.drift(g, s)
		}
		g.hourly, g.over, g.top = 0, 0, 0
	}
}

func (t *tenant) drift(g *gate, s *spec) {
	n := float32(g.hourly + g.over)
	g.least = max(s.least, g.least-driftRelease)
	if g.hours >= driftAfter {
		g.sum = max(0, g.sum+n-2*g.mean-driftSlack)
	}
	g.hours++
	rate := max(1/float32(g.hours), 1.0/168)
	g.mean += rate * (min(n, 4*g.mean+4) - g.mean)
	if g.sum <= driftLimit || g.least >= s.least+driftMost {
		return
	}
	g.sum, g.hours = 0, driftAfter
	g.least = min(g.least+driftStep, s.least+driftMost)
	t.b.cfg.OnNotice(Notice{Tenant: t.id, Detector: s.name, Kind: NoticeDrift, Count: int64(n), Text: vedette.Text{
		En: fmt.Sprintf("%s finds more than it used to: what is usual has changed; it asks for %.1f nats from now on", s.name, g.least),
		Zh: fmt.Sprintf("%s 的发现数量持续上升，常态已变化；门槛调整为 %.1f 奈特", s.name, g.least),
	}})
}

// finding is what a detector has to say.
type finding struct {
	as       detector
	feature  string
	what     string // what it is about; with detector, feature and event it names the alert
	observed float64
	expected float64
	unit     string
	baseline int64
	since    int64 // seconds; 0 when there was nothing before
	weight   float64
	known    bool // it stands on knowledge and not on what was learned: full weight at once
	text     vedette.Text
	matched  map[string]string
	entities []vedette.EntityRef // beside those of the event
}

// learningShare is what a finding weighs while the baseline learns.
const learningShare = 0.3

// raise says it, unless it surprises too little or too much was said already.
func (t *tenant) raise(f *facts, n finding) bool {
	g, s := &t.gates[n.as], &specs[n.as]
	if math.IsNaN(n.weight) || n.weight < float64(g.least) {
		g.under++
		return false
	}
	n.weight = min(n.weight, s.most)
	most := uint32(t.b.cfg.PerHour)
	if g.hourly >= most && (float32(n.weight) <= g.top || g.hourly >= 2*most) {
		g.over++
		g.overflowed++
		return false
	}
	g.hourly++
	g.top = max(g.top, float32(n.weight))
	g.raised++
	t.b.fn(t.alert(f, &n))
	return true
}
