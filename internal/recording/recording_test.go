package recording_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/recording"
)

// walk reads data as one file and gives each item as "file#record format|data", with the folder cut off.
func walk(t testing.TB, limits recording.Limits, name string, data []byte) (items []string, problems []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	sum, err := limits.Walk(path, func(i recording.Item) error {
		items = append(items, fmt.Sprintf("%s#%d %s|%s", strings.TrimPrefix(i.File, filepath.Dir(path)+"/"), i.Record, i.Format, i.Data))
		return nil
	})
	if err != nil {
		t.Errorf("unexpected error: %v", err)
	}
	if sum.Items != len(items) {
		t.Errorf("summary counts %d items, there were %d", sum.Items, len(items))
	}
	for _, p := range sum.Problems {
		problems = append(problems, strings.TrimPrefix(p.File, filepath.Dir(path)+"/")+": "+p.Err.Error())
	}
	return items, problems
}

func packGzip(data string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(data))
	_ = w.Close()
	return b.String()
}

// packZip writes an archive of alternating names and contents.
func packZip(members ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w, _ := z.Create(members[i])
		_, _ = w.Write([]byte(members[i+1]))
	}
	_ = z.Close()
	return b.String()
}

func packTar(members ...string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		_ = w.WriteHeader(&tar.Header{Name: members[i], Size: int64(len(members[i+1])), Mode: 0o600, Typeflag: tar.TypeReg})
		_, _ = w.Write([]byte(members[i+1]))
	}
	_ = w.Close()
	return b.String()
}

func wide(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func TestWalk(t *testing.T) {
	pretty := "{\n  \"a\": {\n    \"b\": \"}\\\"{\"\n  }\n}\n"
	for name, c := range map[string]struct{ data, items, problems string }{
		"empty":           {"", "", ""},
		"lines":           {"one\r\n\n  two\nthree", "f#1 |one;f#2 |  two;f#3 |three", ""},
		"bracketed lines": {"[Sun] a\n[Mon] b\n", "f#1 |[Sun] a;f#2 |[Mon] b", ""},
		"ndjson":          {`{"a":1}` + "\n\n" + `{"a":"}{"}` + "\n" + `{"a":` + "\nplain\n" + `{"a":4}`, `f#1 json|{"a":1};f#2 json|{"a":"}{"};f#3 |{"a":;f#4 |plain;f#5 json|{"a":4}`, ""},
		"first line bad":  {`{"a":` + "\n" + `{"a":2}` + "\n", `f#1 |{"a":;f#2 json|{"a":2}`, ""},
		"one line":        {`{"a":1} {"b":2},{"c":3}`, `f#1 json|{"a":1};f#2 json|{"b":2};f#3 json|{"c":3}`, ""},
		"pretty":          {pretty + pretty, "f#1 json|" + strings.TrimSpace(pretty) + ";f#2 json|" + strings.TrimSpace(pretty), ""},
		"list":            {"[\n {\"a\":[1]},\n {\"b\":2}\n]\n", `f#1 json|{"a":[1]};f#2 json|{"b":2}`, ""},
		"lists":           {`[{"a":1}]` + "\n" + `[{"b":2}]`, `f#1 json|{"a":1};f#2 json|{"b":2}`, ""},
		"stray text":      {"{\n\"a\":1\n}\nwhat\n{\n\"b\":2\n}\n", "f#1 json|{\n\"a\":1\n};f#2 json|{\n\"b\":2\n}", "f: there is text that is not JSON behind record 1; it was left out"},
		"cut off":         {"{\n\"a\":1\n}\n{\n\"b\":", "f#1 json|{\n\"a\":1\n}", "f: record 2 does not end: unexpected EOF"},
		"utf-8 mark":      {"\ufeff{\"a\":1}", `f#1 json|{"a":1}`, ""},
		"utf-16":          {wide("{\"a\":\"ä\"}\nx"), `f#1 json|{"a":"ä"};f#2 |x`, ""},
		"xml":             {"<?xml version=\"1.0\"?><Events>\n<Event xmlns='x'><EventData/></Event><Event><A/></Event>\n</Events>", "f#1 |<Event xmlns='x'><EventData/></Event>;f#2 |<Event><A/></Event>", ""},
		"gzip":            {packGzip("a\nb"), "f#1 |a;f#2 |b", ""},
		"two gzip":        {packGzip("a\n") + packGzip("b\n"), "f#1 |a;f#2 |b", ""},
		"zip":             {packZip("x/a.json", `{"a":1}`, "../b", packGzip("b")), `f!x/a.json#1 json|{"a":1};f!../b#1 |b`, ""},
		"tar":             {packTar("a", "1\n2", "b", "3"), "f!a#1 |1;f!a#2 |2;f!b#1 |3", ""},
		"tar.gz":          {packGzip(packTar("a", "1", "b", packZip("c", "2"))), "f!a#1 |1;f!b!c#1 |2", ""},
		"binary":          {"\x7fELF\x00\x00", "", "f: is neither text nor an archive nor an event log"},
		"bad member":      {packTar("a", "\x1f\x8b\x08xxxx", "b", "3"), "f!b#1 |3", "f!a: unexpected EOF"},
		"cut gzip":        {packGzip(strings.Repeat("line\n", 3))[:20], "f#1 |line;f#2 |line;f#3 |line", "f: unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			items, problems := walk(t, recording.Limits{}, "f", []byte(c.data))
			if got := strings.Join(items, ";"); got != c.items {
				t.Errorf("items\n got %q\nwant %q", got, c.items)
			}
			if got := strings.Join(problems, ";"); got != c.problems {
				t.Errorf("problems\n got %q\nwant %q", got, c.problems)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	nest := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	box := "x"
	for range 9 {
		box = packZip("in", box)
	}
	limits := recording.Limits{Record: 100, Depth: 10, Member: 60 << 10, Ratio: 20, Small: 8 << 10}
	for name, c := range map[string]struct {
		data, problem string
		items         int
	}{
		"long line":     {strings.Repeat("x", 101) + "\nok\n", "longer than 100 bytes", 1},
		"long ndjson":   {`{"a":1}` + "\n" + `{"a":"` + strings.Repeat("x", 200<<10) + "\"}\nok", "longer than 100 bytes", 2},
		"long in list":  {`[{"a":"` + strings.Repeat("x", 200) + `"},{"b":2}]`, "longer than 100 bytes", 1},
		"deep line":     {nest(11) + "\n" + nest(10), "nested deeper than 10", 1},
		"deep in list":  {"[" + nest(11) + "," + nest(10) + "]", "nested deeper than 10", 1},
		"gzip bomb":     {packGzip(strings.Repeat("x\n", 1<<20)), "bomb", -1},
		"zip bomb":      {packZip("bomb", strings.Repeat("x\n", 20<<10), "ok", "1"), "f!bomb: would unpack", 1},
		"tar.gz bomb":   {packZip("ok", "1", "t", packGzip(packTar("bomb", strings.Repeat("x\n", 1<<20)))), "f!t: ", -1},
		"big member":    {packZip("big", noise(61<<10), "ok", "1"), "f!big: would unpack", 1},
		"nested boxes":  {packZip("box", box, "ok", "1"), "more than 6 deep", 1},
		"xml too long":  {"<Events><Event><A>" + strings.Repeat("x", 200) + "</A></Event><Event/><Event></Event></Events>", "longer than 100 bytes", 1},
		"object no end": {"{\n\"a\":" + strings.Repeat(" ", 1000), "does not end", 0},
	} {
		t.Run(name, func(t *testing.T) {
			items, problems := walk(t, limits, "f", []byte(c.data))
			if all := strings.Join(problems, "; "); !strings.Contains(all, c.problem) {
				t.Errorf("problems %q do not say %q", all, c.problem)
			}
			if c.items >= 0 && len(items) != c.items {
				t.Errorf("%d items: %.300q", len(items), items)
			}
		})
	}
}

// noise is text that does not compress well.
func noise(n int) string {
	var b strings.Builder
	for x := uint32(1); b.Len() < n; x = x*1664525 + 1013904223 {
		fmt.Fprintf(&b, "%x", x)
	}
	return b.String()[:n]
}

func TestLargeMemberGoesToTemporaryFile(t *testing.T) {
	inner := packZip("a", "1", "b", "2")
	items, problems := walk(t, recording.Limits{Memory: 16}, "f", []byte(packTar("z", inner)))
	if got := strings.Join(items, ";"); got != "f!z!a#1 |1;f!z!b#1 |2" || problems != nil {
		t.Errorf("%q %q", got, problems)
	}
}

func TestFolderAndMissingPath(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b", "a"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	sum, err := recording.Walk(dir, func(i recording.Item) error { got = append(got, string(i.Data)); return nil })
	if err != nil || strings.Join(got, "") != "ab" || sum.Bytes != 2 {
		t.Errorf("%q %v %+v", got, err, sum)
	}
	if _, err := recording.Walk(filepath.Join(dir, "none"), nil); vedette.CodeOf(err) != vedette.CodeNotFound {
		t.Errorf("missing path: %v", err)
	}
}

func TestStopsWhenAsked(t *testing.T) {
	stop := errors.New("enough")
	for name, data := range map[string]string{
		"lines": "a\nb", "list": `[{"a":1},{"b":2}]`, "zip": packZip("a", "1", "b", "2"), "tar": packGzip(packTar("a", "1", "b", "2")),
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		calls := 0
		sum, err := recording.Walk(path, func(recording.Item) error { calls++; return stop })
		if !errors.Is(err, stop) || calls != 1 || len(sum.Problems) != 0 {
			t.Errorf("%s: %v after %d calls, %v", name, err, calls, sum.Problems)
		}
	}
}

// Every kind of recorded third-party archive must be readable as it lies.
func TestRecordedArchives(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 1.2 GiB; run without -short")
	}
	root := os.Getenv("VEDETTE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("recorded data is not here (set VEDETTE_DATA): %v", err)
	}
	for _, folder := range []string{"mordor", "ait-ads", "cloud", "logs", "network", "windows"} {
		json := 0
		sum, err := recording.Walk(filepath.Join(root, folder), func(i recording.Item) error {
			if i.Format == vedette.FormatJSON {
				json++
			}
			return nil
		})
		if err != nil || sum.Items == 0 {
			t.Errorf("%s: %v, %d items", folder, err, sum.Items)
		}
		t.Logf("%s: %d records (%d JSON), %d MiB, %d problems", folder, sum.Items, json, sum.Bytes>>20, len(sum.Problems)+sum.More)
		for _, p := range sum.Problems {
			t.Logf("  %s: %v", p.File, p.Err)
		}
	}
}

func FuzzWalk(f *testing.F) {
	for _, seed := range []string{"a\nb", `{"a":1}`, "[{\"a\":1}]", "{\n}\n", packZip("a", "b"), packGzip(packTar("a", "b")), "<Events><Event></Event>"} {
		f.Add([]byte(seed))
	}
	limits := recording.Limits{Record: 1 << 12, Depth: 16, Member: 1 << 16, Total: 1 << 18, Small: 1 << 12, Memory: 1 << 12}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, fmt.Sprint(os.Getpid()))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := limits.Walk(path, func(i recording.Item) error {
			if i.Format != vedette.FormatJSON && len(i.Data) > 1<<12 {
				t.Errorf("a record of %d bytes", len(i.Data))
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}
