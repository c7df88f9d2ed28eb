package victorialogs

import (
	"context"
	"fmt"
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
	var mu sync.Mutex
	err := s.between(ctx, span{eventstore.KindEvent, from, through}, func(_ uint, db *logstorage.DataBlock) {
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
	err = s.between(ctx, span{eventstore.KindAlert, from, through}, func(_ uint, db *logstorage.DataBlock) {
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
func (s *Store) between(ctx context.Context, of span, block logstorage.WriteDataBlockFunc) error {
	tenants := s.tenants.all(of.kind)
	if len(tenants) == 0 {
		return nil
	}
	q, err := logstorage.ParseQueryAtTimestamp(fmt.Sprintf(`%[1]q:>=%[2]d %[1]q:<=%[3]d | fields %[1]q, %[4]q, %[5]q`,
		eventstore.FieldSeq, of.from, of.through, eventstore.FieldPlace, eventstore.FieldID), time.Now().UnixNano())
	if err != nil {
		return vedette.Errorf(vedette.CodeInternal, "ask for sequences: %w", err)
	}
	return s.run(ctx, tenants, q, block)
}
