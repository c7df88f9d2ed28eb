// Package firewall understands what packet filters and network devices log about traffic: Netfilter (iptables,
// nftables, ufw), pfSense and OPNsense, Cisco ASA and IOS, FortiGate, PAN-OS, Check Point, Huawei and Juniper SRX.
package firewall

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes records of firewalls.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "firewall".
func (*Parser) Name() string { return "firewall" }

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	text := in.Text
	switch {
	case in.JSON != nil:
		return normalize.ErrNotMine
	case strings.HasPrefix(text, "%%") || strings.HasPrefix(text, "%01"):
		return huawei(in, text, ev)
	case strings.HasPrefix(text, "%"):
		return cisco(in, text, ev)
	case isPaloAlto(text):
		return paloAlto(in, text, ev)
	case strings.HasPrefix(text, "[") && strings.Contains(text, `action:"`) && strings.Contains(text, `; src:"`):
		return checkPoint(in, text, ev)
	case in.Header != nil && (in.Header.App == "RT_FLOW" || strings.HasPrefix(in.Header.MsgID, "RT_FLOW_")):
		return juniper(in, text, ev)
	case in.Header != nil && in.Header.App == "filterlog":
		return filterlog(text, ev)
	case fromKernel(in) && strings.Contains(text, "SRC=") && strings.Contains(text, " DST=") && strings.Contains(text, "IN="):
		return netfilter(text, ev)
	case startsWithPair(text) && strings.Contains(text, " logid=") && strings.Contains(text, " type=") &&
		(strings.Contains(text, " devid=") || strings.Contains(text, " vd=")):
		return fortigate(in, text, ev)
	}
	return normalize.ErrNotMine
}

// fromKernel tells whether the message can be of Netfilter: its program is the kernel, ulogd, or not named.
func fromKernel(in *normalize.Input) bool {
	return in.Header == nil || in.Header.App == "" || in.Header.App == "kernel" || in.Header.App == "ulogd"
}

// startsWithPair tells whether the first word is key=value.
func startsWithPair(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	return strings.Contains(first, "=")
}

// file files the event as one of a firewall.
func file(ev *vedette.Event, product, service, dataset string) {
	ev.Logsource = vedette.Logsource{Product: product, Service: service, Categories: []string{"firewall"}}
	ev.Dataset = dataset
	ev.Add("event.category", "network")
}

// decide adds what the firewall did. The words are those that Sigma rules look for.
func decide(ev *vedette.Event, action string) {
	if action == "" {
		return
	}
	ev.Add("event.action", action)
	denied := isDenied(action)
	normalize.AddOutcome(ev, !denied)
	ev.Add("src.blocked", map[bool]string{true: "true", false: "false"}[denied])
	if denied {
		normalize.Classify(ev, normalize.ClassNetwork, 5)
	} else {
		normalize.Classify(ev, normalize.ClassNetwork, 1)
	}
}

// isDenied tells whether a word for what a firewall did means that the packet did not pass.
func isDenied(action string) bool {
	for _, word := range [...]string{"den", "drop", "block", "reject", "discard"} {
		if strings.Contains(strings.ToLower(action), word) {
			return true
		}
	}
	return false
}

// netfilter reads "[UFW BLOCK] IN=eth0 OUT= MAC=… SRC=203.0.113.7 DST=192.0.2.9 LEN=60 … PROTO=TCP SPT=4000 DPT=22 …".
func netfilter(text string, ev *vedette.Event) error {
	start := strings.Index(text, "IN=")
	prefix, rest := strings.TrimSpace(text[:start]), text[start:]
	if strings.HasPrefix(prefix, "[") {
		if clock, after, ok := strings.Cut(prefix[1:], "]"); ok && normalize.IsNumber(strings.ReplaceAll(strings.TrimSpace(clock), ".", "")) {
			prefix = strings.TrimSpace(after)
		}
	}
	if inner := strings.Index(rest, "["); inner >= 0 {
		rest = rest[:inner] // an ICMP error quotes the packet that it is about
	}
	file(ev, "linux", "netfilter", "firewall.netfilter")
	decide(ev, netfilterAction(prefix))
	if prefix != "" {
		ev.Add("rule.name", strings.Trim(prefix, "[]: "))
	}
	normalize.Pairs(rest, func(key, value string, _ byte) {
		switch key {
		case "SRC":
			normalize.AddAddress(ev, "source", value)
		case "DST":
			normalize.AddAddress(ev, "destination", value)
		case "SPT":
			normalize.AddNumber(ev, "source.port", value)
		case "DPT":
			normalize.AddNumber(ev, "destination.port", value)
		case "PROTO":
			ev.Add("network.transport", strings.ToLower(value))
		case "IN", "OUT", "MAC", "TTL", "TYPE", "CODE", "MARK", "LEN", "UID", "PHYSIN", "PHYSOUT":
			if value != "" {
				ev.Add("src."+key, value)
			}
		}
	})
	if in, out := ev.Value("src.IN"), ev.Value("src.OUT"); in != "" && out == "" {
		ev.Add("network.direction", "inbound")
	} else if out != "" && in == "" {
		ev.Add("network.direction", "outbound")
	}
	return nil
}

// netfilterAction reads the prefix, the only place where the person who wrote the rule said what it does.
func netfilterAction(prefix string) string {
	low := strings.ToLower(prefix)
	for _, a := range [...][2]string{
		{"drop", "drop"}, {"block", "block"}, {"reject", "reject"}, {"den", "deny"}, {"discard", "drop"},
		{"limit", "block"}, {"accept", "accept"}, {"allow", "accept"}, {"audit", "audit"}, {"forward", "forward"},
	} {
		if strings.Contains(low, a[0]) {
			return a[1]
		}
	}
	return ""
}

// filterlog reads the comma-separated records of pfSense and OPNsense.
func filterlog(text string, ev *vedette.Event) error {
	f := strings.Split(text, ",")
	if len(f) < 20 || f[8] != "4" && f[8] != "6" {
		return normalize.ErrNotMine
	}
	file(ev, "pfsense", "filterlog", "firewall.pfsense")
	action := f[6]
	if action == "pass" {
		action = "accept"
	}
	decide(ev, action)
	ev.Add("rule.id", f[0])
	ev.Add("src.interface", f[4])
	if f[7] == "in" {
		ev.Add("network.direction", "inbound")
	} else {
		ev.Add("network.direction", "outbound")
	}
	proto, at := f[16], 18
	if f[8] == "6" {
		proto, at = f[12], 15
	}
	ev.Add("network.transport", strings.ToLower(proto))
	if at+1 < len(f) {
		normalize.AddAddress(ev, "source", f[at])
		normalize.AddAddress(ev, "destination", f[at+1])
	}
	if at+3 < len(f) && (strings.EqualFold(proto, "tcp") || strings.EqualFold(proto, "udp")) {
		normalize.AddNumber(ev, "source.port", f[at+2])
		normalize.AddNumber(ev, "destination.port", f[at+3])
	}
	return nil
}

// fortigate reads key=value records. Every field keeps its name or its canonical one.
func fortigate(in *normalize.Input, text string, ev *vedette.Event) error {
	names := in.Names("fortigate", "firewall", "event")
	date, clock, zone, kind, proto := "", "", "", "", ""
	ev.Add("event.category", "network")
	normalize.Pairs(text, func(key, value string, _ byte) {
		switch key {
		case "date":
			date = value
		case "time":
			clock = value
		case "tz":
			zone = value
		case "type":
			kind = value
		case "proto":
			proto = value
			ev.Add("src.proto", value)
			return
		}
		ev.Add(names.Of([]byte(key)), value)
	})
	if t, ok := normalize.ParseTime(date+" "+clock+zone, in.Zone()); ok {
		ev.Time = t
	}
	if word := map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "58": "ipv6-icmp"}[proto]; word != "" {
		ev.Add("network.transport", word)
	}
	ev.Logsource = vedette.Logsource{Product: "fortigate", Service: kind}
	if kind == "traffic" {
		ev.Logsource.Categories = []string{"firewall"}
	}
	ev.Dataset = "firewall.fortigate"
	if action := ev.Value("event.action"); kind == "traffic" && action != "" {
		normalize.AddOutcome(ev, !isDenied(action))
		ev.Add("src.blocked", map[bool]string{true: "true", false: "false"}[isDenied(action)])
		normalize.Classify(ev, normalize.ClassNetwork, map[bool]int{true: 5, false: 1}[isDenied(action)])
	}
	return nil
}
