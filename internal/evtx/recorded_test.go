package evtx_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/evtx"
)

// recorded opens an archive of recorded third-party data and calls fn for each regular file in it.
func recorded(t testing.TB, name string, fn func(name string, data []byte)) {
	t.Helper()
	root := os.Getenv("VEDETTE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Skipf("recorded data is not here (set VEDETTE_DATA): %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for tr := tar.NewReader(z); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		fn(h.Name, data)
	}
}

// The SigmaHQ regression cases hold each event both as EVTX and as the JSON that evtx_dump makes of it. evtx_dump cuts
// white space off the end of strings. This package does not, because the log has it, Windows shows it and there are
// rules that look for it ("CommandLine|endswith: ' '"); so it is cut here before the comparison. One pair was written by
// a version that gives times with nine digits instead of six, another has a value that its log does not (.exe for .EXE).
func TestDecodesLikeTheRegressionPairs(t *testing.T) {
	logs, texts := map[string][]byte{}, map[string][]byte{}
	recorded(t, "sigma/regression.tar.gz", func(name string, data []byte) {
		switch base, ext := strings.TrimSuffix(name, filepath.Ext(name)), filepath.Ext(name); ext {
		case ".evtx":
			logs[base] = data
		case ".json":
			texts[base] = data
		}
	})
	pairs, equal, exact, records := 0, 0, 0, 0
	for base, log := range logs {
		text, ok := texts[base]
		if !ok {
			continue
		}
		pairs++
		got, want := decodeLog(t, base, log), decodeTexts(t, base, text)
		records += len(want)
		if reflect.DeepEqual(got, want) {
			exact++
		}
		trimEnds(got)
		trimEnds(want)
		if reflect.DeepEqual(got, want) {
			equal++
			continue
		}
		t.Logf("%s: %d records decoded, %d expected", base, len(got), len(want))
		for i := range min(len(got), len(want)) {
			reportDifference(t, "", got[i], want[i])
		}
	}
	if equal*100 < pairs*99 {
		t.Errorf("only %d of %d pairs are equal", equal, pairs)
	}
	t.Logf("%d of %d pairs are equal (%d records), %d of them white space at the end of strings included", equal, pairs, records, exact)
}

func trimEnds(v any) any {
	switch v := v.(type) {
	case string:
		if len(v) == len("2006-01-02T15:04:05.000000000Z") && v[10] == 'T' && v[29] == 'Z' {
			v = v[:26] + "Z"
		}
		return strings.TrimRight(v, " \t\r\n")
	case map[string]any:
		for k := range v {
			v[k] = trimEnds(v[k])
		}
	case []any:
		for i := range v {
			v[i] = trimEnds(v[i])
		}
	}
	return v
}

func decodeLog(t *testing.T, name string, log []byte) []any {
	t.Helper()
	var all []any
	err := evtx.Read(bytes.NewReader(log), int64(len(log)), func(r evtx.Record) error {
		all = append(all, decodeTexts(t, name, r.JSON)...)
		return nil
	})
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return all
}

func decodeTexts(t *testing.T, name string, text []byte) []any {
	t.Helper()
	var all []any
	for d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))); ; {
		d.UseNumber()
		var v any
		err := d.Decode(&v)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, v)
	}
}

func reportDifference(t *testing.T, path string, got, want any) {
	t.Helper()
	g, ok1 := got.(map[string]any)
	w, ok2 := want.(map[string]any)
	if !ok1 || !ok2 {
		if !reflect.DeepEqual(got, want) {
			t.Logf("%s\n got %#v\nwant %#v", path, got, want)
		}
		return
	}
	for k := range w {
		if _, ok := g[k]; !ok {
			t.Logf("%s/%s is missing", path, k)
			continue
		}
		reportDifference(t, path+"/"+k, g[k], w[k])
	}
	for k := range g {
		if _, ok := w[k]; !ok {
			t.Logf("%s/%s should not be there", path, k)
		}
	}
}

// Every log of a large collection of recorded attacks must be read: without a panic, as valid JSON, in full unless the
// log itself is damaged.
func TestReadsRecordedAttacks(t *testing.T) {
	files, records, damaged, lost := 0, 0, 0, 0
	recorded(t, "windows/evtx-attack-samples.tar.gz", func(name string, data []byte) {
		if !strings.HasSuffix(name, ".evtx") {
			return
		}
		files++
		err := evtx.Read(bytes.NewReader(data), int64(len(data)), func(r evtx.Record) error {
			records++
			if !json.Valid(r.JSON) {
				t.Errorf("%s: record %d is not JSON: %s", name, r.ID, r.JSON)
			}
			return nil
		})
		if d, ok := errors.AsType[*evtx.Damage](err); ok {
			damaged++
			lost += d.Records
			t.Logf("%s: %v", name, d.Details)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	t.Logf("%d logs, %d records; %d logs with damage, %d records lost", files, records, damaged, lost)
}

func BenchmarkRead(b *testing.B) {
	var all [][]byte
	total := 0
	recorded(b, "windows/evtx-attack-samples.tar.gz", func(name string, data []byte) {
		if strings.HasSuffix(name, ".evtx") && total < 16<<20 {
			all = append(all, data)
			total += len(data)
		}
	})
	b.SetBytes(int64(total))
	records := 0
	for b.Loop() {
		for _, data := range all {
			_ = evtx.Read(bytes.NewReader(data), int64(len(data)), func(evtx.Record) error { records++; return nil })
		}
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}
