package baseline

import (
	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

const (
	secondsPerHour = 3600
	hoursPerDay    = 24
	mostQuarantine = 10_000
)

// tenant is everything that is known of one tenant's world.
type tenant struct {
	b    *Baseline
	id   string
	room room

	clock   int64 // the newest event time that was believed; 0 before the first event
	began   int64 // the first
	seen    int64 // when the event of the newest time arrived
	learned bool
	hour    uint32
	day     uint16

	novel   novelty
	peers   peers
	peaks   peaks
	hours   hours
	spread  spread
	chains  chains
	forms   forms
	exfil   exfil
	volumes volumes
	speech  speech
	gates   [detectors]gate
	held    []held
	heldOf  [features]int
	sorted  uint32 // the hour in which what became usual was last let go
	muted   map[uint64]struct{}
}

// Places of the tables at the most, in powers of two; the memory they take is in docs/explanation/unknown-threats.md.
func makeTenant(b *Baseline, id string) *tenant {
	t := &tenant{b: b, id: vedette.Cut(id, 256)}
	t.room = room{share: b.cfg.Memory / 4 / b.cfg.Tenants, house: &b.house}
	t.novel.make(&t.room)
	t.peers.make(&t.room)
	t.peaks.make(&t.room)
	t.hours.make(&t.room)
	t.spread.make(&t.room)
	t.chains.make(&t.room)
	t.forms.make(&t.room)
	t.exfil.make(&t.room)
	t.volumes.make(&t.room)
	t.speech.make(&t.room)
	for i := range t.gates {
		t.gates[i].least = specs[i].least
	}
	return t
}

// observe takes an event through all detectors.
func (t *tenant) observe(ev *vedette.Event) {
	f := &t.b.facts
	f.late = !t.tick(ev)
	f.now, f.hour, f.day = t.clock, t.hour, t.day
	f.read(t.b, t, ev)
	if f.late {
		t.b.stats.Late++
	}
	if f.mute {
		t.b.stats.Muted++
	}
	if ev.First(keyParseError) != nil { // raw: nothing is known of it but its words
		t.forms.observe(f)
		return
	}
	t.peers.observe(f)
	t.novel.observe(f)
	t.chains.observe(f)
	t.forms.observe(f)
	t.speech.observe(f)
	t.exfil.observe(f)
	if f.late {
		return
	}
	t.peaks.observe(f)
	t.hours.observe(f)
	t.spread.observe(f)
	t.volumes.observe(f)
}

// tick moves the time on. It is false for an event from long ago.
func (t *tenant) tick(ev *vedette.Event) bool {
	at := ev.Time.Unix()
	if received := ev.Received.Unix(); !ev.Received.IsZero() && at > received {
		at = received
	}
	if at <= 0 {
		at = t.clock
	}
	if t.clock == 0 {
		t.clock, t.began = at, at
		t.hour, t.day = uint32(at/secondsPerHour), uint16(at/(secondsPerHour*hoursPerDay))
	}
	if at > t.clock {
		t.moveTo(at)
	}
	if !ev.Received.IsZero() {
		t.seen = max(t.seen, ev.Received.Unix())
	}
	return at >= t.clock-lateAfter
}

// elapse moves the time on to where it must be by now, judged by how far behind the newest event was.
func (t *tenant) elapse(now int64) {
	if t.clock == 0 || t.seen == 0 || now <= t.seen {
		return
	}
	t.moveTo(t.clock + now - t.seen)
	t.seen = now
}

func (t *tenant) moveTo(at int64) {
	t.clock = at
	if !t.learned && at-t.began >= int64(t.b.cfg.Learning.Seconds()) {
		t.learned = true
		t.weighAgain()
	}
	if hour := uint32(at / secondsPerHour); hour != t.hour {
		t.hour = hour
		t.closeGates()
	}
	if day := uint16(at / (secondsPerHour * hoursPerDay)); day != t.day {
		days := day - t.day
		t.day = day
		t.novel.roll(days)
		t.peers.roll()
		t.peaks.roll(days)
		t.spread.roll(days)
		t.volumes.roll(days)
		t.speech.roll(days)
	}
}

// quarantine replaces the entities that nothing is learned from.
func (t *tenant) quarantine(entities []vedette.EntityRef) {
	t.muted = nil
	for _, e := range entities[:min(len(entities), mostQuarantine)] {
		var id uint64
		switch e.Kind {
		case vedette.EntityHost:
			id = t.b.names.of(nameHost, e.Name).id
		case vedette.EntityUser:
			if !entity.CommonAccount(e.Name) {
				id = t.b.names.of(nameUser, e.Name).id
			}
		case vedette.EntityAddress:
			id = t.b.address(e.Name).id
		default:
			continue
		}
		if id != 0 {
			if t.muted == nil {
				t.muted = make(map[uint64]struct{})
			}
			t.muted[id] = struct{}{}
		}
	}
}

func (t *tenant) quarantined(f *facts) bool {
	if len(t.muted) == 0 {
		return false
	}
	for _, id := range [...]uint64{f.host.id, f.user.id, f.source.id, f.target.id} {
		if _, yes := t.muted[id]; yes && id != 0 {
			return true
		}
	}
	return false
}

func (t *tenant) stats(out *Stats) {
	out.Bytes += int64(t.room.used)
	out.Held += len(t.held)
	out.Quarantined += len(t.muted)
	t.novel.stats(out)
	t.peers.stats(out)
	t.peaks.stats(out)
	t.hours.stats(out)
	t.volumes.stats(out)
	out.Forgotten += t.spread.lost + t.forms.lost + t.exfil.lost + t.spread.peaks.dropped
	for i := range t.gates {
		out.Raised[specs[i].name] += t.gates[i].raised
		out.Overflow[specs[i].name] += t.gates[i].overflowed
		out.Under[specs[i].name] += t.gates[i].under
	}
}
