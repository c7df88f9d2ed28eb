package entity

import (
	"net/netip"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// MaxRefs is how many entities one event can name.
const MaxRefs = 12

// maxOwn is how many of a host's own addresses are listed.
const maxOwn = 3

// Of returns the entities an event speaks about, the most telling first: the host and its own addresses, the remote
// address, users, the destination, machines named in a command line's URLs, then objects. Each is listed once, and at most [MaxRefs] in all.
func Of(ev *vedette.Event) []vedette.EntityRef {
	l := list{refs: make([]vedette.EntityRef, 0, 8)}
	l.addHost(ev)
	source, _ := firstAddress(ev, "source.ip", "client.ip")
	destination, _ := firstAddress(ev, "destination.ip", "server.ip")
	l.addAddress(source, vedette.RoleActor)
	l.addUsers(ev)
	l.addAddress(destination, destinationRole(source, destination))
	if id, _ := ev.Get("cloud.account.id"); id != "" {
		l.add(vedette.EntityAccount, vedette.Cut(id, maxName), vedette.RoleTarget)
	}
	l.addCalled(ev)
	l.addObjects(ev)
	return l.refs
}

// list collects entities without repeating one.
type list struct {
	refs []vedette.EntityRef
}

func (l *list) add(kind vedette.EntityKind, name string, role vedette.Role) {
	if name == "" || len(l.refs) >= MaxRefs {
		return
	}
	for i := range l.refs {
		if l.refs[i].Kind == kind && l.refs[i].Name == name {
			if l.refs[i].Role == "" && role != "" && kind != vedette.EntityAddress {
				l.refs[i].Role = role
			}
			return
		}
	}
	l.refs = append(l.refs, vedette.EntityRef{Kind: kind, Name: name, Role: role})
}

func (l *list) addAddress(addr netip.Addr, role vedette.Role) {
	if addr.IsValid() {
		l.add(vedette.EntityAddress, addr.String(), role)
	}
}

// addHost lists the machine the event is about and the addresses it is known by.
func (l *list) addHost(ev *vedette.Event) {
	host, own := hostOf(ev)
	l.add(vedette.EntityHost, host, vedette.RoleTarget)
	for _, addr := range own {
		l.addAddress(addr, "")
	}
}

// addUsers lists the account that acted or was attacked, then the one it acted on.
func (l *list) addUsers(ev *vedette.Event) {
	role := vedette.RoleActor
	if isAuthentication(ev) {
		role = vedette.RoleTarget
	}
	for f := range ev.All("user.name") {
		l.add(vedette.EntityUser, User(f.Value), role)
	}
	for _, name := range [...]string{"user.target.name", "destination.user.name"} {
		l.add(vedette.EntityUser, User(ev.Value(name)), vedette.RoleTarget)
	}
	l.add(vedette.EntityUser, User(ev.Value("source.user.name")), vedette.RoleActor)
}

// addObjects lists what it was done with.
func (l *list) addObjects(ev *vedette.Event) {
	for _, name := range [...]string{"dns.question.name", "url.domain", "destination.domain", "tls.client.server_name"} {
		l.add(vedette.EntityDomain, Domain(ev.Value(name)), vedette.RoleObject)
	}
	process := ev.Value("process.executable")
	if process == "" {
		process = ev.Value("process.name")
	}
	l.add(vedette.EntityProcess, Path(process), vedette.RoleObject)
	for _, name := range [...]string{"file.path", "file.target_path", "dll.path"} {
		l.add(vedette.EntityFile, Path(ev.Value(name)), vedette.RoleObject)
	}
}

// maxCommandLine is how much of a command line is searched for addresses.
const maxCommandLine = 4096

// addCalled lists the machines that a command line names in URLs: where a tool came from, where data goes.
func (l *list) addCalled(ev *vedette.Event) {
	rest := ev.Value("process.command_line")
	rest = rest[:min(len(rest), maxCommandLine)]
	for range MaxRefs {
		_, after, found := strings.Cut(rest, "://")
		if !found {
			return
		}
		end := strings.IndexAny(after, "/ \t\"'`?#;|&<>)")
		if end < 0 {
			end = len(after)
		}
		host := after[strings.LastIndexByte(after[:end], '@')+1 : end]
		addr, ok := Address(host)
		if !ok {
			addr, ok = Address(strings.Trim(host, "[]"))
		}
		if ok {
			l.addAddress(addr, destinationRole(netip.Addr{}, addr))
		} else if name, _, _ := strings.Cut(host, ":"); name != "" {
			l.add(vedette.EntityDomain, Domain(name), vedette.RoleObject)
		}
		rest = after[end:]
	}
}

// destinationRole tells a machine that is reached from one that is called: data that leaves for the outside goes to an
// object, everything else is aimed at a target.
func destinationRole(source, destination netip.Addr) vedette.Role {
	outside := destination.IsValid() && !within(destination, defaultInternal)
	inside := !source.IsValid() || within(source, defaultInternal)
	if outside && inside {
		return vedette.RoleObject
	}
	return vedette.RoleTarget
}

// isAuthentication tells whether the event's user is the account somebody tries, not one that acts.
func isAuthentication(ev *vedette.Event) bool {
	for f := range ev.All("event.category") {
		if f.Value == "authentication" {
			return true
		}
	}
	switch ev.Value("event.code") {
	case "4624", "4625", "4648", "4768", "4769", "4771", "4776":
		return ev.Logsource.Product == "windows"
	}
	return ev.Logsource.Service == "sshd"
}

func firstAddress(ev *vedette.Event, names ...string) (netip.Addr, bool) {
	for _, name := range names {
		if addr, ok := Address(ev.Value(name)); ok {
			return addr, true
		}
	}
	return netip.Addr{}, false
}
