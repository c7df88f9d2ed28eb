package detect

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vedette-soc/vedette"
)

// Bounds on what is remembered of the events that came by.
const (
	maxSeenSources = 2048
	maxSeenFields  = 4096 // of one source
	seenCategories = 4    // of one event that are told apart
)

// enoughSeen is how many events of a source must have been looked at before a field that none had counts as one that
// never comes.
const enoughSeen = 64

// Seen is what kinds of events really came by, and which of the fields that rules ask for they had.
type Seen struct {
	Sources []SeenSource `json:"sources"`
}

// SeenSource is one kind of event. Fields are those that rules ask for, of a sample of the events.
type SeenSource struct {
	Product    string    `json:"product,omitempty"`
	Service    string    `json:"service,omitempty"`
	Categories []string  `json:"categories,omitempty"`
	Events     int64     `json:"events"` // that were sampled
	First      time.Time `json:"first"`
	Fields     []string  `json:"fields"`
}

// seenKey is a log source that can be looked up without any memory.
type seenKey struct {
	product, service string
	categories       [seenCategories]string
}

// seenSource is one kind of event while it is observed.
type seenSource struct {
	events atomic.Int64 // that were sampled
	first  time.Time

	mu     sync.Mutex
	fields map[string]struct{}
}

// witness remembers what came by. Reading takes no lock; a kind of event that is new copies the map once.
type witness struct {
	sources atomic.Pointer[map[seenKey]*seenSource]
	mu      sync.Mutex // one writer at a time
	changes atomic.Int64
}

// observe notes the kind of an event, and of a sample the fields that rules ask for.
func (w *witness) observe(ev *vedette.Event, n *names, sampled bool, now func() time.Time) {
	l := &ev.Logsource
	key := seenKey{product: l.Product, service: l.Service}
	copy(key.categories[:], l.Categories)
	s := (*w.sources.Load())[key]
	if s == nil {
		if s = w.add(key, &seenSource{first: now().UTC()}); s == nil {
			return
		}
	}
	if !sampled && s.events.Load() >= enoughSeen {
		return
	}
	s.events.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range ev.Fields {
		f := &ev.Fields[i]
		if _, had := s.fields[f.Name]; had || n.of(f) == 0 || len(s.fields) >= maxSeenFields {
			continue
		}
		s.fields[strings.Clone(f.Name)] = struct{}{} // the name may be part of a large record
		w.changes.Add(1)
	}
}

// add puts a kind of event into the map; nil when there is no room for more.
func (w *witness) add(key seenKey, s *seenSource) *seenSource {
	w.mu.Lock()
	defer w.mu.Unlock()
	old := *w.sources.Load()
	if had := old[key]; had != nil || len(old) >= maxSeenSources {
		return had
	}
	if s.fields == nil {
		s.fields = make(map[string]struct{})
	}
	more := maps.Clone(old)
	more[key] = s
	w.sources.Store(&more)
	w.changes.Add(1)
	return s
}

// maxWarm bounds how many plans are made ahead of their events.
const maxWarm = 256

// warm makes the plans for the kinds of events that came by so far: of all public rules a plan takes up to 60 ms, which
// no event shall wait for after a swap.
func (e *Engine) warm(rs *Ruleset) {
	left := maxWarm
	for key := range *e.witness.sources.Load() {
		if left--; left < 0 {
			return
		}
		l := vedette.Logsource{Product: key.product, Service: key.service}
		for _, c := range key.categories {
			if c != "" {
				l.Categories = append(l.Categories, c)
			}
		}
		rs.index.planFor(&l)
	}
}

// Seen returns what came by so far, in a stable order.
func (e *Engine) Seen() Seen {
	out := Seen{Sources: []SeenSource{}}
	for key, s := range *e.witness.sources.Load() {
		one := SeenSource{Product: key.product, Service: key.service, Events: s.events.Load(), First: s.first}
		for _, c := range key.categories {
			if c != "" {
				one.Categories = append(one.Categories, c)
			}
		}
		s.mu.Lock()
		one.Fields = slices.Sorted(maps.Keys(s.fields))
		s.mu.Unlock()
		out.Sources = append(out.Sources, one)
	}
	slices.SortFunc(out.Sources, func(a, b SeenSource) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Service, b.Service), slices.Compare(a.Categories, b.Categories))
	})
	return out
}

// SeenChanges grows whenever something comes by for the first time, so that a snapshot is taken only when it says more.
func (e *Engine) SeenChanges() int64 { return e.witness.changes.Load() }

// SnapshotSeen writes down what came by.
func (e *Engine) SnapshotSeen() ([]byte, error) { return json.Marshal(e.Seen()) }

// RestoreSeen adds what an earlier run saw.
func (e *Engine) RestoreSeen(snapshot []byte) error {
	var seen Seen
	if err := json.Unmarshal(snapshot, &seen); err != nil {
		return fmt.Errorf("read what came by before: %w", err)
	}
	for _, one := range seen.Sources {
		key := seenKey{product: one.Product, service: one.Service}
		copy(key.categories[:], one.Categories)
		s := e.witness.add(key, &seenSource{first: one.First})
		if s == nil {
			return nil
		}
		s.events.Add(one.Events)
		s.mu.Lock()
		for _, name := range one.Fields[:min(len(one.Fields), maxSeenFields)] {
			s.fields[name] = struct{}{}
		}
		s.mu.Unlock()
	}
	return nil
}
