package advise_test

import (
	"encoding/json"
	"fmt"
	"testing"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

// What looks like success and is none must not be called so. Each of these is a day's work somewhere.
func TestNotSucceeded(t *testing.T) {
	in := func(s *tale) *tale { return s }
	served := func(url, status, bytes string) map[string]string {
		return facts("http.response.status_code", status, "http.response.bytes", bytes, "url.original", url)
	}
	home := vedette.EntityRef{Kind: vedette.EntityAddress, Name: "10.20.7.15", Role: vedette.RoleActor}
	traversal := rule{"traversal", "A request tried to leave the web folder", "请求试图越出 Web 目录", vedette.Medium, "initial-access", []string{"T1190"}}
	injection := rule{"sql", "A request carries SQL", "请求中带有 SQL", vedette.High, "initial-access", []string{"T1190"}}
	adminShell := rule{"sudo", "sudo opened a shell", "sudo 打开了 shell", vedette.High, "privilege-escalation", []string{"T1548.003"}}
	tests := map[string]struct {
		tale *tale
		want vedette.AttackResult
	}{
		"a person mistypes and then gets in": {in(new(tale)).at(0, guess, 3, facts("event.outcome", "failure"), home, host("srv-1"), user("li.wei")).
			at(1, accepted, 1, facts("event.outcome", "success", "event.action", "login"), home, host("srv-1"), user("li.wei")), ""},
		"a person from outside mistypes twice": {in(new(tale)).at(0, guess, 2, facts("event.outcome", "failure"), from("203.0.113.9"), host("vpn-01"), user("li.wei")).
			at(1, accepted, 1, facts("event.outcome", "success", "event.action", "login"), from("203.0.113.9"), host("vpn-01"), user("li.wei")), ""},
		"somebody else logs in while an address guesses": {in(new(tale)).at(0, guess, 900, facts("event.outcome", "failure"), from("203.0.113.9"), host("vpn-01"), user("root")).
			at(5, accepted, 1, facts("event.outcome", "success", "event.action", "login"), from("198.51.100.4"), host("vpn-01"), user("li.wei")), ""},
		"the login came before the guesses": {in(new(tale)).at(0, accepted, 1, facts("event.outcome", "success", "event.action", "login"), from("203.0.113.9"), host("vpn-01"), user("li.wei")).
			at(5, spray, 900, facts("event.outcome", "failure"), from("203.0.113.9"), host("vpn-01"), user("li.wei")), ""},
		"guesses alone": {in(new(tale)).at(0, spray, 5000, facts("event.outcome", "failure"), from("203.0.113.9"), host("vpn-01"), user("root")), vedette.ResultAttempted},
		"an application that answers everything": {in(new(tale)).at(0, leaving, 1, served("/?f=/etc/passwd", "200", "5120"), from("203.0.113.9"), host("web-01")).
			at(1, leaving, 1, served("/?f=win.ini", "200", "5120"), from("203.0.113.9"), host("web-01")), vedette.ResultAttempted},
		"a traversal that found nothing":      {in(new(tale)).at(0, traversal, 44, served("/../../etc/passwd", "404", "162"), from("203.0.113.9"), host("web-01")), vedette.ResultAttempted},
		"a traversal that was sent elsewhere": {in(new(tale)).at(0, traversal, 1, served("/../../etc/passwd", "302", "0"), from("203.0.113.9"), host("web-01")), vedette.ResultAttempted},
		"an injection that was answered":      {in(new(tale)).at(0, injection, 60, served("/search?q=1+union+select+1", "200", "8841"), from("203.0.113.9"), host("web-01")), vedette.ResultAttempted},
		"a scan of a server on which an administrator works": {in(new(tale)).at(0, webScan, 3000, served("/.env", "404", "162"), from("203.0.113.9"), host("web-01")).
			at(20, adminShell, 1, facts("event.outcome", "success"), host("web-01"), user("ops")), ""},
		"an injection at a server on which an administrator works": {in(new(tale)).at(0, injection, 5, served("/search?q=1+union+select+1", "200", "8841"), from("203.0.113.9"), host("web-01")).
			at(20, adminShell, 1, facts("event.outcome", "success"), host("web-01"), user("ops")), ""},
		"a web server that starts a shell by itself, as some applications do": {in(new(tale)).at(0, shell, 20, facts("process.parent.executable", "/usr/sbin/apache2", "process.executable", "/bin/sh"), host("web-01"), user("www-data")), ""},
		"an attack on one server, a shell on another": {in(new(tale)).at(0, command, 1, served("/x;id", "200", "99"), from("203.0.113.9"), host("web-01")).
			at(2, shell, 1, nil, host("web-02"), user("www-data")), ""},
		"a shell hours after an attack": {in(new(tale)).at(0, command, 1, served("/x;id", "200", "99"), from("203.0.113.9"), host("web-01")).
			at(300, shell, 1, nil, host("web-01"), user("www-data")), ""},
		"a shell after an attack that was blocked": {in(new(tale)).at(0, command, 1, facts("event.action", "blocked"), from("203.0.113.9"), host("web-01")).
			at(2, shell, 1, nil, host("web-01"), user("www-data")), ""},
		"malware that was put away": {in(new(tale)).at(0, hidden, 1, facts("event.action", "quarantined"), host("ws-01"), user("li.wei")).
			at(1, fetch, 1, facts("event.action", "blocked"), host("ws-01"), user("li.wei")), vedette.ResultAttempted},
		"one grave rule": {in(new(tale)).at(0, lsass, 1, nil, host("ws-01"), user("helpdesk")), ""},
		"names that carry data, as virus scanners send them": {in(new(tale)).at(0, rule{"dns", "A long name", "超长域名", vedette.Medium, "exfiltration", []string{"T1048.003"}}, 900,
			facts("dns.question.name", "aa.bb.example"), host("ws-01"), domain("bb.example")).
			odd(1, vedette.Anomaly{Detector: "dns-exfiltration", Family: vedette.FamilyExfil, Observed: 5e6, Expected: 10, Unit: "bytes", Weight: 3, Text: vedette.Text{En: "much", Zh: "多"}}, host("ws-01"), domain("bb.example")), ""},
		"a backup that goes out every night":       {in(new(tale)).odd(0, vedette.Anomaly{Detector: "volume", Family: vedette.FamilyExfil, Observed: 9e9, Expected: 1e9, Unit: "bytes", Weight: 3, Text: vedette.Text{En: "much", Zh: "多"}}, host("bk-01")), ""},
		"a known bad address that was let through": {indicatorHit("accept", "success"), ""},
		"a known bad address that was blocked":     {indicatorHit("drop", "failure"), vedette.ResultAttempted},
		"many steps within a maintenance window": {in(new(tale)).at(0, fetch, 1, nil, host("web-01"), user("ops")).at(4, hidden, 1, nil, host("web-01"), user("ops")).
			at(9, lsass, 1, nil, host("web-01"), user("ops")).speaks("maintenance", vedette.FamilyExculpatory, -3, vedette.Text{En: "A maintenance window", Zh: "维护窗口"}), ""},
		"calls to a cloud that were denied": {in(new(tale)).at(0, refused, 400, facts("event.outcome", "failure", "error.code", "AccessDenied"), from("203.0.113.9"), user("ci"), account("1234")), vedette.ResultAttempted},
		"an administrator of the cloud at work": {in(new(tale)).at(0, keyMade, 1, facts("event.outcome", "success"), from("203.0.113.9"), user("ops"), account("1234")).
			at(5, trail, 1, facts("event.outcome", "success"), from("203.0.113.9"), user("ops"), account("1234")), ""},
		"guesses refused by a name that is not there": {in(new(tale)).at(0, rule{"dga", "Random names", "随机域名", vedette.Medium, "command-and-control", []string{"T1568.002"}}, 300,
			facts("dns.response_code", "NXDOMAIN"), host("ws-01"), domain("qx7.example")), vedette.ResultAttempted},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in := test.tale.incident()
			if got, proof, why := advise.Result(in); got != test.want {
				t.Errorf("%q %v: %s", got, proof, why.En)
			}
		})
	}
}

func indicatorHit(action, outcome string) *tale {
	s := (&tale{}).at(0, met, 1, facts("event.action", action, "event.outcome", outcome), host("ws-01"), to("198.51.100.9"))
	s.evidence[0].Alert.Indicator = &vedette.Sighting{Value: "198.51.100.9", Confidence: 90}
	return s
}

// What succeeded must be seen, and by the right evidence.
func TestSucceeded(t *testing.T) {
	served := facts("http.response.status_code", "200", "http.response.bytes", "1843", "url.original", "/?f=../../etc/passwd")
	lure := rule{"lure", "An office program started a shell", "办公程序启动了 shell", vedette.High, "initial-access", []string{"T1566.001", "T1204.002"}}
	tests := map[string]struct {
		tale  *tale
		want  vedette.AttackResult
		proof string
	}{
		"a system file was sent": {(&tale{}).at(0, webScan, 500, facts("http.response.status_code", "404", "url.original", "/.env"), from("203.0.113.9"), host("web-01")).
			at(2, leaving, 1, served, from("203.0.113.9"), host("web-01")), vedette.ResultSucceeded, "[2]"},
		"and so it did in a maintenance window": {(&tale{}).at(2, leaving, 1, served, from("203.0.113.9"), host("web-01")).
			speaks("maintenance", vedette.FamilyExculpatory, -3, vedette.Text{En: "A maintenance window", Zh: "维护窗口"}), vedette.ResultSucceeded, "[1]"},
		"a password fitted": {(&tale{}).at(0, guess, 40, facts("event.outcome", "failure"), from("203.0.113.9"), host("web-01"), user("deploy")).
			at(5, accepted, 1, facts("message", "Accepted password for deploy"), from("203.0.113.9"), host("web-01"), user("deploy")), vedette.ResultSucceeded, "[1 2]"},
		"a spray from inside found one": {(&tale{}).at(0, spray, 3, facts("event.outcome", "failure"), from("10.1.1.9"), host("dc-01"), user("a")).at(1, spray, 3, facts("event.outcome", "failure"), from("10.1.1.9"), host("dc-01"), user("b")).
			at(2, spray, 3, facts("event.outcome", "failure"), from("10.1.1.9"), host("dc-01"), user("c")).at(3, spray, 3, facts("event.outcome", "failure"), from("10.1.1.9"), host("dc-01"), user("d")).
			at(5, rule{"logon", "Logon", "登录", vedette.Medium, "initial-access", []string{"T1078.002"}}, 1, facts("event.outcome", "success", "event.code", "4624"), from("10.1.1.9"), host("dc-01"), user("d")), vedette.ResultSucceeded, "[1 2 3 4 5]"},
		"a document started a shell that fetched a tool": {(&tale{}).at(0, lure, 1, facts("process.parent.executable", `C:\Program Files\Office\WINWORD.EXE`, "process.executable", `C:\Windows\System32\cmd.exe`), host("ws-01"), user("li.wei")).
			at(2, fetch, 1, nil, host("ws-01"), user("li.wei"), to("198.51.100.9")), vedette.ResultCompromised, "[1 2]"},
		"a machine that is let through to a bad address and dumps credentials": {indicatorHit("accept", "success").at(20, lsass, 1, nil, host("ws-01"), user("li.wei")), vedette.ResultCompromised, "[1 2]"},
		"a web server's account downloads a tool after an attack": {(&tale{}).at(0, command, 1, facts("http.response.status_code", "200", "url.original", "/x;wget"), from("203.0.113.9"), host("web-01")).
			at(1, fetch, 1, nil, host("web-01"), user("www-data"), to("198.51.100.9")), vedette.ResultCompromised, "[1 2]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, proof, why := advise.Result(test.tale.incident())
			if got != test.want || fmt.Sprint(proof) != test.proof {
				t.Errorf("%q %v, want %q %s: %s", got, proof, test.want, test.proof, why.En)
			}
		})
	}
}

func TestProtectedMachinesAreNotIsolated(t *testing.T) {
	in := shape(t, "ransomware")
	advise.CompleteWith(in, advise.Setting{Protected: func(e vedette.EntityRef) bool { return e.Name == "his-db-01" || e.Name == "file-02" }})
	owners := 0
	for _, s := range in.Next {
		if s.Code == "isolate-host" || s.Code == "prepare-isolation" {
			t.Errorf("%s %s", s.Code, s.Entity.Name)
		}
		if s.Code == "call-owner" {
			owners++
		}
	}
	if owners != 2 {
		t.Errorf("%d owners are called, want 2", owners)
	}
}

func BenchmarkComplete(b *testing.B) {
	for name, tale := range shapes() {
		in := tale.incident()
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				advise.Complete(in)
			}
		})
	}
	crowded := generate(1)
	for seed := uint64(2); len(crowded.Evidence) < 64; seed++ {
		crowded.Evidence = append(crowded.Evidence, generate(seed).Evidence...)
	}
	crowded.Evidence = crowded.Evidence[:64]
	for i := range crowded.Evidence {
		crowded.Evidence[i].Number = i + 1
	}
	b.Run("full", func(b *testing.B) {
		for b.Loop() {
			advise.Complete(crowded)
		}
	})
	if _, err := json.Marshal(crowded); err != nil {
		b.Fatal(err)
	}
}
