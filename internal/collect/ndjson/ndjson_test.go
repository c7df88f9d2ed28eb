package ndjson_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
	"github.com/vedette-soc/vedette/internal/collect/collecttest"
	"github.com/vedette-soc/vedette/internal/collect/ndjson"
)

func server(t *testing.T, sink collect.Sink) string {
	t.Helper()
	mux := http.NewServeMux()
	for _, route := range ndjson.New(collect.NewBodies(), time.Now).Routes(sink) {
		mux.Handle(route.Pattern, route.Handler)
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL + "/ingest/v1/events"
}

func post(t *testing.T, url, encoding string, body []byte) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if encoding != "" {
		req.Header.Set("Content-Encoding", encoding)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text)
}

func gzipped(t *testing.T, r io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.Copy(w, r); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	return b.Bytes()
}

func TestLinesAndArrays(t *testing.T) {
	z, _ := zstd.NewWriter(nil)
	lines := []byte("{\"a\":1}\n\n{\"a\":2}\r\nnot json at all\n")
	for name, c := range map[string]struct {
		encoding string
		body     []byte
		want     []string
	}{
		"lines":        {"", lines, []string{`{"a":1}`, `{"a":2}`, `not json at all`}},
		"gzip":         {"gzip", gzipped(t, bytes.NewReader(lines)), []string{`{"a":1}`, `{"a":2}`, `not json at all`}},
		"zstd":         {"zstd", z.EncodeAll(lines, nil), []string{`{"a":1}`, `{"a":2}`, `not json at all`}},
		"array":        {"", []byte("\xef\xbb\xbf [ {\"a\":1},\n {\"b\":2} ]"), []string{`{"a":1}`, `{"b":2}`}},
		"broken array": {"", []byte(`[{"a":1},`), []string{`[{"a":1},`}},
		"empty":        {"", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			sink := collecttest.New()
			status, text := post(t, server(t, sink)+"?source=web-01", c.encoding, c.body)
			if status != http.StatusOK {
				t.Fatalf("%d %s", status, text)
			}
			var got []string
			for _, rec := range sink.Records() {
				if rec.Source != "http/web-01" {
					t.Errorf("source %q", rec.Source)
				}
				got = append(got, string(rec.Data))
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Fatalf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	full := collecttest.New()
	full.Refuse(vedette.Errorf(vedette.CodeLimited, "the journal is full"))
	zeros := bytes.Repeat(gzipped(t, io.LimitReader(zeroReader{}, 32<<20)), 64) // members in a row are one stream
	for name, c := range map[string]struct {
		encoding string
		body     []byte
		sink     *collecttest.Sink
		status   int
		code     string
	}{
		"bomb":         {"gzip", zeros, collecttest.New(), 413, "too_large"},
		"long record":  {"", bytes.Repeat([]byte("x"), collect.MaxRecord+1), collecttest.New(), 413, "too_large"},
		"many records": {"", bytes.Repeat([]byte("x\n"), ndjson.MaxRecords+1), collecttest.New(), 413, "too_large"},
		"not gzip":     {"gzip", []byte("plain"), collecttest.New(), 400, "invalid"},
		"odd encoding": {"br", []byte("plain"), collecttest.New(), 400, "invalid"},
		"journal full": {"", []byte("{}"), full, 429, "limited"},
	} {
		t.Run(name, func(t *testing.T) {
			status, text := post(t, server(t, c.sink), c.encoding, c.body)
			if status != c.status || !strings.Contains(text, `"code":"`+c.code+`"`) {
				t.Fatalf("%d %s", status, text)
			}
			if n := c.sink.Dropped("request_" + c.code); (n == 1) == (c.code == "limited") {
				t.Errorf("counted %d lost requests", n)
			}
		})
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }
