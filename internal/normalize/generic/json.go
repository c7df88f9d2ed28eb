package generic

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// JSON takes every JSON object that no other parser knows.
type JSON struct{}

// NewJSON makes the parser.
func NewJSON() *JSON { return &JSON{} }

// Fallback is true: the parser takes any object.
func (*JSON) Fallback() bool { return true }

// Name is "json".
func (*JSON) Name() string { return "json" }

// Parse fills the event.
func (*JSON) Parse(in *normalize.Input, ev *vedette.Event) error {
	v := in.JSON
	if v == nil {
		return normalize.ErrNotMine
	}
	h := hints(in, v)
	ev.Dataset = "json"
	if h.ecs {
		ev.Dataset = "ecs"
	}
	ev.Logsource = h.Logsource
	category := ""
	if len(h.Categories) > 0 {
		category = h.Categories[0]
	}
	if err := in.Flatten(ev, v, in.Names(h.Product, category, h.Service)); err != nil {
		return err
	}
	for _, name := range timeNames {
		if text := in.At(v, strings.Split(name, "/")...); text != "" {
			if t, ok := normalize.ParseTime(text, in.Zone()); ok {
				ev.Time = t
				break
			}
		}
	}
	for _, name := range [...]string{"stack_trace", "stack", "exception", "exc_info", "message", "msg", "log", "error", "thrown"} {
		if text := in.At(v, name); text != "" {
			fileApplication(text, ev)
		}
	}
	if h.Product == "rpc_firewall" && !v.Exists("EventLog") {
		ev.Add("src.EventLog", "RPCFW")
	}
	if h.ecs {
		return nil
	}
	for _, alias := range aliases {
		if _, has := ev.Get(alias.to); has {
			continue
		}
		for _, from := range alias.from {
			if text := in.At(v, from); text != "" {
				alias.add(ev, text)
				break
			}
		}
	}
	return nil
}

// timeNames are the fields that hold the time of an event, the most certain first. A slash leads into an object.
var timeNames = [...]string{
	"@timestamp", "timestamp", "eventTime", "event_time", "EventTime", "time", "ts", "datetime", "date", "event/created",
	"TimeGenerated", "UtcTime", "created_at", "createdAt", "_time", "Timestamp", "Time", "time_iso8601", "logTime",
}

// alias is a canonical field and the names that programs give it.
type alias struct {
	to   string
	from []string
}

// aliases are only believed where the value fits: an address must be one.
var aliases = [...]alias{
	{"message", []string{"msg", "log", "text", "Message", "MESSAGE"}},
	{"log.level", []string{"level", "severity", "loglevel", "Level"}},
	{"host.name", []string{"hostname", "host", "Hostname", "computer", "Computer", "ComputerName", "server"}},
	{"user.name", []string{"user", "username", "userName", "user_name", "User", "account", "login"}},
	{"source.ip", []string{"src_ip", "srcip", "source_ip", "client_ip", "clientip", "clientIp", "remote_ip", "remote_addr", "ip", "src", "ipAddress", "src_addr", "src_host"}},
	{"destination.ip", []string{"dst_ip", "dstip", "dest_ip", "destination_ip", "dst", "dst_addr", "dst_host"}},
	{"source.port", []string{"src_port", "srcport", "source_port"}},
	{"destination.port", []string{"dst_port", "dstport", "dest_port", "destination_port"}},
	{"process.name", []string{"process", "program", "app", "service", "logger"}},
	{"event.action", []string{"action", "event", "event_name", "eventName", "operation"}},
	{"event.outcome", []string{"outcome"}},
	{"url.original", []string{"url", "uri", "request_uri"}},
	{"user_agent.original", []string{"user_agent", "userAgent", "http_user_agent"}},
}

// add adds the value when it can be what the name says.
func (a alias) add(ev *vedette.Event, text string) {
	switch {
	case strings.HasSuffix(a.to, ".ip"):
		if normalize.IsAddress(text) {
			ev.Add(a.to, text)
		}
	case strings.HasSuffix(a.to, ".port"):
		normalize.AddNumber(ev, a.to, text)
	default:
		ev.Add(a.to, text)
	}
}

// hinted is what an object says about its own kind.
type hinted struct {
	vedette.Logsource
	ecs bool
}

// hints reads the logsource off an object: an explicit one, ECS fields, or the field names of Sysmon.
func hints(in *normalize.Input, v *normalize.Value) hinted {
	var h hinted
	if ls := v.Get("logsource"); ls != nil && ls.Type() == normalize.TypeObject {
		h.Product, h.Service = in.At(ls, "product"), in.At(ls, "service")
		if c := in.At(ls, "category"); c != "" {
			h.Categories = []string{c}
		}
		if h.Product == vedette.HouseSource { // nobody else speaks for the house
			h.Logsource = vedette.Logsource{}
		}
		return h
	}
	if l, ok := shapes(in, v); ok {
		h.Logsource = l
		return h
	}
	if v.Exists("ecs", "version") || v.Exists("ecs.version") || v.Exists("@timestamp") && (v.Exists("event") || v.Exists("event.kind") || v.Exists("event.category")) {
		h.ecs = true
		h.Logsource = ecsLogsource(in, v)
		return h
	}
	if v.Exists("Image") || v.Exists("CommandLine") || v.Exists("TargetFilename") || v.Exists("QueryName") {
		h.Logsource = sysmonLogsource(in, v)
	}
	return h
}

// ecsLogsource tells from ECS fields what Sigma would call the source.
func ecsLogsource(in *normalize.Input, v *normalize.Value) vedette.Logsource {
	l := vedette.Logsource{Product: ecs(in, v, "host", "os", "type")}
	if l.Product == "" {
		l.Product = ecs(in, v, "host", "os", "family")
	}
	switch l.Product {
	case "debian", "redhat", "suse", "ubuntu":
		l.Product = "linux"
	case "darwin":
		l.Product = "macos"
	}
	categories := ecs(in, v, "event", "category") + " " + ecs(in, v, "event", "category", "0")
	types := ecs(in, v, "event", "type") + " " + ecs(in, v, "event", "type", "0") + " " + ecs(in, v, "event", "type", "1")
	switch {
	case strings.Contains(categories, "process") && strings.Contains(types, "start"):
		l.Categories = []string{"process_creation"}
	case strings.Contains(categories, "file") && strings.Contains(types, "creation"):
		l.Categories = []string{"file_event"}
	case v.Exists("dns", "question") || v.Exists("dns.question.name"):
		l.Categories = []string{"dns"}
	case ecs(in, v, "event", "action") == "netflow_flow", ecs(in, v, "input", "type") == "netflow":
		l = vedette.Logsource{Service: "netflow", Categories: []string{"firewall"}}
	case strings.Contains(categories, "malware"):
		l.Categories = []string{"antivirus"}
	case strings.Contains(categories, "database"):
		l.Categories = []string{"database"}
	case strings.Contains(categories, "network") && l.Product != "":
		l.Categories = []string{"network_connection"}
	case strings.Contains(categories, "web"):
		l.Categories = []string{"webserver"}
	}
	return l
}

// ecs reads a field that is nested or written with dots.
func ecs(in *normalize.Input, v *normalize.Value, path ...string) string {
	if text := in.At(v, path...); text != "" {
		return text
	}
	return in.At(v, strings.Join(path, "."))
}

// sysmonLogsource tells from flat names of Sysmon what the event is.
func sysmonLogsource(in *normalize.Input, v *normalize.Value) vedette.Logsource {
	l := vedette.Logsource{Product: strings.ToLower(in.At(v, "product"))}
	if l.Product == "" {
		l.Product = "windows"
		if image := in.At(v, "Image") + in.At(v, "TargetFilename"); strings.HasPrefix(image, "/") {
			l.Product = "linux"
		}
	}
	switch {
	case in.At(v, "category") != "":
		l.Categories = []string{in.At(v, "category")}
	case v.Exists("TargetFilename"):
		l.Categories = []string{"file_event"}
	case v.Exists("QueryName"):
		l.Categories = []string{"dns_query"}
	case v.Exists("DestinationIp") || v.Exists("DestinationHostname"):
		l.Categories = []string{"network_connection"}
	case v.Exists("CommandLine"):
		l.Categories = []string{"process_creation"}
	}
	return l
}
