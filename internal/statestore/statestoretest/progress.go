package statestoretest

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func progress(t *testing.T, b *bench) {
	ctx := t.Context()
	value, err := b.Progress(ctx, "indexed")
	must(t, err)
	same(t, "unset progress", value, 0)
	for _, want := range []uint64{7, 900, 3, math.MaxInt64} {
		must(t, b.SetProgress(ctx, "indexed", want))
		value, err = b.Progress(ctx, "indexed")
		must(t, err)
		same(t, "progress", value, want)
	}
	code(t, b.SetProgress(ctx, "indexed", math.MaxUint64), vedette.CodeInvalid)
	code(t, b.SetProgress(ctx, "", 1), vedette.CodeInvalid)
	value, err = b.Progress(ctx, "other")
	must(t, err)
	same(t, "other progress", value, 0)
}

func settings(t *testing.T, b *bench) {
	ctx := t.Context()
	must(t, b.SetSetting(ctx, "default", "mode", "recommend"))
	must(t, b.SetSetting(ctx, "default", "mode", "自动"))
	must(t, b.SetSetting(ctx, "other", "mode", "off"))
	value, err := b.Setting(ctx, "default", "mode")
	must(t, err)
	same(t, "setting", value, "自动")
	must(t, b.SetSetting(ctx, "default", "mode", ""))
	value, err = b.Setting(ctx, "default", "mode")
	must(t, err)
	same(t, "removed setting", value, "")
	code(t, b.SetSetting(ctx, "default", "big", strings.Repeat("x", statestore.MaxSetting+1)), vedette.CodeTooLarge)
}

func snapshots(t *testing.T, b *bench) {
	ctx := t.Context()
	data, err := b.Snapshot(ctx, "sources")
	must(t, err)
	if data != nil {
		t.Fatalf("snapshot that was never saved: %q", data)
	}
	for _, want := range [][]byte{[]byte("one\x00\xff"), bytes.Repeat([]byte{0xA5}, statestore.MaxSnapshot)} {
		must(t, b.SaveSnapshot(ctx, "sources", want))
		data, err = b.Snapshot(ctx, "sources")
		must(t, err)
		if !bytes.Equal(data, want) {
			t.Fatalf("snapshot of %d bytes came back with %d", len(want), len(data))
		}
	}
	code(t, b.SaveSnapshot(ctx, "sources", make([]byte, statestore.MaxSnapshot+1)), vedette.CodeTooLarge)
}

// cancelled checks that a call whose context has ended is unavailable and that the store works on.
func cancelled(t *testing.T, b *bench) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code(t, b.SaveFold(ctx, statestore.Fold{Seq: 1, Incidents: []vedette.Incident{incident(1)}}), vedette.CodeUnavailable)
	_, err := b.Incident(ctx, "default", "inc-001")
	code(t, err, vedette.CodeUnavailable)
	must(t, b.SaveFold(t.Context(), statestore.Fold{Seq: 1, Incidents: []vedette.Incident{incident(1)}}))
	_, err = b.Incident(t.Context(), "default", "inc-001")
	must(t, err)
}
