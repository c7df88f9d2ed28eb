package victorialogs

import (
	"context"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Append implements eventstore.Writer.
func (s *Store) Append(ctx context.Context, events []*vedette.Event, alerts []vedette.Alert) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.calls.Done()
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(events)+len(alerts) == 0 {
		return nil
	}
	if err := s.roomToWrite(); err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	w := writer{store: s, now: time.Now(), lowest: ^uint64(0)}
	w.lines = logstorage.GetLogRows(nil, nil, nil, nil, "")
	defer logstorage.PutLogRows(w.lines)
	if err := s.knowTenants(events, alerts); err != nil {
		return err
	}
	for _, ev := range events {
		w.event(ev)
	}
	for i := range alerts {
		w.alert(&alerts[i])
	}
	w.flush()
	s.safe.appended(time.Now(), w.lowest, w.highest, len(events)+len(alerts))
	s.datasets.Store(int64(len(s.rows.datasets)))
	s.soil(len(alerts) > 0)
	return nil
}

// knowTenants makes sure that every tenant is known before it has rows.
func (s *Store) knowTenants(events []*vedette.Event, alerts []vedette.Alert) error {
	last := ""
	for i := range len(events) + len(alerts) {
		var tenant string
		if i < len(events) {
			tenant = events[i].Tenant
		} else {
			tenant = alerts[i-len(events)].Tenant
		}
		if i > 0 && tenant == last {
			continue
		}
		if err := s.tenants.add(tenant); err != nil {
			return err
		}
		last = tenant
	}
	return nil
}

// writer is one Append.
type writer struct {
	store           *Store
	lines           *logstorage.LogRows
	now             time.Time
	events          bool   // there were some
	lowest, highest uint64 // sequences
}

func (w *writer) event(ev *vedette.Event) {
	at, skewed := w.believe(ev.Time, ev.Received)
	if skewed {
		w.store.skewed.Add(1)
	}
	tenant := tenantID(ev.Tenant, eventstore.KindEvent)
	w.add(tenant, at, w.store.rows.event(ev, tenant, skewed))
	w.events = true
	w.saw(ev.Seq)
}

func (w *writer) alert(a *vedette.Alert) {
	at, _ := w.believe(a.Time, a.Received)
	tenant := tenantID(a.Tenant, eventstore.KindAlert)
	seq, place, _ := vedette.ParseEventID(a.EventID) // 0 for an alert about no single event
	w.add(tenant, at, w.store.rows.alert(a, tenant, seq, place))
	// An alert may speak of an event of long ago, which says nothing of the batch that raised it: the batch's own events
	// do. What was found in the past is not of the journal at all. Else such alerts, as long as some come, would hold back
	// what is taken for safe.
	if !w.events && (a.Indicator == nil || !a.Indicator.Retro) {
		w.saw(seq)
	}
}

func (w *writer) saw(seq uint64) {
	if seq > 0 {
		w.lowest, w.highest = min(w.lowest, seq), max(w.highest, seq)
	}
}

// believe returns the time to store something at: its own when it lies within what the store keeps, or when it was
// received. The hour of margin is for rows that wait, and for the engine's own clock reading.
func (w *writer) believe(own, received time.Time) (at time.Time, skewed bool) {
	oldest := w.now.Add(time.Hour - w.store.cfg.Retention)
	newest := w.now.Add(w.store.cfg.MaxFuture)
	if !own.Before(oldest) && !own.After(newest) {
		return own, false
	}
	if !received.Before(oldest) && !received.After(newest) {
		return received, true
	}
	return w.now, true
}

// add hands the row that the builder holds to the engine's buffer.
func (w *writer) add(tenant logstorage.TenantID, at time.Time, streamFields int) {
	row, wasCut := w.store.rows.finish()
	if wasCut {
		w.store.cut.Add(1)
	}
	before := w.lines.RowsCount()
	w.lines.MustAdd(tenant, at.UnixNano(), row, streamFields)
	if w.lines.RowsCount() == before {
		w.store.refused.Add(1) // the engine has logged why
	}
	if w.lines.NeedFlush() {
		w.flush()
	}
}

func (w *writer) flush() {
	if w.lines.RowsCount() > 0 {
		w.store.engine.MustAddRows(w.lines)
		w.lines.ResetKeepSettings()
	}
}
