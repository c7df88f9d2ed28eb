package intel_test

import (
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
)

func TestValuesAreUnderstood(t *testing.T) {
	for value, want := range map[string]string{
		"203.0.113[.]9": "address 203.0.113.9", " 203.0.113.9\t": "address 203.0.113.9", "203.0.113.9/32": "address 203.0.113.9", "203.0.113.77/24": "network 203.0.113.0/24",
		"::ffff:203.0.113.9": "address 203.0.113.9", "2001:DB8::/32": "network 2001:db8::/32", "[2001:db8::1]": "address 2001:db8::1",
		"Evil(.)Example": "domain evil.example", "*.evil.example": "domain evil.example", "_dmarc.evil.example": "domain _dmarc.evil.example", "例子.测试": "domain xn--fsqu00a.xn--0zwm56d",
		"hxxps://EVIL[.]example:443/%7Ea%2fb?Q=1#x": "url https://evil.example/~a%2Fb?Q=1", "hXXp://203.0.113.9:80": "url http://203.0.113.9/", "evil.example/drop.exe": "url http://evil.example/drop.exe",
		"mallory[at]evil[.]example": "email mallory@evil.example", "<Mallory@Evil.example>": "email mallory@evil.example",
		"D41D8CD98F00B204E9800998ECF8427F": "md5 d41d8cd98f00b204e9800998ecf8427f",
	} {
		kind, normal, err := intel.Guess(value)
		if got := string(kind) + " " + normal; err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", value, got, err, want)
		}
	}
	for _, value := range []string{"", "x", "1", "1.2.3", "1.2.3.4.5", "com", "co.uk", "com.cn", "0.0.0.0/0", "1.0.0.0/7", "2000::/3", "127.0.0.1", "0.0.0.0", "http://", "://x", "a@", "@b.example", "a b.example",
		"999.1.1.1", "-", "2026-01-01", "evil..example"} {
		if kind, normal, err := intel.Guess(value); err == nil {
			t.Errorf("%q is taken for %s %q", value, kind, normal)
		}
	}
}

// FuzzNormal checks that what is taken is in normal form already, that it can be stored and found again, and that nothing
// panics.
func FuzzNormal(f *testing.F) {
	for _, seed := range []string{"203.0.113.9", "2001:db8::/32", "evil.example", "hxxp://evil[.]example:80/%41?b#c", "a@b.example", "d41d8cd98f00b204e9800998ecf8427f", "http://[::ffff:1.2.3.4]:80\\x", "例子.测试"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		kind, normal, err := intel.Guess(value)
		if err != nil {
			return
		}
		again, twice, err := intel.Normal(kind, normal)
		if err != nil || again != kind || twice != normal {
			t.Fatalf("%q becomes %s %q, which becomes %s %q, %v", value, kind, normal, again, twice, err)
		}
		m := intel.NewMatcher(intel.MatcherConfig{Now: at(noon)})
		in := vedette.Indicator{Kind: kind, Value: normal, Base: 90, Feeds: []string{"f"}, Asserted: noon, ValidUntil: noon.AddDate(0, 0, 1)}
		m.Put([]vedette.Indicator{in})
		if m.Stats().Indicators != 1 {
			t.Fatalf("%s %q was not taken in", kind, normal)
		}
	})
}

// FuzzMatch feeds hostile fields to every way of looking values up.
func FuzzMatch(f *testing.F) {
	m := intel.NewMatcher(intel.MatcherConfig{Now: at(noon)})
	m.Put(append(million(600), networks(5)...))
	m.Put([]vedette.Indicator{known(f, vedette.IndicatorURL, "http://evil.example/a"), known(f, vedette.IndicatorEmail, "a@evil.example"), known(f, vedette.IndicatorDomain, "evil.example")})
	f.Add("http://evil.example/a?b", "MD5=00,SHA1=11", "[::1]")
	f.Add("://", "a@b@c", "fe80::1%eth0")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, field := range []string{"source.ip", "dns.question.name", "dns.answers.data", "url.full", "url.original", "process.command_line", "file.hash.md5", "src.Hashes", "email.from.address", "url.domain"} {
			m.Match(event(field, a, field, b, "url.scheme", c, field, c), func(alert vedette.Alert) {
				if alert.Indicator == nil || len(alert.Matched) == 0 {
					t.Fatalf("%+v", alert)
				}
			})
		}
	})
}
