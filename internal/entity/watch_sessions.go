package entity

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// session is one that goes on.
type session struct {
	vedette.LogonSession
	place uint64
	drain int64 // at which drain it last gave a sign of life
	dirty bool
}

// observeLogon follows who logs on and off.
func (w *Watch) observeLogon(ev *vedette.Event, host, user string) {
	if host == "" || user == "" || ev.Time.IsZero() {
		return
	}
	switch action := value(ev, keyAction); {
	case action == "ssh_disconnect" || action == "logout" || action == "session_closed" || action == "session_ended":
		w.logoff(ev, host, user)
	case value(ev, keyOutcome) == "success":
		if kind := logonKind(ev, action); kind != "" {
			w.logon(ev, host, user, kind)
			if kind == "network" && w.first(ev, aboutStation, value(ev, keySource), user) {
				w.noteWorkstation(ev)
			}
		}
	}
}

// logonKind tells how an account came in; it is empty for what is no session: tickets, batch jobs, services, mere checks
// of a password.
func logonKind(ev *vedette.Event, action string) string {
	if ev.Logsource.Product == "windows" {
		if value(ev, keyCode) != "4624" {
			return ""
		}
		switch value(ev, keyLogon) {
		case "2", "7", "11":
			return "interactive"
		case "10":
			return "remote"
		case "3", "8":
			return "network"
		}
		return ""
	}
	switch {
	case ev.Logsource.Service == "sshd" || strings.HasPrefix(action, "ssh"):
		return "ssh"
	case action == "pam_auth" || action == "session_opened" || strings.Contains(action, "sudo") || value(ev, keyCategory) == "session" || isNetworkView(ev):
		return "" // the daemon tells itself
	}
	return "logon"
}

// logon begins a session or adds to one.
func (w *Watch) logon(ev *vedette.Event, host, user, kind string) {
	at := ev.Time.UTC()
	from := value(ev, keySource)
	id := w.hash(w.hash(aboutUser, kind, from, ev.Tenant), host, user, "")
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.sessions[id]
	if s != nil && s.goesOn(at) {
		s.extend(at)
		s.Ended = false
		s.Logons++
		s.dirty, s.drain = true, w.drains
		return
	}
	if s != nil {
		w.finish(s)
		if at.Before(s.From) {
			return // an event that comes late; the session it was part of is stored
		}
	} else if len(w.sessions) >= maxSessions {
		w.dropped.Add(1)
		return
	}
	next := &session{place: w.hash(aboutUser, ev.Tenant, host, user), dirty: true, drain: w.drains, LogonSession: vedette.LogonSession{
		Tenant: ev.Tenant, User: User(user), Host: Host(host), Kind: kind, From: at, To: at, Logons: 1,
	}}
	if addr, ok := Address(from); ok {
		next.Address = addr.String()
	}
	if next.User == "" || next.Host == "" {
		return
	}
	next.ID = next.id()
	w.leave(s)
	w.sessions[id] = next
	if here := w.places[next.place]; len(here) < sessionsPerIn {
		w.places[next.place] = append(here, next)
	}
}

// goesOn tells whether a logon belongs to the session. After a logoff only network logons go on: they come and go with
// every file that is opened.
func (s *session) goesOn(at time.Time) bool {
	if s.Ended && s.Kind != "network" && at.After(s.To) {
		return false
	}
	return at.Sub(s.To) <= sessionGap*time.Second && s.From.Sub(at) <= sessionGap*time.Second
}

func (s *session) extend(at time.Time) {
	if at.Before(s.From) {
		s.From = at
	}
	if at.After(s.To) {
		s.To = at
	}
}

// id names a session by all that makes it one, so that reading the same events again finds it again.
func (s *session) id() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q%q%q%q%q%d", s.Tenant, s.User, s.Host, s.Address, s.Kind, s.From.UnixMicro()))
	return hex.EncodeToString(sum[:12])
}

// logoff ends the sessions of an account on a machine.
func (w *Watch) logoff(ev *vedette.Event, host, user string) {
	kind := ""
	if ev.Logsource.Product == "windows" && value(ev, keyLogon) == "3" {
		kind = "network"
	}
	from := value(ev, keySource)
	if addr, ok := Address(from); ok {
		from = addr.String()
	}
	w.each(ev, host, user, func(s *session, _ bool) bool {
		if kind != "" && s.Kind != kind || from != "" && s.Address != from {
			return false
		}
		s.Ended = true
		return true
	})
}

// touch says that an account is at work on a machine. That extends a session of a person at the screen, when there is only
// one: what an account does by itself, as services do, says nothing of who came in over the network.
func (w *Watch) touch(ev *vedette.Event, host, user string) {
	w.each(ev, host, user, func(s *session, alone bool) bool { return alone && (s.Kind == "interactive" || s.Kind == "remote") })
}

// each hands the sessions of an account on a machine that go on to do, with whether there is only one, and extends those
// that it wants extended.
func (w *Watch) each(ev *vedette.Event, host, user string, do func(s *session, alone bool) bool) {
	at := ev.Time.UTC()
	place := w.hash(aboutUser, ev.Tenant, host, user)
	w.mu.Lock()
	defer w.mu.Unlock()
	here := w.places[place]
	for _, s := range here {
		if !s.Ended && !at.Before(s.From) && s.goesOn(at) && do(s, len(here) == 1) {
			s.extend(at)
			s.dirty, s.drain = true, w.drains
		}
	}
}

// finish keeps what a session became until it is drained. The lock is held.
func (w *Watch) finish(s *session) {
	if !s.dirty {
		return
	}
	s.dirty = false
	if len(w.finished) >= maxFinished {
		w.dropped.Add(1)
		return
	}
	w.finished = append(w.finished, s.LogonSession)
}

// leave forgets that a session is at its place. The lock is held.
func (w *Watch) leave(s *session) {
	if s == nil {
		return
	}
	here := slices.DeleteFunc(w.places[s.place], func(other *session) bool { return other == s })
	if len(here) == 0 {
		delete(w.places, s.place)
		return
	}
	w.places[s.place] = here
}

// Resume takes sessions up again that went on when the watch was last drained.
func (w *Watch) Resume(list []vedette.LogonSession) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range list {
		if s.Ended || len(w.sessions) >= maxSessions {
			continue
		}
		// Records may spell names otherwise than they are kept; what does not find its session begins another.
		next := &session{place: w.hash(aboutUser, s.Tenant, s.Host, s.User), drain: w.drains, LogonSession: s}
		w.sessions[w.hash(w.hash(aboutUser, s.Kind, s.Address, s.Tenant), s.Host, s.User, "")] = next
		if here := w.places[next.place]; len(here) < sessionsPerIn {
			w.places[next.place] = append(here, next)
		}
	}
}

// drainSessions returns the sessions that changed and forgets those that are long over. The lock is held.
func (w *Watch) drainSessions() []vedette.LogonSession {
	w.drains++
	list := w.finished
	w.finished = nil
	for id, s := range w.sessions {
		if s.dirty {
			s.dirty = false
			list = append(list, s.LogonSession)
		}
		if w.drains-s.drain > idleDrains {
			w.leave(s)
			delete(w.sessions, id)
		}
	}
	return list
}
