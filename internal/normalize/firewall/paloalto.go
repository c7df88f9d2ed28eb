package firewall

import (
	"encoding/csv"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// isPaloAlto knows the lines with commas of PAN-OS: "1,2026/11/23 14:10:50,serial,TRAFFIC,end,…".
func isPaloAlto(text string) bool {
	parts := strings.SplitN(text, ",", 6)
	return len(parts) == 6 && len(parts[1]) == 19 && parts[1][4] == '/' && len(parts[2]) <= 40 && paloAltoKinds[parts[3]] != ""
}

// paloAltoKinds are the kinds of lines, and Sigma's service of each.
var paloAltoKinds = map[string]string{
	"TRAFFIC": "traffic", "THREAT": "threat", "SYSTEM": "system", "CONFIG": "config", "GLOBALPROTECT": "globalprotect",
	"HIPMATCH": "hipmatch", "USERID": "userid", "DECRYPTION": "decryption", "AUTHENTICATION": "authentication", "CORRELATION": "correlation",
}

// paloAltoNames are the columns behind the first seven that mean the same in lines about traffic and about threats.
var paloAltoNames = [...]struct {
	column int
	name   string
}{
	{4, "src.subtype"}, {11, "rule.name"}, {14, "network.application"}, {16, "src.from_zone"}, {17, "src.to_zone"}, {22, "src.session_id"},
}

// paloAlto reads one line. What stands in which column is as PAN-OS 9 and later write it.
func paloAlto(in *normalize.Input, text string, ev *vedette.Event) error {
	r := csv.NewReader(strings.NewReader(text))
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	f, err := r.Read()
	if err != nil || len(f) < 6 {
		return normalize.ErrNotMine
	}
	at := func(i int) string {
		if i < len(f) {
			return strings.TrimSpace(f[i])
		}
		return ""
	}
	kind := paloAltoKinds[f[3]]
	ev.Logsource = vedette.Logsource{Product: "paloalto", Service: kind}
	ev.Dataset = "firewall.paloalto"
	ev.Add("observer.vendor", "Palo Alto Networks")
	in.AddObserver(ev)
	for _, i := range [...]int{6, 1} {
		if t, ok := normalize.ParseTime(strings.ReplaceAll(at(i), "/", "-"), in.Zone()); ok {
			ev.Time = t
			break
		}
	}
	switch kind {
	case "traffic", "threat":
		paloAltoTraffic(kind, at, ev)
	case "globalprotect":
		ev.Logsource.Categories = []string{"appliance"}
		fallthrough
	default:
		given(ev, "src.subtype", at(4))
		ev.Add("message", text)
		ev.Add("event.category", "configuration")
		if kind == "globalprotect" || kind == "authentication" {
			normalize.Classify(ev, normalize.ClassAuthentication, 1)
		}
	}
	return nil
}

func paloAltoTraffic(kind string, at func(int) string, ev *vedette.Event) {
	for _, c := range paloAltoNames {
		given(ev, c.name, at(c.column))
	}
	ev.Add("event.category", "network")
	normalize.AddAddress(ev, "source", at(7))
	normalize.AddAddress(ev, "destination", at(8))
	given(ev, "source.nat.ip", at(9))
	given(ev, "destination.nat.ip", at(10))
	given(ev, "user.name", at(12))
	normalize.AddNumber(ev, "source.port", at(24))
	normalize.AddNumber(ev, "destination.port", at(25))
	given(ev, "network.transport", at(29))
	action := at(30)
	if action == "allow" || action == "alert" {
		action = "accept"
	}
	if kind == "traffic" {
		ev.Logsource.Categories = []string{"firewall"}
		decide(ev, action)
		normalize.AddNumber(ev, "source.bytes", at(32))
		normalize.AddNumber(ev, "destination.bytes", at(33))
		return
	}
	ev.Logsource.Categories = []string{"firewall"}
	if at(4) == "url" {
		ev.Logsource.Categories = []string{"firewall", "proxy"}
		target := at(31)
		if target != "" && !strings.Contains(target, "://") {
			target = "http://" + target
		}
		if target != "" {
			normalize.AddURL(ev, target)
		}
	} else {
		given(ev, "file.name", at(31))
	}
	decide(ev, action)
	given(ev, "src.threat", at(32))
	given(ev, "rule.category", at(33))
	given(ev, "src.severity", at(34))
	given(ev, "user_agent.original", at(46))
	given(ev, "http.request.referrer", at(50))
	given(ev, "http.request.method", strings.ToUpper(at(55)))
	if at(4) == "virus" || at(4) == "wildfire-virus" {
		ev.Logsource.Categories = []string{"firewall", "antivirus"}
		given(ev, "rule.name", at(32))
	}
}

// given adds a value unless there is none.
func given(ev *vedette.Event, name, value string) {
	if value != "" && value != "0.0.0.0" {
		ev.Add(name, value)
	}
}
