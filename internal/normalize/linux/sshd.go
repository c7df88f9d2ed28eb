package linux

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// readSSHD reads the messages of sshd. User names come from the attacker and may hold anything, " from 10.0.0.1" too:
// what stands behind them is therefore looked for from the end of the message.
func readSSHD(text string, ev *vedette.Event) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "error: "), "fatal: ")
	text = strings.TrimSuffix(text, " [preauth]")
	switch {
	case strings.HasPrefix(text, "Accepted "):
		sshLogin(text[len("Accepted "):], ev, true)
	case strings.HasPrefix(text, "Failed "):
		sshLogin(text[len("Failed "):], ev, false)
	case strings.HasPrefix(text, "Invalid user "), strings.HasPrefix(text, "Illegal user "):
		sshInvalid(text[len("Invalid user "):], ev)
	case strings.HasPrefix(text, "input_userauth_request: invalid user "):
		sshInvalid(text[len("input_userauth_request: invalid user "):], ev)
	case strings.HasPrefix(text, "maximum authentication attempts exceeded for "):
		sshUser(text[len("maximum authentication attempts exceeded for "):], ev)
		sshDone(ev, "ssh_attempts_exceeded", false)
	case strings.HasPrefix(text, "User ") && strings.Contains(text, " not allowed because "):
		sshRefused(text[len("User "):], ev)
	case strings.HasPrefix(text, "reverse mapping checking "), strings.HasPrefix(text, "Address ") && strings.Contains(text, "POSSIBLE BREAK-IN"):
		sshMapping(text, ev)
	case strings.HasPrefix(text, "Starting session: "):
		sshUser(text, ev)
		ev.Add("event.category", "session")
		ev.Add("event.action", "ssh_session")
	default:
		sshConnection(text, ev)
	}
}

// sshLogin reads "password for [invalid user ]bob from 10.0.0.1 port 22 ssh2[: RSA SHA256:…]".
func sshLogin(text string, ev *vedette.Event, success bool) {
	method, rest, ok := strings.Cut(text, " for ")
	if !ok {
		return
	}
	ev.Add("src.auth_method", method)
	if method == "none" && !success {
		ev.Add("event.reason", "no method tried")
	}
	if key, ok := sshKey(rest); ok {
		ev.Add("src.ssh_key", key)
	}
	sshUser(rest, ev)
	sshDone(ev, "ssh_login", success)
}

// sshKey reads the fingerprint behind "ssh2: ".
func sshKey(text string) (string, bool) {
	i := strings.LastIndex(text, " ssh2: ")
	if i < 0 || strings.Contains(text[i:], " from ") {
		return "", false
	}
	return text[i+len(" ssh2: "):], true
}

// sshUser reads "[invalid user ]bob from 10.0.0.1 port 22 …".
func sshUser(text string, ev *vedette.Event) {
	at := strings.LastIndex(text, " from ")
	if at < 0 {
		return
	}
	who := text[:at]
	if i := strings.LastIndex(who, " for "); strings.HasPrefix(who, "shell ") && i >= 0 {
		who = who[i+len(" for "):]
	}
	if name, ok := strings.CutPrefix(who, "invalid user "); ok {
		who = name
		ev.Add("event.reason", "invalid user")
	} else if name, ok := strings.CutPrefix(who, "illegal user "); ok {
		who = name
		ev.Add("event.reason", "invalid user")
	}
	ev.Add("user.name", who)
	sshFrom(text[at+len(" from "):], ev)
}

// sshFrom reads "10.0.0.1 port 22 …" or "10.0.0.1".
func sshFrom(text string, ev *vedette.Event) {
	address, rest, _ := strings.Cut(text, " ")
	address = strings.TrimRight(address, ":,")
	if cut := strings.TrimSuffix(address, ": 11"); cut != address {
		address = cut
	}
	normalize.AddAddress(ev, "source", address)
	if port, ok := strings.CutPrefix(rest, "port "); ok {
		port, _, _ = strings.Cut(port, " ")
		port, _, _ = strings.Cut(port, ":")
		normalize.AddNumber(ev, "source.port", port)
	}
}

func sshInvalid(text string, ev *vedette.Event) {
	if at := strings.LastIndex(text, " from "); at >= 0 {
		ev.Add("user.name", text[:at])
		sshFrom(text[at+len(" from "):], ev)
	} else {
		ev.Add("user.name", strings.TrimSpace(text))
	}
	ev.Add("event.reason", "invalid user")
	sshDone(ev, "ssh_invalid_user", false)
}

// sshRefused reads "bob from 10.0.0.1 not allowed because …".
func sshRefused(text string, ev *vedette.Event) {
	at := strings.LastIndex(text, " not allowed because ")
	if at < 0 {
		return
	}
	ev.Add("event.reason", text[at+len(" not allowed because "):])
	sshUser(text[:at], ev)
	sshDone(ev, "ssh_login", false)
}

// sshMapping reads the two forms of "the name of this address does not lead back to it".
func sshMapping(text string, ev *vedette.Event) {
	if _, rest, ok := strings.Cut(text, "["); ok {
		address, _, _ := strings.Cut(rest, "]")
		normalize.AddAddress(ev, "source", address)
	} else if fields := strings.Fields(text); len(fields) > 1 {
		normalize.AddAddress(ev, "source", strings.TrimRight(fields[1], ","))
	}
	ev.Add("event.category", "network")
	ev.Add("event.action", "ssh_reverse_mapping_failed")
}

// sshDone closes an authentication.
func sshDone(ev *vedette.Event, action string, success bool) {
	ev.Add("event.category", "authentication")
	ev.Add("event.action", action)
	normalize.AddOutcome(ev, success)
	normalize.Classify(ev, normalize.ClassAuthentication, 1)
}

// sshActions maps the beginning of a message about a connection to an action.
var sshActions = [...]struct{ begin, action string }{
	{"Connection closed by ", "ssh_closed"},
	{"Connection reset by ", "ssh_reset"},
	{"Disconnected from ", "ssh_disconnect"},
	{"Disconnecting ", "ssh_disconnect"},
	{"Received disconnect from ", "ssh_disconnect"},
	{"Connection from ", "ssh_connect"},
	{"Did not receive identification string from ", "ssh_no_identification"},
	{"Unable to negotiate with ", "ssh_negotiation_failed"},
	{"Bad protocol version identification ", "ssh_bad_protocol"},
	{"banner exchange: Connection from ", "ssh_bad_protocol"},
	{"Timeout before authentication for ", "ssh_timeout"},
	{"Postponed ", "ssh_postponed"},
	{"User child is on pid ", "ssh_child"},
	{"Server listening on ", "ssh_listening"},
	{"Received signal ", "ssh_signal"},
}

// sshConnection reads messages about a connection rather than a login.
func sshConnection(text string, ev *vedette.Event) {
	for _, a := range sshActions {
		rest, ok := strings.CutPrefix(text, a.begin)
		if !ok {
			continue
		}
		ev.Add("event.category", "network")
		ev.Add("event.action", a.action)
		switch a.action {
		case "ssh_bad_protocol", "ssh_postponed":
			if at := strings.LastIndex(rest, " from "); at >= 0 {
				rest = rest[at+len(" from "):]
			}
		case "ssh_child", "ssh_listening", "ssh_signal":
			return
		}
		sshPeer(rest, ev)
		normalize.Classify(ev, normalize.ClassSSH, 2)
		return
	}
}

// sshPeer reads "[invalid user bob |authenticating user bob |user bob ]10.0.0.1 port 22".
func sshPeer(text string, ev *vedette.Event) {
	for _, kind := range [...]string{"invalid user ", "authenticating user ", "user "} {
		rest, ok := strings.CutPrefix(text, kind)
		if !ok {
			continue
		}
		at := strings.LastIndex(rest, " port ")
		if at < 0 {
			return
		}
		space := strings.LastIndexByte(rest[:at], ' ')
		if space < 0 {
			return
		}
		ev.Add("user.name", rest[:space])
		if kind == "invalid user " {
			ev.Add("event.reason", "invalid user")
		}
		text = rest[space+1:]
		break
	}
	sshFrom(text, ev)
}
