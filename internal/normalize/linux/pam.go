package linux

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// readPAM reads the messages that PAM modules write in the name of a program: "pam_unix(sshd:auth)" is the module.
func readPAM(module, text string, ev *vedette.Event) {
	if module != "" {
		ev.Add("src.pam_module", module)
	}
	switch {
	case strings.Contains(text, "authentication failure"), strings.Contains(text, "more authentication failure"):
		pamFailure(text, ev)
	case strings.HasPrefix(text, "session opened for user "):
		pamSession(text[len("session opened for user "):], ev)
	case strings.HasPrefix(text, "session closed for user "):
		ev.Add("user.name", cutUID(text[len("session closed for user "):]))
		ev.Add("event.category", "session")
		ev.Add("event.action", "session_closed")
		normalize.AddOutcome(ev, true)
		normalize.Classify(ev, normalize.ClassAuthentication, 2)
	case strings.HasPrefix(text, "password changed for "):
		account(ev, "password_changed", strings.TrimPrefix(text, "password changed for "))
	case strings.HasPrefix(text, "check pass; user unknown"):
		ev.Add("event.category", "authentication")
		ev.Add("event.action", "pam_auth")
		ev.Add("event.reason", "invalid user")
		normalize.AddOutcome(ev, false)
	case strings.Contains(text, "Authentication failure for "):
		_, rest, _ := strings.Cut(text, "Authentication failure for ")
		if at := strings.LastIndex(rest, " from "); at >= 0 {
			ev.Add("user.name", rest[:at])
			normalize.AddAddress(ev, "source", rest[at+len(" from "):])
		}
		pamFailed(ev)
	}
}

// pamFailure reads "authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.1  user=root". The user
// stands last and is the attacker's to choose, so it is whatever follows.
func pamFailure(text string, ev *vedette.Event) {
	_, rest, ok := strings.Cut(text, "; ")
	if !ok {
		_, rest, _ = strings.Cut(text, ": ")
	}
	if at := strings.Index(rest, " user="); at >= 0 {
		ev.Add("user.name", rest[at+len(" user="):])
		rest = rest[:at]
	}
	normalize.Pairs(rest, func(key, value string, _ byte) {
		switch key {
		case "rhost":
			normalize.AddAddress(ev, "source", value)
		case "uid", "euid", "tty", "ruser", "logname":
			if value != "" {
				ev.Add("src."+key, value)
			}
		}
	})
	pamFailed(ev)
}

func pamFailed(ev *vedette.Event) {
	ev.Add("event.category", "authentication")
	ev.Add("event.action", "pam_auth")
	normalize.AddOutcome(ev, false)
	normalize.Classify(ev, normalize.ClassAuthentication, 1)
}

// pamSession reads "root(uid=0) by alice(uid=1000)" and "root by (uid=0)".
func pamSession(text string, ev *vedette.Event) {
	who, by, _ := strings.Cut(text, " by ")
	ev.Add("user.name", cutUID(who))
	if by = cutUID(by); by != "" {
		ev.Add("src.by", by)
	}
	ev.Add("event.category", "session")
	ev.Add("event.action", "session_opened")
	normalize.AddOutcome(ev, true)
	normalize.Classify(ev, normalize.ClassAuthentication, 1)
}

// cutUID takes "(uid=0)" off a user name.
func cutUID(s string) string {
	if i := strings.Index(s, "(uid="); i >= 0 {
		s = s[:i]
	}
	return strings.TrimSpace(s)
}
