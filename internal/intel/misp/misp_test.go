package misp_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/misp"
)

const eventJSON = `{"Event": {
 "uuid": "11111111-1111-4111-8111-111111111111", "info": "Grey Heron, spring wave", "threat_level_id": "1", "timestamp": "1772323200",
 "Tag": [{"name": "tlp:amber"}, {"name": "misp-galaxy:threat-actor=\"Grey Heron\""}],
 "Attribute": [
  {"uuid": "a1", "type": "ip-dst", "category": "Network activity", "value": "203.0.113.9", "to_ids": true, "timestamp": "1772409600", "Tag": [{"name": "tlp:red"}]},
  {"uuid": "a2", "type": "domain|ip", "value": "evil.example|203.0.113.10", "to_ids": "1"},
  {"uuid": "a3", "type": "filename|sha256", "value": "x.exe|` + sum + `", "to_ids": true, "Tag": [{"name": "misp:confidence-level=\"rarely-confident\""}]},
  {"uuid": "a4", "type": "ip-src|port", "value": "203.0.113.11|443", "to_ids": true},
  {"uuid": "a5", "type": "domain", "value": "context.example", "to_ids": false},
  {"uuid": "a6", "type": "domain", "value": "gone.example", "to_ids": true, "deleted": true},
  {"uuid": "a7", "type": "yara", "value": "rule x {}", "to_ids": true}
 ],
 "Object": [{"name": "email", "Attribute": [{"uuid": "o1", "type": "email-src", "value": "a@evil.example", "to_ids": true, "last_seen": "2026-03-05T00:00:00.000000+00:00"}]}]
}}`

const sum = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func read(t testing.TB, text string) ([]intel.Item, intel.Report, error) {
	t.Helper()
	var items []intel.Item
	report, err := misp.Read(strings.NewReader(text), func(item intel.Item) error {
		items = append(items, item)
		return nil
	})
	return items, report, err
}

func values(items []intel.Item) string {
	var list []string
	for _, item := range items {
		kind, value, err := intel.Normal(item.Kind, item.Value)
		if err != nil {
			value = err.Error()
		}
		list = append(list, string(kind)+" "+value)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func TestEvent(t *testing.T) {
	items, report, err := read(t, eventJSON)
	if err != nil {
		t.Fatal(err)
	}
	want := "address 203.0.113.10, address 203.0.113.11, address 203.0.113.9, domain evil.example, email a@evil.example, sha256 " + sum
	if got := values(items); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if len(report.Skipped) != 3 || report.Left() != 3 {
		t.Errorf("%+v", report.Skipped)
	}
	for _, item := range items {
		switch item.Reference {
		case "a1":
			if item.TLP != vedette.TLPRed || item.Confidence != 80 || !item.Asserted.Equal(time.Unix(1772409600, 0)) || !slices.Contains(item.Labels, "network activity") {
				t.Errorf("%+v", item)
			}
		case "a2":
			if item.TLP != vedette.TLPAmber || !item.Asserted.Equal(time.Unix(1772323200, 0)) {
				t.Errorf("%+v", item)
			}
		case "a3":
			if item.Confidence != 25 {
				t.Errorf("%+v", item)
			}
		case "o1":
			if item.Asserted.Day() != 5 {
				t.Errorf("%+v", item)
			}
		}
	}
}

func TestShapes(t *testing.T) {
	one := `{"type":"domain","value":"evil.example","to_ids":true}`
	for name, text := range map[string]string{
		"an event": `{"Event":{"Attribute":[` + one + `]}}`, "a search for events": `{"response":[{"Event":{"Attribute":[` + one + `]}}]}`,
		"a search for attributes": `{"response":{"Attribute":[` + one + `]}}`, "a list of events": `[{"Event":{"Attribute":[` + one + `]}}]`,
		"an attribute": one, "attributes of an event": `{"Attribute":[{"type":"domain","value":"evil.example","to_ids":1,"Event":{"info":"x"}}]}`,
	} {
		if items, _, err := read(t, text); err != nil || values(items) != "domain evil.example" {
			t.Errorf("%s: %q, %v", name, values(items), err)
		}
	}
	for _, text := range []string{"{", "7", `"x"`, `{"Event":7}`, `[1]`} {
		if _, _, err := read(t, text); vedette.CodeOf(err) != vedette.CodeInvalid || err == nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestManifest(t *testing.T) {
	list, err := misp.Manifest(strings.NewReader(`{"11111111-1111-4111-8111-111111111111":{"timestamp":"1772323200"},"../../etc/passwd":{"timestamp":1},"22222222-2222-4222-8222-22222222222/":{}}`))
	if err != nil || len(list) != 1 || list[0].Timestamp.Unix() != 1772323200 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := misp.Manifest(strings.NewReader("[]")); err == nil {
		t.Error("a list was taken for a manifest")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(eventJSON)
	f.Add(`{"response":{"Attribute":[{"type":"domain","value":7,"to_ids":[]}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = misp.Read(strings.NewReader(text), func(intel.Item) error { return nil })
		_, _ = misp.Manifest(strings.NewReader(text))
	})
}
