package baseline_test

import (
	"cmp"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
	"github.com/vedette-soc/vedette/internal/demo"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
)

// monday is when the worlds of these tests begin.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// reader makes events of the demo's records.
type reader struct {
	n     *normalize.Normalizer
	names map[string]string
	seq   uint64
}

func newReader(t testing.TB) *reader {
	t.Helper()
	n, err := normalize.New(normalize.Config{}, all.Parsers(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return &reader{n: n, names: demo.Names()}
}

func (r *reader) read(it demo.Item) (events []*vedette.Event) {
	rec := &vedette.Record{Tenant: "t", Source: cmp.Or(it.Source, r.names[it.From]), Receiver: "demo", Received: it.At, Data: []byte(it.Text)}
	rec.Format = vedette.FormatJSON
	if it.From != "" {
		rec.Format = vedette.FormatSyslog
	}
	r.seq++
	r.n.Normalize(rec, func(ev *vedette.Event) {
		ev.Seq, ev.Place = r.seq, uint32(len(events))
		events = append(events, ev)
	})
	return events
}

// ordinary yields the company's ordinary records of some days, without any attack.
func ordinary(seed uint64, days, perDay int) []demo.Item {
	random := rand.New(rand.NewPCG(seed, 99))
	var at []time.Time
	for day := range days {
		begin := monday.AddDate(0, 0, day)
		n := perDay
		if w := begin.Weekday(); w == time.Saturday || w == time.Sunday {
			n /= 4
		}
		for range n {
			when := begin.Add(time.Duration(random.Int64N(int64(24 * time.Hour))))
			if h := when.Hour(); (h < 7 || h > 19) && random.IntN(3) > 0 {
				when = begin.Add(8*time.Hour + time.Duration(random.Int64N(int64(10*time.Hour))))
			}
			at = append(at, when.Truncate(time.Millisecond))
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	items := make([]demo.Item, 0, len(at))
	now := time.Time{}
	i := 0
	for it := range demo.Live(seed, func() time.Time { return now }) {
		if i > 0 {
			items = append(items, it)
		}
		if i == len(at) {
			break
		}
		now = at[i]
		i++
	}
	return items
}

func newBaseline(t testing.TB, cfg baseline.Config) *baseline.Baseline {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return monday }
	}
	b, err := baseline.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
