package victorialogs

import (
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"
)

// flush makes appended rows searchable and watches when they are safe, until the store closes.
//
// Left alone, the engine makes rows searchable after a second. Telling it to costs a part in memory each time, so it is
// told once for all rows of an interval, and after half of it when alerts wait.
func (s *Store) flush() {
	watch := time.NewTicker(time.Second)
	defer watch.Stop()
	show := time.NewTimer(time.Hour)
	defer show.Stop()
	var due time.Time // zero when nothing waits
	for {
		select {
		case <-s.closing:
			return
		case urgent := <-s.dirty:
			at := time.Now().Add(s.cfg.Visible)
			if urgent {
				at = time.Now().Add(s.cfg.Visible / 2)
			}
			if due.IsZero() || at.Before(due) {
				due = at
				show.Reset(time.Until(due))
			}
		case <-show.C:
			if !due.IsZero() {
				due = time.Time{}
				s.show()
			}
		case <-watch.C:
			s.watch()
		}
	}
}

// soil tells the flusher that rows were appended.
func (s *Store) soil(urgent bool) {
	for {
		select {
		case s.dirty <- urgent:
			return
		case other := <-s.dirty: // one signal is enough, if it is the more urgent
			urgent = urgent || other
		}
	}
}

// show makes every appended row searchable.
func (s *Store) show() {
	s.writing.Lock()
	s.rows.nextGeneration()
	s.writing.Unlock()
	s.engine.DebugFlush()
}

// watch notes what is safe by now.
func (s *Store) watch() {
	before := time.Now()
	if s.safe.waiting() {
		s.show() // nothing appended before is in the engine's buffers from here on
	}
	var e logstorage.StorageStats
	s.engine.UpdateStats(&e)
	if e.InmemoryRowsCount == 0 {
		s.safe.barrier(before)
		return
	}
	s.safe.look(time.Now(), int64(e.InmemoryRowsCount))
}
