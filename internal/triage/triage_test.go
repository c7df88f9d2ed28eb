package triage_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

func TestIntrusionIsOneIncident(t *testing.T) {
	store := openStore(t)
	tr := open(t, store)
	announced := 0
	tr.OnChange = func(vedette.Incident) { announced++ }
	var seq uint64
	out := fold(t, tr, &seq, first().alerts, 7)
	all := incidents(t, store)
	if len(all) != 1 || announced == 0 {
		t.Fatalf("%d incidents, want 1: %v", len(all), parts(out))
	}
	in := all[0]
	t.Logf("%d %s\n%s\n%s\n%s\n%s", in.Score, in.Severity, in.Title.En, in.Title.Zh, in.Story.En, in.Story.Zh)
	for _, e := range in.Evidence {
		t.Logf("[%d] ×%d %s | %s", e.Number, e.Count, e.Text.En, e.Text.Zh)
	}
	for _, r := range in.Reasons {
		t.Logf("%+d %s: %s | %s", r.Points, r.Code, r.Text.En, r.Text.Zh)
	}
	if in.Severity < vedette.Critical || in.Alerts != int64(len(out)) {
		t.Errorf("severity %s, %d alerts of %d", in.Severity, in.Alerts, len(out))
	}
	want := "reconnaissance initial-access credential-access lateral-movement command-and-control exfiltration"
	if got := strings.Join(in.Tactics, " "); got != want {
		t.Errorf("tactics %s, want %s", got, want)
	}
	for _, word := range []string{"203.0.113.9", "web-01", "deploy", "2.1 GB", "198.51.100.7"} {
		if !strings.Contains(in.Story.En, word) || !strings.Contains(in.Story.Zh, word) {
			t.Errorf("the story does not name %s", word)
		}
	}
	if !strings.HasPrefix(in.Title.En, "Password guessing from 203.0.113.9 against web-01 succeeded for deploy") {
		t.Errorf("title %q", in.Title.En)
	}
}

func TestScenarios(t *testing.T) {
	tests := []struct {
		name   string
		script func() *script
		want   int // incidents
		apart  [2]string
	}{
		{"a lone scanner", func() *script {
			s := &script{}
			for i := range 50 {
				s.at(time.Duration(i)*time.Minute, scan, from("192.0.2.77"), target("10.20.1.11"))
			}
			return s
		}, 1, [2]string{}},
		{"three scanners of one server", func() *script {
			s := &script{}
			for i := range 3 {
				s.at(time.Duration(i)*time.Minute, scan, from(fmt.Sprintf("192.0.2.%d", 70+i)), host("web-01"))
			}
			return s
		}, 3, [2]string{}},
		{"the scanner of the day and the intrusion on the same server", func() *script {
			s := first()
			other := &script{}
			for i := range 30 {
				other.at(time.Duration(i)*4*time.Minute, rule{"other", "Forgotten file asked for", vedette.Low, "reconnaissance", []string{"T1595.003"}, nil}, from("192.0.2.77"), host("web-01"))
			}
			return s.join(other)
		}, 2, [2]string{"other", "login"}},
		{"an administrator's odd command elsewhere", func() *script {
			return first().join((&script{}).at(40*time.Minute, odd, host("ws-07"), user("xu.hao")))
		}, 2, [2]string{"odd", "login"}},
		{"an administrator's odd command on the scanned server before anybody got in", func() *script {
			s := &script{}
			s.at(0, scan, from("192.0.2.77"), host("web-02"))
			s.at(10*time.Minute, odd, host("web-02"), user("ops"))
			return s
		}, 2, [2]string{"scan", "odd"}},
		{"two intrusions at once on different hosts", func() *script {
			return first().join(intrusion("198.18.0.5", "web-02", "10.20.1.12", "db-01", "mail-01", "192.0.2.200", "build"))
		}, 2, [2]string{}},
		{"two attackers guess at the same server and one gets in", func() *script {
			other := &script{}
			for i := range 40 {
				other.at(7*time.Minute+time.Duration(i)*10*time.Second, guess, host("web-01"), from("198.18.0.5"), user("root"))
			}
			return first().join(other)
		}, 2, [2]string{}},
		{"a web shell right after an attack on the application", func() *script {
			exploit := rule{"exploit", "Shell command in a request", vedette.High, "initial-access", []string{"T1190"}, nil}
			shell := rule{"shell", "Web server started a shell", vedette.High, "persistence", []string{"T1505.003"}, nil}
			return (&script{}).at(0, exploit, from("203.0.113.9"), host("web-01")).at(3*time.Minute, shell, host("web-01"), user("www-data"))
		}, 1, [2]string{}},
		{"a tool after guessing, the success itself unseen", func() *script {
			s := &script{}
			for i := range 20 {
				s.at(time.Duration(i)*time.Second, guess, host("web-01"), from("203.0.113.9"), user("deploy"))
			}
			return s.at(10*time.Minute, download, host("web-01"), user("deploy"))
		}, 1, [2]string{}},
		{"a machine known by address, then by name", func() *script {
			s := &script{}
			s.at(0, lsass, host("file-01"), own("10.20.3.20"), user("svc_backup"))
			return s.at(5*time.Minute, service, host("dc-01"), from("10.20.3.20"), user("adm.chen"))
		}, 1, [2]string{}},
		{"a name looked up by the machine just scanned and broken into, known by address alone", func() *script {
			name := rule{"name", "Name that offers tools looked up", vedette.Medium, "command-and-control", []string{"T1071.004"}, nil}
			s := &script{}
			s.at(0, scan, from("203.0.113.9"), target("10.20.1.11"))
			s.at(5*time.Minute, login, host("web-01"), from("203.0.113.9"), user("deploy"))
			return s.at(10*time.Minute, name, from("10.20.1.11"))
		}, 1, [2]string{}},
		{"two people's machines", func() *script {
			s := &script{}
			s.at(0, odd, host("ws-01"), user("li.wei"))
			return s.at(time.Minute, download, host("ws-02"), user("wang.fang"))
		}, 2, [2]string{"odd", "download"}},
		{"a day and a half later", func() *script {
			s := &script{}
			s.at(0, odd, host("ws-01"), user("li.wei"))
			return s.at(36*time.Hour, odd, host("ws-01"), user("li.wei"))
		}, 2, [2]string{}},
		{"root on two servers", func() *script {
			s := &script{}
			s.at(0, odd, host("app-01"), user("root"))
			return s.at(time.Minute, odd, host("app-02"), user("root"))
		}, 2, [2]string{}},
		{"an account in the cloud", func() *script {
			account := vedette.EntityRef{Kind: vedette.EntityAccount, Name: "123456789012", Role: vedette.RoleTarget}
			console := rule{"console", "Console login without MFA", vedette.Medium, "initial-access", []string{"T1078.004"}, nil}
			trail := rule{"trail", "Trail stopped", vedette.High, "defense-evasion", []string{"T1562.008"}, nil}
			return (&script{}).at(0, console, from("203.0.113.9"), user("bob"), account).at(5*time.Minute, trail, from("203.0.113.10"), user("bob"), account)
		}, 1, [2]string{}},
	}
	for _, test := range tests {
		for _, size := range []int{1, 1000} {
			t.Run(fmt.Sprintf("%s/%d", test.name, size), func(t *testing.T) {
				store := openStore(t)
				var seq uint64
				out := fold(t, open(t, store), &seq, test.script().alerts, size)
				if all := incidents(t, store); len(all) != test.want {
					t.Errorf("%d incidents, want %d: %v", len(all), test.want, parts(out))
				}
				where := make(map[string]string)
				for _, a := range out {
					where[a.RuleID] = a.IncidentID
				}
				if test.apart[0] != "" && where[test.apart[0]] == where[test.apart[1]] {
					t.Errorf("%s and %s are in one incident", test.apart[0], test.apart[1])
				}
			})
		}
	}
}

// A name server, a domain controller or a proxy meets everybody; it must not glue everybody together, and its noise must
// not be a row per person.
func TestHubs(t *testing.T) {
	t.Run("domain controller", func(t *testing.T) {
		s := &script{}
		for i := range 60 {
			s.at(time.Duration(i)*time.Minute, kerberos, host("dc-01"), from(fmt.Sprintf("10.20.8.%d", i+1)), user(fmt.Sprintf("person%d", i)))
		}
		s.at(61*time.Minute, lsass, host("ws-90"), user("mallory"))
		s.at(62*time.Minute, service, host("dc-01"), from("10.20.8.190"), user("mallory"))
		store := openStore(t)
		var seq uint64
		out := fold(t, open(t, store), &seq, s.alerts, 5)
		if n := len(incidents(t, store)); n > 4 {
			t.Errorf("%d incidents from one noisy rule", n)
		}
		last := out[len(out)-1]
		if last.IncidentID != out[len(out)-2].IncidentID || last.IncidentID == out[0].IncidentID {
			t.Errorf("the attack is not apart from the noise: %v", parts(out))
		}
	})
	t.Run("name server and proxy", func(t *testing.T) {
		s := &script{}
		bad := rule{"bad", "Suspicious name", vedette.Medium, "command-and-control", []string{"T1071.004"}, nil}
		for i := range 40 {
			s.at(time.Duration(i)*time.Minute, bad, from("10.20.0.53"), to(fmt.Sprintf("198.51.100.%d", i+1)))
		}
		for i := range 10 {
			r := rule{fmt.Sprintf("r%d", i), "Something through the proxy", vedette.Medium, "execution", nil, nil}
			s.at(time.Duration(41+i)*time.Minute, r, from("10.20.0.53"), host(fmt.Sprintf("ws-%d", i)), user(fmt.Sprintf("person%d", i)))
		}
		store := openStore(t)
		var seq uint64
		out := fold(t, open(t, store), &seq, s.alerts, 5)
		if n := len(incidents(t, store)); n < 8 || n > 20 {
			t.Errorf("%d incidents: %v", n, parts(out))
		}
	})
}

// Many strangers knocking on one host in the same way are one row, not a thousand.
func TestBotnetIsFolded(t *testing.T) {
	s := &script{}
	for i := range 1000 {
		s.at(time.Duration(i)*time.Second, guess, host("web-01"), from(fmt.Sprintf("198.18.%d.%d", i/250, i%250+1)), user("root"))
	}
	store := openStore(t)
	var seq uint64
	fold(t, open(t, store), &seq, s.alerts, 100)
	if n := len(incidents(t, store)); n > 12 {
		t.Errorf("%d incidents from one botnet", n)
	}
}

func TestStorm(t *testing.T) {
	store := openStore(t)
	tr := open(t, store)
	var seq uint64
	begin := time.Now()
	const storm = 100_000
	s := &script{}
	for i := range storm {
		s.at(time.Duration(i)*time.Millisecond, guess, host("web-01"), from("203.0.113.9"), user("root"))
	}
	fold(t, tr, &seq, s.alerts, 500)
	t.Logf("%.0f alerts/s", storm/time.Since(begin).Seconds())
	all := incidents(t, store)
	if len(all) != 1 || all[0].Alerts != storm || len(all[0].Evidence) != 2 || all[0].Evidence[1].Count != storm-1 {
		t.Fatalf("%d incidents, the first: %d alerts, %d pieces of evidence", len(all), all[0].Alerts, len(all[0].Evidence))
	}
	if n := len(asJSON(t, all[0])); n > 16<<10 {
		t.Errorf("the document has %d bytes", n)
	}
	ent, err := store.Entity(t.Context(), vedette.DefaultTenant, vedette.EntityAddress, "203.0.113.9")
	if err != nil || ent.Alerts != storm || ent.Incidents != 1 || ent.Internal {
		t.Errorf("the attacker: %+v %v", ent, err)
	}
}

// A storm that differs in every way it can stays bounded too.
func TestHostileStormIsBounded(t *testing.T) {
	store := openStore(t)
	tr := open(t, store, func(c *triage.Config) { c.MaxOpen = 60 })
	rng := rand.New(rand.NewPCG(1, 2))
	var seq uint64
	for range 12 {
		s := &script{}
		for i := range 250 {
			r := rule{fmt.Sprintf("r%d", rng.IntN(400)), strings.Repeat("long ", 400), vedette.Severity(rng.IntN(5)), "execution", nil,
				map[string]string{"process.command_line": strings.Repeat("A", 10_000)}}
			s.at(time.Duration(seq)*time.Minute+time.Duration(i)*time.Second, r, host(fmt.Sprintf("h%d", rng.IntN(20))), user(fmt.Sprintf("u%d", rng.IntN(500))),
				from(fmt.Sprintf("198.18.%d.%d", rng.IntN(250), rng.IntN(250))))
		}
		fold(t, tr, &seq, s.alerts, 250)
	}
	stats := tr.Stats()
	if stats.Open > 60 {
		t.Errorf("%d incidents in memory, want at most 60", stats.Open)
	}
	for _, in := range incidents(t, store) {
		if n := len(asJSON(t, in)); n > 256<<10 {
			t.Errorf("%s has %d bytes", in.ID, n)
		}
	}
}

// Half before a restart and half after gives what no restart gives.
func TestRestartChangesNothing(t *testing.T) {
	s := first().join(intrusion("198.18.0.5", "web-02", "10.20.1.12", "db-01", "mail-01", "192.0.2.200", "build"))
	for i := range 60 {
		s.at(time.Duration(i)*2*time.Minute, kerberos, host("dc-01"), from(fmt.Sprintf("10.20.8.%d", i+1)), user(fmt.Sprintf("person%d", i)))
		s.at(time.Duration(i)*2*time.Minute, scan, from(fmt.Sprintf("192.0.2.%d", i%9)), host("web-01"))
	}
	s.join(&script{})
	var want string
	for _, cut := range []int{len(s.alerts), 13, 90} {
		store := openStore(t)
		var seq uint64
		fold(t, open(t, store), &seq, s.alerts[:cut], 1)
		fold(t, open(t, store), &seq, s.alerts[cut:], 1)
		got := asJSON(t, incidents(t, store))
		if want == "" {
			want = got
		} else if got != want {
			t.Errorf("a restart after %d alerts changes the outcome", cut)
		}
	}
}

func TestReplayChangesNothing(t *testing.T) {
	store := openStore(t)
	tr := open(t, store)
	var seq uint64
	alerts := first().alerts
	out := fold(t, tr, &seq, alerts, 10)
	want := asJSON(t, incidents(t, store))
	for name, again := range map[string]*triage.Triage{"running": tr, "restarted": open(t, store)} {
		var seq uint64
		replay := fold(t, again, &seq, alerts, 10)
		for i := range replay {
			if replay[i].IncidentID != out[i].IncidentID {
				t.Errorf("%s: alert %s is now in %q, was in %q", name, replay[i].ID, replay[i].IncidentID, out[i].IncidentID)
			}
		}
	}
	if got := asJSON(t, incidents(t, store)); got != want {
		t.Error("a replay changed the incidents")
	}
	ent, err := store.Entity(t.Context(), vedette.DefaultTenant, vedette.EntityAddress, "203.0.113.9")
	if err != nil || ent.Alerts != 53 {
		t.Errorf("a replay changed the entity: %+v %v", ent, err)
	}
}

// broken fails as often as it is told to before it lets folds through.
type broken struct {
	*statestore.Store
	fail int
}

func (b *broken) SaveFold(ctx context.Context, f statestore.Fold) error {
	if b.fail > 0 {
		b.fail--
		return vedette.Errorf(vedette.CodeUnavailable, "disk full: %w", errors.New("no space left"))
	}
	return b.Store.SaveFold(ctx, f)
}

// A batch that could not be stored is folded again, and counted once.
func TestFailureIsRetried(t *testing.T) {
	alerts := first().alerts
	clean, failing := openStore(t), openStore(t)
	var seq uint64
	fold(t, open(t, clean), &seq, alerts, 10)
	b := &broken{Store: failing}
	tr := open(t, b)
	for i := 0; i < len(alerts); i += 10 {
		batch := alerts[i:min(i+10, len(alerts))]
		b.fail = 2
		for range 2 {
			if _, err := tr.Fold(t.Context(), uint64(i/10+1), batch); err == nil {
				t.Fatal("the failure was swallowed")
			}
		}
		if _, err := tr.Fold(t.Context(), uint64(i/10+1), batch); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := asJSON(t, incidents(t, failing)), asJSON(t, incidents(t, clean)); got != want {
		t.Error("failures and retries change the outcome")
	}
}

// What people decided stays, and a closed incident takes no more alerts.
func TestPeopleAndTriage(t *testing.T) {
	store := openStore(t)
	tr := open(t, store)
	ref := []vedette.EntityRef{host("ws-01"), user("li.wei")}
	var seq uint64
	out := fold(t, tr, &seq, (&script{}).at(0, odd, ref...).alerts, 1)
	id, owner := out[0].IncidentID, "ana"
	if _, err := store.EditIncident(t.Context(), vedette.DefaultTenant, id, 0, statestore.IncidentEdit{Owner: &owner}); err != nil {
		t.Fatal(err)
	}
	fold(t, tr, &seq, (&script{}).at(time.Minute, odd, ref...).alerts, 1)
	in, err := store.Incident(t.Context(), vedette.DefaultTenant, id)
	if err != nil || in.Owner != "ana" || in.Alerts != 2 {
		t.Errorf("owner %q, %d alerts, %v", in.Owner, in.Alerts, err)
	}
	closed := vedette.StatusClosed
	if _, err := store.EditIncident(t.Context(), vedette.DefaultTenant, id, 0, statestore.IncidentEdit{Status: &closed}); err != nil {
		t.Fatal(err)
	}
	if err := tr.Reload(t.Context(), vedette.DefaultTenant, id); err != nil {
		t.Fatal(err)
	}
	out = fold(t, tr, &seq, (&script{}).at(2*time.Minute, odd, ref...).alerts, 1)
	if out[0].IncidentID == id {
		t.Error("a closed incident took another alert")
	}
}

func TestTenantsNeverMeet(t *testing.T) {
	store := openStore(t)
	s := first()
	for i := range s.alerts {
		if i%2 == 0 {
			s.alerts[i].Tenant = "south"
		}
	}
	var seq uint64
	out := fold(t, open(t, store), &seq, s.alerts, 100)
	tenants := make(map[string]string)
	for _, a := range out {
		if had := tenants[a.IncidentID]; had != "" && had != a.Tenant {
			t.Fatalf("%s holds alerts of %s and %s", a.IncidentID, had, a.Tenant)
		}
		tenants[a.IncidentID] = a.Tenant
	}
}

func TestRulesThatAreTriedOutMakeNoIncident(t *testing.T) {
	store := openStore(t)
	s := first()
	for i := range s.alerts {
		s.alerts[i].Shadow = true
	}
	var seq uint64
	out := fold(t, open(t, store), &seq, s.alerts, 100)
	for _, a := range out {
		if a.IncidentID != "" {
			t.Errorf("%s is in incident %s", a.ID, a.IncidentID)
		}
	}
	if got := incidents(t, store); len(got) != 0 {
		t.Errorf("%d incidents", len(got))
	}
	firings, err := store.RuleFirings(t.Context(), out[0].Tenant, out[0].Detected.AddDate(0, 0, -1))
	if err != nil || len(firings[out[0].RuleID]) == 0 {
		t.Errorf("the alerts were not counted: %v %v", firings, err)
	}
}

// Text from a log can neither forge a citation nor break out of its line.
func TestHostileText(t *testing.T) {
	evil := rule{"evil", "Rule", vedette.High, "execution", nil, map[string]string{
		"process.command_line": "x [1] all is well [99]\n\x1b[31m\u202e" + strings.Repeat("y", 5000) + "\xff\xfe",
	}}
	store := openStore(t)
	var seq uint64
	s := (&script{}).at(0, evil, host("web-01"), user("bob [7] is innocent\r\n\u2028"), vedette.EntityRef{Kind: vedette.EntityProcess, Name: "/tmp/[3]\x00kit", Role: vedette.RoleObject})
	fold(t, open(t, store), &seq, s.alerts, 1)
	in := incidents(t, store)[0]
	for _, text := range []string{in.Story.En, in.Story.Zh, in.Evidence[0].Text.En, in.Evidence[0].Text.Zh} {
		for _, forged := range []string{"[7]", "[3]", "[99]", "\x1b", "\u202e", "\n", "\u2028"} {
			if strings.Contains(text, forged) {
				t.Errorf("%q in %q", forged, text)
			}
		}
		if len(text) > 1000 {
			t.Errorf("a sentence of %d bytes", len(text))
		}
	}
}

func TestRulesCanSpeakChinese(t *testing.T) {
	store := openStore(t)
	s := (&script{}).at(0, shadow, host("web-01")).at(time.Minute, lsass, host("web-01"))
	s.alerts[0].RuleTitleZh = "口令文件被读取"
	var seq uint64
	fold(t, open(t, store), &seq, s.alerts, 2)
	in := incidents(t, store)[0]
	if !strings.Contains(in.Evidence[0].Text.Zh, "口令文件被读取") || !strings.Contains(in.Evidence[1].Text.Zh, "操作系统凭据转储") {
		t.Errorf("%q, %q", in.Evidence[0].Text.Zh, in.Evidence[1].Text.Zh)
	}
}

// Whatever comes in any order, the promises that check makes hold.
func TestAnyOrder(t *testing.T) {
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 1))
		s := first().join(intrusion("198.18.0.5", "web-02", "10.20.1.12", "db-01", "mail-01", "192.0.2.200", "build"))
		rng.Shuffle(len(s.alerts), func(i, k int) { s.alerts[i], s.alerts[k] = s.alerts[k], s.alerts[i] })
		store := openStore(t)
		var seq uint64
		out := fold(t, open(t, store), &seq, s.alerts, 1+rng.IntN(30))
		total := int64(0)
		for _, in := range incidents(t, store) {
			total += in.Alerts
		}
		if total != int64(len(out)) {
			t.Errorf("seed %d: %d alerts in, %d in incidents", seed, len(out), total)
		}
	}
}

func BenchmarkFoldEqual(b *testing.B) {
	store := openStore(b)
	tr := open(b, store)
	s := &script{}
	for i := range 500 {
		s.at(time.Duration(i)*time.Millisecond, guess, host("web-01"), from("203.0.113.9"), user("root"))
	}
	var seq uint64
	b.ReportAllocs()
	for b.Loop() {
		seq++
		if _, err := tr.Fold(b.Context(), seq, s.alerts); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*500)/b.Elapsed().Seconds(), "alerts/s")
}
