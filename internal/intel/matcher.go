package intel

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gaissmai/bart"

	"github.com/vedette-soc/vedette"
)

// MatcherConfig is what a matcher needs beside its indicators. The zero value works.
type MatcherConfig struct {
	Policy   Policy                                   // how indicators age; DefaultPolicy when empty
	Now      func() time.Time                         // judges validity and stamps alerts; time.Now when nil
	Entities func(*vedette.Event) []vedette.EntityRef // names what an event speaks about; may be nil
}

// Matcher holds the indicators that are live and finds them in events. Its methods may be called from any number of
// goroutines; those that change it wait for each other, and matching waits for nobody.
type Matcher struct {
	cfg      MatcherConfig
	seed     maphash.Seed
	uses     [256]use
	scans    sync.Pool
	shards   [shardCount]atomic.Pointer[shard]
	networks atomic.Pointer[bart.Lite]
	allow    atomic.Pointer[allowList]
	present  atomic.Uint32 // the kinds that there are, as bits of use

	mu         sync.Mutex // one change at a time
	fired      atomic.Int64
	suppressed [4]atomic.Int64
}

// Reasons why an indicator that an event held did not fire.
const (
	heldExpired = iota
	heldFaded
	heldAllowed
	heldFuture
)

// MatcherStats is a matcher in numbers.
type MatcherStats struct {
	Indicators int
	Bytes      int64 // of tables, entries and values
	Networks   int
	Fired      int64 // alerts since the start
	Expired    int64 // hits that did not fire, since the start, by reason
	Faded      int64
	Allowed    int64
	Future     int64
}

// NewMatcher returns a matcher without indicators and with the allow-list that is good everywhere.
func NewMatcher(cfg MatcherConfig) *Matcher {
	if cfg.Policy.Kinds == nil {
		cfg.Policy = DefaultPolicy()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Entities == nil {
		cfg.Entities = func(*vedette.Event) []vedette.EntityRef { return nil }
	}
	m := &Matcher{cfg: cfg, seed: maphash.MakeSeed(), uses: usesByKey()}
	m.scans.New = func() any { return new(scan) }
	m.networks.Store(new(bart.Lite))
	m.allow.Store(newAllowList(builtin()))
	return m
}

// hash is seeded anew in every process, so that nobody can prepare values that collide.
func (m *Matcher) hash(kind kindCode, key []byte) uint64 {
	return maphash.Bytes(m.seed, key) ^ uint64(kind)*0x9E3779B97F4A7C15
}

// Put takes indicators in, replacing those it has; those that are revoked, over, or without a feed are taken out. One
// call that changes many is cheaper than many calls.
func (m *Matcher) Put(list []vedette.Indicator) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.cfg.Now()
	allow := m.allow.Load()
	var changes [shardCount]map[string]*loaded
	networks := false
	for i := range list {
		in := &list[i]
		_, allowed := allow.find(in.Kind, in.Value)
		l, ok := load(in, allowed)
		if !ok {
			continue
		}
		at := m.hash(l.kind, l.key) >> shardShift
		if changes[at] == nil {
			changes[at] = map[string]*loaded{}
		}
		networks = networks || l.kind == codeNetwork
		name := string(append([]byte{byte(l.kind)}, l.key...))
		if in.State == vedette.IndicatorRevoked || len(in.Feeds) == 0 || !in.ValidUntil.After(now) {
			l = nil
		}
		changes[at][name] = l
	}
	for i, change := range changes {
		if change != nil {
			m.shards[i].Store(rebuild(m.shards[i].Load(), change, m.hash))
		}
	}
	m.survey(networks)
}

// survey finds out anew which kinds there are, and puts the networks into their own table.
func (m *Matcher) survey(networks bool) {
	var present use
	for i := range m.shards {
		if s := m.shards[i].Load(); s != nil {
			present |= s.kinds
		}
	}
	if networks {
		table := new(bart.Lite)
		for i := range m.shards {
			s := m.shards[i].Load()
			if s == nil || s.kinds&useNetwork == 0 {
				continue
			}
			for j := range s.entries {
				if e := &s.entries[j]; e.kind == codeNetwork {
					table.Insert(prefixOf(s.keyOf(e)))
				}
			}
		}
		m.networks.Store(table)
	}
	m.present.Store(uint32(present))
}

func prefixOf(key []byte) netip.Prefix {
	addr, _ := netip.AddrFromSlice(key[:len(key)-1])
	return netip.PrefixFrom(addr, int(key[len(key)-1]))
}

// Sweep takes out what is over, shard by shard, and returns how many indicators went. Until then they take room and do
// not fire.
func (m *Matcher) Sweep() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, gone, networks := seconds(m.cfg.Now()), 0, false
	for i := range m.shards {
		s := m.shards[i].Load()
		if s == nil {
			continue
		}
		over := map[string]*loaded{}
		for j := range s.entries {
			if e := &s.entries[j]; e.until <= now {
				over[string(append([]byte{byte(e.kind)}, s.keyOf(e)...))] = nil
				networks = networks || e.kind == codeNetwork
			}
		}
		if len(over) > 0 {
			gone += len(over)
			m.shards[i].Store(rebuild(s, over, m.hash))
		}
	}
	if gone > 0 {
		m.survey(networks)
	}
	return gone
}

// Allow replaces the allow-list; what comes with the program is added to it. Every indicator is looked at anew.
func (m *Matcher) Allow(entries []vedette.Allowance) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := newAllowList(append(builtin(), entries...))
	m.allow.Store(list)
	for i := range m.shards {
		s := m.shards[i].Load()
		if s == nil {
			continue
		}
		next := *s
		next.entries = append(make([]entry, 0, len(s.entries)), s.entries...)
		for j := range next.entries {
			e := &next.entries[j]
			e.flags &^= flagAllowed
			if _, allowed := list.find(kindsByCode[e.kind], valueOf(e.kind, s.keyOf(e))); allowed {
				e.flags |= flagAllowed
			}
		}
		m.shards[i].Store(&next)
	}
}

// Allowed returns the entry of the allow-list that keeps a value from firing.
func (m *Matcher) Allowed(kind vedette.IndicatorKind, value string) (vedette.Allowance, bool) {
	return m.allow.Load().find(kind, value)
}

// Stats returns the matcher in numbers.
func (m *Matcher) Stats() MatcherStats {
	st := MatcherStats{Fired: m.fired.Load(), Expired: m.suppressed[heldExpired].Load(), Faded: m.suppressed[heldFaded].Load(),
		Allowed: m.suppressed[heldAllowed].Load(), Future: m.suppressed[heldFuture].Load(), Networks: m.networks.Load().Size()}
	for i := range m.shards {
		if s := m.shards[i].Load(); s != nil {
			st.Indicators += len(s.entries)
			st.Bytes += int64(cap(s.arena)) + int64(cap(s.entries))*entrySize + int64(cap(s.slots))*4
		}
	}
	return st
}

// Judge fills in what depends on the time and on the allow-list: the confidence now, the state, and why it does not fire.
func (m *Matcher) Judge(in *vedette.Indicator) {
	now := m.cfg.Now()
	in.Confidence = m.cfg.Policy.Confidence(in.Kind, in.Base, now.Sub(in.Asserted))
	allowed, ok := m.Allowed(in.Kind, in.Value)
	switch {
	case in.State == vedette.IndicatorRevoked:
		in.Why = "every feed that named it has taken it back"
	case ok:
		in.State, in.Why = vedette.IndicatorAllowed, "on the allow-list as "+allowed.Value+": "+allowed.Reason
	case !in.ValidUntil.After(now):
		in.State, in.Why = vedette.IndicatorExpired, "no longer valid since "+in.ValidUntil.UTC().Format(time.RFC3339)
	case in.ValidFrom.After(now):
		in.State, in.Why = vedette.IndicatorFuture, "valid only from "+in.ValidFrom.UTC().Format(time.RFC3339)
	case in.Confidence < m.cfg.Policy.CutOff:
		in.State, in.Why = vedette.IndicatorFaded, "too little confidence is left of it"
	default:
		in.State, in.Why = vedette.IndicatorLive, ""
	}
}
