package access

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
)

// Guessing is slowed by three measures at once. The pair of name and address stops one guesser of one name; the address
// stops one who tries many names; the name, with more room so that a stranger cannot lock its owner out at once, slows
// guessing from many addresses.

// maxMeasured is how many keys each measure has; beyond it the one longest unused is forgotten.
const maxMeasured = 10_000

// guesses holds the three measures.
type guesses struct {
	pair, address, name *measure
}

func newGuesses() guesses {
	return guesses{
		pair:    newMeasure(5, 30*time.Second),
		address: newMeasure(20, 10*time.Second),
		name:    newMeasure(50, 10*time.Second),
	}
}

// take counts an attempt before it is made, so that attempts at the same time cannot slip through together. It returns
// how to take it back, for an attempt that succeeded.
func (g guesses) take(name, from string, now time.Time) (func(), error) {
	address := network(from)
	if len(name) > 64 { // nobody's name, and nothing to keep ten thousand of
		sum := sha256.Sum256([]byte(name))
		name = hex.EncodeToString(sum[:])
	}
	var done []func()
	back := func() {
		for _, one := range done {
			one()
		}
	}
	for _, c := range []struct {
		measure *measure
		key     string
	}{{g.pair, name + "\x00" + address}, {g.address, address}, {g.name, name}} {
		wait := c.measure.take(c.key, now)
		if wait > 0 {
			back()
			return nil, vedette.Errorf(vedette.CodeLimited, "too many failed attempts; try again in %d seconds", int(wait/time.Second)+1)
		}
		done = append(done, func() { c.measure.give(c.key) })
	}
	return back, nil
}

// network is what attempts are counted by: an IPv4 address, or the /64 of an IPv6 address, which one host can fill.
func network(from string) string {
	addr, err := netip.ParseAddr(from)
	if err != nil {
		port, err := netip.ParseAddrPort(from)
		if err != nil {
			return from[:min(len(from), 64)]
		}
		addr = port.Addr()
	}
	addr = addr.Unmap()
	if addr.Is6() {
		if prefix, err := addr.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}

// measure counts attempts by key: so many at once, and one more after each interval.
type measure struct {
	burst    float64
	interval time.Duration
	mu       sync.Mutex
	keys     map[string]*list.Element
	order    *list.List // of *attempts, last used first
}

type attempts struct {
	key  string
	left float64
	at   time.Time
}

func newMeasure(burst float64, interval time.Duration) *measure {
	return &measure{burst: burst, interval: interval, keys: map[string]*list.Element{}, order: list.New()}
}

// take counts an attempt and returns 0, or returns how long to wait.
func (m *measure) take(key string, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	element := m.keys[key]
	if element == nil {
		if m.order.Len() >= maxMeasured {
			oldest := m.order.Back()
			delete(m.keys, m.order.Remove(oldest).(*attempts).key)
		}
		element = m.order.PushFront(&attempts{key: key, left: m.burst, at: now})
		m.keys[key] = element
	}
	m.order.MoveToFront(element)
	a := element.Value.(*attempts)
	if passed := now.Sub(a.at); passed > 0 {
		a.left = min(m.burst, a.left+float64(passed)/float64(m.interval))
		a.at = now
	}
	if a.left < 1 {
		return time.Duration((1 - a.left) * float64(m.interval))
	}
	a.left--
	return 0
}

// give takes an attempt back.
func (m *measure) give(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if element := m.keys[key]; element != nil {
		a := element.Value.(*attempts)
		a.left = min(m.burst, a.left+1)
	}
}
