package entity

import (
	"hash/maphash"
	"math/bits"
	"sync"
	"sync/atomic"

	vedette "github.com/vedette-soc/vedette"
)

// What a Watch remembers at most. All of it together takes some 25 MiB when full.
const (
	spanSeconds   = 600     // sightings of the same within ten minutes are one
	recentPlaces  = 1 << 15 // pairs that were noted lately
	maxKnown      = 131_072 // links that were noted since the memory was last cleared
	maxPending    = 8_192   // links that wait to be stored
	maxFan        = 64      // names that one entity may have, and things that it may use
	maxSessions   = 16_384  // sessions that may go on at a time
	maxFinished   = 4_096   // finished ones that wait to be stored
	sessionGap    = 3600    // seconds without a sign of life after which a session is over
	idleDrains    = 1_200   // after so many drains without a sign of life a session is forgotten
	sessionsPerIn = 8       // sessions of one account on one machine that a logoff looks through
)

// Watch learns from events as they pass by: which names mean the same thing, who uses what, and who is logged on where.
// It holds what it learnt until it is drained; what finds no room is dropped and counted. What was seen within the last
// ten minutes costs no lock and no memory. A Watch is safe for concurrent use.
type Watch struct {
	seed    maphash.Seed
	recent  [recentPlaces]atomic.Uint64
	dropped atomic.Int64

	mu       sync.Mutex
	known    map[uint64]struct{}
	fan      map[uint64]uint8
	links    map[linkKey]*vedette.EntityLink
	sessions map[uint64]*session
	places   map[uint64][]*session // sessions of an account on a machine
	finished []vedette.LogonSession
	drains   int64
}

type linkKey struct {
	tenant, name, other, otherKind, why string
	kind                                vedette.EntityKind
}

// NewWatch returns a watch that has seen nothing.
func NewWatch() *Watch {
	w := &Watch{seed: maphash.MakeSeed(), links: make(map[linkKey]*vedette.EntityLink), sessions: make(map[uint64]*session), places: make(map[uint64][]*session)}
	w.forget()
	return w
}

// forget clears what only spares work.
func (w *Watch) forget() {
	w.known, w.fan = make(map[uint64]struct{}), make(map[uint64]uint8)
}

// Dropped returns how many links and sessions found no room so far.
func (w *Watch) Dropped() int64 { return w.dropped.Load() }

// The fields that the watch reads of every event.
var (
	keyHost     = vedette.KeyOf("host.name")
	keyComputer = vedette.KeyOf("winlog.computer_name")
	keyHostIP   = vedette.KeyOf("host.ip")
	keyUser     = vedette.KeyOf("user.name")
	keyEmail    = vedette.KeyOf("user.email")
	keySource   = vedette.KeyOf("source.ip")
	keyDest     = vedette.KeyOf("destination.ip")
	keyDestPort = vedette.KeyOf("destination.port")
	keyDomain   = vedette.KeyOf("dns.question.name")
	keyResolved = vedette.KeyOf("dns.resolved_ip")
	keyURL      = vedette.KeyOf("url.domain")
	keyServer   = vedette.KeyOf("tls.client.server_name")
	keyCategory = vedette.KeyOf("event.category")
	keyAction   = vedette.KeyOf("event.action")
	keyOutcome  = vedette.KeyOf("event.outcome")
	keyCode     = vedette.KeyOf("event.code")
	keyProcess  = vedette.KeyOf("process.executable")
	keyLogon    = vedette.KeyOf("winlog.logon.type")
)

// value is the first value of a field.
func value(ev *vedette.Event, key vedette.Key) string {
	if f := ev.First(key); f != nil {
		return f.Value
	}
	return ""
}

// What a pair in the memory of recent ones is about.
const (
	aboutOwn uint64 = iota + 1
	aboutName
	aboutUser
	aboutMail
	aboutDomain
	aboutService
	aboutAnswer
	aboutLease
	aboutProcess
	aboutStation
)

// Observe learns from an event.
func (w *Watch) Observe(ev *vedette.Event) {
	host := value(ev, keyHost)
	if host == "" {
		host = value(ev, keyComputer)
	}
	user, category := value(ev, keyUser), value(ev, keyCategory)
	if host != "" {
		w.observeHost(ev, host, user)
	}
	if category == "authentication" || category == "session" {
		w.observeLogon(ev, host, user)
	}
	if f := ev.First(keyEmail); f != nil && user != "" && w.first(ev, aboutMail, user, f.Value) {
		w.noteMailbox(ev)
	}
	if source := value(ev, keySource); source != "" {
		w.observeTraffic(ev, source)
	}
	if f := ev.First(keyResolved); f != nil && w.first(ev, aboutAnswer, value(ev, keyDomain), f.Value) {
		w.noteAnswer(ev)
	}
	if ev.Logsource.Service == "dhcp" {
		w.noteLease(ev)
	}
}

func (w *Watch) observeHost(ev *vedette.Event, host, user string) {
	if f := ev.First(keyHostIP); f != nil && w.first(ev, aboutOwn, host, f.Value) {
		w.noteOwn(ev)
	}
	if w.first(ev, aboutName, host, value(ev, keyComputer)) {
		w.noteName(ev)
	}
	if user == "" {
		return
	}
	if w.first(ev, aboutUser, host, user) {
		w.noteUser(ev)
	}
	if process := value(ev, keyProcess); process != "" && w.first(ev, aboutProcess, user, process) {
		w.noteProcess(ev)
	}
}

func (w *Watch) observeTraffic(ev *vedette.Event, source string) {
	for _, key := range [...]vedette.Key{keyDomain, keyURL, keyServer} {
		if name := value(ev, key); name != "" && w.first(ev, aboutDomain, source, name) {
			w.noteDomain(ev, name)
		}
	}
	if dest := value(ev, keyDest); dest != "" && w.first(ev, aboutService, source, dest) {
		w.noteService(ev)
	}
}

// first tells whether a pair was not seen in this span of ten minutes.
func (w *Watch) first(ev *vedette.Event, about uint64, a, b string) bool {
	h := w.hash(about, ev.Tenant, a, b)
	place := &w.recent[h%recentPlaces]
	h ^= uint64(ev.Time.Unix()/spanSeconds) * 0x9e3779b97f4a7c15
	if place.Load() == h {
		return false
	}
	place.Store(h)
	return true
}

func (w *Watch) hash(about uint64, a, b, c string) uint64 {
	h := about * 0x9e3779b97f4a7c15
	for _, s := range [...]string{a, b, c} {
		h = bits.RotateLeft64(h, 23)*0x2545f4914f6cdd1d ^ maphash.String(w.seed, s)
	}
	return h
}

// note keeps a link until it is drained.
func (w *Watch) note(ev *vedette.Event, link vedette.EntityLink) {
	if link.Name == "" || link.Other == "" || ev.Time.IsZero() {
		return
	}
	link.Tenant, link.First, link.Last, link.Spans = ev.Tenant, ev.Time.UTC(), ev.Time.UTC(), 1
	key := linkKey{ev.Tenant, link.Name, link.Other, link.OtherKind, link.Why, link.Kind}
	w.mu.Lock()
	defer w.mu.Unlock()
	if have := w.links[key]; have != nil {
		if link.First.Before(have.First) {
			have.First = link.First
		}
		if link.Last.After(have.Last) {
			have.Last = link.Last
		}
		have.Spans++
		return
	}
	if len(w.links) >= maxPending || !w.admit(&link) {
		w.dropped.Add(1)
		return
	}
	w.links[key] = &link
}

// admit tells whether a link is known or may still become so: a machine that claims ten thousand names has the first 64.
// The lock is held.
func (w *Watch) admit(l *vedette.EntityLink) bool {
	pair := w.hash(aboutOwn, l.Tenant+"\x00"+string(l.Kind)+"\x00"+l.Name, l.OtherKind+"\x00"+l.Why, l.Other)
	if _, known := w.known[pair]; known {
		return true
	}
	if len(w.known) >= maxKnown {
		w.forget()
	}
	from := w.hash(aboutName, l.Tenant, string(l.Kind)+string(l.Relation), l.Name)
	to := w.hash(aboutUser, l.Tenant, l.OtherKind, l.Other)
	if w.fan[from] >= maxFan || l.Relation == vedette.RelationAlias && w.fan[to] >= maxFan {
		return false
	}
	w.known[pair] = struct{}{}
	w.fan[from]++
	if l.Relation == vedette.RelationAlias {
		w.fan[to]++
	}
	return true
}

// Drain hands over what was learnt since the last time, at most limit links.
func (w *Watch) Drain(limit int) ([]vedette.EntityLink, []vedette.LogonSession) {
	w.mu.Lock()
	defer w.mu.Unlock()
	links := make([]vedette.EntityLink, 0, min(limit, len(w.links)))
	for key, l := range w.links {
		if len(links) >= limit {
			break
		}
		links = append(links, *l)
		delete(w.links, key)
	}
	return links, w.drainSessions()
}
