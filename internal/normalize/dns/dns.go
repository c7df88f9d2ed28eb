// Package dns understands the query logs of name servers: dnsmasq, BIND and Unbound.
package dns

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes lines about one query or one answer.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "dns".
func (*Parser) Name() string { return "dns" }

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	if in.JSON != nil {
		return normalize.ErrNotMine
	}
	text, app := in.Text, ""
	if in.Header != nil {
		app = strings.ToLower(in.Header.App)
	}
	switch {
	case app == "named" || app == "" && strings.Contains(text, " query: "):
		return bind(in, text, ev)
	case app == "unbound":
		return unbound(text, ev)
	case app == "dnsmasq" || app == "" && (strings.HasPrefix(text, "query[") || strings.HasPrefix(text, "dnsmasq[")):
		return dnsmasq(text, ev)
	}
	return normalize.ErrNotMine
}

// dnsmasq reads "query[A] www.example.com from 10.0.0.7", "reply www.example.com is 192.0.2.1" and their kin, also with
// the number and address that the extra log puts before them.
func dnsmasq(text string, ev *vedette.Event) error {
	if rest, ok := strings.CutPrefix(text, "dnsmasq["); ok {
		_, text, _ = strings.Cut(rest, ": ")
	}
	words := strings.Fields(text)
	if len(words) > 2 && normalize.IsNumber(words[0]) {
		words = words[2:]
	}
	if len(words) < 4 {
		return normalize.ErrNotMine
	}
	verb, name, link, last := words[0], words[1], words[2], words[3]
	if kind, ok := strings.CutPrefix(verb, "query["); ok && link == "from" {
		file(ev, "dnsmasq", "query")
		question(ev, name, strings.TrimSuffix(kind, "]"))
		normalize.AddAddress(ev, "source", last)
		normalize.Classify(ev, normalize.ClassDNS, 1)
		return nil
	}
	switch {
	case link == "is" && (verb == "reply" || verb == "cached" || verb == "config" || strings.HasPrefix(verb, "/")):
		file(ev, "dnsmasq", "answer")
		question(ev, name, "")
		ev.Add("dns.answers.data", strings.Trim(strings.Join(words[3:], " "), "<>"))
		if normalize.IsAddress(last) {
			ev.Add("dns.resolved_ip", last)
		} else if last == "NXDOMAIN" || last == "SERVFAIL" || last == "REFUSED" {
			ev.Add("dns.response_code", last)
		}
		normalize.Classify(ev, normalize.ClassDNS, 2)
		return nil
	case verb == "forwarded" && link == "to":
		file(ev, "dnsmasq", "forward")
		question(ev, name, "")
		normalize.AddAddress(ev, "destination", last)
		normalize.Classify(ev, normalize.ClassDNS, 6)
		return nil
	}
	return normalize.ErrNotMine
}

// bind reads
//
//	client @0x7f5 10.0.0.7#53210 (www.example.com): query: www.example.com IN A +E(0)K (10.0.0.1)
func bind(in *normalize.Input, text string, ev *vedette.Event) error {
	head, rest, ok := strings.Cut(text, " query: ")
	if !ok {
		return normalize.ErrNotMine
	}
	before, client, ok := strings.Cut(head, "client ")
	words := strings.Fields(rest)
	if !ok || len(words) < 3 {
		return normalize.ErrNotMine
	}
	if strings.HasPrefix(client, "@") {
		_, client, _ = strings.Cut(client, " ")
	}
	address, port, ok := strings.Cut(client, "#")
	if !ok || !normalize.IsAddress(address) {
		return normalize.ErrNotMine
	}
	file(ev, "named", "query")
	if t, ok := bindTime(in, before); ok {
		ev.Time = t
	}
	question(ev, words[0], words[2])
	ev.Add("src.query_class", words[1])
	if len(words) > 3 {
		ev.Add("src.flags", words[3])
	}
	normalize.AddAddress(ev, "source", address)
	if end := strings.IndexFunc(port, func(r rune) bool { return r < '0' || r > '9' }); end > 0 {
		port = port[:end]
	}
	normalize.AddNumber(ev, "source.port", port)
	if last := words[len(words)-1]; strings.HasPrefix(last, "(") {
		normalize.AddAddress(ev, "destination", strings.Trim(last, "()"))
	}
	normalize.Classify(ev, normalize.ClassDNS, 1)
	return nil
}

// unbound reads "info: 10.0.0.7 www.example.com. A IN", with "NOERROR 0.012 0 49" behind it when replies are logged.
func unbound(text string, ev *vedette.Event) error {
	if rest, ok := strings.CutPrefix(text, "["); ok {
		_, text, _ = strings.Cut(rest, "] ")
	}
	rest, ok := strings.CutPrefix(text, "info: ")
	if !ok {
		return normalize.ErrNotMine
	}
	words := strings.Fields(rest)
	if len(words) > 0 && (words[0] == "query:" || words[0] == "reply:") {
		words = words[1:]
	}
	if len(words) < 4 || !normalize.IsAddress(words[0]) {
		return normalize.ErrNotMine
	}
	action, activity := "query", 1
	if len(words) > 4 {
		action, activity = "answer", 2
	}
	file(ev, "unbound", action)
	question(ev, words[1], words[2])
	normalize.AddAddress(ev, "source", words[0])
	if len(words) > 4 {
		ev.Add("dns.response_code", words[4])
	}
	normalize.Classify(ev, normalize.ClassDNS, activity)
	return nil
}

// file files the event as one of a name server.
func file(ev *vedette.Event, server, action string) {
	ev.Logsource = vedette.Logsource{Product: "linux", Service: server, Categories: []string{"dns"}}
	ev.Dataset = "dns." + action
	ev.Add("event.category", "network")
	ev.Add("event.action", "dns_"+action)
	ev.Add("network.protocol", "dns")
}

func question(ev *vedette.Event, name, kind string) {
	if trimmed := strings.TrimSuffix(name, "."); trimmed != "" {
		name = trimmed
	}
	ev.Add("dns.question.name", name)
	if kind != "" {
		ev.Add("dns.question.type", kind)
	}
}
