// Package normalizetest is the bench on which every parser is tested: samples in, events out, compared with what was
// accepted before.
package normalizetest

import (
	"bytes"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Received is when all samples arrived.
func Received() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

// New makes a Normalizer with these parsers, or fails the test.
func New(t testing.TB, parsers ...normalize.Parser) *normalize.Normalizer {
	t.Helper()
	n, err := normalize.New(normalize.Config{}, parsers, nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Events returns what a Normalizer makes of one message.
func Events(n *normalize.Normalizer, text string) []*vedette.Event {
	rec := &vedette.Record{Tenant: vedette.DefaultTenant, Source: "test", Received: Received(), Data: []byte(text)}
	var out []*vedette.Event
	n.Normalize(rec, func(ev *vedette.Event) { out = append(out, ev) })
	return out
}

// Event returns the one event of a message, or fails the test.
func Event(t testing.TB, n *normalize.Normalizer, text string) *vedette.Event {
	t.Helper()
	events := Events(n, text)
	if len(events) != 1 {
		t.Fatalf("%d events out of %q, want 1", len(events), text)
	}
	return events[0]
}

// update is a flag of every test binary that uses this package.
var update = flag.Bool("update", false, "write the golden files anew")

// Golden runs every testdata/*.log (one message a line) and *.multi (messages separated by a line "--") through the
// parser and compares the events with the .golden file beside it; with -update it writes that file.
func Golden(t *testing.T, parsers ...normalize.Parser) {
	t.Helper()
	var files []string
	for _, pattern := range []string{"testdata/*.log", "testdata/*.multi"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatal("no sample under testdata")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { golden(t, file, parsers) })
	}
}

func golden(t *testing.T, file string, parsers []normalize.Parser) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	separator := "\n"
	if strings.HasSuffix(file, ".multi") {
		separator = "\n--\n"
	}
	n := New(t, parsers...)
	var got bytes.Buffer
	for text := range strings.SplitSeq(strings.TrimRight(string(data), "\n"), separator) {
		for _, ev := range Events(n, text) {
			got.Write(Format(ev))
		}
	}
	path := file + ".golden"
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run the test with -update and read what it wrote)", err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("events of %s differ from %s at line %d; run with -update and read the difference",
			file, path, firstDifference(got.Bytes(), want))
	}
}

func firstDifference(a, b []byte) int {
	la, lb := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(la), len(lb)) {
		if !bytes.Equal(la[i], lb[i]) {
			return i + 1
		}
	}
	return min(len(la), len(lb)) + 1
}

// Format writes an event for people: its head, then one field a line.
func Format(ev *vedette.Event) []byte {
	var b bytes.Buffer
	b.WriteString("# " + ev.Dataset + "  " + ev.Time.Format(time.RFC3339Nano) + "  " + ev.Logsource.Product + "/" +
		ev.Logsource.Service + "/" + strings.Join(ev.Logsource.Categories, "+") + "\n")
	for _, f := range ev.Fields {
		value, err := json.Marshal(f.Value)
		if err != nil {
			value = []byte(err.Error())
		}
		b.WriteString(f.Name + " = " + string(value) + "\n")
	}
	b.WriteString("\n")
	return b.Bytes()
}

// Fuzz feeds a parser with whatever the fuzzer thinks of, starting from the samples under testdata. Nothing may panic,
// every record must give an event, and every event must be valid.
func Fuzz(f *testing.F, parsers ...normalize.Parser) {
	files, err := filepath.Glob("testdata/*.log")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			f.Add(bytes.TrimRight(line, "\n"))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var log bytes.Buffer
		n, err := normalize.New(normalize.Config{}, parsers, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		events := Events(n, string(data))
		if len(events) == 0 {
			t.Fatal("a record without an event")
		}
		for name, count := range n.Panics() {
			t.Fatalf("parser %s panicked %d times: %s", name, count, log.String())
		}
		for _, ev := range events {
			Check(t, ev)
		}
	})
}

// Check fails the test when an event breaks a promise that every event keeps.
func Check(t testing.TB, ev *vedette.Event) {
	t.Helper()
	if ev.Time.IsZero() || ev.Dataset == "" {
		t.Errorf("event without time or dataset: %s", Format(ev))
	}
	if !strings.HasPrefix(strings.ToValidUTF8(ev.Raw, "\x00bad"), ev.Raw) {
		t.Errorf("raw is not valid UTF-8: %q", ev.Raw)
	}
	for _, field := range ev.Fields {
		switch {
		case field.Name == "":
			t.Errorf("field without a name: %s", Format(ev))
		case strings.ToValidUTF8(field.Name+field.Value, "") != field.Name+field.Value:
			t.Errorf("field %q is not valid UTF-8: %q", field.Name, field.Value)
		}
	}
}

// Bench measures how fast one message becomes an event.
func Bench(b *testing.B, text string, parsers ...normalize.Parser) {
	n := New(b, parsers...)
	rec := &vedette.Record{Tenant: vedette.DefaultTenant, Source: "bench", Received: Received(), Data: []byte(text)}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		n.Normalize(rec, func(*vedette.Event) {})
	}
}
