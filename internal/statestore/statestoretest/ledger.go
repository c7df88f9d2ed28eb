package statestoretest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// ledgerAccount checks that what the ledger writes comes back, all of it with its watermark, and is replaced by key.
func ledgerAccount(t *testing.T, b *bench) {
	ctx, minute := t.Context(), start.Unix()/60
	pair := statestore.LedgerPair{ID: 7, Tenant: "default", Source: "syslog/防火墙", Product: "linux", Categories: "a+b", Service: "sshd", Rhythm: `{"Count":3}`, Last: kept(start)}
	open := statestore.LedgerInterval{Tenant: "default", Rule: "r1", State: vedette.LedgerFailed, Since: kept(start), Reason: "panic", Ruleset: "abc"}
	gap := vedette.LedgerGap{ID: "gap-1", Tenant: "default", Kind: vedette.GapSilent, Source: "s", Since: kept(start), Reason: "quiet", Rules: 3}
	save := statestore.LedgerSave{Through: 41, Pairs: []statestore.LedgerPair{pair}, Intervals: []statestore.LedgerInterval{open}, Gaps: []vedette.LedgerGap{gap}}
	for i := range int64(5) {
		save.Blocks = append(save.Blocks, statestore.LedgerBlock{Start: minute + i, Minutes: 1, Data: []byte{1, byte(i)}})
	}
	must(t, b.SaveLedger(ctx, save))
	through, err := b.Progress(ctx, statestore.ProgressLedger)
	must(t, err)
	same(t, "watermark", through, 41)
	pairs, err := b.LedgerPairs(ctx)
	must(t, err)
	same(t, "pairs", pairs, []statestore.LedgerPair{pair})
	same(t, "blocks", blocksOf(t, b, minute+1, minute+3), fmt.Sprintf("%d/1:0101 %d/1:0102 ", minute+1, minute+2))

	// The second minute becomes a block of many, the third goes; the interval and the gap end.
	open.Until, gap.Until = kept(start.Add(time.Minute)), kept(start.Add(time.Minute))
	must(t, b.SaveLedger(ctx, statestore.LedgerSave{Through: 42, Intervals: []statestore.LedgerInterval{open}, Gaps: []vedette.LedgerGap{gap},
		Blocks: []statestore.LedgerBlock{{Start: minute + 2, Minutes: 1}, {Start: minute + 1, Minutes: 60, Data: []byte{9}}}}))
	same(t, "blocks after a change", blocksOf(t, b, minute, minute+4), fmt.Sprintf("%d/1:0100 %d/60:09 %d/1:0103 ", minute, minute+1, minute+3))
	intervals, err := b.LedgerIntervals(ctx, "default", start.Add(30*time.Second), start.Add(time.Hour))
	must(t, err)
	same(t, "intervals", intervals, []statestore.LedgerInterval{open})
	for tenant, want := range map[string]int{"": 1, "default": 1, "other": 0} {
		gaps, err := b.LedgerGaps(ctx, tenant, start.Add(-time.Hour), start.Add(time.Hour))
		must(t, err)
		same(t, "gaps of "+tenant, len(gaps), want)
	}
	gaps, err := b.LedgerGaps(ctx, "", start.Add(2*time.Minute), start.Add(time.Hour))
	must(t, err)
	same(t, "gaps that were over", len(gaps), 0)

	must(t, b.PruneLedger(ctx, start.Add(time.Hour)))
	same(t, "blocks after pruning", blocksOf(t, b, 0, minute+100), fmt.Sprintf("%d/60:09 ", minute+1))
	pairs, err = b.LedgerPairs(ctx)
	must(t, err)
	same(t, "pairs after pruning", len(pairs), 0)
}

func blocksOf(t *testing.T, b *bench, from, until int64) string {
	t.Helper()
	var out bytes.Buffer
	must(t, b.LedgerBlocks(t.Context(), from, until, func(one statestore.LedgerBlock) error {
		fmt.Fprintf(&out, "%d/%d:%x ", one.Start, one.Minutes, one.Data)
		return nil
	}))
	return out.String()
}
