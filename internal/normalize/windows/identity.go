package windows

import (
	"strings"
)

// network adds addresses, ports, protocol, direction and answers.
func (b *builder) network(service string) {
	switch service {
	case "sysmon":
		b.sysmonNetwork()
		return
	case "dns-server-analytic":
		b.once("dns.question.name", strings.TrimSuffix(b.get(askQName), "."))
	case "terminalservices-remoteconnectionmanager":
		b.address("source.ip", b.get(askParam3))
	case "terminalservices-localsessionmanager":
		b.address("source.ip", b.get(askAddress))
	}
	b.address("source.ip", b.firstOf(askIPAddress, askSourceAddress, askClientAddress))
	b.port("source.port", b.get(askIPPort))
	b.address("destination.ip", b.get(askDestAddress))
	if number := b.get(askProtocol); service == "security" {
		b.once("network.transport", transport(number))
		switch b.get(askDirection) {
		case "%%14592":
			b.once("network.direction", "inbound")
		case "%%14593":
			b.once("network.direction", "outbound")
		}
		if app := b.get(askApplication); app != "" {
			b.once("process.name", baseName(app))
		}
	}
}

func (b *builder) sysmonNetwork() {
	switch b.id {
	case "3":
		b.once("network.transport", b.in.Lower(b.get(askProtocol)))
		switch b.in.Lower(b.get(askInitiated)) {
		case "true":
			b.once("network.direction", "outbound")
		case "false":
			b.once("network.direction", "inbound")
		}
	case "22":
		b.answers(b.get(askQueryResults))
	}
}

// answers takes "type:  5 alias.example.net;::ffff:192.0.2.1;" apart.
func (b *builder) answers(results string) {
	const most = 32
	n := 0
	for part := range strings.SplitSeq(results, ";") {
		if part = strings.TrimSpace(part); part == "" || part == "-" {
			continue
		}
		if n++; n > most {
			return
		}
		if rest, ok := strings.CutPrefix(part, "type:"); ok {
			_, name, _ := strings.Cut(strings.TrimSpace(rest), " ")
			b.ev.Add("dns.answers.data", strings.TrimSpace(name))
			continue
		}
		address := strings.TrimPrefix(part, "::ffff:")
		b.ev.Add("dns.answers.data", address)
		b.ev.Add("dns.resolved_ip", address)
	}
}

func transport(protocol string) string {
	switch protocol {
	case "6":
		return "tcp"
	case "17":
		return "udp"
	case "1":
		return "icmp"
	case "58":
		return "ipv6-icmp"
	}
	return ""
}

// attempts are the Security events in which an account is tried: the event is about the target account, and the subject
// is only who asked.
var attempts = map[string]bool{
	"4624": true, "4625": true, "4634": true, "4647": true, "4648": true, "4768": true, "4769": true, "4770": true, "4771": true,
	"4776": true, "4778": true, "4779": true,
}

// user adds who acted or was tried, and on whom it was done.
func (b *builder) user(service string) {
	ev := b.ev
	switch {
	case service == "security" && attempts[b.id]:
		b.account(known(b.get(askTargetDomainName)), known(b.get(askTargetUserName)), b.firstOf(askTargetUserSid, askTargetSid))
		if b.id == "4778" || b.id == "4779" {
			b.account(known(b.get(askAccountDomain)), known(b.get(askAccountName)), "")
			b.address("source.ip", b.get(askClientAddress))
		}
		return
	case service == "terminalservices-remoteconnectionmanager" && b.id == "1149":
		b.account(known(b.get(askParam2)), known(b.get(askParam1Capital)), "")
	}
	if domain, name := splitUser(b.firstOf(askUser, askDetectionUser)); name != "" {
		b.account(domain, name, "")
	}
	if name := known(b.get(askSubjectUserName)); name != "" {
		b.account(known(b.get(askSubjectDomainName)), name, b.get(askSubjectUserSid))
	}
	if service == "security" {
		target := known(b.get(askTargetUserName))
		if m := b.filing.meaning; strings.HasPrefix(m.action, "group_member_") {
			b.once("group.name", target)
			target = commonName(known(b.get(askMemberName)))
		}
		b.once("user.target.name", target)
	}
	if _, named := ev.Get("user.name"); !named && service != "sysmon" {
		b.once("user.id", known(b.userID)) // who wrote the event, which need not be whom it names
	}
}

// account adds one account, unless the event has one.
func (b *builder) account(domain, name, sid string) {
	if name == "" {
		return
	}
	if _, has := b.ev.Get("user.name"); has {
		return
	}
	if d, n, ok := strings.Cut(name, `\`); ok && domain == "" {
		domain, name = d, n
	}
	b.ev.Add("user.name", name)
	b.once("user.domain", domain)
	b.once("user.id", known(sid))
}

// splitUser takes DOMAIN\name apart.
func splitUser(user string) (domain, name string) {
	if d, n, ok := strings.Cut(user, `\`); ok {
		return d, n
	}
	return "", known(user)
}

// commonName is the first part of a distinguished name: "CN=Ann Lee,OU=Staff,DC=example" is Ann Lee.
func commonName(dn string) string {
	first, _, _ := strings.Cut(dn, ",")
	if len(first) > 3 && strings.EqualFold(first[:3], "CN=") {
		return first[3:]
	}
	return dn
}

// known is a value, or "" for the ways in which Windows says that there is none.
func known(value string) string {
	switch value {
	case "-", "S-1-0-0", "N/A":
		return ""
	}
	return value
}
