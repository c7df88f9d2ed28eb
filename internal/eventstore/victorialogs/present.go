package victorialogs

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Present implements eventstore.Recoverer. It reads two small columns of the blocks whose range of sequences fits;
// the time limit of queries does not hold for it.
func (s *Store) Present(ctx context.Context, from, through uint64) (*eventstore.Presence, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.calls.Done()
	found := &eventstore.Presence{}
	if through < from {
		return found, nil
	}
	tenants, err := s.engine.GetTenantIDs(ctx, math.MinInt64, math.MaxInt64)
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "list the tenants stored: %w", err)
	}
	if len(tenants) == 0 {
		return found, nil
	}
	var mu sync.Mutex
	err = s.between(ctx, tenants, span{eventstore.KindEvent, from, through}, func(_ uint, db *logstorage.DataBlock) {
		mu.Lock()
		defer mu.Unlock()
		seqs, places := values(db, eventstore.FieldSeq), values(db, eventstore.FieldPlace)
		for i := range seqs {
			if place := number(places, i); place <= eventstore.MaxPlace {
				found.AddEvent(number(seqs, i), uint32(place))
			}
		}
	})
	if err != nil {
		return nil, err
	}
	err = s.between(ctx, tenants, span{eventstore.KindAlert, from, through}, func(_ uint, db *logstorage.DataBlock) {
		mu.Lock()
		defer mu.Unlock()
		for _, id := range values(db, eventstore.FieldID) {
			found.AddAlert(id)
		}
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// span is a kind of row and a range of sequences, both ends included.
type span struct {
	kind          string
	from, through uint64
}

// between finds the rows of a span, whenever they happened.
func (s *Store) between(ctx context.Context, tenants []logstorage.TenantID, of span, block logstorage.WriteDataBlockFunc) error {
	q, err := logstorage.ParseQueryAtTimestamp(fmt.Sprintf(`{%s=%q} %[3]q:>=%[4]d %[3]q:<=%[5]d | fields %[3]q, %[6]q, %[7]q`,
		eventstore.FieldKind, of.kind, eventstore.FieldSeq, of.from, of.through, eventstore.FieldPlace, eventstore.FieldID),
		time.Now().UnixNano())
	if err != nil {
		return vedette.Errorf(vedette.CodeInternal, "ask for sequences: %w", err)
	}
	return s.run(ctx, tenants, q, block)
}
