package windows_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
	"github.com/vedette-soc/vedette/internal/normalize/windows"
	"github.com/vedette-soc/vedette/internal/recording"
)

// Recorded Windows events of every origin must be recognised, and the table of field names must not put two fields of
// one event under one canonical name: a rule that asks for one would then be answered by the other.
func TestRecordedEvents(t *testing.T) {
	root := os.Getenv("VEDETTE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("recorded data is not here (set VEDETTE_DATA): %v", err)
	}
	for _, path := range []string{"windows", "sigma/regression.tar.gz", "mordor/windows"} {
		if testing.Short() && path == "mordor/windows" {
			continue
		}
		c := &census{n: normalizetest.New(t, windows.New()), shared: map[string]int{}, refused: map[string]int{}, datasets: map[string]int{}}
		_, err := recording.Walk(filepath.Join(root, path), c.item)
		if err != nil {
			t.Fatal(err)
		}
		if c.events == 0 || len(c.refused) > 0 || len(c.shared) > 0 {
			t.Errorf("%s: %d events; refused %v; fields that share a name within one event %v", path, c.events, c.refused, c.shared)
		}
		t.Logf("%s: %d events, %d datasets %v", path, c.events, len(c.datasets), c.datasets)
	}
}

// census counts what becomes of recorded events.
type census struct {
	n                         *normalize.Normalizer
	events                    int
	shared, refused, datasets map[string]int
}

func (c *census) item(i recording.Item) error {
	if i.Format != vedette.FormatJSON || strings.Contains(i.File, ".yml") {
		return nil
	}
	for _, ev := range normalizetest.Events(c.n, string(i.Data)) {
		c.events++
		c.datasets[ev.Dataset]++
		if reason, bad := ev.Get(vedette.FieldParseError); bad {
			c.refused[reason+" "+i.File]++
		}
		for _, f := range ev.Fields {
			name, ok := strings.CutPrefix(f.Name, vedette.SourcePrefix)
			if to := vedette.CanonicalField("windows", "", "", name); ok && vedette.KeyOf(to) != 0 && to != name {
				c.shared[to+" also "+name+" in "+ev.Dataset+" "+ev.Value("event.code")]++
			}
		}
	}
	return nil
}
