package firewall

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// huawei reads "%%01BGP/3/BGP_AUTH_FAILED(l)[12]:text", of routers and firewalls of the family VRP.
func huawei(in *normalize.Input, text string, ev *vedette.Event) error {
	head, body, ok := strings.Cut(text, ":")
	head = strings.TrimLeft(head, "%0123456789")
	parts := strings.Split(head, "/")
	if !ok || len(parts) < 3 || len(head) > 128 || strings.ContainsAny(parts[0], " \"=") {
		return normalize.ErrNotMine
	}
	ev.Logsource = vedette.Logsource{Product: "huawei", Service: strings.ToLower(parts[0])}
	ev.Dataset = "firewall.huawei"
	code, _, _ := strings.Cut(parts[2], "(")
	ev.Add("event.code", code)
	ev.Add("event.provider", parts[0])
	ev.Add("message", strings.TrimSpace(body))
	ev.Add("event.category", "network")
	in.AddObserver(ev)
	switch parts[0] {
	case "POLICY", "SECLOG", "FW-LOG", "IPSEC", "SESSION":
		ev.Logsource.Categories = []string{"firewall"}
	}
	normalize.Pairs(body, func(key, value string, _ byte) {
		common(ev, strings.TrimLeft(key, "("), strings.TrimRight(value, ")."))
	})
	if ev.Value("event.action") == "" && strings.Contains(code, "DENY") {
		decide(ev, "deny")
	} else if strings.Contains(code, "PERMIT") {
		decide(ev, "accept")
	}
	return nil
}

// checkPoint reads [action:"Accept"; src:"10.0.0.7"; …], as the log exporter writes it behind its header.
func checkPoint(in *normalize.Input, text string, ev *vedette.Event) error {
	ev.Logsource = vedette.Logsource{Product: "checkpoint", Categories: []string{"firewall"}}
	ev.Dataset = "firewall.checkpoint"
	ev.Add("event.category", "network")
	in.AddObserver(ev)
	action := ""
	rest := text[1:]
	for n := 0; n < 256; n++ {
		key, after, ok := strings.Cut(rest, `:"`)
		if !ok {
			break
		}
		end := closing(after)
		value := strings.ReplaceAll(after[:end], `\"`, `"`)
		rest = strings.TrimLeft(after[min(len(after), end+1):], "; ")
		switch key = strings.TrimSpace(key); {
		case key == "" || len(key) > 64:
		case key == "action":
			action = strings.ToLower(value)
		case key == "time" && ev.Time.IsZero():
			if t, ok := normalize.ParseTime(value, in.Zone()); ok {
				ev.Time = t
			}
		default:
			common(ev, key, value)
		}
	}
	decide(ev, action)
	return nil
}

// closing finds the quote that ends a value.
func closing(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(s)
}

// juniper reads the sessions of an SRX, given as parameters of the header or as pairs of the message.
func juniper(in *normalize.Input, text string, ev *vedette.Event) error {
	ev.Logsource = vedette.Logsource{Product: "juniper", Service: "srx", Categories: []string{"firewall"}}
	ev.Dataset = "firewall.juniper"
	ev.Add("event.category", "network")
	for _, p := range in.Header.Structured {
		common(ev, p.Name, p.Value)
	}
	normalize.Pairs(text, func(key, value string, _ byte) { common(ev, key, value) })
	action := "accept"
	if strings.Contains(in.Header.MsgID+text, "SESSION_DENY") {
		action = "deny"
	}
	decide(ev, action)
	in.AddObserver(ev)
	return nil
}

// common adds a field by the names that several vendors use, any other under its own.
func common(ev *vedette.Event, key, value string) {
	if value == "" || len(key) > 64 {
		return
	}
	switch strings.ToLower(key) {
	case "src", "srcip", "source-address", "sourceip", "source_ip", "src_ip":
		normalize.AddAddress(ev, "source", value)
	case "dst", "dstip", "destination-address", "destinationip", "destination_ip", "dst_ip":
		normalize.AddAddress(ev, "destination", value)
	case "s_port", "source-port", "sourceport", "srcport", "source_port":
		normalize.AddNumber(ev, "source.port", strings.TrimRight(value, "."))
	case "service", "destination-port", "destinationport", "dstport", "destination_port":
		if normalize.IsNumber(value) {
			normalize.AddNumber(ev, "destination.port", value)
			return
		}
		ev.Add(vedette.SourcePrefix+key, value)
	case "proto", "protocol-id", "protocol":
		ev.Add("network.transport", transport(value))
	case "policy-name", "rule_name", "policyname", "policy":
		ev.Add("rule.name", value)
	case "action":
		decide(ev, strings.ToLower(value))
	default:
		ev.Add(vedette.SourcePrefix+strings.ToValidUTF8(key, ""), value)
	}
}

// transport names a protocol given by number.
func transport(value string) string {
	switch value {
	case "1":
		return "icmp"
	case "6":
		return "tcp"
	case "17":
		return "udp"
	case "58":
		return "ipv6-icmp"
	}
	return strings.ToLower(value)
}
