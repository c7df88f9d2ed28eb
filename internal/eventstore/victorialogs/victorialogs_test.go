package victorialogs_test

import (
	"log/slog"
	"os"
	"testing"

	"github.com/vedette-soc/vedette/internal/eventstore/eventstoretest"
	"github.com/vedette-soc/vedette/internal/eventstore/victorialogs"
)

func open(o eventstoretest.Options) (eventstoretest.Store, error) {
	cfg := victorialogs.DefaultConfig(o.Dir)
	cfg.MinFreeBytes = 64 << 20
	if o.QueryTime > 0 {
		cfg.QueryTime = o.QueryTime
	}
	if o.QueryRows > 0 {
		cfg.QueryRows = o.QueryRows
	}
	if o.QueryBytes > 0 {
		cfg.QueryBytes = o.QueryBytes
	}
	return victorialogs.Open(cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
}

func TestMain(m *testing.M) { os.Exit(eventstoretest.Main(m, open)) }

func TestStore(t *testing.T) { eventstoretest.Run(t, open) }

func TestKilled(t *testing.T) { eventstoretest.RunCrash(t, open, 4) }
