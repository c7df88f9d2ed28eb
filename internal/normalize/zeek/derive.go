package zeek

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// kind says what a log is.
type kind struct {
	categories []string
	category   string
	class      normalize.Class
	activity   int
}

// kinds lists the logs that mean something beyond their fields. Sigma's generic rules for proxies, web servers,
// firewalls and name servers are asked about what the network saw, too.
var kinds = map[string]kind{
	"conn":        {[]string{"firewall"}, "network", normalize.ClassNetwork, 6},
	"dns":         {[]string{"dns"}, "network", normalize.ClassDNS, 6},
	"http":        {[]string{"proxy", "webserver"}, "web", normalize.ClassHTTP, 99},
	"ssl":         {nil, "network", normalize.ClassNetwork, 6},
	"ssh":         {nil, "network", normalize.ClassSSH, 6},
	"smb_files":   {nil, "file", normalize.ClassSMB, 99},
	"smb_mapping": {nil, "network", normalize.ClassSMB, 99},
	"dce_rpc":     {nil, "network", normalize.ClassNetwork, 6},
	"ntlm":        {nil, "authentication", normalize.ClassAuthentication, 1},
	"kerberos":    {nil, "authentication", normalize.ClassAuthentication, 99},
	"rdp":         {nil, "network", normalize.ClassRDP, 99},
	"ftp":         {nil, "network", normalize.ClassFTP, 99},
	"smtp":        {nil, "email", normalize.ClassEmail, 99},
	"dhcp":        {nil, "network", normalize.ClassDHCP, 99},
	"files":       {nil, "file", normalize.ClassNetwork, 6},
	"notice":      {nil, "intrusion_detection", normalize.ClassFinding, 1},
	"intel":       {nil, "threat", normalize.ClassFinding, 1},
	"weird":       {nil, "network", 0, 0},
	"x509":        {nil, "network", 0, 0},
}

// derive adds what follows from the fields.
func derive(log string, k kind, ev *vedette.Event) {
	if k.category != "" {
		ev.Add("event.category", k.category)
	}
	ev.Add("event.action", "zeek_"+log)
	activity := k.activity
	switch log {
	case "conn":
		copyTo(ev, "src.service", "network.protocol")
	case "http":
		activity = normalize.HTTPActivity(ev.Value("http.request.method"))
		if uri := ev.Value("url.original"); uri != "" {
			path, query, has := strings.Cut(uri, "?")
			ev.Add("url.path", path)
			if has {
				ev.Add("url.query", query)
			}
			if i := strings.LastIndexByte(path, '.'); i >= 0 && len(path)-i <= 10 && !strings.Contains(path[i:], "/") {
				ev.Add("url.extension", path[i+1:])
			}
		}
		if host := ev.Value("src.host"); host != "" {
			ev.Add("url.domain", normalize.HostOnly(host))
		}
	case "dns":
		activity = 1
		if ev.Value("dns.response_code") != "" || ev.Value("dns.answers.data") != "" {
			activity = 6
		}
		for f := range ev.All("dns.answers.data") {
			if normalize.IsAddress(f.Value) {
				ev.Add("dns.resolved_ip", f.Value)
				break
			}
		}
	case "ssl":
		copyTo(ev, "src.subject", "tls.server.subject")
		copyTo(ev, "src.issuer", "tls.server.issuer")
		copyTo(ev, "src.version", "tls.version")
		copyTo(ev, "src.cipher", "tls.cipher")
	case "smb_files":
		copyTo(ev, "src.name", "file.name")
	case "notice":
		copyTo(ev, "src.note", "rule.name")
		copyTo(ev, "src.msg", "message")
	case "ssh":
		outcome(ev, ev.Value("src.auth_success"))
	case "ntlm", "kerberos":
		outcome(ev, ev.Value("src.success"))
	}
	if k.class != 0 {
		normalize.Classify(ev, k.class, activity)
	}
}

// copyTo adds the value of a field under a canonical name as well.
func copyTo(ev *vedette.Event, from, to string) {
	if v := ev.Value(from); v != "" {
		ev.Add(to, v)
	}
}

func outcome(ev *vedette.Event, success string) {
	if success != "" {
		normalize.AddOutcome(ev, success == "true")
	}
}
