package regression_test

import (
	"bytes"
	"context"
	"path"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/detect"
)

// lines reads a sample whose every line is a record.
func (r *reader) lines(name string, data []byte) []*vedette.Event {
	var out []*vedette.Event
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			continue
		}
		rec := &vedette.Record{Tenant: vedette.DefaultTenant, Source: "sample", Receiver: "file", Peer: name, Data: bytes.Clone(line)}
		if path.Ext(name) == ".ndjson" {
			rec.Format = vedette.FormatJSON
		}
		r.norm.Normalize(rec, func(ev *vedette.Event) {
			ev.Seq, ev.Place = 1, uint32(len(out))
			out = append(out, ev)
		})
	}
	return out
}

// Every rule that comes with Vedette finds its sample of an attack and leaves the sample beside it alone.
func TestStarterPack(t *testing.T) {
	pack := detect.Pack{Files: content.Rules(), Read: newReader(t).lines}
	results := pack.Test(context.Background())
	for _, r := range results {
		for _, failure := range r.Failures {
			t.Errorf("%s: %s", r.File, failure)
		}
	}
	t.Logf("%d rules", len(results))
}
