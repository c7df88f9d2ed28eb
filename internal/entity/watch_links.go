package entity

import (
	"net/netip"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// What shows that two names mean the same thing.
const (
	whyOwnAddress    = "own-address"    // the machine's own agent gives its addresses
	whyOwnConnection = "own-connection" // it opened a connection from there
	whyFullName      = "full-name"
	whyAccount       = "account"
	whyPrincipal     = "principal-name"
	whyMailbox       = "mailbox"
	whySID           = "sid"
	whyLease         = "dhcp-lease"
	whyAnswer        = "dns-answer"
	whyWorkstation   = "workstation" // it said so when it logged on
	whyUses          = "seen"
)

func alias(kind vedette.EntityKind, name, otherKind, other, why string) vedette.EntityLink {
	return vedette.EntityLink{Kind: kind, Name: name, Relation: vedette.RelationAlias, OtherKind: otherKind, Other: vedette.Cut(other, maxName), Why: why}
}

func uses(kind vedette.EntityKind, name string, otherKind vedette.EntityKind, other string) vedette.EntityLink {
	return vedette.EntityLink{Kind: kind, Name: name, Relation: vedette.RelationUses, OtherKind: string(otherKind), Other: vedette.Cut(other, maxName), Why: whyUses}
}

// noteOwn learns a machine's own addresses.
func (w *Watch) noteOwn(ev *vedette.Event) {
	host, own := hostOf(ev)
	for _, addr := range own {
		w.note(ev, alias(vedette.EntityHost, host, string(vedette.EntityAddress), addr.String(), whyOwnAddress))
	}
}

// noteName learns a machine's full name.
func (w *Watch) noteName(ev *vedette.Event) {
	if isNetworkView(ev) {
		return
	}
	host := Host(value(ev, keyHost))
	for _, key := range [...]vedette.Key{keyHost, keyComputer} {
		full := Domain(value(ev, key))
		if host == "" {
			host = Host(full)
		}
		if full != "" && Host(full) == host {
			w.note(ev, alias(vedette.EntityHost, host, string(vedette.EntityDomain), full, whyFullName))
		}
	}
}

// noteUser learns by which accounts a person is known, that the person uses the machine, and that sessions there go on.
func (w *Watch) noteUser(ev *vedette.Event) {
	raw := value(ev, keyUser)
	user := User(raw)
	if user == "" {
		return
	}
	w.noteAccounts(ev, user, raw)
	if isNetworkView(ev) {
		return
	}
	host := value(ev, keyHost)
	if host == "" {
		host = value(ev, keyComputer)
	}
	outcome := value(ev, keyOutcome)
	if outcome == "failure" {
		return // somebody tried the name there
	}
	if !CommonAccount(user) {
		w.note(ev, uses(vedette.EntityUser, user, vedette.EntityHost, Host(host)))
	}
	w.touch(ev, host, raw)
}

func (w *Watch) noteAccounts(ev *vedette.Event, user, raw string) {
	if value(ev, keyOutcome) == "failure" {
		return // anybody can try any name
	}
	domain, _ := ev.Get("user.domain")
	if at := strings.LastIndexByte(raw, '\\'); at > 0 {
		domain = raw[:at]
	}
	if at := strings.IndexByte(raw, '@'); at > 0 && Domain(raw[at+1:]) != "" {
		w.note(ev, alias(vedette.EntityUser, user, "account", strings.ToLower(raw), whyPrincipal))
	}
	if home := accountDomain(domain); home != "" {
		w.note(ev, alias(vedette.EntityUser, user, "account", home+`\`+user, whyAccount))
	}
	if id := ev.Value("user.id"); strings.HasPrefix(id, "S-1-5-21-") || strings.HasPrefix(id, "S-1-12-1-") {
		w.note(ev, alias(vedette.EntityUser, user, "sid", id, whySID))
	}
}

// accountDomain is a domain that holds people's accounts, in upper case and without what follows the first dot, or "".
func accountDomain(domain string) string {
	domain, _, _ = strings.Cut(strings.ToUpper(strings.TrimSpace(domain)), ".")
	switch domain {
	case "", "-", "NT AUTHORITY", "AUTORITE NT", "WINDOW MANAGER", "FONT DRIVER HOST", "NT SERVICE", "WORKGROUP", "BUILTIN", "IIS APPPOOL", "(NULL)", "UNKNOWN":
		return ""
	}
	return domain
}

func (w *Watch) noteMailbox(ev *vedette.Event) {
	user, mailbox := User(value(ev, keyUser)), strings.ToLower(strings.TrimSpace(value(ev, keyEmail)))
	if at := strings.IndexByte(mailbox, '@'); user == "" || at <= 0 || Domain(mailbox[at+1:]) == "" || value(ev, keyOutcome) == "failure" {
		return
	}
	w.note(ev, alias(vedette.EntityUser, user, "mailbox", mailbox, whyMailbox))
}

// noteProcess learns which programs a person uses.
func (w *Watch) noteProcess(ev *vedette.Event) {
	user, path := User(value(ev, keyUser)), Path(value(ev, keyProcess))
	if user == "" || CommonAccount(user) || value(ev, keyCategory) != "process" {
		return
	}
	w.note(ev, uses(vedette.EntityUser, user, vedette.EntityProcess, path[strings.LastIndexAny(path, `/\`)+1:]))
}

// noteDomain learns which names a machine of ours asks for, and connects a connection's name with its host.
func (w *Watch) noteDomain(ev *vedette.Event, name string) {
	domain := Domain(name)
	if addr, ok := Address(value(ev, keySource)); ok && within(addr, defaultInternal) {
		w.note(ev, uses(vedette.EntityAddress, addr.String(), vedette.EntityDomain, domain))
	}
}

// noteService learns which services of ours a machine of ours uses, and from which address a machine connects.
func (w *Watch) noteService(ev *vedette.Event) {
	source, ok := Address(value(ev, keySource))
	if !ok || !within(source, defaultInternal) {
		return
	}
	if value(ev, keyCode) == "3" && ev.Logsource.Product == "windows" && ev.Value("src.Initiated") == "true" {
		if host, own := hostOf(ev); len(own) > 0 && own[0] == source {
			w.note(ev, alias(vedette.EntityHost, host, string(vedette.EntityAddress), source.String(), whyOwnConnection))
		}
	}
	dest, ok := Address(value(ev, keyDest))
	if port := value(ev, keyDestPort); ok && within(dest, defaultInternal) && len(port) > 0 && len(port) <= 4 {
		w.note(ev, uses(vedette.EntityAddress, source.String(), vedette.EntityAddress, netip.AddrPortFrom(dest, 0).Addr().String()+" :"+port))
	}
}

// noteAnswer learns the address of a machine of ours from the name server.
func (w *Watch) noteAnswer(ev *vedette.Event) {
	domain := Domain(value(ev, keyDomain))
	if domain == "" {
		return
	}
	n := 0
	for f := range ev.All("dns.resolved_ip") {
		if addr, ok := Address(f.Value); ok && within(addr, defaultInternal) {
			w.note(ev, alias(vedette.EntityHost, Host(domain), string(vedette.EntityAddress), addr.String(), whyAnswer))
		}
		if n++; n >= maxOwn {
			return
		}
	}
}

// noteWorkstation learns the name that a machine gave when it logged on to another. Whoever logs on may say any name, so
// this is the weakest proof there is.
func (w *Watch) noteWorkstation(ev *vedette.Event) {
	addr, ok := Address(value(ev, keySource))
	if name := Host(ev.Value("src.WorkstationName")); ok && within(addr, defaultInternal) && name != addr.String() {
		w.note(ev, alias(vedette.EntityHost, name, string(vedette.EntityAddress), addr.String(), whyWorkstation))
	}
}

// leaseFields are the names that sensors give to the address, the machine and the card of a lease.
var leaseFields = [3][]string{
	{"src.assigned_addr", "src.dhcp.assigned_ip", "src.assigned_ip"},
	{"src.host_name", "src.dhcp.hostname", "src.hostname"},
	{"source.mac", "src.mac", "src.dhcp.client_mac", "src.client_mac"},
}

// noteLease learns from a DHCP server's answer who has an address for now.
func (w *Watch) noteLease(ev *vedette.Event) {
	var got [3]string
	for i, names := range leaseFields {
		for _, name := range names {
			if got[i] = ev.Value(name); got[i] != "" {
				break
			}
		}
	}
	addr, ok := Address(got[0])
	if !ok || !w.first(ev, aboutLease, got[0], got[1]+got[2]) {
		return
	}
	w.note(ev, alias(vedette.EntityHost, Host(got[1]), string(vedette.EntityAddress), addr.String(), whyLease))
	w.note(ev, alias(vedette.EntityAddress, addr.String(), "mac", strings.ToLower(got[2]), whyLease))
}
