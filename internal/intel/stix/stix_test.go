package stix_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/stix"
)

func TestPatterns(t *testing.T) {
	for pattern, want := range map[string]string{
		`[ipv4-addr:value = '203.0.113.9']`:                                                               "address 203.0.113.9",
		`[ipv4-addr:value='203.0.113.9' OR ipv4-addr:value = '203.0.113.10']`:                             "address 203.0.113.9, address 203.0.113.10",
		`[ipv4-addr:value IN ('203.0.113.9', '203.0.113.10')] OR [domain-name:value = 'evil.example']`:    "address 203.0.113.9, address 203.0.113.10, domain evil.example",
		`([ipv6-addr:value ISSUBSET '2001:db8::/32'])`:                                                    "network 2001:db8::/32",
		`[url:value = 'http://evil.example/it\'s\\x']`:                                                    `url http://evil.example/it's\x`,
		`[file:hashes.MD5 = 'aa' OR file:hashes.'SHA-256' = 'bb']`:                                        "md5 aa, sha256 bb",
		`[file:hashes.'SHA-1' = 'aa' AND file:name = 'x.exe']`:                                            "sha1 aa",
		`[file:name LIKE '%.exe' AND (file:hashes.MD5 = 'aa' AND file:hashes.'SHA-256' = 'bb')]`:          "md5 aa, sha256 bb",
		`[email-addr:value = 'a@evil.example'] OR [email-message:from_ref.value = 'b@evil.example']`:      "email a@evil.example, email b@evil.example",
		`[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '203.0.113.9']`:  " 203.0.113.9",
		`[file:extensions.'windows-pebinary-ext'.imphash = 'cc']`:                                         "imphash cc",
		`[process:image_ref.hashes.'SHA-256' = 'dd']`:                                                     "sha256 dd",
		`[domain-name:value = 'evil.example' AND domain-name:resolves_to_refs[*].value = '203.0.113.9']`:  "! AND",
		`[network-traffic:dst_ref.value = '203.0.113.9' AND network-traffic:dst_port = 443]`:              "! AND",
		`[domain-name:value = 'evil.example'] AND [ipv4-addr:value = '203.0.113.9']`:                      "! AND",
		`[domain-name:value = 'evil.example'] FOLLOWEDBY [ipv4-addr:value = '203.0.113.9']`:               "! FOLLOWEDBY",
		`[domain-name:value = 'evil.example'] REPEATS 5 TIMES WITHIN 1800 SECONDS`:                        "! number",
		`[domain-name:value = 'evil.example'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'`: "! time span",
		`[domain-name:value != 'evil.example']`:                                                           "! operator !=",
		`[domain-name:value NOT = 'evil.example']`:                                                        "! NOT",
		`[domain-name:value LIKE '%.evil.example'] OR [domain-name:value = 'other.example']`:              "domain other.example ! operator LIKE",
		`[EXISTS file:name]`: "! EXISTS",
		`[windows-registry-key:key = 'HKLM\\x' OR domain-name:value = 'evil.example']`:                               "domain evil.example ! registry",
		`[(domain-name:value = 'a.example' OR domain-name:value = 'b.example') AND domain-name:value = 'c.example']`: "! AND",
	} {
		values, left, err := stix.Pattern(pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		var texts []string
		for _, v := range values {
			texts = append(texts, string(v.Kind)+" "+v.Value)
		}
		want, reason, unkept := strings.Cut(want, "! ")
		if got := strings.Join(texts, ", "); got != strings.TrimSuffix(want, " ") {
			t.Errorf("%s: values %q, want %q", pattern, got, want)
		}
		if unkept != (len(left) > 0) || unkept && !strings.Contains(strings.Join(left, ";"), reason) {
			t.Errorf("%s: left out %q, want %q", pattern, left, reason)
		}
	}
	for _, pattern := range []string{"", "x", "[", "[]", "[ipv4-addr:value]", "[ipv4-addr:value = ]", "[ipv4-addr:value = 'x'", "[ipv4-addr:value = 'x]", "[ipv4-addr:value = 'x'] extra",
		"[ipv4-addr:value IN 'x']", "[ipv4-addr:value IN ('x' 'y')]", "[ipv4-addr = 'x']", strings.Repeat("(", 100), "[" + strings.Repeat("(", 100), "[a:b = 'c' AND]", "[a:b[ = 'c']", "{}"} {
		if values, _, err := stix.Pattern(pattern); vedette.CodeOf(err) != vedette.CodeInvalid || err == nil {
			t.Errorf("%.30q: %v, %v", pattern, values, err)
		}
	}
}

const bundle = `{
 "type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000",
 "objects": [
  {"type": "identity", "spec_version": "2.1", "id": "identity--1", "name": "Someone"},
  {"type": "indicator", "spec_version": "2.1", "id": "indicator--1", "name": "C2 of Grey Heron", "pattern_type": "stix",
   "pattern": "[ipv4-addr:value = '203.0.113.9']", "valid_from": "2026-03-01T00:00:00Z", "valid_until": "2026-04-01T00:00:00.5Z", "created": "2026-03-01T00:00:00Z",
   "modified": "2026-03-02T00:00:00Z", "confidence": 85, "indicator_types": ["malicious-activity"], "labels": ["grey-heron"],
   "object_marking_refs": ["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "marking-definition--statement"],
   "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "command-and-control"}]},
  {"type": "indicator", "id": "indicator--2", "pattern_type": "stix", "pattern": "[domain-name:value = 'evil.example']", "valid_from": "2026-03-01T00:00:00Z", "revoked": true,
   "object_marking_refs": ["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"]},
  {"type": "indicator", "id": "indicator--3", "pattern_type": "stix", "pattern": "[url:value = 'http://evil.example/']", "object_marking_refs": ["marking-definition--own"]},
  {"type": "indicator", "id": "indicator--4", "pattern_type": "yara", "pattern": "rule x {}"},
  {"type": "indicator", "id": "indicator--5", "pattern_type": "stix", "pattern": "[broken"},
  {"type": "indicator", "id": "indicator--6", "pattern": 7},
  {"type": "marking-definition", "id": "marking-definition--own", "definition_type": "tlp", "definition": {"tlp": "red"}},
  {"type": "marking-definition", "id": "marking-definition--statement", "definition_type": "statement", "definition": {"statement": "Copyright"}}
 ]}`

func read(t testing.TB, text string) ([]intel.Item, intel.Report, stix.Envelope, error) {
	t.Helper()
	var items []intel.Item
	report, envelope, err := stix.Read(strings.NewReader(text), func(item intel.Item) error {
		items = append(items, item)
		return nil
	})
	return items, report, envelope, err
}

func TestBundle(t *testing.T) {
	items, report, _, err := read(t, bundle)
	if err != nil || len(items) != 3 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	byRef := map[string]intel.Item{}
	for _, item := range items {
		byRef[item.Reference] = item
	}
	one := byRef["indicator--1"]
	if one.TLP != vedette.TLPAmber || one.Confidence != 85 || one.Revoked || !one.Until.Equal(time.Date(2026, 4, 1, 0, 0, 0, 5e8, time.UTC)) || one.Asserted.Day() != 2 ||
		!slices.Equal(one.Labels, []string{"malicious-activity", "grey-heron", "phase:command-and-control", "C2 of Grey Heron"}) {
		t.Errorf("%+v", one)
	}
	if two := byRef["indicator--2"]; !two.Revoked || two.TLP != vedette.TLPAmberStrict {
		t.Errorf("%+v", two)
	}
	if three := byRef["indicator--3"]; three.TLP != vedette.TLPRed {
		t.Errorf("a marking that is defined behind its indicator: %+v", three)
	}
	if len(report.Skipped) != 3 || report.Left() != 3 {
		t.Errorf("%+v", report.Skipped)
	}
}

func TestShapes(t *testing.T) {
	one := `{"type":"indicator","id":"i","pattern":"[ipv4-addr:value = '203.0.113.9']","pattern_type":"stix"}`
	for name, text := range map[string]string{
		"an object": one, "a list": "[" + one + "]", "a bundle": `{"type":"bundle","objects":[` + one + `]}`, "a bundle in a bundle": `{"objects":[{"type":"bundle","objects":[` + one + `]}]}`,
		"an envelope": `{"more":true,"next":"abc","objects":[` + one + `]}`, "an envelope backwards": `{"objects":[` + one + `],"next":"abc","more":true}`,
	} {
		items, _, envelope, err := read(t, text)
		if err != nil || len(items) != 1 {
			t.Errorf("%s: %d items, %v", name, len(items), err)
		}
		if strings.HasPrefix(name, "an envelope") && (!envelope.More || envelope.Next != "abc") {
			t.Errorf("%s: %+v", name, envelope)
		}
	}
	for _, text := range []string{"", "null", "7", `"x"`, "{", `{"objects":7}`, `{"objects":[` + one, `[`, one[:40], "<html>"} {
		if _, _, _, err := read(t, text); vedette.CodeOf(err) != vedette.CodeInvalid || err == nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, _, _, err := read(t, `{"type":"bundle"}`); err != nil {
		t.Errorf("an empty bundle: %v", err)
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	at := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	var list []vedette.Indicator
	for i, value := range []string{"203.0.113.9", "2001:db8::1", "198.51.100.0/24", "evil.example", "http://evil.example/it's", "a@evil.example",
		strings.Repeat("0a", 16), strings.Repeat("0a", 20), strings.Repeat("0a", 32), strings.Repeat("0a", 64)} {
		kind, normal, err := intel.Guess(value)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, vedette.Indicator{ID: fmt.Sprint("ind_", i), Kind: kind, Value: normal, Confidence: 60 + i, TLP: vedette.TLPGreen, Labels: []string{"x"}, Added: at, Updated: at, ValidUntil: at.Add(time.Hour)})
	}
	list[0].TLP = ""
	list = append(list, vedette.Indicator{ID: "imp", Kind: vedette.IndicatorImphash, Value: strings.Repeat("0b", 16), Confidence: 70, Added: at, Updated: at, ValidUntil: at})
	text, err := json.Marshal(stix.Write(list, vedette.TLPAmber))
	if err != nil {
		t.Fatal(err)
	}
	items, report, _, err := read(t, string(text))
	if err != nil || len(items) != len(list) || report.Left() != 0 {
		t.Fatalf("%d items, %+v, %v", len(items), report, err)
	}
	for i, item := range items {
		kind, value, err := intel.Normal(item.Kind, item.Value)
		if err != nil || kind != list[i].Kind || value != list[i].Value || item.Confidence != list[i].Confidence {
			t.Errorf("%+v came back as %+v, %v", list[i], item, err)
		}
	}
	if items[0].TLP != vedette.TLPAmber || items[1].TLP != vedette.TLPGreen {
		t.Errorf("markings %s and %s", items[0].TLP, items[1].TLP)
	}
}

func FuzzPattern(f *testing.F) {
	for _, seed := range []string{`[ipv4-addr:value = '203.0.113.9']`, `([a:b[*].c IN ('x', 5, true)] OR [file:hashes.'SHA-1' = 'y' AND a:b != 3]) WITHIN 5 SECONDS`, `[EXISTS a:b.'c d' AND NOT]`, `['`, `[a:'`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, left, err := stix.Pattern(text)
		if err == nil && len(values) == 0 && len(left) == 0 && !strings.Contains(text, "_ref.type") {
			t.Fatalf("%q gives nothing and says nothing of it", text)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(bundle)
	f.Add(`[{"type":"bundle","objects":[{"type":"indicator","pattern":"[a:b='c']"}]}]`)
	f.Add(`{"objects":[],"more":1,"next":[]}`)
	f.Fuzz(func(t *testing.T, text string) {
		_, _, _ = stix.Read(strings.NewReader(text), func(intel.Item) error { return nil })
	})
}

// Every bundle around an object costs as much as all that is within.
func TestBundlesAreNotNestedForEver(t *testing.T) {
	const one = `{"type":"indicator","id":"indicator--1","pattern":"[ipv4-addr:value = '203.0.113.9']","pattern_type":"stix"}`
	for depth, want := range map[int]int{1: 1, 3: 1, 4: 0, 4000: 0} {
		found := 0
		report, _, err := stix.Read(strings.NewReader("["+strings.Repeat(`{"type":"bundle","objects":[`, depth)+one+strings.Repeat("]}", depth)+"]"), func(intel.Item) error {
			found++
			return nil
		})
		if err != nil || found != want || report.Left() != 1-want {
			t.Errorf("%d bundles: %d found, want %d: %+v %v", depth, found, want, report, err)
		}
	}
}
