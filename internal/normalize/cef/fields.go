package cef

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// cefNames gives the canonical names of CEF's keys; addresses and times are treated apart.
var cefNames = map[string]string{
	"act": "event.action", "app": "network.application", "proto": "network.transport", "outcome": "event.outcome",
	"reason": "event.reason", "msg": "message", "cat": "rule.category", "externalId": "event.id",
	"spt": "source.port", "dpt": "destination.port", "smac": "source.mac", "dmac": "destination.mac",
	"suser": "user.name", "suid": "user.id", "sntdom": "user.domain", "duser": "user.target.name",
	"sproc": "process.name", "spid": "process.pid", "dproc": "process.name", "dpid": "process.pid",
	"fname": "file.name", "filePath": "file.path", "fsize": "file.size", "fileHash": "file.hash.sha256",
	"fileType": "file.type", "in": "source.bytes", "out": "destination.bytes", "request": "url.original",
	"requestMethod": "http.request.method", "requestClientApplication": "user_agent.original",
	"requestContext": "http.request.referrer", "deviceProcessName": "service.name", "deviceDirection": "src.deviceDirection",
}

// leefNames gives the canonical names of LEEF's keys.
var leefNames = map[string]string{
	"proto": "network.transport", "srcPort": "source.port", "dstPort": "destination.port", "srcMAC": "source.mac",
	"dstMAC": "destination.mac", "usrName": "user.name", "domain": "user.domain", "role": "user.roles", "cat": "rule.category",
	"srcBytes": "source.bytes", "dstBytes": "destination.bytes", "srcPackets": "source.packets", "dstPackets": "destination.packets",
	"action": "event.action", "act": "event.action", "url": "url.original", "resource": "file.path", "policy": "rule.name",
	"msg": "message", "reason": "event.reason", "identHostName": "src.identHostName",
}

// products gives the words by which Sigma calls vendors.
var products = map[string]string{
	"fortinet": "fortigate", "palo alto networks": "paloalto", "check point": "checkpoint", "cisco": "cisco",
	"sonicwall": "sonicwall", "juniper networks": "juniper", "huawei": "huawei",
}

// add adds the head of a message.
func (h head) add(ev *vedette.Event, format string) {
	vendor := strings.ToLower(strings.TrimSpace(h.vendor))
	product := products[vendor]
	if product == "" {
		product = word(vendor)
	}
	ev.Logsource = vedette.Logsource{Product: product, Service: word(h.product)}
	ev.Dataset = "security." + format
	given(ev, "observer.vendor", h.vendor)
	given(ev, "observer.product", h.product)
	given(ev, "observer.version", h.version)
	given(ev, "event.code", h.id)
	given(ev, "rule.name", h.name)
	given(ev, "event.severity", h.severity)
}

// add adds one pair of the extension.
func add(in *normalize.Input, ev *vedette.Event, names map[string]string, key, value string) {
	switch key {
	case "src", "sourceTranslatedAddress", "dst", "destinationTranslatedAddress", "shost", "dhost", "dvc", "dvchost":
		address(ev, key, value)
		return
	case "rt", "devTime", "end":
		if t, ok := parseTime(in, value); ok && (ev.Time.IsZero() || key != "end") {
			ev.Time = t
		}
		ev.Add(vedette.SourcePrefix+key, value)
		return
	case "sev":
		given(ev, "event.severity", value)
		return
	}
	name := names[key]
	switch {
	case name == "network.transport":
		ev.Add(name, strings.ToLower(value))
	case name == "url.original":
		normalize.AddURL(ev, value)
	case name == "file.hash.sha256" && len(value) != 64:
		ev.Add(vedette.SourcePrefix+key, value)
	case name != "":
		ev.Add(name, value)
	default:
		ev.Add(vedette.SourcePrefix+key[:min(len(key), 128)], value)
	}
}

// address adds the keys that hold addresses and hosts.
func address(ev *vedette.Event, key, value string) {
	switch key {
	case "src":
		normalize.AddAddress(ev, "source", value)
	case "dst":
		normalize.AddAddress(ev, "destination", value)
	case "shost":
		given(ev, "source.domain", value)
	case "dhost":
		given(ev, "destination.domain", value)
	case "sourceTranslatedAddress":
		given(ev, "source.nat.ip", value)
	case "destinationTranslatedAddress":
		given(ev, "destination.nat.ip", value)
	case "dvchost":
		given(ev, "observer.name", value)
	default:
		given(ev, vedette.SourcePrefix+key, value)
	}
}

// conclude says what kind of event it is, as far as its fields tell.
func (h head) conclude(in *normalize.Input, ev *vedette.Event) {
	in.AddObserver(ev)
	_, from := ev.Get("source.ip")
	_, to := ev.Get("destination.ip")
	_, port := ev.Get("destination.port")
	_, request := ev.Get("url.original")
	switch {
	case request:
		ev.Logsource.Categories = []string{"proxy"}
		ev.Add("event.category", "web")
		normalize.Classify(ev, normalize.ClassHTTP, normalize.HTTPActivity(ev.Value("http.request.method")))
	case from && to && port:
		ev.Logsource.Categories = []string{"firewall"}
		ev.Add("event.category", "network")
		normalize.Classify(ev, normalize.ClassNetwork, 6)
	default:
		ev.Add("event.category", "intrusion_detection")
		normalize.Classify(ev, normalize.ClassFinding, 1)
	}
}

func given(ev *vedette.Event, name, value string) {
	if value = strings.TrimSpace(value); value != "" {
		ev.Add(name, value)
	}
}

// word makes a name out of a vendor's or product's: lower case, underscores, at most 40 bytes.
func word(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r == ' ', r == '-', r == '_', r == '.':
			return '_'
		}
		return -1
	}, strings.TrimSpace(s[:min(len(s), 40)]))
}
