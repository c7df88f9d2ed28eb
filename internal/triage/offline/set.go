package offline

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// The most that one file may hold. Beyond it reading stops with an error of code limited.
const (
	MaxRecords = 64 << 20 // records of one file
	MaxKinds   = 1 << 20  // alerts of one file that differ in more than their times
)

// maxReasons is how many reasons for records that could not be read are kept.
const maxReasons = 8

// Set is the alerts of one file, in order of their times. Alerts that differ only in time, id and record are one kind.
type Set struct {
	Name    string   // of the file; a member of an archive is "archive!member"
	Misread int64    // records that could not be read
	Reasons []string // why, for the first of them

	records int64 // all records, those that could not be read among them
	kinds   []vedette.Alert
	rows    []row
	bytes   int64 // what the kinds hold, about
}

// row is one alert. Times are microseconds since 1970.
type row struct {
	at     int64
	kind   uint32
	record uint32
}

// Taker is what alerts are given to. The alert is valid only until Add returns; its slices and maps are never changed.
type Taker interface {
	Add(a *vedette.Alert, record int64)
}

// Len is the number of alerts.
func (s *Set) Len() int { return len(s.rows) }

// Records is the number of records, those that could not be read among them.
func (s *Set) Records() int64 { return s.records }

// Kinds is the number of alerts that differ in more than their times.
func (s *Set) Kinds() int { return len(s.kinds) }

// Kind returns what the alerts of a kind share.
func (s *Set) Kind(kind uint32) vedette.Alert { return s.kinds[kind] }

// Span returns the times of the first and the last alert; zero times for an empty set.
func (s *Set) Span() (first, last time.Time) {
	if len(s.rows) == 0 {
		return time.Time{}, time.Time{}
	}
	return time.UnixMicro(s.rows[0].at).UTC(), time.UnixMicro(s.rows[len(s.rows)-1].at).UTC()
}

// Feed gives the alerts to a taker, the earliest first; alerts of one moment in the order of their records.
func (s *Set) Feed(to Taker) {
	var a vedette.Alert
	last := ^uint32(0)
	id := make([]byte, 0, 24)
	for _, r := range s.rows {
		if r.kind != last {
			a, last = s.kinds[r.kind], r.kind
		}
		at := time.UnixMicro(r.at).UTC()
		a.Time, a.Received, a.Detected = at, at, at
		id = strconv.AppendUint(append(id[:0], 'r'), uint64(r.record), 10)
		a.ID = string(id)
		a.EventID = a.ID
		to.Add(&a, int64(r.record))
	}
}

// Each calls fn for every alert in order of time, without making it.
func (s *Set) Each(fn func(at time.Time, kind uint32, record int64)) {
	for _, r := range s.rows {
		fn(time.UnixMicro(r.at).UTC(), r.kind, int64(r.record))
	}
}

// Builder makes a set. Its alerts may come in any order.
type Builder struct{ set *Set }

// NewBuilder begins a set.
func NewBuilder(name string) *Builder { return &Builder{&Set{Name: name}} }

// Kind keeps what alerts share and returns its number.
func (b *Builder) Kind(a vedette.Alert) (uint32, error) {
	if len(b.set.kinds) >= MaxKinds {
		return 0, vedette.Errorf(vedette.CodeLimited, "%s holds more than %d different alerts", b.set.Name, MaxKinds)
	}
	b.set.kinds = append(b.set.kinds, a)
	return uint32(len(b.set.kinds) - 1), nil
}

// Add adds an alert of a kind.
func (b *Builder) Add(at time.Time, kind uint32, record int64) error {
	return b.add(at.UnixMicro(), kind, record)
}

func (b *Builder) add(at int64, kind uint32, record int64) error {
	if record > MaxRecords {
		return vedette.Errorf(vedette.CodeLimited, "%s holds more than %d records", b.set.Name, MaxRecords)
	}
	b.set.records = max(b.set.records, record)
	b.set.rows = append(b.set.rows, row{at, kind, uint32(record)})
	return nil
}

// misread counts a record that could not be read.
func (b *Builder) misread(record int64, why string) error {
	if record > MaxRecords {
		return vedette.Errorf(vedette.CodeLimited, "%s holds more than %d records", b.set.Name, MaxRecords)
	}
	b.set.records = max(b.set.records, record)
	b.set.Misread++
	if len(b.set.Reasons) < maxReasons {
		b.set.Reasons = append(b.set.Reasons, "record "+strconv.FormatInt(record, 10)+": "+vedette.Cut(why, 200))
	}
	return nil
}

// Set sorts the alerts and returns them. The builder is used up.
func (b *Builder) Set() *Set {
	set := b.set
	set.rows = sortRuns(set.rows)
	b.set = nil
	return set
}

// sortRuns sorts by time, keeping the order of equal times. Recorded alerts are a few sorted runs one after the other, one
// for each product that wrote them, so merging runs is faster than sorting.
func sortRuns(rows []row) []row {
	const few = 64
	runs := []int{0}
	for i := 1; i < len(rows); i++ {
		if rows[i].at < rows[i-1].at {
			if runs = append(runs, i); len(runs) > few {
				slices.SortStableFunc(rows, func(a, b row) int { return int(min(max(a.at-b.at, -1), 1)) })
				return rows
			}
		}
	}
	runs = append(runs, len(rows))
	spare := make([]row, 0)
	for len(runs) > 2 {
		next := []int{0}
		spare = slices.Grow(spare[:0], len(rows))
		for i := 0; i+1 < len(runs); i += 2 {
			if i+2 < len(runs) {
				spare = mergeRows(spare, rows[runs[i]:runs[i+1]], rows[runs[i+1]:runs[i+2]])
			} else {
				spare = append(spare, rows[runs[i]:runs[i+1]]...)
			}
			next = append(next, len(spare))
		}
		rows, spare, runs = spare, rows, next
	}
	return rows
}

func mergeRows(to, a, b []row) []row {
	for len(a) > 0 && len(b) > 0 {
		if b[0].at < a[0].at {
			to, b = append(to, b[0]), b[1:]
		} else {
			to, a = append(to, a[0]), a[1:]
		}
	}
	return append(append(to, a...), b...)
}

// Until returns the alerts before a time. It shares what the set holds.
func (s *Set) Until(end time.Time) *Set {
	until := *s
	n, _ := slices.BinarySearchFunc(s.rows, end.UnixMicro(), func(r row, at int64) int { return cmp.Compare(r.at, at) })
	until.rows = s.rows[:n]
	return &until
}
