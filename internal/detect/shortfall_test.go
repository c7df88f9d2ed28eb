package detect_test

import (
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

func TestWhyNotSaysByHowMuch(t *testing.T) {
	for _, c := range []struct{ detection, event, want string }{
		{"s:\n  N|gte: 10\ncondition: s", "N=3", "3 is 7 short of 10"},
		{"s:\n  N|lt: 10\ncondition: s", "N=12.5", "12.5 is 2.5 above 10"},
		{"s:\n  N: 4624\ncondition: s", "N=4625", "4625 is 1 above 4624"},
		{"s:\n  A|contains|all: [one, two, three]\ncondition: s", "A=two and one", "1 of 3 required values are missing"},
		{"s:\n  A|startswith: powershell\ncondition: s", "A=powershot", "begins with the first 7 of the 10 characters"},
		{"s:\n  A|endswith: '\\cmd.exe'\ncondition: s", "A=C:\\pmd.exe", "ends with the last 6 of the 8 characters"},
		{"s:\n  A|contains: [zzzz, mimikatz]\ncondition: s", "A=mimikitty", `5 of the 8 characters of "mimikatz"`},
		{"s:\n  A: [zzzz, whoami]\ncondition: s", "A=whoamI2", `the nearest is "whoami", 1 changes away`},
		{"s:\n  A|cased: Root\ncondition: s", "A=root", "only upper and lower case differ"},
		{"a:\n  A: 1\nb:\n  B: 1\nc:\n  C: 1\ncondition: all of them", "A=1", "[1 of 3 parts hold]"},
	} {
		ev := eventOf(c.event)
		if got := mustCompile(t, ruleOf(c.detection)).Rules[0].Explain(ev).FirstFailed; !strings.Contains(got, c.want) {
			t.Errorf("%q on %s: %s, want %q", c.detection, c.event, got, c.want)
		}
	}
}

func TestAlertsNameWhoWroteTheRule(t *testing.T) {
	doc := strings.Replace(ruleOf("s:\n  A: 1\ncondition: s"), "level:", "author: Ana, Bo\nlevel:", 1)
	for _, c := range []struct{ license, want string }{
		{"DRL-1.1", "Rule by Ana, Bo, DRL 1.1, rules.tar.gz"}, {"", "Rule by Ana, Bo, licence unknown, rules.tar.gz"}, {"MIT", "Rule by Ana, Bo, MIT, rules.tar.gz"},
	} {
		rs := detect.Compile([]catalog.File{{Path: "x.yml", Origin: "/srv/sigma/rules.tar.gz", License: c.license, Data: []byte(doc)}})
		var got string
		detect.New(detect.Config{}, rs).Detect(eventOf("A=1"), func(a vedette.Alert) { got = a.Attribution })
		if got != c.want || rs.Statuses()[0].Attribution != c.want {
			t.Errorf("%q: %q, want %q", c.license, got, c.want)
		}
	}
}
