package baseline

import (
	"fmt"
	"math"

	"github.com/vedette-soc/vedette"
)

// peaks remembers how much an entity does in five minutes at the most, and tells when it is far more. It also remembers how
// its days are, for the slow rise that no five minutes show (ramp.go).
type peaks struct {
	table *table[peak, *peak]
	usual [peakKinds]levels // five minutes of everybody
}

// peakKind is what is counted.
type peakKind uint8

const (
	eventsOfHost peakKind = iota
	failuresOfUser
	failuresOfSource
	requestsOfSource
	refusedOfSource
	blockedOfSource
	peakKinds
)

// peakSpec says how it is spoken of.
type peakSpec struct {
	feature, en, zh string
	floor           float64 // fewer are nothing, whatever is usual
	kind            vedette.EntityKind
}

var peakSpecs = [peakKinds]peakSpec{
	eventsOfHost:     {"events of a kind by host", "events of kind %s on %s", "%[2]s 上的 %[1]s 类事件", 60, vedette.EntityHost},
	failuresOfUser:   {"failed logins by account", "failed logins%s as %s", "账号 %[2]s 登录失败%[1]s", 10, vedette.EntityUser},
	failuresOfSource: {"failed logins by source", "failed logins%s from %s", "%[2]s 发起的登录失败%[1]s", 10, vedette.EntityAddress},
	requestsOfSource: {"requests by source", "web requests%s from %s", "%[2]s 发起的网页请求%[1]s", 300, vedette.EntityAddress},
	refusedOfSource:  {"refused requests by source", "refused web requests%s from %s", "%[2]s 被拒绝的网页请求%[1]s", 40, vedette.EntityAddress},
	blockedOfSource:  {"blocked connections by source", "blocked connections%s from %s", "%[2]s 被拦截的连接%[1]s", 60, vedette.EntityAddress},
}

// peak is the memory of one entity and kind. 48 bytes, 56 with its key.
type peak struct {
	window  uint32  // the five minutes that are counted now
	count   uint32  // in them
	said    uint32  // count that was said last; 0 when nothing was
	saidAt  uint32  // the hour
	most    float32 // the most in five minutes; fades
	limit   float32 // what it may learn today
	windows uint32  // five minutes in which anything happened
	level   level
}

const windowSeconds = 300

func (p *peak) visit(a *archive) {
	a.u32(&p.window)
	a.u32(&p.count)
	a.u32(&p.said)
	a.u32(&p.saidAt)
	a.f32(&p.most)
	a.f32(&p.limit)
	a.u32(&p.windows)
	p.level.visit(a)
}

func (p *peak) rank(day uint16) uint8 {
	return rankOf(day, p.level.day, min(int(math.Log2(float64(p.windows+1))), 20))
}

func (p *peaks) make(r *room) { p.table = newTable[peak](1<<19, r) }

// observe counts the event for whom it concerns.
func (p *peaks) observe(f *facts) {
	if !f.host.none() && !f.code.none() {
		p.count(f, eventsOfHost, f.host.id+f.code.id)
	}
	if f.failed && f.login {
		if !f.user.none() {
			p.count(f, failuresOfUser, f.user.id)
		}
		if f.source.id != 0 {
			p.count(f, failuresOfSource, f.source.id)
		}
	}
	if f.source.id == 0 {
		return
	}
	switch {
	case f.web:
		p.count(f, requestsOfSource, f.source.id)
		if refused(f.value(keyStatus)) {
			p.count(f, refusedOfSource, f.source.id)
		}
	case f.failed && !f.login:
		p.count(f, blockedOfSource, f.source.id)
	}
}

func (p *peaks) count(f *facts, kind peakKind, who uint64) {
	key := join(who, 0x40000+uint64(kind))
	e, fresh := p.table.put(key, f.day)
	window := uint32(f.now / windowSeconds)
	if fresh {
		*e = peak{window: window, limit: math.MaxFloat32, level: level{day: f.day}}
	}
	if f.mute {
		p.muted(f, kind, e, window)
		return
	}
	if e.window != window {
		p.close(f, kind, e)
		e.window, e.count = window, 0
		if e.saidAt != f.hour {
			e.said = 0
		}
	}
	if days := f.day - e.level.day; days > 0 {
		p.turn(f, kind, e, days)
	}
	e.count++
	e.level.today++
	if e.count >= uint32(peakSpecs[kind].floor) && e.count >= 2*e.said {
		p.judge(f, kind, e)
	}
}

// muted counts what is not learned, so that it is still judged.
func (p *peaks) muted(f *facts, kind peakKind, e *peak, window uint32) {
	if e.window != window {
		e.window, e.count = window, 0
		if e.saidAt != f.hour {
			e.said = 0
		}
	}
	e.count++
	if e.count >= uint32(peakSpecs[kind].floor) && e.count >= 2*e.said {
		p.judge(f, kind, e)
	}
}

// learnDaily is by how much what is usual may grow in a day: a flood is not the measure of the next one.
const learnDaily = 1.5

// close ends five minutes.
func (p *peaks) close(f *facts, kind peakKind, e *peak) {
	n := float32(e.count)
	e.most = max(e.most, min(n, e.limit))
	e.windows++
	p.usual[kind].add(float64(n))
	if !f.t.learned {
		e.limit = math.MaxFloat32
	}
}

// turn ends days.
func (p *peaks) turn(f *facts, kind peakKind, e *peak, days uint16) {
	for range min(days, 60) {
		e.most *= 0.985 // in a month and a half it has halved
	}
	e.limit = math.MaxFloat32
	if f.t.learned {
		e.limit = e.most*learnDaily + float32(peakSpecs[kind].floor)/2
	}
	steady, ratio := e.level.turn(days, f.day)
	if steady && e.level.fast >= float32(8*peakSpecs[kind].floor) {
		f.t.rises(f, peakSpecs[kind].feature, p.who(f, kind), &e.level, ratio, unitEvents)
	}
}

// leastWindows is how many five minutes an entity's own most must stand on; with fewer that of everybody counts too.
const leastWindows = 12

// judge compares five minutes that are not over with the most there ever was.
func (p *peaks) judge(f *facts, kind peakKind, e *peak) {
	n, expected := float64(e.count), float64(e.most)
	if e.windows < leastWindows {
		expected = max(expected, p.usual[kind].quantile(0.999))
	}
	ratio := n / max(expected, 1)
	if ratio < 3 || n < expected+4*math.Sqrt(expected)+5 {
		return
	}
	e.said, e.saidAt = e.count, f.hour
	if p.usual[kind].total < 50 && !f.t.learned {
		return // nobody knows yet what is usual
	}
	s, who := &peakSpecs[kind], p.who(f, kind)
	of := ""
	if kind == eventsOfHost {
		of = f.code.text
	}
	en, zh := fmt.Sprintf(s.en, show(of), show(who)), fmt.Sprintf(s.zh, "", show(who))
	if kind == eventsOfHost {
		zh = fmt.Sprintf("%s 上的 %s 类事件", show(who), show(of))
	}
	f.t.raise(f, finding{
		as: burst, feature: s.feature, what: who + "\x00" + of, observed: n, expected: expected, unit: unitEvents, baseline: int64(e.windows),
		weight: min(0.6+math.Log10(ratio)*1.2, 3), matched: map[string]string{s.feature: who},
		text: vedette.Text{
			En: fmt.Sprintf("%d %s within five minutes; the most so far was %.0f", e.count, en, expected),
			Zh: fmt.Sprintf("五分钟内 %s %d 次，此前最高为 %.0f 次", zh, e.count, expected),
		},
	})
}

func (p *peaks) who(f *facts, kind peakKind) string {
	switch peakSpecs[kind].kind {
	case vedette.EntityHost:
		return f.host.text
	case vedette.EntityUser:
		return f.user.text
	}
	return f.source.text()
}

func (p *peaks) roll(days uint16) {
	for i := range p.usual {
		for range min(days, 30) {
			p.usual[i].fade(0.95)
		}
	}
}

func (p *peaks) visit(a *archive) {
	p.table.visit(a)
	for i := range p.usual {
		p.usual[i].visit(a)
	}
}

func (p *peaks) stats(out *Stats) {
	out.Keys += int64(p.table.n)
	out.Forgotten += p.table.dropped
}
