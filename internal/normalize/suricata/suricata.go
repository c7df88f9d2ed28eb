// Package suricata understands EVE, the JSON output of Suricata.
package suricata

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes EVE records of every event type.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "suricata".
func (*Parser) Name() string { return "suricata" }

// kind says what an event type is.
type kind struct {
	categories []string
	category   string
	class      normalize.Class
	activity   int
}

// kinds lists the event types that mean something beyond their fields. Sigma's generic rules for proxies and web
// servers are asked about HTTP as the network saw it, too.
var kinds = map[string]kind{
	"alert":     {nil, "intrusion_detection", normalize.ClassFinding, 1},
	"drop":      {[]string{"firewall"}, "network", normalize.ClassNetwork, 5},
	"anomaly":   {nil, "network", 0, 0},
	"http":      {[]string{"proxy", "webserver"}, "web", normalize.ClassHTTP, 99},
	"http2":     {[]string{"proxy", "webserver"}, "web", normalize.ClassHTTP, 99},
	"dns":       {[]string{"dns"}, "network", normalize.ClassDNS, 6},
	"tls":       {nil, "network", normalize.ClassNetwork, 6},
	"flow":      {[]string{"firewall"}, "network", normalize.ClassNetwork, 6},
	"netflow":   {[]string{"firewall"}, "network", normalize.ClassNetwork, 6},
	"fileinfo":  {nil, "file", normalize.ClassNetwork, 6},
	"files":     {nil, "file", normalize.ClassNetwork, 6},
	"ssh":       {nil, "network", normalize.ClassSSH, 6},
	"smtp":      {nil, "email", normalize.ClassEmail, 99},
	"ftp":       {nil, "network", normalize.ClassFTP, 99},
	"ftp_data":  {nil, "network", normalize.ClassFTP, 99},
	"smb":       {nil, "network", normalize.ClassSMB, 99},
	"rdp":       {nil, "network", normalize.ClassRDP, 99},
	"dhcp":      {nil, "network", normalize.ClassDHCP, 99},
	"krb5":      {nil, "authentication", normalize.ClassAuthentication, 99},
	"dcerpc":    {nil, "network", normalize.ClassNetwork, 6},
	"nfs":       {nil, "network", normalize.ClassNetwork, 6},
	"tftp":      {nil, "network", normalize.ClassNetwork, 6},
	"ikev2":     {nil, "network", normalize.ClassNetwork, 6},
	"ike":       {nil, "network", normalize.ClassNetwork, 6},
	"snmp":      {nil, "network", normalize.ClassNetwork, 6},
	"sip":       {nil, "network", normalize.ClassNetwork, 6},
	"mqtt":      {nil, "network", normalize.ClassNetwork, 6},
	"rfb":       {nil, "network", normalize.ClassNetwork, 6},
	"quic":      {nil, "network", normalize.ClassNetwork, 6},
	"pgsql":     {nil, "database", normalize.ClassNetwork, 6},
	"modbus":    {nil, "network", normalize.ClassNetwork, 6},
	"dnp3":      {nil, "network", normalize.ClassNetwork, 6},
	"template":  {nil, "network", 0, 0},
	"stats":     {nil, "", 0, 0},
	"engine":    {nil, "", 0, 0},
	"packet":    {nil, "network", 0, 0},
	"websocket": {nil, "network", normalize.ClassNetwork, 6},
	"arp":       {nil, "network", 0, 0},
	"mdns":      {[]string{"dns"}, "network", normalize.ClassDNS, 6},
	"ldap":      {nil, "network", normalize.ClassNetwork, 6},
	"doh2":      {[]string{"dns"}, "network", normalize.ClassDNS, 6},
}

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	v := in.JSON
	if v == nil {
		return normalize.ErrNotMine
	}
	name := in.At(v, "event_type")
	k, known := kinds[name]
	if name == "" || !known && !v.Exists("flow_id") || !v.Exists("timestamp") || v.Exists("_path") {
		return normalize.ErrNotMine
	}
	if !known {
		name, k = "other", kind{category: "network"}
	}
	if t, ok := normalize.ParseTime(in.At(v, "timestamp"), in.Zone()); ok {
		ev.Time = t
	}
	ev.Dataset = "suricata." + name
	ev.Logsource = vedette.Logsource{Product: "suricata", Service: name, Categories: k.categories}
	if err := in.Flatten(ev, v, in.Names("suricata", "", name)); err != nil {
		return err
	}
	derive(name, k, ev)
	in.AddObserver(ev)
	return nil
}

// derive adds what follows from the fields.
func derive(name string, k kind, ev *vedette.Event) {
	if proto := ev.Value("src.proto"); proto != "" {
		ev.Add("network.transport", strings.ToLower(proto))
	}
	if k.category != "" {
		ev.Add("event.category", k.category)
	}
	if _, has := ev.Get("event.action"); !has && name != "alert" {
		ev.Add("event.action", "suricata_"+name)
	}
	activity := k.activity
	switch name {
	case "http", "http2":
		activity = normalize.HTTPActivity(ev.Value("http.request.method"))
		httpParts(ev)
	case "alert":
		httpParts(ev)
	case "dns":
		activity = dnsParts(ev)
	}
	if k.class != 0 {
		normalize.Classify(ev, k.class, activity)
	}
}

// httpParts adds the halves of the target that Suricata gives as one.
func httpParts(ev *vedette.Event) {
	target := ev.Value("src.http.url")
	if target == "" {
		return
	}
	normalize.AddURL(ev, target)
	if host := ev.Value("src.http.hostname"); host != "" && ev.Value("url.domain") == "" {
		ev.Add("url.domain", host)
	}
}

// dnsParts finds the question wherever this version of Suricata puts it, and tells query from answer.
func dnsParts(ev *vedette.Event) (activity int) {
	for _, prefix := range [...]string{"src.dns.queries.", "src.dns.query."} {
		if name := ev.Value(prefix + "rrname"); name != "" && ev.Value("dns.question.name") == "" {
			ev.Add("dns.question.name", name)
			if kind := ev.Value(prefix + "rrtype"); kind != "" {
				ev.Add("dns.question.type", kind)
			}
		}
	}
	switch ev.Value("dns.type") {
	case "answer", "response":
		return 2
	}
	return 1
}
