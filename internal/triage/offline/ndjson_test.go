package offline_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

func TestAlertsOfOtherProductsAreRead(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, line          string
		rule                string
		severity            vedette.Severity
		entities, technique string
	}{
		{"our own", `{"id":"a1","tenant":"t","time":"2026-03-02T08:00:00Z","rule_id":"r","rule_title":"R","severity":"high","techniques":["T1110"],"entities":[{"kind":"host","name":"db","role":"target"}]}`,
			"r", vedette.High, "host db target", "T1110"},
		{"vedette detect", `{"rule_id":"r","rule_title":"R","rule_level":"medium","tags":["attack.t1059.001","attack.execution"],"time":"2026-03-02T08:00:00Z","file":"x","record":1,"fields":{"host.name":"ws-1","source.ip":"198.51.100.7","user.name":"li"}}`,
			"r", vedette.Medium, "host ws-1 target, address 198.51.100.7 actor, user li actor", "T1059.001"},
		{"Suricata", `{"timestamp":"2026-03-02T08:00:00.000000+0000","event_type":"alert","src_ip":"198.51.100.7","dest_ip":"10.0.0.2","alert":{"gid":1,"signature_id":2024364,"signature":"ET SCAN Possible Nmap User-Agent Observed","category":"Web Application Attack","severity":1,"metadata":{"mitre_technique_id":["T1595"]}}}`,
			"suricata-1-2024364", vedette.High, "address 198.51.100.7 actor, address 10.0.0.2 target", "T1595"},
		{"Wazuh", `{"timestamp":"2026-03-02T08:00:00.000+0000","rule":{"level":10,"description":"sshd: brute force trying to get access to the system.","id":"5712","groups":["syslog","sshd","authentication_failures"],"mitre":{"id":["T1110"],"tactic":["Credential Access"]}},"agent":{"id":"001","name":"db","ip":"10.0.0.2"},"data":{"srcip":"198.51.100.7","dstuser":"root"}}`,
			"wazuh-5712", vedette.High, "host db target, address 10.0.0.2 , address 198.51.100.7 actor, user root target", "T1110"},
		{"flat", `{"time":1772438400,"name":"DNS exfiltration suspected","severity":"critical","host":"db","user":"li","dst_ip":"198.51.100.7"}`,
			"dns-exfiltration-suspected", vedette.Critical, "host db target, user li actor, address 198.51.100.7 target", "T1048.003"},
	} {
		set, err := offline.ReadNDJSON("x", strings.NewReader(c.line+"\n"))
		if err != nil || set.Len() != 1 {
			t.Errorf("%s: %d alerts, %v %v", c.name, set.Len(), set.Reasons, err)
			continue
		}
		var got taken
		set.Feed(&got)
		a := got.alerts[0]
		var refs []string
		for _, ref := range a.Entities {
			refs = append(refs, fmt.Sprintf("%s %s %s", ref.Kind, ref.Name, ref.Role))
		}
		if a.RuleID != c.rule || a.Severity != c.severity || strings.Join(refs, ", ") != c.entities || !a.Time.Equal(at) {
			t.Errorf("%s: %s %s %q at %s", c.name, a.RuleID, a.Severity, refs, a.Time)
		}
		if !strings.Contains(strings.Join(a.Techniques, " "), c.technique) {
			t.Errorf("%s: techniques %v", c.name, a.Techniques)
		}
	}
}

func TestWhatCannotBeReadIsCounted(t *testing.T) {
	lines := `{"event_type":"flow","timestamp":"2026-03-02T08:00:00Z"}` + "\n\n" + `not json` + "\n" + `{"a":1}` + "\n" +
		`{"name":"x"}` + "\n" + `{"name":"x","time":"2026-03-02T08:00:00Z","severity":"awful"}` + "\n" + `{"name":"x","time":"2026-03-02T08:00:00Z"}` + "\n"
	set, err := offline.ReadNDJSON("x", strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	var got taken
	set.Feed(&got)
	if set.Misread != 4 || len(got.records) != 1 || got.records[0] != 7 {
		t.Errorf("%d misread, records %v: %v", set.Misread, got.records, set.Reasons)
	}
}

func TestEqualAlertsAreOneKind(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, `{"name":"x","host":"h%d","time":%d}`+"\n", i%3, 1772438400-i)
	}
	set, err := offline.ReadNDJSON("x", strings.NewReader(b.String()))
	if err != nil || set.Len() != 1000 || set.Kinds() != 3 {
		t.Errorf("%d alerts of %d kinds: %v", set.Len(), set.Kinds(), err)
	}
}

func TestAnIncidentIsWrittenAsDocumented(t *testing.T) {
	var b bytes.Buffer
	in := vedette.Incident{ID: "i", Score: 71, Story: vedette.Text{En: "a < b", Zh: "甲"}, Evidence: []vedette.Evidence{
		{Alert: vedette.Alert{Techniques: []string{"T1110"}}}, {Alert: vedette.Alert{Techniques: []string{"T1110", "T1059"}}},
	}}
	if err := offline.Write(&b, offline.NewIncident("f", &in, [][2]int64{{1, 3}, {7, 7}})); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"id", "file", "score", "start", "end", "entities", "techniques", "contributions", "story", "alerts"} {
		if got[key] == nil {
			t.Errorf("%q is missing: %s", key, b.String())
		}
	}
	if fmt.Sprint(got["alerts"]) != "[[1 3] [7 7]]" || fmt.Sprint(got["techniques"]) != "[T1110 T1059]" || got["story"].(map[string]any)["en"] != "a < b" {
		t.Errorf("%s", b.String())
	}
}

func FuzzReadNDJSON(f *testing.F) {
	f.Add([]byte(`{"name":"x","time":1}` + "\n" + `{"rule":{"level":3},"timestamp":"2026-03-02T08:00:00Z"}`))
	f.Add([]byte(`{"event_type":"alert","alert":{"severity":-1},"timestamp":1e9}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		set, err := offline.ReadNDJSON("fuzz", bytes.NewReader(text))
		if err != nil {
			return
		}
		if int64(set.Len())+set.Misread > set.Records() {
			t.Errorf("%d alerts and %d misread of %d records", set.Len(), set.Misread, set.Records())
		}
		set.Feed(&count{})
	})
}
