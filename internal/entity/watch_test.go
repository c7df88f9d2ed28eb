package entity_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

func at(ev *vedette.Event, when time.Time) *vedette.Event {
	ev.Time = when
	return ev
}

func logon(user, host, from string, when time.Time) *vedette.Event {
	return at(event(vedette.Logsource{Product: "windows"}, "host.name", host, "user.name", user, "user.domain", "CORP", "source.ip", from,
		"event.category", "authentication", "event.action", "login", "event.outcome", "success", "event.code", "4624", "winlog.logon.type", "10"), when)
}

func links(w *entity.Watch) []string {
	list, _ := w.Drain(1000)
	var out []string
	for _, l := range list {
		out = append(out, fmt.Sprintf("%s %s %s %s %s (%s)", l.Kind, l.Name, l.Relation, l.OtherKind, l.Other, l.Why))
	}
	slices.Sort(out)
	return out
}

func TestWatchLearnsNames(t *testing.T) {
	windows, dns := vedette.Logsource{Product: "windows"}, vedette.Logsource{Categories: []string{"dns"}}
	for name, test := range map[string]struct {
		ev   *vedette.Event
		want []string
	}{
		"agent": {event(vedette.Logsource{}, "host.name", "WS07.corp.example", "host.ip", "10.0.0.7", "host.ip", "fe80::1"),
			[]string{"host ws07 alias address 10.0.0.7 (own-address)", "host ws07 alias domain ws07.corp.example (full-name)"}},
		"process": {event(windows, "host.name", "ws07", "user.name", `CORP\Alice`, "user.id", "S-1-5-21-1-2-3-1104", "event.category", "process", "process.executable", `C:\X\Trader.exe`),
			[]string{`user alice alias account CORP\alice (account)`, "user alice alias sid S-1-5-21-1-2-3-1104 (sid)", "user alice uses host ws07 (seen)", "user alice uses process trader.exe (seen)"}},
		"cloud": {event(vedette.Logsource{Product: "m365"}, "user.name", "Alice@corp.example", "user.email", "alice.b@corp.example", "host.name", "ws07"),
			[]string{"user alice alias account alice@corp.example (principal-name)", "user alice alias mailbox alice.b@corp.example (mailbox)", "user alice uses host ws07 (seen)"}},
		"somebody tries a name": {event(windows, "host.name", "ws07", "user.name", `EVIL\alice`, "user.email", "alice@evil.example", "event.outcome", "failure"), nil},
		"machine account":       {event(windows, "host.name", "ws07", "user.name", `CORP\WS07$`), nil},
		"everybody's account":   {event(vedette.Logsource{Product: "linux"}, "host.name", "web-01", "user.name", "root"), nil},
		"answer": {event(dns, "host.name", "ns", "dns.question.name", "db-02.corp.example", "dns.resolved_ip", "10.0.0.9", "dns.resolved_ip", "203.0.113.5"),
			[]string{"host db-02 alias address 10.0.0.9 (dns-answer)"}},
		"lease": {event(vedette.Logsource{Product: "zeek", Service: "dhcp"}, "src.assigned_addr", "10.0.0.31", "src.host_name", "LAPTOP-3", "src.mac", "AA:BB:CC:00:11:22"),
			[]string{"address 10.0.0.31 alias mac aa:bb:cc:00:11:22 (dhcp-lease)", "host laptop-3 alias address 10.0.0.31 (dhcp-lease)"}},
		"query": {event(dns, "host.name", "ns", "source.ip", "10.0.0.5", "dns.question.name", "intranet.example"),
			[]string{"address 10.0.0.5 uses domain intranet.example (seen)"}},
		"connection": {event(vedette.Logsource{Product: "zeek"}, "source.ip", "10.0.0.5", "destination.ip", "10.0.0.9", "destination.port", "445"),
			[]string{"address 10.0.0.5 uses address 10.0.0.9 :445 (seen)"}},
		"from outside": {event(vedette.Logsource{Product: "zeek"}, "source.ip", "203.0.113.5", "destination.ip", "10.0.0.9", "destination.port", "445"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := entity.NewWatch()
			w.Observe(at(test.ev, noon))
			if got := links(w); !slices.Equal(got, test.want) {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(test.want, "\n     "))
			}
		})
	}
}

func TestWatchCountsSpans(t *testing.T) {
	w := entity.NewWatch()
	for i := range 60 {
		w.Observe(at(event(vedette.Logsource{}, "host.name", "web-01", "host.ip", "10.0.0.7"), noon.Add(time.Duration(i)*time.Minute)))
	}
	list, _ := w.Drain(10)
	if len(list) != 1 || list[0].Spans != 6 || !list[0].First.Equal(noon) || !list[0].Last.Equal(noon.Add(50*time.Minute)) {
		t.Errorf("an hour gives %+v", list)
	}
	if more, _ := w.Drain(10); len(more) != 0 {
		t.Errorf("what was drained comes again: %+v", more)
	}
}

func TestWatchIsBounded(t *testing.T) {
	w := entity.NewWatch()
	for i := range 30_000 {
		w.Observe(at(event(vedette.Logsource{}, "host.name", "one", "host.ip", fmt.Sprintf("10.0.%d.%d", i/250, i%250)), noon))
		w.Observe(at(event(vedette.Logsource{}, "host.name", fmt.Sprintf("host-%d", i), "host.ip", "10.9.9.9"), noon))
		w.Observe(logon(fmt.Sprintf("user%d", i), fmt.Sprintf("h%d", i), "10.0.0.1", noon))
	}
	all, sessions := w.Drain(1 << 20)
	own, shared := 0, 0
	for _, l := range all {
		if l.Name == "one" {
			own++
		}
		if l.Other == "10.9.9.9" {
			shared++
		}
	}
	if own != 64 || shared != 64 || len(all) > 8192 || len(sessions) > 16_384 || w.Dropped() == 0 {
		t.Errorf("a machine with %d addresses, an address of %d machines, %d links, %d sessions, %d dropped", own, shared, len(all), len(sessions), w.Dropped())
	}
}

func TestSessions(t *testing.T) {
	w := entity.NewWatch()
	w.Observe(logon("alice", "WS07", "10.0.0.21", noon))
	w.Observe(logon("alice", "WS07", "10.0.0.21", noon.Add(20*time.Minute)))
	w.Observe(logon("alice", "WS07", "203.0.113.9", noon))
	_, got := w.Drain(10)
	if len(got) != 2 {
		t.Fatalf("two addresses are two sessions, not %+v", got)
	}
	for _, s := range got {
		if s.Address == "10.0.0.21" && (s.Logons != 2 || !s.To.Equal(noon.Add(20*time.Minute)) || s.Kind != "remote" || s.User != "alice" || s.Host != "ws07") {
			t.Errorf("the session is %+v", s)
		}
	}
	// Work on the machine keeps it going, when it is the only session there; a logoff ends it.
	w = entity.NewWatch()
	w.Observe(logon("alice", "WS07", "10.0.0.21", noon.Add(20*time.Minute)))
	w.Observe(at(event(vedette.Logsource{Product: "windows"}, "host.name", "WS07", "user.name", "alice", "event.category", "process"), noon.Add(50*time.Minute)))
	w.Observe(at(event(vedette.Logsource{Product: "windows"}, "host.name", "WS07", "user.name", "alice", "event.category", "authentication", "event.action", "logout", "winlog.logon.type", "10"), noon.Add(80*time.Minute)))
	_, got = w.Drain(10)
	ended := slices.IndexFunc(got, func(s vedette.LogonSession) bool { return s.Address == "10.0.0.21" })
	if ended < 0 || !got[ended].Ended || !got[ended].To.Equal(noon.Add(80*time.Minute)) {
		t.Errorf("after the logoff the sessions are %+v", got)
	}
	// The next logon begins another, and reading everything again gives the same names.
	w.Observe(logon("alice", "WS07", "10.0.0.21", noon.Add(90*time.Minute)))
	_, next := w.Drain(10)
	if len(next) != 1 || next[0].ID == got[ended].ID {
		t.Errorf("after a logoff comes a new session, not %+v", next)
	}
	again := entity.NewWatch()
	again.Observe(logon("alice", "WS07", "10.0.0.21", noon.Add(90*time.Minute)))
	if _, s := again.Drain(10); s[0].ID != next[0].ID {
		t.Error("the same events give another id")
	}
	for _, ev := range []*vedette.Event{
		at(event(vedette.Logsource{Product: "windows"}, "host.name", "dc", "user.name", "alice", "event.category", "authentication", "event.outcome", "success", "event.code", "4768"), noon),
		at(event(vedette.Logsource{Service: "sshd"}, "host.name", "web", "user.name", "alice", "event.category", "authentication", "event.outcome", "failure"), noon),
	} {
		again.Observe(ev)
		if _, s := again.Drain(10); len(s) != 0 {
			t.Errorf("no session begins with %v", ev.Fields)
		}
	}
}

func TestResolveShowsConflicts(t *testing.T) {
	link := func(host, addr string, from, to time.Duration) vedette.EntityLink {
		return vedette.EntityLink{Kind: vedette.EntityHost, Name: host, Relation: vedette.RelationAlias, OtherKind: "address", Other: addr, Why: "dhcp-lease", First: noon.Add(from), Last: noon.Add(to)}
	}
	host := vedette.EntityRef{Kind: vedette.EntityHost, Name: "a"}
	own := []vedette.EntityLink{link("a", "10.0.0.1", 0, time.Hour), link("a", "10.0.0.2", 0, time.Hour)}
	got := entity.Resolve(host, own, []vedette.EntityLink{link("b", "10.0.0.1", 30*time.Minute, 2*time.Hour), link("b", "10.0.0.2", 2*time.Hour, 3*time.Hour)})
	if len(got) != 2 || !got[0].Conflict || got[0].Rival != "b" || got[1].Conflict || got[0].Text.Zh == "" {
		t.Errorf("aliases are %+v", got)
	}
	// Seen from the address, the machines are the names.
	addr := vedette.EntityRef{Kind: vedette.EntityAddress, Name: "10.0.0.1"}
	got = entity.Resolve(addr, []vedette.EntityLink{link("a", "10.0.0.1", 0, time.Hour), link("b", "10.0.0.1", 30*time.Minute, 2*time.Hour)}, nil)
	if len(got) != 2 || got[0].Name != "b" || !got[0].Conflict || got[1].Rival != "b" {
		t.Errorf("aliases of the address are %+v", got)
	}
	account := func(name string) vedette.EntityLink {
		return vedette.EntityLink{Kind: vedette.EntityUser, Name: "alice", Relation: vedette.RelationAlias, OtherKind: "account", Other: name, Why: "account", First: noon, Last: noon}
	}
	user := vedette.EntityRef{Kind: vedette.EntityUser, Name: "alice"}
	if got = entity.Resolve(user, []vedette.EntityLink{account(`CORP\alice`), account(`PARTNER\alice`)}, nil); !got[0].Conflict || !got[1].Conflict {
		t.Errorf("two domains may be two people: %+v", got)
	}
}

func TestPeers(t *testing.T) {
	thing := func(name string) vedette.EntityRef { return vedette.EntityRef{Kind: vedette.EntityHost, Name: name} }
	own := []entity.Use{{"a", thing("db-02"), 2}, {"a", thing("file-01"), 100}}
	others := []entity.Use{{"b", thing("db-02"), 2}, {"b", thing("file-01"), 100}, {"c", thing("file-01"), 100}}
	got := entity.Peers(vedette.EntityUser, own, others, map[string]float64{"b": entity.Rarity(2) + entity.Rarity(100), "c": entity.Rarity(100)})
	if len(got) != 1 || got[0].Name != "b" || got[0].Likeness != 1 || got[0].Shared[0].Name != "db-02" { // a file server makes nobody alike
		t.Errorf("peers are %+v", got)
	}
}

func FuzzWatch(f *testing.F) {
	f.Add("WEB-01.corp.example", "10.0.0.1", `CORP\Alice`, "login", "a@b.example")
	f.Add("\xff", "::ffff:10.2.3.4", "@", "logout", "@")
	f.Fuzz(func(t *testing.T, host, address, user, action, mail string) {
		w := entity.NewWatch()
		ev := event(vedette.Logsource{Product: "linux", Service: "dhcp"}, "host.name", host, "host.ip", address, "source.ip", address, "user.name", user,
			"user.email", mail, "user.domain", host, "event.category", "authentication", "event.outcome", "success", "event.action", action,
			"src.assigned_addr", address, "src.host_name", host, "dns.question.name", mail, "process.executable", action)
		for i := range 3 {
			w.Observe(at(ev, noon.Add(time.Duration(i)*time.Hour)))
		}
		all, sessions := w.Drain(100)
		for _, l := range all {
			if l.Name == "" || l.Other == "" || len(l.Other) > 256 || len(l.Name) > 256 {
				t.Errorf("a link %+v", l)
			}
		}
		for _, s := range sessions {
			if s.User == "" || s.Host == "" || s.To.Before(s.From) {
				t.Errorf("a session %+v", s)
			}
		}
	})
}

func BenchmarkWatch(b *testing.B) {
	events := []*vedette.Event{
		logon("alice", "ws07.corp.example", "10.0.0.21", noon),
		at(event(vedette.Logsource{Product: "windows"}, "host.name", "ws07", "host.ip", "10.0.0.7", "winlog.computer_name", "ws07.corp.example", "user.name", `CORP\alice`,
			"event.category", "process", "process.executable", `C:\Windows\System32\svchost.exe`, "process.command_line", "svchost.exe -k netsvcs"), noon),
		at(event(vedette.Logsource{Categories: []string{"dns"}}, "host.name", "ns", "source.ip", "10.0.0.5", "dns.question.name", "intranet.example"), noon),
		at(event(vedette.Logsource{Product: "zeek"}, "source.ip", "10.0.0.5", "destination.ip", "10.0.0.9", "destination.port", "445"), noon),
	}
	w := entity.NewWatch()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		w.Observe(events[n%len(events)])
		n++
	}
}
