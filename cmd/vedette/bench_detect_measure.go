package main

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/valyala/fastjson"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// One pass measures at least this much of the engine's work, reading the recordings again where they are short.
const passTime = 500 * time.Millisecond

// Engine and scan take turns after so many bytes, so that whatever else the machine does meets both.
const turnBytes = 1 << 20

// detectBench is rules and records ready to be measured.
type detectBench struct {
	engine  *detect.Engine
	judge   *judge
	scanner fastjson.Parser
	turns   [][]vedette.Record
	quiet   []*vedette.Record // those without an alert
	bytes   int64
	records int
	events  int // of all records, once
	alerts  int
	scanned int // keeps the bare scan from being left out
}

// speed is events per second of one core.
type speed struct{ engine, scan float64 }

func newDetectBench(set *detect.Ruleset, records []vedette.Record) (*detectBench, error) {
	engine := detect.New(detect.Config{}, set)
	j, err := newJudge(engine)
	if err != nil {
		return nil, err
	}
	b := &detectBench{engine: engine, judge: j, records: len(records)}
	start, size := 0, 0
	for i := range records {
		size += len(records[i].Data)
		b.bytes += int64(len(records[i].Data))
		if size >= turnBytes || i == len(records)-1 {
			b.turns = append(b.turns, records[start:i+1])
			start, size = i+1, 0
		}
	}
	return b, nil
}

// judge takes records all the way, from their bytes to their alerts, and counts. Nothing of an event is kept, so its memory
// is used again for the next; a server, which stores its events, asks for three or four pieces of memory for each.
type judge struct {
	normalizer     *normalize.Normalizer
	events, alerts int
	event          func(*vedette.Event)
}

func newJudge(engine *detect.Engine) (*judge, error) {
	n, err := newNormalizer()
	if err != nil {
		return nil, err
	}
	j := &judge{normalizer: n}
	alert := func(vedette.Alert) { j.alerts++ }
	j.event = func(ev *vedette.Event) {
		j.events++
		ev.Seq, ev.Place = 1, uint32(j.events)
		engine.Detect(ev, alert)
	}
	return j, nil
}

func (j *judge) one(rec *vedette.Record) { j.normalizer.Glance(rec, j.event) }

func (j *judge) all(records []vedette.Record) {
	for i := range records {
		j.one(&records[i])
	}
}

// warm goes over all records once, so that memory has grown to what it needs, and counts.
func (b *detectBench) warm() {
	for _, turn := range b.turns {
		for i := range turn {
			events, alerts := b.judge.events, b.judge.alerts
			if b.judge.one(&turn[i]); b.judge.alerts == alerts && b.judge.events == events+1 {
				b.quiet = append(b.quiet, &turn[i])
			}
		}
		b.scan(turn)
	}
	b.events, b.alerts = b.judge.events, b.judge.alerts
}

func (b *detectBench) scan(turn []vedette.Record) {
	for i := range turn {
		if v, err := b.scanner.ParseBytes(turn[i].Data); err == nil {
			b.scanned += int(v.Type())
		}
	}
}

// pass measures engine and scan in turns over all records, each of them first half of the time.
func (b *detectBench) pass() speed {
	var engine, scan time.Duration
	rounds := 0
	for engine < passTime {
		for i, turn := range b.turns {
			start := processorTime()
			if (i+rounds)%2 == 0 {
				b.judge.all(turn)
				between := processorTime()
				b.scan(turn)
				engine, scan = engine+between-start, scan+processorTime()-between
			} else {
				b.scan(turn)
				between := processorTime()
				b.judge.all(turn)
				scan, engine = scan+between-start, engine+processorTime()-between
			}
		}
		rounds++
	}
	events := float64(b.events * rounds)
	return speed{events / engine.Seconds(), events / scan.Seconds()}
}

// allocations is how many objects an event without an alert takes.
func (b *detectBench) allocations() float64 {
	if len(b.quiet) == 0 {
		return 0
	}
	quiet := b.quiet[:min(len(b.quiet), 200_000)]
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, rec := range quiet {
		b.judge.one(rec)
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(len(quiet))
}

// slowest is the time, in microseconds on the wall, within which 99 of 100 records were done: the median of the passes.
func (b *detectBench) slowest(passes int) float64 {
	var p99 []float64
	times := make([]time.Duration, 0, min(b.records, 1_000_000))
	for range passes {
		times = times[:0]
		for _, turn := range b.turns {
			for i := range turn {
				if len(times) == cap(times) {
					break
				}
				start := time.Now()
				b.judge.one(&turn[i])
				times = append(times, time.Since(start))
			}
		}
		slices.Sort(times)
		p99 = append(p99, float64(quantile(times, 0.99))/1e3)
	}
	return median(p99, func(x float64) float64 { return x })
}

// sliceRecords is how many records are measured in one go on one core and on two: about 20 ms, short enough to find
// moments at which nobody else needs the machine.
const sliceRecords = 2000

// scaling is how much faster two cores are than one over the same rules: by the clock on the wall, where the fastest of
// many short runs are compared, and by processor time, which does not see waiting but holds on a busy machine, too.
func (b *detectBench) scaling(ctx context.Context) (wall, processor float64, err error) {
	restore := runtime.GOMAXPROCS(2)
	defer runtime.GOMAXPROCS(restore)
	first, err := newJudge(b.engine)
	if err != nil {
		return 0, 0, err
	}
	second, err := newJudge(b.engine) // both are new, so that neither knows more words than the other
	if err != nil {
		return 0, 0, err
	}
	one, two := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	part := b.sample()
	var cost []float64 // twice the work at twice the processor time is 2
	second.all(part)
	for i := range 60 {
		if i%2 == 1 {
			first, second = second, first
		}
		if ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
		start, taken := time.Now(), processorTime()
		first.all(part)
		one = min(one, time.Since(start))
		alone := processorTime() - taken
		start, taken = time.Now(), processorTime()
		var wait sync.WaitGroup
		wait.Go(func() { second.all(part) })
		first.all(part)
		wait.Wait()
		two = min(two, time.Since(start))
		cost = append(cost, 4*alone.Seconds()/(processorTime()-taken).Seconds())
	}
	return 2 * one.Seconds() / two.Seconds(), median(cost, func(x float64) float64 { return x }), nil
}

// sample is records spread evenly over all.
func (b *detectBench) sample() []vedette.Record {
	step := max(1, b.records/sliceRecords)
	out := make([]vedette.Record, 0, sliceRecords)
	n := 0
	for _, turn := range b.turns {
		for i := range turn {
			if n%step == 0 && len(out) < sliceRecords {
				out = append(out, turn[i])
			}
			n++
		}
	}
	return out
}

// median of what of gives for each value.
func median[T any](values []T, of func(T) float64) float64 {
	out := make([]float64, 0, len(values))
	for _, v := range values {
		out = append(out, of(v))
	}
	slices.Sort(out)
	if n := len(out); n%2 == 0 {
		return (out[n/2-1] + out[n/2]) / 2
	}
	return out[len(out)/2]
}
