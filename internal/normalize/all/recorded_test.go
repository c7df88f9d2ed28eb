package all_test

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

// recorded is a set of other people's logs: how to read it, and how well it must be understood.
type recorded struct {
	archive, contains, suffix string
	whole                     bool    // a file is one record
	unparsed                  float64 // at most this share of events may be unparsed
	text                      float64 // at most this share may be plain text
}

var sets = []recorded{
	{"logs/loghub-2k.tar.gz", "OpenSSH/", ".log", false, 0, 0},
	{"logs/loghub-2k.tar.gz", "Linux/", ".log", false, 0.001, 0.05},
	{"logs/loghub-2k.tar.gz", "Apache/", ".log", false, 0, 0},
	{"logs/loghub-2k.tar.gz", "Mac/", ".log", false, 0, 0.15},
	{"logs/loghub-2k.tar.gz", "", ".log", false, 0.001, 1},
	{"logs/elastic-examples.tar.gz", "apache_logs", "", false, 0, 0.001},
	{"logs/elastic-examples.tar.gz", "auth.log", "", false, 0, 0.001},
	{"logs/crowdsec-hub-cases.tar.gz", "", ".log", false, 0.02, 0.5},
	{"network/suricata-eve.tar.gz", "", ".json", true, 0, 0},
	{"network/zeek-json.tar.gz", "", ".json.gz", false, 0, 0},
	{"cloud/stratus-detonation-logs.tar.gz", "", ".json", true, 0, 0},
	{"cloud/aws-cloudtrail-invictus.tar.gz", "", ".json", true, 0, 0},
}

// dataFolder finds the recorded data.
func dataFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("VEDETTE_DATA")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("recorded data is not here; set VEDETTE_DATA to a folder that has it")
	}
	return folder
}

// members calls fn with every file of an archive whose name fits.
func members(t testing.TB, path, contains, suffix string, fn func(name string, data []byte)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Skip("recorded data is not here: " + err.Error())
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewReader(zipped)
	for {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if head.Typeflag != tar.TypeReg || !strings.Contains(head.Name, contains) || !strings.HasSuffix(head.Name, suffix) {
			continue
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(head.Name, ".gz") {
			inner, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if data, err = io.ReadAll(inner); err != nil {
				t.Fatal(err)
			}
		}
		fn(head.Name, data)
	}
}

// Every line of every recorded set gives an event, and nearly all of them are understood.
func TestRecorded(t *testing.T) {
	folder := dataFolder(t)
	for _, set := range sets {
		t.Run(strings.ReplaceAll(set.archive+":"+set.contains, "/", "_"), func(t *testing.T) {
			n := normalizetest.New(t, all.Parsers()...)
			count, reasons, total := map[string]int{}, map[string]int{}, 0
			feed := func(name string, data []byte) {
				rec := &vedette.Record{Tenant: "t", Source: "s", Peer: name, Received: normalizetest.Received(), Data: data}
				n.Normalize(rec, func(ev *vedette.Event) {
					total++
					count[ev.Dataset]++
					if ev.Dataset == normalize.DatasetUnparsed {
						reasons[ev.Value(vedette.FieldParseError)]++
						if os.Getenv("VEDETTE_SHOW") == normalize.DatasetUnparsed {
							t.Logf("%s: %.300q", name, data)
						}
					} else if os.Getenv("VEDETTE_SHOW") == ev.Dataset {
						t.Logf("%s: %.300q", name, data)
					}
					normalizetest.Check(t, ev)
				})
			}
			members(t, filepath.Join(folder, set.archive), set.contains, set.suffix, func(name string, data []byte) {
				if set.whole {
					feed(name, data)
					return
				}
				lines := bufio.NewScanner(bytes.NewReader(data))
				lines.Buffer(nil, 16<<20)
				for lines.Scan() {
					if len(bytes.TrimSpace(lines.Bytes())) > 0 {
						feed(name, lines.Bytes())
					}
				}
			})
			t.Logf("%d events; unparsed %v; %s", total, reasons, summary(count))
			if len(n.Panics()) > 0 {
				t.Errorf("panics: %v", n.Panics())
			}
			if share := float64(count[normalize.DatasetUnparsed]) / float64(total); share > set.unparsed {
				t.Errorf("%.4f of the events are unparsed", share)
			}
			if share := float64(count["text"]) / float64(total); share > set.text {
				t.Errorf("%.4f of the events are plain text", share)
			}
		})
	}
}

func summary(count map[string]int) string {
	var b strings.Builder
	names := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return count[b] - count[a] })
	for _, name := range names[:min(len(names), 40)] {
		fmt.Fprintf(&b, "%s %d, ", name, count[name])
	}
	return b.String()
}
