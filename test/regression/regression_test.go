// Package regression_test runs recorded attacks through the real reader, parsers and engine, and asks for the alerts that
// the authors of the rules promise. The recordings are not part of the project; without them the tests skip.
package regression_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/recording"
)

// data returns the path of a recorded file, or skips the test.
func data(tb testing.TB, name string) string {
	tb.Helper()
	root := os.Getenv("VEDETTE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	full := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(full); err != nil {
		tb.Skipf("recorded data is not there: %v", err)
	}
	return full
}

// activeRules compiles the public rule collection without its retired part.
func activeRules(tb testing.TB) *detect.Ruleset {
	tb.Helper()
	return detect.Compile(activeFiles(tb))
}

// reader turns recorded files into events.
type reader struct {
	tb   testing.TB
	norm *normalize.Normalizer
}

func newReader(tb testing.TB) *reader {
	tb.Helper()
	norm, err := normalize.New(normalize.Config{}, all.Parsers(), nil)
	if err != nil {
		tb.Fatalf("make a normalizer: %v", err)
	}
	return &reader{tb: tb, norm: norm}
}

// events reads one file. Each event gets a place of its own.
func (r *reader) events(file string) []*vedette.Event {
	r.tb.Helper()
	var out []*vedette.Event
	summary, err := recording.Walk(file, func(item recording.Item) error {
		rec := &vedette.Record{Tenant: vedette.DefaultTenant, Source: "file", Receiver: "file", Peer: item.File, Format: item.Format, Data: item.Data}
		r.norm.Normalize(rec, func(ev *vedette.Event) {
			ev.Seq, ev.Place = 1, uint32(len(out))
			out = append(out, ev)
		})
		return nil
	})
	if err != nil {
		r.tb.Errorf("read %s: %v", file, err)
	}
	for _, p := range summary.Problems {
		r.tb.Errorf("read %s: %v", p.File, p.Err)
	}
	return out
}

// regressionCase is one folder of the collection's own regression data.
type regressionCase struct {
	name   string
	ruleID string
	want   int
}

type caseInfo struct {
	Rules []struct {
		ID string `yaml:"id"`
	} `yaml:"rule_metadata"`
	Tests []struct {
		Type  string `yaml:"type"`
		Count *int   `yaml:"match_count"`
		Path  string `yaml:"path"`
	} `yaml:"regression_tests_info"`
}

// unpackCases writes the members that the recording room reads into a folder and returns the cases.
func unpackCases(tb testing.TB, archive, into string) []regressionCase {
	tb.Helper()
	f, err := os.Open(archive)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var cases []regressionCase
	for t := tar.NewReader(z); ; {
		header, err := t.Next()
		if errors.Is(err, io.EOF) {
			return cases
		}
		if err != nil {
			tb.Fatal(err)
		}
		content, err := io.ReadAll(t)
		if err != nil {
			tb.Fatal(err)
		}
		switch path.Ext(header.Name) {
		case ".evtx", ".json":
			name := filepath.Join(into, filepath.FromSlash(path.Clean("/"+header.Name)))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				tb.Fatal(err)
			}
			if err := os.WriteFile(name, content, 0o600); err != nil {
				tb.Fatal(err)
			}
		case ".yml":
			cases = append(cases, readCase(tb, header.Name, content)...)
		}
	}
}

func readCase(tb testing.TB, name string, content []byte) []regressionCase {
	tb.Helper()
	var info caseInfo
	if err := yaml.NewDecoder(bytes.NewReader(content)).Decode(&info); err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	var out []regressionCase
	for _, test := range info.Tests {
		if test.Type != "evtx" || len(info.Rules) == 0 {
			continue
		}
		want := 1
		if test.Count != nil {
			want = *test.Count
		}
		out = append(out, regressionCase{name: strings.TrimSuffix(path.Clean("/"+test.Path), ".evtx"), ruleID: info.Rules[0].ID, want: want})
	}
	return out
}

// The collection's own regression data: each rule must find what was recorded for it, whether it is read from the binary
// log or from its JSON rendering.
func TestEachRuleFindsItsRecordedAttack(t *testing.T) {
	archive := data(t, "sigma/regression.tar.gz")
	rs := activeRules(t)
	folder := t.TempDir()
	cases := unpackCases(t, archive, folder)
	if len(cases) < 100 {
		t.Fatalf("only %d cases", len(cases))
	}
	read := newReader(t)
	for _, form := range []string{".evtx", ".json"} {
		passed := 0
		for _, c := range cases {
			if runCase(t, rs, read, c, filepath.Join(folder, filepath.FromSlash(c.name))+form) {
				passed++
			}
		}
		t.Logf("%s: %d of %d cases", form, passed, len(cases))
	}
}

func runCase(t *testing.T, rs *detect.Ruleset, read *reader, c regressionCase, file string) bool {
	rule, ok := rs.Rule(c.ruleID)
	if !ok {
		t.Errorf("%s: rule %s is not loaded", c.name, c.ruleID)
		return false
	}
	engine := detect.New(detect.Config{}, rs)
	events := read.events(file)
	found := 0
	for _, ev := range events {
		engine.Detect(ev, func(a vedette.Alert) {
			if a.RuleID == c.ruleID {
				found++
			}
		})
	}
	if found >= c.want {
		return true
	}
	t.Errorf("%s: %d alerts of %q, want %d", file[strings.LastIndex(file, "/rules")+1:], found, rule.Title, c.want)
	for i, ev := range events {
		if i == 3 {
			break
		}
		t.Logf("  event %d (%s/%s %v): %s", i, ev.Logsource.Product, ev.Logsource.Service, ev.Logsource.Categories, rule.Explain(ev).FirstFailed)
	}
	return false
}

// Over recorded events of many kinds the index must hide no rule: every rule is asked one by one as well.
func TestIndexHidesNoRuleOfRecordedEvents(t *testing.T) {
	rs := activeRules(t)
	engine := detect.New(detect.Config{}, rs)
	read := newReader(t)
	for _, file := range []string{"windows/evtx-attack-samples.tar.gz", "cloud/stratus-detonation-logs.tar.gz", "logs/elastic-examples.tar.gz", "mordor/linux"} {
		events := read.events(data(t, file))
		alerts := 0
		step := len(events)/40 + 1
		for i := 0; i < len(events); i += step {
			fired := map[string]bool{}
			engine.Detect(events[i], func(a vedette.Alert) { fired[a.RuleID] = true; alerts++ })
			for _, r := range rs.Rules {
				l := events[i].Logsource
				if !l.Fits(r.Logsource.Product, r.Logsource.Category, r.Logsource.Service) {
					continue
				}
				if want := r.Explain(events[i]).Matched; fired[r.ID] != want {
					t.Errorf("%s, event %d, rule %q: fires %v, without the index %v", file, i, r.Title, fired[r.ID], want)
				}
			}
		}
		t.Logf("%s: %d of %d events, %d alerts", file, (len(events)+step-1)/step, len(events), alerts)
	}
}
