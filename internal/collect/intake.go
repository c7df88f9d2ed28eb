package collect

import (
	"context"
	"errors"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// Limits of one record, in bytes, and of the records that wait for the journal at one time.
const (
	MaxRecord  = 1 << 20
	maxWaiting = 64 << 20
)

// Appender is what the gate needs of the journal: Append returns when the records are durable.
type Appender interface {
	Append(ctx context.Context, records []vedette.Record) (seq uint64, err error)
}

// Intake is the Sink of the house: it applies what the configuration says of a source, appends to the journal and
// counts. It refuses with vedette.CodeLimited when more than 64 MiB wait for the journal.
type Intake struct {
	journal  Appender
	sources  *telemetry.Sources
	policies []Policy
	waiting  chan struct{} // one token a MiB
	records  *telemetry.Counter
	dropped  *telemetry.Counter
	refused  *telemetry.Counter
	seconds  *telemetry.Histogram
}

// NewIntake makes the sink. Policies are asked in order; the first that matches a record's sender decides.
func NewIntake(j Appender, policies []Policy, sources *telemetry.Sources, m *telemetry.Metrics) (*Intake, error) {
	for i := range policies {
		if err := policies[i].prepare(); err != nil {
			return nil, err
		}
	}
	return &Intake{
		journal: j, sources: sources, policies: policies,
		waiting: make(chan struct{}, maxWaiting>>20),
		records: m.Counter("vedette_collect_records_total", "Records made durable.", "receiver"),
		dropped: m.Counter("vedette_collect_dropped_total", "Records not accepted, by reason.", "receiver", "reason"),
		refused: m.Counter("vedette_collect_refused_total", "Requests answered with an error; clients send those again that were limited or unavailable.", "receiver", "code"),
		seconds: m.Histogram("vedette_collect_accept_seconds", "Time until a batch of records was durable.",
			[]float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 5}, "receiver"),
	}, nil
}

// Accept appends the records to the journal. A record over [MaxRecord] is the caller's to refuse; here it is dropped
// and counted, so that it cannot block the others.
func (in *Intake) Accept(ctx context.Context, records []vedette.Record) error {
	kept := records[:0]
	size := 0
	for _, rec := range records {
		in.apply(&rec)
		if len(rec.Data) > MaxRecord {
			in.Drop(&rec, "too_large", 1)
			continue
		}
		size += len(rec.Data)
		kept = append(kept, rec)
	}
	if len(kept) == 0 {
		return nil
	}
	release, err := in.wait(ctx, size)
	if err != nil {
		return err
	}
	defer release()
	begin := time.Now()
	if _, err := in.journal.Append(ctx, kept); err != nil {
		return err
	}
	in.seconds.Observe(time.Since(begin).Seconds(), kept[0].Receiver)
	for i := range kept {
		in.sources.Accepted(&kept[i])
	}
	in.records.Add(float64(len(kept)), kept[0].Receiver)
	return nil
}

// Drop counts records that are lost, against their source.
func (in *Intake) Drop(rec *vedette.Record, reason string, n int) {
	in.apply(rec)
	in.sources.Dropped(rec, reason, n)
	in.dropped.Add(float64(n), rec.Receiver, reason)
}

// Refused counts a request that was answered with an error.
func (in *Intake) Refused(receiver string, code vedette.Code) {
	in.refused.Add(1, receiver, string(code))
}

func (in *Intake) apply(rec *vedette.Record) {
	if rec.Tenant == "" {
		rec.Tenant = vedette.DefaultTenant
	}
	for i := range in.policies {
		if in.policies[i].matches(rec) {
			in.policies[i].apply(rec)
			return
		}
	}
}

// wait takes room for size bytes among those that wait for the journal.
func (in *Intake) wait(ctx context.Context, size int) (release func(), err error) {
	tokens := min(size>>20+1, cap(in.waiting))
	taken := 0
	release = func() {
		for range taken {
			<-in.waiting
		}
	}
	timer := time.NewTimer(2 * time.Second)
	defer timer.Stop()
	for ; taken < tokens; taken++ {
		select {
		case in.waiting <- struct{}{}:
		case <-ctx.Done():
			release()
			return nil, vedette.Errorf(vedette.CodeUnavailable, "wait for the journal: %w", ctx.Err())
		case <-timer.C:
			release()
			return nil, vedette.Errorf(vedette.CodeLimited, "too many records wait for the journal; send them again later")
		}
	}
	return release, nil
}

// Dropper is the optional ability of a sink to count records that a receiver had to give up.
type Dropper interface {
	Drop(rec *vedette.Record, reason string, n int)
}

// Drop counts lost records if the sink can.
func Drop(sink Sink, rec *vedette.Record, reason string, n int) {
	if d, ok := sink.(Dropper); ok {
		d.Drop(rec, reason, n)
	}
}

// AcceptPatiently hands records in and, while the sink asks to come later, tries again until the context ends. It is
// for receivers whose sender is slowed by waiting; nothing is lost while it waits.
func AcceptPatiently(ctx context.Context, sink Sink, records []vedette.Record) error {
	pause := 10 * time.Millisecond
	for {
		// Accept may change the slice it is given, and a second try must hand in the same records.
		batch := append([]vedette.Record(nil), records...)
		err := sink.Accept(ctx, batch)
		code := vedette.CodeOf(err)
		if err == nil || code != vedette.CodeLimited && code != vedette.CodeUnavailable {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(pause):
			pause = min(2*pause, time.Second)
		}
	}
}
