package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// aitAlerts returns the recorded alerts, or skips.
func aitAlerts(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("VEDETTE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	file := filepath.Join(dir, "ait-ads", "alerts.zip")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("no recorded data: %v", err)
	}
	return file
}

// command runs a command line and returns its output.
func command(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, said bytes.Buffer
	if code := run(t.Context(), args, streams{in: strings.NewReader(""), out: &out, err: &said}); code != exitOK {
		t.Fatalf("%v: exit status %d: %s", args, code, said.String())
	}
	return out.Bytes()
}

// What the bench counts by itself is what the independent judge counts in the incidents that "vedette triage" writes.
func TestBenchTriageAgreesWithTheJudge(t *testing.T) {
	alerts := aitAlerts(t)
	judge := filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(alerts))), "tools", "score_ait.py")
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skipf("no python3: %v", err)
	}
	if _, err := os.Stat(judge); err != nil {
		t.Skipf("no judge: %v", err)
	}
	incidents := filepath.Join(t.TempDir(), "incidents.ndjson")
	if err := os.WriteFile(incidents, command(t, "triage", "--format", "ait-ads", "--quiet", alerts), 0o600); err != nil {
		t.Fatal(err)
	}
	verdict, err := exec.CommandContext(t.Context(), python, judge, alerts, incidents).Output()
	if err != nil {
		t.Fatalf("run the judge: %v", err)
	}
	var ours map[string]map[string]float64
	if err := json.Unmarshal(command(t, "bench", "triage", alerts), &ours); err != nil {
		t.Fatal(err)
	}
	theirs := judged(t, verdict)
	if len(theirs) != len(ours) || len(ours) < 2 {
		t.Fatalf("the judge speaks of %d scenarios, the bench of %d", len(theirs), len(ours))
	}
	for name, want := range theirs {
		for key, value := range want {
			if got, ok := ours[name][key]; !ok || math.Abs(got-value) > 1e-9 {
				t.Errorf("%s: %s is %v, the judge says %v", name, key, got, value)
			}
		}
	}
}

// judged reads what the judge prints: a line for each scenario, then the total.
func judged(t *testing.T, text []byte) map[string]map[string]float64 {
	t.Helper()
	out := map[string]map[string]float64{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		name, body, _ := strings.Cut(lines.Text(), " ")
		if strings.HasPrefix(name, "{") {
			name, body = "total_alerts.txt", lines.Text()
		}
		var v struct {
			Alerts, Incidents, False, Days float64
			StepsFound                     float64 `json:"steps_found"`
			StepsTotal                     float64 `json:"steps_total"`
			AttackIncidents                float64 `json:"attack_incidents"`
			AttackFound                    bool    `json:"attack_found"`
			AttacksFound                   float64 `json:"attacks_found"`
			Exfiltration                   bool    `json:"dnsteal"`
			Exfiltrations                  float64 `json:"dnsteal_found"`
			Purity                         float64
		}
		if err := json.NewDecoder(strings.NewReader(body)).Decode(&v); err != nil && err != io.EOF {
			t.Fatalf("read the judge: %v: %s", err, lines.Text())
		}
		if v.AttackFound {
			v.AttacksFound = 1
		}
		if v.Exfiltration {
			v.Exfiltrations = 1
		}
		out[strings.TrimSuffix(name, "_alerts.txt")] = map[string]float64{
			"alerts": v.Alerts, "incidents": v.Incidents, "days": v.Days, "steps_found": v.StepsFound, "steps_total": v.StepsTotal,
			"attacks_found": v.AttacksFound, "dnsteal_found": v.Exfiltrations, "purity": v.Purity,
			"false_per_day":        math.RoundToEven(v.False/v.Days*1000) / 1000,
			"incidents_per_attack": math.Round(v.AttackIncidents/v.AttacksFound*100) / 100,
		}
	}
	return out
}

// The tables in the documentation are those that the command writes: the same heads, and a row for each scenario.
func TestTheDocumentationHasTheTables(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "explanation", "triage-quality.md"))
	if err != nil {
		t.Fatal(err)
	}
	table := filepath.Join(t.TempDir(), "fox_alerts.txt")
	rows := "time,name,ip,host,short,time_label,event_label\n0,Wazuh: x,10.0.0.1,a,x,false_positive,-\n400000,Suricata: ET SCAN y,10.0.0.1,a,y,scan,scan\n"
	if err := os.WriteFile(table, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	written := string(command(t, "bench", "triage", "--markdown", "--floors", "--noise", "--feedback", "--budget", table))
	heads := 0
	lines := strings.Split(written, "\n")
	for i, line := range lines[:len(lines)-1] {
		if strings.HasPrefix(lines[i+1], "|---") {
			heads++
			if !strings.Contains(string(text), line+"\n") {
				t.Errorf("the documentation lacks the table %q", line)
			}
		}
	}
	if heads != 5 {
		t.Errorf("%d tables were written", heads)
	}
	for _, want := range []string{"vedette bench triage --full --markdown", "| fox |", "| **total** |", "| **Vedette** |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the documentation lacks %q", want)
		}
	}
}

func TestTriageReadsStandardInput(t *testing.T) {
	var out, said bytes.Buffer
	in := strings.NewReader(`{"time":"2026-03-02T08:00:00Z","name":"Ransomware found","host":"db","severity":"critical"}` + "\n" + "nonsense\n")
	code := run(t.Context(), []string{"triage", "-"}, streams{in: in, out: &out, err: &said})
	if code != exitProblem || !strings.Contains(said.String(), "record 2: ") {
		t.Errorf("exit status %d: %s", code, said.String())
	}
	var incident struct {
		File   string
		Alerts [][2]int64
		Story  struct{ En, Zh string }
	}
	if err := json.Unmarshal(out.Bytes(), &incident); err != nil || incident.File != "-" || len(incident.Alerts) != 1 || incident.Story.Zh == "" {
		t.Errorf("%v: %s", err, out.String())
	}
	if code := run(t.Context(), []string{"triage", "--format", "xml", "f"}, streams{in: in, out: &out, err: &said}); code != exitUsage {
		t.Errorf("a format that is none: exit status %d", code)
	}
}
