package telemetry

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
)

// Limits that keep the register of sources small whatever is sent.
const (
	maxDatasets    = 32      // datasets told apart per source
	maxReasons     = 16      // reasons for drops told apart per source
	maxSamples     = 8       // kinds of unparsable record kept per source
	sampleBytes    = 2 << 10 // bytes kept of an unparsable record
	rateMinutes    = 60
	overflowSource = "other" // where records of the sources beyond the limit are counted
)

// Sources is the register of everyone who sends records: how much, how well understood, how late, since when silent.
// It is safe for concurrent use.
type Sources struct {
	limit int
	now   func() time.Time

	mu   sync.Mutex
	byID map[sourceID]*source
}

type sourceID struct{ Tenant, Name string }

// source is the register's own view of one sender. Its exported form is vedette.SourceStatus.
type source struct {
	Status  vedette.SourceStatus
	Minutes [rateMinutes]int64 // records per minute, a ring
	Failed  [rateMinutes]int64 // those of them that cannot be parsed
	Minute  int64              // the minute, since 1970, that the rings' newest place stands for
	Rhythm  Rhythm
	Silent  bool          // when the snapshot was written
	Gap     time.Duration `json:",omitempty"` // what snapshots of 0.1 have in place of the rhythm
}

// NewSources makes an empty register that tells at most limit sources apart; the rest is counted together as "other".
func NewSources(limit int, now func() time.Time) *Sources {
	return &Sources{limit: limit, now: now, byID: make(map[sourceID]*source)}
}

// Accepted counts a record that is durable.
func (s *Sources) Accepted(rec *vedette.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src := s.at(rec)
	now := rec.Received
	src.Rhythm.Heard(now, 1)
	src.Status.Last = now
	src.Status.Records++
	src.Status.Bytes += int64(len(rec.Data))
	src.roll(now)
	src.Minutes[src.Minute%rateMinutes]++
}

// Dropped counts records that were not accepted, and why. The reason is a short stable word.
func (s *Sources) Dropped(rec *vedette.Record, reason string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	grow(&s.at(rec).Status.Dropped, reason, int64(n), maxReasons)
}

// Parsed counts an event that came out of a record.
func (s *Sources) Parsed(ev *vedette.Event, rec *vedette.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src := s.at(rec)
	src.Status.Events++
	grow(&src.Status.Datasets, ev.Dataset, 1, maxDatasets)
	src.Status.SkewSecs = int64(ev.Received.Sub(ev.Time) / time.Second)
}

// Failed counts a record that no parser understood and keeps a sample of it.
func (s *Sources) Failed(rec *vedette.Record, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src := s.at(rec)
	src.Status.Failures++
	if minute := rec.Received.Unix() / 60; minute > src.Minute-rateMinutes && minute <= src.Minute {
		src.Failed[minute%rateMinutes]++
	}
	for i := range src.Status.Samples {
		if src.Status.Samples[i].Reason == reason {
			src.Status.Samples[i].Count++
			return
		}
	}
	if len(src.Status.Samples) < maxSamples {
		raw := strings.ToValidUTF8(string(rec.Data[:min(len(rec.Data), sampleBytes)]), "\uFFFD")
		src.Status.Samples = append(src.Status.Samples, vedette.FailureSample{
			Time: rec.Received, Reason: reason, Raw: raw, Count: 1,
		})
	}
}

// Searchable notes how long the newest record of a source took from arrival to being searchable.
func (s *Sources) Searchable(tenant, name string, lag time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if src := s.byID[sourceID{tenant, name}]; src != nil {
		src.Status.LagMillis = lag.Milliseconds()
	}
}

// List returns the sources of a tenant, by name.
func (s *Sources) List(tenant string) []vedette.SourceStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	list := []vedette.SourceStatus{}
	for id, src := range s.byID {
		if id.Tenant != tenant {
			continue
		}
		src.roll(now)
		list = append(list, src.view(now))
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// Health is how one source is doing, and what is known of its rhythm.
type Health struct {
	Tenant, Name, Receiver string
	State                  vedette.SourceState
	Last                   time.Time
	Rhythm                 Rhythm
	Failures               int64            // of the last minutes
	Records                int64            // of the last minutes
	Dropped                map[string]int64 // ever, by reason
	SkewSecs               int64
}

// Health tells of all sources of all tenants, by tenant and name.
func (s *Sources) Health() []Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	list := make([]Health, 0, len(s.byID))
	for id, src := range s.byID {
		src.roll(now)
		h := Health{
			Tenant: id.Tenant, Name: id.Name, Receiver: src.Status.Receiver, State: src.state(now), Last: src.Status.Last,
			Rhythm: src.Rhythm, Dropped: maps.Clone(src.Status.Dropped), SkewSecs: src.Status.SkewSecs,
		}
		h.Failures, h.Records = src.recent()
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b Health) int { return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Name, b.Name)) })
	return list
}

// Snapshot writes the register down, so that a source which fell silent before a restart is still known after it.
func (s *Sources) Snapshot() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, now := make([]*source, 0, len(s.byID)), s.now()
	for _, src := range s.byID {
		src.Silent = src.Rhythm.Silent(now)
		list = append(list, src)
	}
	return json.Marshal(list)
}

// Restore reads a snapshot back into an empty register. Who was not silent when it was written is not called silent for
// the time in which nobody listened.
func (s *Sources) Restore(snapshot []byte) error {
	var list []*source
	if err := json.Unmarshal(snapshot, &list); err != nil {
		return fmt.Errorf("read the register of sources: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, src := range list {
		if src == nil {
			continue
		}
		if st := src.Status; src.Rhythm.Count == 0 && st.Records > 0 {
			src.Rhythm = Rhythm{First: st.First, Last: st.Last, Count: st.Records, Gap: src.Gap, Active: 1}
			src.Silent = src.Rhythm.Silent(s.now())
		}
		src.Gap = 0
		if !src.Silent {
			src.Rhythm.Grace = s.now()
		}
		if len(s.byID) < s.limit {
			s.byID[sourceID{src.Status.Tenant, src.Status.Name}] = src
		}
	}
	return nil
}

func (s *Sources) at(rec *vedette.Record) *source {
	id := sourceID{rec.Tenant, rec.Source}
	if src := s.byID[id]; src != nil {
		return src
	}
	if len(s.byID) >= s.limit {
		id.Name = overflowSource
		if src := s.byID[id]; src != nil {
			return src
		}
	}
	now := s.now()
	src := &source{Minute: now.Unix() / 60, Status: vedette.SourceStatus{
		Name: id.Name, Tenant: id.Tenant, Receiver: rec.Receiver, Peer: rec.Peer, First: now, Last: rec.Received,
		Dropped: map[string]int64{}, Datasets: map[string]int64{}, Samples: []vedette.FailureSample{},
	}}
	s.byID[id] = src
	return src
}

// roll moves the ring of minutes on to now, emptying the minutes in which nothing came.
func (src *source) roll(now time.Time) {
	minute := now.Unix() / 60
	for m := max(src.Minute+1, minute-rateMinutes+1); m <= minute; m++ {
		src.Minutes[m%rateMinutes], src.Failed[m%rateMinutes] = 0, 0
	}
	src.Minute = max(src.Minute, minute)
}

func grow(counts *map[string]int64, key string, n int64, limit int) {
	if _, known := (*counts)[key]; !known && len(*counts) >= limit {
		key = overflowSource
	}
	(*counts)[key] += n
}
