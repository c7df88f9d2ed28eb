package firewall

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// cisco reads "%ASA-4-106023: …" and "%SEC-6-IPACCESSLOGP: …". Messages about traffic are those of a firewall; the
// others say who logged in or what was configured, or are kept with their code alone.
func cisco(in *normalize.Input, text string, ev *vedette.Event) error {
	head, body, ok := strings.Cut(text[1:], ":")
	parts := strings.Split(head, "-")
	if !ok || len(parts) < 3 || len(head) > 64 || strings.Contains(head, " ") {
		return normalize.ErrNotMine
	}
	facility, code := parts[0], parts[len(parts)-1]
	body = strings.TrimSpace(body)
	asa := facility == "ASA" || facility == "PIX" || facility == "FTD" || facility == "FWSM"
	ev.Logsource = vedette.Logsource{Product: "cisco", Service: ciscoService(facility, code, asa)}
	if strings.Contains(code, "BADAUTH") || strings.Contains(code, "AUTHEN_FAIL") {
		if service := routing(text); service != "" {
			ev.Logsource.Service = service
		}
	}
	ev.Dataset = "cisco.ios"
	if asa {
		ev.Dataset = "cisco.asa"
	}
	ev.Add("event.code", code)
	ev.Add("event.provider", facility)
	ev.Add("message", body)
	in.AddObserver(ev)
	switch {
	case asa && ciscoTraffic(code, body, ev), code == "IPACCESSLOGP" || code == "IPACCESSLOGDP":
		if ev.Value("event.action") == "" {
			ciscoList(body, ev)
		}
		ev.Add("event.category", "network")
		ev.Logsource.Categories = []string{"firewall"}
	case strings.Contains(code, "LOGIN_SUCCESS"), code == "605005", code == "113004", code == "113012":
		ciscoLogin(body, ev, true)
	case strings.Contains(code, "LOGIN_FAILED"), code == "605004", code == "113015", code == "113005":
		ciscoLogin(body, ev, false)
	case code == "CFGLOG_LOGGEDCMD", code == "111008", code == "111010", code == "CONFIG_I":
		ev.Add("event.category", "configuration")
		ev.Add("event.action", "configuration_command")
		if who := quoted(body); who != "" && asa {
			ev.Add("user.name", who)
		} else if _, rest, ok := strings.Cut(body, "User:"); ok {
			who, command, _ := strings.Cut(rest, " ")
			ev.Add("user.name", who)
			ev.Add("process.command_line", strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(command), "logged command:")))
		}
	}
	return nil
}

// ciscoService chooses among the services that Sigma's rules name.
func ciscoService(facility, code string, asa bool) string {
	switch {
	case asa:
		return "asa"
	case facility == "AAA", facility == "AAAA", facility == "SEC_LOGIN", facility == "PARSER", code == "CONFIG_I":
		return "aaa"
	case facility == "BGP", facility == "LDP":
		return strings.ToLower(facility)
	}
	return "syslog"
}

// routing names the routing protocol whose session could not be authenticated, by its port.
func routing(text string) string {
	switch {
	case strings.Contains(text, ":179"):
		return "bgp"
	case strings.Contains(text, "LDP"), strings.Contains(text, ":646"):
		return "ldp"
	}
	return ""
}

// ciscoActions are the messages of an ASA about one connection or packet.
var ciscoActions = map[string]string{
	"106001": "deny", "106002": "deny", "106006": "deny", "106007": "deny", "106014": "deny", "106015": "deny",
	"106021": "deny", "106023": "deny", "710003": "deny", "106100": "", "302013": "accept", "302015": "accept",
	"302020": "accept", "302014": "teardown", "302016": "teardown", "302021": "teardown", "710002": "accept",
}

// ciscoTraffic reads messages about traffic, whatever their wording: the first two addresses are the two ends.
func ciscoTraffic(code, body string, ev *vedette.Event) bool {
	action, known := ciscoActions[code]
	if !known {
		return false
	}
	if action == "" {
		action = "accept"
		if strings.Contains(body, " denied ") {
			action = "deny"
		}
	}
	inbound := !strings.Contains(body, " outbound ")
	var ends []end
	for word := range strings.FieldsSeq(body) {
		switch low := strings.ToLower(strings.TrimRight(word, ",")); low {
		case "tcp", "udp", "icmp":
			if ev.Value("network.transport") == "" {
				ev.Add("network.transport", low)
			}
		default:
			if e, ok := ciscoEnd(word); ok && len(ends) < 2 {
				ends = append(ends, e)
			}
		}
	}
	decide(ev, action)
	if len(ends) == 2 {
		if (code == "302013" || code == "302015") && !inbound {
			ends[0], ends[1] = ends[1], ends[0]
		}
		ends[0].add(ev, "source")
		ends[1].add(ev, "destination")
	}
	return true
}

// end is one side of a connection.
type end struct{ address, port, zone string }

func (e end) add(ev *vedette.Event, prefix string) {
	normalize.AddAddress(ev, prefix, e.address)
	normalize.AddNumber(ev, prefix+".port", e.port)
	if e.zone != "" {
		ev.Add("src."+prefix+"_interface", e.zone)
	}
}

// ciscoEnd reads "outside:203.0.113.7/4000", "203.0.113.7/4000", "203.0.113.7(4000)" and "inside/10.0.0.7(4000)".
func ciscoEnd(word string) (e end, ok bool) {
	word = strings.TrimRight(word, ",.")
	if strings.HasPrefix(word, "(") {
		return e, false // the address after translation
	}
	if i := strings.IndexByte(word, '('); i > 0 {
		e.port, _, _ = strings.Cut(word[i+1:], ")")
		word = word[:i]
	}
	if zone, rest, ok := strings.Cut(word, ":"); ok && !normalize.IsAddress(zone) && strings.Count(word, ":") == 1 {
		e.zone, word = zone, rest
	} else if zone, rest, ok := strings.Cut(word, "/"); ok && normalize.IsAddress(rest) {
		e.zone, word = zone, rest
	}
	if address, port, ok := strings.Cut(word, "/"); ok {
		e.port, word = port, address
	}
	e.address = word
	return e, normalize.IsAddress(word)
}

// ciscoList reads "list 101 denied tcp 203.0.113.7(4000) -> 192.0.2.9(22), 1 packet".
func ciscoList(body string, ev *vedette.Event) {
	action := "accept"
	if strings.Contains(body, " denied ") {
		action = "deny"
	}
	words := strings.Fields(body)
	if len(words) > 3 && words[0] == "list" {
		ev.Add("rule.name", words[1])
		ev.Add("network.transport", words[3])
	}
	decide(ev, action)
	from, to, _ := strings.Cut(body, " -> ")
	if f := strings.Fields(from); len(f) > 0 {
		if e, ok := ciscoEnd(f[len(f)-1]); ok {
			e.add(ev, "source")
		}
	}
	if f := strings.Fields(to); len(f) > 0 {
		if e, ok := ciscoEnd(f[0]); ok {
			e.add(ev, "destination")
		}
	}
}

// ciscoLogin reads the user and the source, which ASA writes in words and IOS in brackets.
func ciscoLogin(body string, ev *vedette.Event, success bool) {
	ev.Add("event.category", "authentication")
	ev.Add("event.action", "login")
	normalize.AddOutcome(ev, success)
	normalize.Classify(ev, normalize.ClassAuthentication, 1)
	user, source := "", ""
	for _, mark := range [...]string{"[user: ", "user = ", "user \"", "user '"} {
		if _, rest, ok := strings.Cut(body, mark); ok {
			user = rest[:max(0, strings.IndexAny(rest+"]", "]\"':, "))]
			break
		}
	}
	for _, mark := range [...]string{"[Source: ", "user IP = ", "from "} {
		if _, rest, ok := strings.Cut(body, mark); ok {
			source = rest[:max(0, strings.IndexAny(rest+"]", "]/ :,"))]
			break
		}
	}
	if user != "" {
		ev.Add("user.name", user)
	}
	if normalize.IsAddress(source) {
		normalize.AddAddress(ev, "source", source)
	}
}

// quoted returns the first text in single quotes.
func quoted(s string) string {
	_, rest, _ := strings.Cut(s, "'")
	text, _, ok := strings.Cut(rest, "'")
	if !ok {
		return ""
	}
	return text
}
