package regression_test

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/ruletest"
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
		if strings.HasPrefix(path.Base(name), "vedette_") {
			rec.Receiver = "vedette" // news of the house come from nowhere else
		}
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
	read := newReader(t).lines
	tests := ruletest.Find(content.Rules())
	pack := detect.Pack{Files: content.Rules(), Read: read, Storied: func(file string) bool {
		return slices.Contains(tests, strings.TrimSuffix(file, path.Ext(file))+ruletest.Suffix)
	}}
	results := pack.Test(context.Background())
	for _, r := range results {
		for _, failure := range r.Failures {
			t.Errorf("%s: %s", r.File, failure)
		}
	}
	for _, test := range tests {
		for _, failure := range (ruletest.Runner{Files: content.Rules(), Read: read}).Run(context.Background(), test).Failures {
			t.Errorf("%s: %+v", test, failure)
		}
	}
	t.Logf("%d rules, %d stories", len(results), len(tests))
}
