package baseline

import (
	"cmp"
	"encoding/binary"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// snapshotMagic names the format of a snapshot: this word with the version in its last place, the journal sequence, the
// seed, the tenants, and a CRC-32C of all of it. Version 1 has no lexicon, and is still read.
const (
	snapshotMagic   = "VEDBAS0"
	snapshotVersion = 2
)

// Snapshot writes down what is known, together with the journal sequence through which events were observed. What is known
// does not change meanwhile.
func (b *Baseline) Snapshot(w io.Writer, seq uint64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.snapshot(w, seq, snapshotVersion)
}

func (b *Baseline) snapshot(w io.Writer, seq uint64, version byte) error {
	a := writeArchive(w)
	a.version = int(version)
	a.bytes([]byte(snapshotMagic))
	a.bytes([]byte{'0' + version})
	a.u64(&seq)
	b.visit(a)
	if a.err == nil {
		a.err = a.out.Flush()
	}
	if a.err == nil {
		a.err = binary.Write(w, binary.LittleEndian, a.sum.Sum32())
	}
	if a.err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "write the baselines down: %w", a.err)
	}
	return nil
}

// Restore reads a snapshot in place of what is known and returns its journal sequence. After an error nothing is known.
func (b *Baseline) Restore(r io.Reader) (seq uint64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(b.seed)
	a := readArchive(r)
	magic := make([]byte, len(snapshotMagic)+1)
	a.bytes(magic)
	a.version = int(magic[len(snapshotMagic)]) - '0'
	if a.err == nil && (string(magic[:len(snapshotMagic)]) != snapshotMagic || a.version < 1 || a.version > snapshotVersion) {
		a.damaged("it is not a snapshot of this version")
	}
	a.u64(&seq)
	b.visit(a)
	want := a.sum.Sum32()
	var sum uint32
	if a.u32(&sum); sum != want {
		a.damaged("its checksum is wrong")
	}
	if a.err != nil {
		b.forget(b.seed)
		return 0, vedette.Errorf(vedette.CodeInvalid, "the baselines cannot be read: %w", a.err)
	}
	return seq, nil
}

// visit walks over everything.
func (b *Baseline) visit(a *archive) {
	seed := b.seed
	a.u64(&seed)
	if a.reading() && a.err == nil {
		b.forget(seed)
	}
	a.u64(&b.stats.Events)
	a.u64(&b.stats.Late)
	a.u64(&b.stats.Muted)
	a.u64(&b.stats.Forgotten)
	n := len(b.order)
	a.count(&n, b.cfg.Tenants)
	for i := 0; i < n && a.err == nil; i++ {
		var id string
		if !a.reading() {
			id = b.order[i].id
		}
		a.text(&id)
		if a.reading() {
			if b.tenants[id] != nil {
				a.damaged("a tenant is there twice")
				return
			}
			t := makeTenant(b, id)
			b.tenants[id] = t
			b.order = append(b.order, t)
		}
		b.order[i].visit(a)
	}
}

func (t *tenant) visit(a *archive) {
	for _, v := range [...]*int64{&t.clock, &t.began, &t.seen} {
		a.i64(v)
	}
	a.flag(&t.learned)
	a.u32(&t.hour)
	a.u16(&t.day)
	t.novel.visit(a)
	t.peers.visit(a)
	t.peaks.visit(a)
	t.hours.visit(a)
	t.spread.visit(a)
	t.chains.visit(a)
	t.forms.visit(a)
	t.exfil.visit(a)
	t.volumes.visit(a)
	t.speech.visit(a)
	for i := range t.gates {
		t.gates[i].visit(a)
	}
	n := len(t.held)
	a.count(&n, heldMost)
	if a.reading() {
		t.held = make([]held, n)
	}
	for i := range t.held {
		t.held[i].visit(a)
	}
	t.countHeld()
	a.u32(&t.sorted)
	t.visitMuted(a)
}

func (t *tenant) visitMuted(a *archive) {
	n := len(t.muted)
	a.count(&n, mostQuarantine)
	if !a.reading() {
		for _, id := range sortedKeys(t.muted) {
			a.u64(&id)
		}
		return
	}
	if n > 0 {
		t.muted = make(map[uint64]struct{}, n)
	}
	for ; n > 0 && a.err == nil; n-- {
		var id uint64
		a.u64(&id)
		t.muted[id] = struct{}{}
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

func (g *gate) visit(a *archive) {
	for _, v := range [...]*float32{&g.least, &g.top, &g.mean, &g.sum} {
		a.f32(v)
	}
	for _, v := range [...]*uint32{&g.hourly, &g.over, &g.hours} {
		a.u32(v)
	}
	for _, v := range [...]*uint64{&g.raised, &g.overflowed, &g.under} {
		a.u64(v)
	}
}

func (h *held) visit(a *archive) {
	as := uint8(h.as)
	a.u8(&as)
	if h.as = feature(as); h.as >= features {
		a.damaged("a feature is unknown")
		h.as = 0
	}
	h.who.visit(a)
	h.value.visit(a)
	a.u64(&h.seq)
	a.u32(&h.place)
	a.i64(&h.time)
	a.text(&h.source)
	a.text(&h.dataset)
	n := len(h.entities)
	a.count(&n, 64)
	if a.reading() {
		h.entities = make([]vedette.EntityRef, n)
	}
	for i := range h.entities {
		e := &h.entities[i]
		kind, role := string(e.Kind), string(e.Role)
		a.text(&kind)
		a.text(&role)
		a.text(&e.Name)
		e.Kind, e.Role = vedette.EntityKind(kind), vedette.Role(role)
	}
}

// alertAgain builds the alert of what was held, from what is left of its event. It arrives now, because now is when it is
// known.
func (t *tenant) alertAgain(h *held, n *finding) vedette.Alert {
	s := &specs[n.as]
	id := (&vedette.Event{Seq: h.seq, Place: h.place}).ID()
	a := vedette.Alert{
		ID: alertID(n, id, true), Tenant: t.id, Time: time.Unix(0, h.time).UTC(), Received: time.Unix(t.seen, 0).UTC(), Detected: t.b.cfg.Now(),
		RuleID: RulePrefix + s.name, RuleTitle: s.en, RuleTitleZh: s.zh, Severity: s.severity,
		Tags: orEmpty(s.tags), Tactics: orEmpty(s.tactics), Techniques: orEmpty(s.techniques),
		EventID: id, Source: h.source, Dataset: h.dataset, Matched: map[string]string{}, Selections: []string{},
		Entities: h.entities,
		Anomaly: &vedette.Anomaly{
			Detector: s.name, Family: s.family, Feature: n.feature, Observed: round(n.observed), Expected: round(n.expected), Unit: n.unit,
			Baseline: n.baseline, Since: time.Unix(t.began, 0).UTC(), Weight: round(n.weight), Text: n.text,
		},
	}
	for k, v := range n.matched {
		a.Matched[k] = vedette.Shorten(v, 1<<10)
	}
	return a
}
