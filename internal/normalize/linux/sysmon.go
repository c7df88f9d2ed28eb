package linux

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Sysmon takes what Sysmon for Linux writes: the event as XML behind a syslog header, or as JSON in the shape of a
// Windows event.
type Sysmon struct{}

// NewSysmon makes the parser.
func NewSysmon() *Sysmon { return &Sysmon{} }

// Name is "sysmon_linux".
func (*Sysmon) Name() string { return "sysmon_linux" }

// Parse fills the event.
func (*Sysmon) Parse(in *normalize.Input, ev *vedette.Event) error {
	if in.JSON != nil {
		return sysmonJSON(in, ev)
	}
	if !strings.HasPrefix(in.Text, "<Event>") && !strings.HasPrefix(in.Text, "<Event ") || !strings.Contains(in.Text[:min(len(in.Text), 300)], "Linux-Sysmon") {
		return normalize.ErrNotMine
	}
	head, body, _ := strings.Cut(in.Text, "<EventData>")
	ev.Logsource = vedette.Logsource{Product: "linux", Service: "sysmon"}
	ev.Dataset = "linux.sysmon"
	names := in.Names("linux", "process_creation", "sysmon")
	id := element(head, "EventID")
	sysmonHead(ev, id, element(head, "Computer"))
	if t, ok := normalize.ParseTime(attribute(head, "SystemTime"), in.Zone()); ok {
		ev.Time = t
	}
	for {
		_, rest, ok := strings.Cut(body, "<Data Name=\"")
		if !ok {
			break
		}
		name, rest, ok1 := strings.Cut(rest, "\">")
		value, rest, ok2 := strings.Cut(rest, "</Data>")
		if !ok1 || !ok2 {
			break
		}
		ev.Add(names.Of([]byte(name)), unxml(value))
		body = rest
	}
	sysmonDone(ev, id)
	return nil
}

// sysmonJSON reads {"Event":{"System":{"Provider":{"Name":"Linux-Sysmon"},…},"EventData":{…}}}.
func sysmonJSON(in *normalize.Input, ev *vedette.Event) error {
	system := in.JSON.Get("Event", "System")
	provider := system.Get("Provider")
	if attributes := provider.Get("#attributes"); attributes != nil {
		provider = attributes
	}
	if provider.GetString("Name") != "Linux-Sysmon" {
		return normalize.ErrNotMine
	}
	ev.Logsource = vedette.Logsource{Product: "linux", Service: "sysmon"}
	ev.Dataset = "linux.sysmon"
	id := in.At(system, "EventID")
	sysmonHead(ev, id, in.At(system, "Computer"))
	created := system.Get("TimeCreated")
	if attributes := created.Get("#attributes"); attributes != nil {
		created = attributes
	}
	if created != nil {
		if t, ok := normalize.ParseTime(in.At(created, "SystemTime"), in.Zone()); ok {
			ev.Time = t
		}
	}
	if data := in.JSON.Get("Event", "EventData"); data != nil {
		if err := in.Flatten(ev, data, in.Names("linux", "process_creation", "sysmon")); err != nil {
			return err
		}
	}
	sysmonDone(ev, id)
	return nil
}

func sysmonHead(ev *vedette.Event, id, host string) {
	ev.Add("event.code", id)
	ev.Add("src.EventID", id)
	if host != "" {
		ev.Add("host.name", host)
	}
}

// sysmonKinds says what each event id of Sysmon for Linux is.
var sysmonKinds = map[string]struct {
	sigma, category, action string
	class                   normalize.Class
	activity                int
}{
	"1":  {"process_creation", "process", "process_started", normalize.ClassProcess, 1},
	"3":  {"network_connection", "network", "connection", normalize.ClassNetwork, 1},
	"5":  {"process_termination", "process", "process_ended", normalize.ClassProcess, 2},
	"9":  {"raw_access_thread", "file", "raw_access", normalize.ClassFileActivity, 99},
	"11": {"file_event", "file", "file_created", normalize.ClassFileActivity, 1},
	"16": {"sysmon_status", "configuration", "sensor_configured", 0, 0},
	"23": {"file_delete", "file", "file_deleted", normalize.ClassFileActivity, 4},
}

// sysmonDone files the event under its Sigma category.
func sysmonDone(ev *vedette.Event, id string) {
	kind, ok := sysmonKinds[id]
	if !ok {
		return
	}
	ev.Logsource.Categories = []string{kind.sigma}
	ev.Add("event.category", kind.category)
	ev.Add("event.action", kind.action)
	if kind.class != 0 {
		normalize.Classify(ev, kind.class, kind.activity)
	}
}

// element returns the text of the first XML element of that name.
func element(s, name string) string {
	_, rest, ok := strings.Cut(s, "<"+name+">")
	if !ok {
		return ""
	}
	text, _, _ := strings.Cut(rest, "</")
	return unxml(text)
}

// attribute returns the value of the first XML attribute of that name.
func attribute(s, name string) string {
	_, rest, ok := strings.Cut(s, name+"=\"")
	if !ok {
		return ""
	}
	text, _, _ := strings.Cut(rest, "\"")
	return unxml(text)
}

// unxml takes the five entities of XML, and the numbers for line ends and quotes, out of a text.
func unxml(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", "\"", "&apos;", "'", "&#39;", "'", "&#34;", "\"",
		"&#x0A;", "\n", "&#10;", "\n", "&#9;", "\t", "&amp;", "&").Replace(s)
}
