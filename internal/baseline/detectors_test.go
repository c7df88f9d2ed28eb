package baseline_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
)

// stage is where a detector is played to: events of one kind, by their fields.
type stage struct {
	t     *testing.T
	b     *baseline.Baseline
	seq   uint64
	said  []vedette.Alert
	since int // where the attack begins in said
}

func newStage(t *testing.T, cfg baseline.Config) *stage {
	t.Helper()
	return &stage{t: t, b: newBaseline(t, cfg)}
}

func makeEvent(seq uint64, at time.Time, fields ...string) *vedette.Event {
	ev := &vedette.Event{Tenant: "t", Seq: seq, Time: at, Received: at.Add(time.Second), Source: "s", Dataset: "d"}
	for i := 0; i < len(fields); i += 2 {
		if product, ok := strings.CutPrefix(fields[i], "product:"); ok {
			ev.Logsource.Product = product
			continue
		}
		if fields[i+1] != "" {
			ev.Add(fields[i], fields[i+1])
		}
	}
	return ev
}

func (s *stage) event(at time.Time, fields ...string) {
	s.seq++
	s.b.Observe(makeEvent(s.seq, at, fields...), func(a vedette.Alert) { s.said = append(s.said, a) })
}

func (s *stage) attack() { s.since = len(s.said) }

// count is how many alerts a detector raised since the attack began, learning aside.
func (s *stage) count(detector string) (n int) {
	for _, a := range s.said[s.since:] {
		if a.Anomaly.Detector == detector && !a.Anomaly.Learning {
			n++
		}
	}
	return n
}

// quiet fails when a detector said something before the attack.
func (s *stage) quiet(detector string, most int) {
	s.t.Helper()
	n := 0
	for _, a := range s.said[:s.since] {
		if a.Anomaly.Detector == detector && !a.Anomaly.Learning {
			n++
			s.t.Log(a.Time, a.Anomaly.Text.En, a.Anomaly.Weight)
		}
	}
	if n > most {
		s.t.Errorf("%s said %d things of ordinary days, want %d at the most", detector, n, most)
	}
}

func (s *stage) found(detector string) {
	s.t.Helper()
	if s.count(detector) == 0 {
		s.t.Errorf("%s found nothing; there was %d of others", detector, len(s.said)-s.since)
		for _, a := range s.said[s.since:] {
			s.t.Log(a.Anomaly.Detector, a.Anomaly.Learning, a.Anomaly.Text.En)
		}
	}
	for _, a := range s.said[s.since:] {
		if n := a.Anomaly; n.Detector == detector && (n.Text.En == "" || n.Text.Zh == "" || strings.Contains(n.Text.En+n.Text.Zh, "%!") || n.Weight <= 0 || n.Family == "") {
			s.t.Errorf("an anomaly that does not explain itself: %+v", n)
		}
	}
}

func started(host, user, parent, program, command string) []string {
	return []string{"host.name", host, "user.name", user, "event.code", "1", "process.executable", program, "process.parent.executable", parent, "process.command_line", command}
}

// office lets 40 people work: each host runs its people's programs, by two departments.
func (s *stage) office(days int) {
	random := rand.New(rand.NewPCG(1, 2))
	tools := [2][]string{{"word", "mail", "sheet", "chat", "browser", "pdf", "notes"}, {"ide", "git", "compiler", "chat", "browser", "debugger", "psql"}}
	for day := range days {
		for hour := 8; hour < 18; hour++ {
			for i := range 40 {
				for k := range 3 {
					at := monday.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(i*80+k)*time.Second)
					tool := tools[i%2][random.IntN(7)]
					s.event(at, started(fmt.Sprintf("ws-%d", i), fmt.Sprintf("user%d", i), "/usr/bin/desk", "/opt/"+tool, tool+" --open document"+fmt.Sprint(random.IntN(900)))...)
				}
			}
		}
	}
}

func TestNews(t *testing.T) {
	s := newStage(t, baseline.Config{})
	s.office(8)
	s.attack()
	s.quiet("first-seen", 2)
	s.quiet("peer-group", 2)
	s.quiet("process-chain", 1)
	at := monday.AddDate(0, 0, 8).Add(9 * time.Hour)
	s.event(at, started("ws-4", "user4", "/opt/word", "/tmp/dropper", "dropper -q")...)
	s.found("first-seen")
	// What half of the house does daily is no news for one of them, but what only the others do is.
	s.attack()
	s.event(at.Add(time.Minute), started("ws-6", "user6", "/usr/bin/desk", "/opt/debugger", "debugger --open document1")...)
	s.found("peer-group")
	// A new colleague with the usual programs is none.
	s.attack()
	for i := range 30 {
		s.event(at.Add(time.Duration(2+i)*time.Minute), started("ws-41", "user41", "/usr/bin/desk", "/opt/"+[]string{"word", "mail", "chat"}[i%3], "open")...)
	}
	if n := s.count("first-seen") + s.count("peer-group"); n > 0 {
		t.Errorf("%d anomalies about a new machine that does what others do", n)
	}
}

// A department that somebody wrote down is a group of peers from the first minute.
func TestDepartments(t *testing.T) {
	s := newStage(t, baseline.Config{Department: func(_ string, kind vedette.EntityKind, name string) string {
		var n int
		if _, err := fmt.Sscanf(name, "ws-%d", &n); err != nil || kind != vedette.EntityHost {
			return ""
		}
		return []string{"sales", "development"}[n%2]
	}})
	s.office(3)
	s.attack()
	s.event(monday.AddDate(0, 0, 3).Add(9*time.Hour), started("ws-6", "user6", "/usr/bin/desk", "/opt/debugger", "debugger --open document1")...)
	s.found("peer-group")
	s.attack()
	s.event(monday.AddDate(0, 0, 3).Add(9*time.Hour+time.Minute), started("ws-41", "user41", "/usr/bin/desk", "/opt/debugger", "debugger --open document1")...)
	if n := s.count("peer-group"); n > 0 {
		t.Errorf("a new developer's tool was said %d times", n)
	}
}

func TestWhatManyGetAtOnceIsARollOut(t *testing.T) {
	s := newStage(t, baseline.Config{})
	s.office(8)
	s.attack()
	at := monday.AddDate(0, 0, 8).Add(9 * time.Hour)
	for i := range 40 {
		s.event(at.Add(time.Duration(i)*time.Minute), started(fmt.Sprintf("ws-%d", i), fmt.Sprintf("user%d", i), "/usr/bin/desk", "/opt/agent", "agent --install")...)
	}
	s.found("roll-out")
	if n := s.count("roll-out"); n > 2 {
		t.Errorf("one roll-out was said %d times", n)
	}
	if n := s.count("first-seen") + s.count("peer-group"); n > 5 {
		t.Errorf("%d machines of a roll-out were said one by one", n)
	}
}

func TestLearning(t *testing.T) {
	s := newStage(t, baseline.Config{})
	// The attack comes in the third hour; nobody can know then that it is unusual.
	at := monday.Add(10*time.Hour + 30*time.Second)
	played := false
	random := rand.New(rand.NewPCG(1, 2))
	for minute := range 60 * 26 {
		when := monday.Add(8*time.Hour + time.Duration(minute)*time.Minute)
		if when.After(at) && !played {
			played = true
			s.event(at, started("ws-3", "user3", "/opt/word", "/tmp/implant", "implant --connect")...)
		}
		for i := range 20 {
			tool := []string{"word", "mail", "sheet", "chat"}[random.IntN(4)]
			s.event(when.Add(time.Duration(i)*time.Second), started(fmt.Sprintf("ws-%d", i), fmt.Sprintf("user%d", i), "/usr/bin/desk", "/opt/"+tool, tool+" --open")...)
		}
	}
	again := 0
	for _, a := range s.said {
		hidden := strings.Contains(a.Anomaly.Text.En, "implant")
		if hidden && a.Time.Equal(at) && !a.Anomaly.Learning {
			again++
			if a.Anomaly.Weight < 1 {
				t.Errorf("weighed again it weighs %v", a.Anomaly.Weight)
			}
		}
		if a.Anomaly.Learning && a.Anomaly.Weight > 1 && a.Anomaly.Family == vedette.FamilyNovelty {
			t.Errorf("while learning something weighs %v: %s", a.Anomaly.Weight, a.Anomaly.Text.En)
		}
		if !hidden && !a.Anomaly.Learning {
			t.Errorf("an ordinary thing was said after learning: %s", a.Anomaly.Text.En)
		}
	}
	if again == 0 {
		t.Error("what was new in the third hour was not weighed again")
	}
	ids := map[string]bool{}
	for _, a := range s.said {
		if ids[a.ID] {
			t.Errorf("two alerts with the id %s", a.ID)
		}
		ids[a.ID] = true
	}
}

func login(user, from, outcome string) []string {
	return []string{"host.name", "web-1", "user.name", user, "source.ip", from, "event.category", "authentication", "event.action", "ssh_login", "event.outcome", outcome}
}

// logins lets people come in from where they always do, and mistype now and then.
func (s *stage) logins(days int) {
	random := rand.New(rand.NewPCG(3, 4))
	for day := range days {
		for hour := 8; hour < 18; hour++ {
			for i := range 30 {
				at := monday.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(i*100)*time.Second)
				user, from := fmt.Sprintf("user%d", i), fmt.Sprintf("10.0.%d.%d", i%5, i+1)
				if random.IntN(10) == 0 {
					s.event(at, login(user, from, "failure")...)
				}
				s.event(at.Add(2*time.Second), append(login(user, from, "success"), "source.geo.country_iso_code", "CN", "winlog.logon.type", "3")...)
			}
		}
	}
}

func TestIdentity(t *testing.T) {
	s := newStage(t, baseline.Config{})
	s.logins(8)
	s.attack()
	s.quiet("identity", 0)
	s.event(monday.AddDate(0, 0, 8).Add(9*time.Hour), append(login("user7", "198.51.100.9", "success"), "source.geo.country_iso_code", "BR", "winlog.logon.type", "10")...)
	s.found("identity")
}

func TestSprayAndBurst(t *testing.T) {
	s := newStage(t, baseline.Config{})
	s.logins(8)
	s.attack()
	s.quiet("spray", 0)
	s.quiet("burst", 0)
	at := monday.AddDate(0, 0, 8).Add(9 * time.Hour)
	for i := range 25 { // one password on many accounts, slowly: no burst
		s.event(at.Add(time.Duration(i)*2*time.Minute), login(fmt.Sprintf("user%d", i), "203.0.113.5", "failure")...)
	}
	s.found("spray")
	s.attack()
	for i := range 80 { // many passwords on one account
		s.event(at.Add(2*time.Hour+time.Duration(i)*time.Second), login("user3", "203.0.113.6", "failure")...)
	}
	s.found("burst")
}

func TestScanAndFanOut(t *testing.T) {
	s := newStage(t, baseline.Config{})
	connect := func(at time.Time, from, to string, port int) {
		s.event(at, "product:zeek", "", "source.ip", from, "destination.ip", to, "destination.port", fmt.Sprint(port), "event.action", "connection")
	}
	for day := range 8 {
		for minute := range 600 {
			at := monday.AddDate(0, 0, day).Add(8*time.Hour + time.Duration(minute)*time.Minute)
			for i := range 6 {
				connect(at, fmt.Sprintf("10.0.0.%d", i+1), fmt.Sprintf("10.0.1.%d", minute%5+1), []int{443, 80, 53}[minute%3])
			}
			// A scanner of our own does it every day.
			if minute < 200 {
				connect(at, "10.0.0.200", "10.0.1.9", 1+minute%60*7)
			}
		}
	}
	s.attack()
	at := monday.AddDate(0, 0, 8).Add(9 * time.Hour)
	for i := range 100 {
		connect(at.Add(time.Duration(i)*10*time.Second), "10.0.0.200", "10.0.1.9", 1+i%60*7)
	}
	if n := s.count("scan"); n > 0 {
		t.Errorf("our own scanner was said %d times", n)
	}
	for i := range 40 {
		connect(at.Add(30*time.Minute+time.Duration(i)*time.Second), "10.0.0.3", "10.0.1.2", 20+i)
	}
	s.found("scan")
	s.attack()
	for i := range 60 {
		connect(at.Add(50*time.Minute+time.Duration(i)*time.Second), "10.0.0.4", fmt.Sprintf("10.0.2.%d", i+1), 445)
	}
	s.found("scan")
}

func TestFanOutOfAnAccount(t *testing.T) {
	s := newStage(t, baseline.Config{})
	s.office(8)
	s.attack()
	s.quiet("fan-out", 0)
	at := monday.AddDate(0, 0, 8).Add(9 * time.Hour)
	for i := range 20 {
		s.event(at.Add(time.Duration(i)*time.Minute), "host.name", fmt.Sprintf("ws-%d", i), "user.name", "user3", "event.code", "4624", "product:windows", "", "winlog.logon.type", "3")
	}
	s.found("fan-out")
}

func TestChainsOfThree(t *testing.T) {
	s := newStage(t, baseline.Config{})
	n := 0
	run := func(at time.Time, grand, parent, child string) {
		n += 10
		base := []string{"host.name", "h", "user.name", "u"}
		s.event(at, append(base, "process.executable", parent, "process.parent.executable", grand, "process.pid", fmt.Sprint(n), "process.parent.pid", "1", "process.command_line", parent)...)
		s.event(at.Add(time.Second), append(base, "process.executable", child, "process.parent.executable", parent, "process.pid", fmt.Sprint(n+1), "process.parent.pid", fmt.Sprint(n), "process.command_line", child)...)
	}
	for day := range 8 {
		for i := range 100 {
			at := monday.AddDate(0, 0, day).Add(8*time.Hour + time.Duration(i)*time.Minute)
			run(at, "/bin/sshd", "/bin/bash", "/bin/ls")
			run(at, "/bin/sshd", "/bin/bash", "/bin/curl")
			run(at, "/usr/bin/nginx", "/bin/bash", "/usr/bin/rotate")
		}
	}
	s.attack()
	s.quiet("process-chain", 0)
	// bash starts curl all day, nginx starts bash all day; curl below nginx was never there.
	run(monday.AddDate(0, 0, 8).Add(9*time.Hour), "/usr/bin/nginx", "/bin/bash", "/bin/curl")
	s.found("process-chain")
}

func TestWordsOfCommands(t *testing.T) {
	s := newStage(t, baseline.Config{})
	for day := range 8 {
		for i := range 100 {
			at := monday.AddDate(0, 0, day).Add(8*time.Hour + time.Duration(i)*time.Minute)
			s.event(at, started("h", "u", "/bin/sh", "/usr/bin/rsync", fmt.Sprintf("rsync -az --delete /srv/data%d backup%d:/srv", i, day))...)
		}
	}
	s.attack()
	s.quiet("command-words", 0)
	s.event(monday.AddDate(0, 0, 8).Add(9*time.Hour), started("h", "u", "/bin/sh", "/usr/bin/rsync", "rsync -e sh --rsync-path=id x:/ /tmp")...)
	s.found("command-words")
}

func TestFormsOfLines(t *testing.T) {
	s := newStage(t, baseline.Config{})
	write := func(at time.Time, text string) {
		s.event(at, "host.name", "h", "log.syslog.appname", "billing", "message", text)
	}
	for day := range 8 {
		for i := range 150 {
			at := monday.AddDate(0, 0, day).Add(8*time.Hour + time.Duration(i)*time.Minute)
			write(at, fmt.Sprintf("invoice %d for customer c%d written in %d ms", i, day*i, i%90))
			write(at, fmt.Sprintf("connection to queue-%d established", i%7))
			if i%10 == 0 {
				write(at, fmt.Sprintf("retry %d of job nightly-%d after timeout", i, day))
			}
		}
	}
	s.attack()
	s.quiet("log-template", 0)
	write(monday.AddDate(0, 0, 8).Add(9*time.Hour), "java.lang.ClassNotFoundException while deserialising object from remote peer ldap://198.51.100.7/a")
	s.found("log-template")
}

func TestHoursOfTheWeek(t *testing.T) {
	s := newStage(t, baseline.Config{})
	s.office(12) // two weeks with their days of rest worked through: only the nights are quiet
	s.attack()
	s.quiet("hour-of-week", 0)
	at := monday.AddDate(0, 0, 12).Add(3 * time.Hour)
	for i := range 40 {
		s.event(at.Add(time.Duration(i)*time.Minute), started("ws-4", "user4", "/usr/bin/desk", "/opt/mail", "mail --open document1")...)
	}
	s.found("hour-of-week")
	if n := s.count("hour-of-week"); n > 2 { // host and account
		t.Errorf("one night was said %d times", n)
	}
}
