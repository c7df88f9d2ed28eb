package telemetry

import (
	"encoding/json"
	"fmt"
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
	Minute  int64              // the minute, since 1970, that the ring's newest place stands for
	Gap     time.Duration      // longest usual gap between records, decaying
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
	if gap := now.Sub(src.Status.Last); src.Status.Records > 0 && gap > 0 {
		// The usual gap follows long gaps at once and forgets them slowly, so a source that always
		// pauses for an hour is not called silent after a minute.
		src.Gap = max(gap, src.Gap-src.Gap/64)
	}
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

// Snapshot writes the register down, so that a source which fell silent before a restart is still known after it.
func (s *Sources) Snapshot() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*source, 0, len(s.byID))
	for _, src := range s.byID {
		list = append(list, src)
	}
	return json.Marshal(list)
}

// Restore reads a snapshot back into an empty register.
func (s *Sources) Restore(snapshot []byte) error {
	var list []*source
	if err := json.Unmarshal(snapshot, &list); err != nil {
		return fmt.Errorf("read the register of sources: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, src := range list {
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
		src.Minutes[m%rateMinutes] = 0
	}
	src.Minute = max(src.Minute, minute)
}

func grow(counts *map[string]int64, key string, n int64, limit int) {
	if _, known := (*counts)[key]; !known && len(*counts) >= limit {
		key = overflowSource
	}
	(*counts)[key] += n
}
