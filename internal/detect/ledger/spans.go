package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// span is a run of time in which a pair, or a source, was in one state.
type span struct {
	from, until time.Time
	state       vedette.LedgerState
	events      int64
	reason      string
}

// thread makes spans of the counts of one pair or source, given in order of minutes.
type thread struct {
	rhythm telemetry.Rhythm
	first  int64 // no minute before is looked at
	last   int64 // newest minute with a count; 0 when there was none
	spans  []span
	events []int64 // by step, for overviews; nil otherwise
	origin int64   // minute that the first step begins with
	step   int64   // minutes
}

// lead is how many minutes before the span asked for are read, so that a silence which began there is seen whole.
const lead = 2 * hour

func (t *thread) count(minute, n int64) {
	if n == 0 || minute < t.first {
		return
	}
	if t.events != nil && minute >= t.origin {
		if place := (minute - t.origin) / t.step; place < int64(len(t.events)) {
			t.events[place] += n
		}
	}
	before := t.last
	if before == 0 {
		before = t.first - 1
	}
	if t.tooLong(minute - before - 1) {
		t.add(span{from: at(before + 1), until: at(minute), state: vedette.LedgerNoData, reason: t.missing()})
		t.add(span{from: at(minute), until: at(minute + 1), state: vedette.LedgerEvaluated, events: n})
	} else {
		t.add(span{from: at(before + 1), until: at(minute + 1), state: vedette.LedgerEvaluated, events: n})
	}
	t.last = max(t.last, minute)
}

// tooLong tells whether so many empty minutes are more than usual.
func (t *thread) tooLong(empty int64) bool {
	return empty > 0 && time.Duration(empty)*time.Minute > t.rhythm.Patience()
}

func (t *thread) missing() string {
	return "nothing came for more than " + t.rhythm.Patience().Round(time.Second).String()
}

func (t *thread) add(s span) {
	if n := len(t.spans); n > 0 && t.spans[n-1].state == s.state && !t.spans[n-1].until.Before(s.from) {
		t.spans[n-1].until = s.until
		t.spans[n-1].events += s.events
		return
	}
	t.spans = append(t.spans, s)
}

// tail is what is known of the time behind the last count.
type tail struct {
	end     time.Time // of the span asked for, or now
	upTo    time.Time // everything that came in before is processed
	waiting bool      // something that came in later is not
	heard   time.Time // when the source was last heard of, processed or not
	silent  bool      // the source as a whole
	own     bool      // the house's own news: never missed
}

// finish adds the spans behind the last count. What is past is past: only a tail that reaches the present can be
// pending.
func (t *thread) finish(now tail) {
	from := at(t.last + 1)
	if t.last == 0 {
		from = at(t.first)
	}
	last := t.rhythm.Last
	gone := last.Add(max(7*24*time.Hour, 4*t.rhythm.Gap))
	if !t.rhythm.Learned() {
		gone = last.Add(time.Hour)
	}
	switch {
	case now.own:
		t.addUpTo(from, now.end, vedette.LedgerEvaluated, "")
	case last.After(now.end): // it was heard again later: the pause is judged by its length as far as it is in view
		if t.tooLong(int64(min(now.end.Sub(from), last.Sub(from)) / time.Minute)) {
			t.addUpTo(from, now.end, vedette.LedgerNoData, t.missing())
		} else {
			t.addUpTo(from, now.end, vedette.LedgerEvaluated, "")
		}
	case now.waiting && now.heard.After(last):
		t.pending(from, now)
	case now.silent || t.rhythm.Silent(now.upTo):
		if last.Before(from) && !last.Before(from.Add(-time.Minute)) && now.end.After(last) && t.cut(last) {
			from = last
		}
		t.addUpTo(from, earlier(now.end, gone), vedette.LedgerNoData, t.missing())
	default:
		t.addUpTo(from, now.end, vedette.LedgerEvaluated, "")
	}
}

// pending says that what came since the last count waits.
func (t *thread) pending(from time.Time, now tail) {
	begin := later(earlier(from, now.upTo), t.rhythm.Last)
	t.cut(begin)
	end := now.end
	if now.silent {
		end = earlier(end, now.heard.Add(time.Second))
	}
	t.addUpTo(begin, end, vedette.LedgerPending, "it is in the journal and was not looked at yet")
	t.addUpTo(end, now.end, vedette.LedgerNoData, t.missing())
}

// cut ends the newest span at a time within it, if it is.
func (t *thread) cut(end time.Time) bool {
	n := len(t.spans)
	if n == 0 || !t.spans[n-1].until.After(end) || !t.spans[n-1].from.Before(end) {
		return false
	}
	t.spans[n-1].until = end
	return true
}

func (t *thread) addUpTo(from, until time.Time, state vedette.LedgerState, reason string) {
	if from.Before(until) {
		t.add(span{from: from, until: until, state: state, reason: reason})
	}
}

// clipped returns the spans as far as they are within a time.
func (t *thread) clipped(since, until time.Time) []span {
	out := t.spans[:0]
	for _, s := range t.spans {
		s.from, s.until = later(s.from, since), earlier(s.until, until)
		if s.from.Before(s.until) {
			out = append(out, s)
		}
	}
	return out
}

// at is the beginning of a minute.
func at(minute int64) time.Time { return time.Unix(minute*60, 0).UTC() }

func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// read gives the counts of a span of minutes to fn, in order of minutes for each pair, each minute of a pair once or in
// several parts.
func (l *Ledger) read(ctx context.Context, from, until int64, fn func(pair, minute, n int64)) error {
	l.writing.RLock()
	defer l.writing.RUnlock()
	fresh := l.freshCopy()
	minutes := make([]int64, 0, len(fresh))
	for minute := range fresh {
		if minute >= from && minute < until {
			minutes = append(minutes, minute)
		}
	}
	slices.Sort(minutes)
	upTo := func(minute int64) {
		for len(minutes) > 0 && minutes[0] < minute {
			for id, n := range fresh[minutes[0]] {
				fn(id, minutes[0], n)
			}
			minutes = minutes[1:]
		}
	}
	err := l.deps.Store.LedgerBlocks(ctx, from-from%hour, until, func(b statestore.LedgerBlock) error {
		if b.Minutes == hour {
			return decodeHour(b, fresh, upTo, from, until, fn)
		}
		upTo(b.Start)
		return decode(b.Data, func(pair int64, counts []int64) {
			if b.Start >= from {
				fn(pair, b.Start, counts[0])
			}
		})
	})
	upTo(until)
	return err
}

// decodeHour reads an hour's block together with what is fresh of that hour, pair by pair.
func decodeHour(b statestore.LedgerBlock, fresh minutes, upTo func(int64), from, until int64, fn func(pair, minute, n int64)) error {
	late := map[int64][]int64{}
	for minute := b.Start; minute < b.Start+hour; minute++ {
		for id, n := range fresh[minute] {
			block(late).add(id, minute-b.Start, n, hour)
		}
		delete(fresh, minute)
	}
	upTo(b.Start)
	give := func(pair int64, counts []int64) {
		for i, n := range counts {
			if minute := b.Start + int64(i); n != 0 && minute >= from && minute < until {
				fn(pair, minute, n)
			}
		}
	}
	err := decode(b.Data, func(pair int64, counts []int64) {
		for i, n := range late[pair] {
			counts[i] += n
		}
		delete(late, pair)
		give(pair, counts)
	})
	for pair, counts := range late {
		give(pair, counts)
	}
	return err
}
