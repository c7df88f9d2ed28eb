package victorialogs

import (
	"sync"
	"time"
)

// durability keeps when which sequences were appended, by the second, and so which are safe by now.
type durability struct {
	mu      sync.Mutex
	recent  []moment // oldest first; at most one a second, for safeAge
	settled uint64   // highest sequence of all that is safe
	highest uint64   // highest sequence appended
}

// moment is what was appended within a second.
type moment struct {
	at       time.Time // of its last row
	min, max uint64
	rows     int64
}

// appended notes rows with sequences from lowest to highest.
func (d *durability) appended(now time.Time, lowest, highest uint64, rows int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.highest = max(d.highest, highest)
	if n := len(d.recent); n > 0 && now.Truncate(time.Second).Equal(d.recent[n-1].at.Truncate(time.Second)) {
		m := &d.recent[n-1]
		m.at, m.min, m.max, m.rows = now, min(m.min, lowest), max(m.max, highest), m.rows+int64(rows)
		return
	}
	d.recent = append(d.recent, moment{at: now, min: lowest, max: highest, rows: int64(rows)})
}

// look settles what is old enough. inMemory is how many rows the engine holds in memory: when they are more than were
// appended lately, flushing lags behind and age proves nothing.
func (d *durability) look(now time.Time, inMemory int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	old, young := 0, int64(0)
	for _, m := range d.recent {
		if now.Sub(m.at) > safeAge {
			old++
		} else {
			young += m.rows
		}
	}
	if inMemory > young {
		return
	}
	d.settle(old)
}

// barrier settles everything appended before a time at which the engine was seen to hold nothing in memory after it
// was told to take in what it had buffered.
func (d *durability) barrier(before time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for n < len(d.recent) && d.recent[n].at.Before(before) {
		n++
	}
	d.settle(n)
}

func (d *durability) settle(n int) {
	for _, m := range d.recent[:n] {
		d.settled = max(d.settled, m.max)
	}
	d.recent = append(d.recent[:0], d.recent[n:]...)
}

// all settles everything: the engine was closed.
func (d *durability) all() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.settle(len(d.recent))
}

// through returns the highest sequence at and below which everything appended is safe.
func (d *durability) through() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	seq := d.settled
	for _, m := range d.recent {
		if m.min <= seq {
			seq = m.min - min(m.min, 1)
		}
	}
	return seq
}

// waiting tells whether anything appended is not settled.
func (d *durability) waiting() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.recent) > 0
}
