package linux

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// readLogin reads login, systemd-logind and the programs of graphical logins.
func readLogin(text string, ev *vedette.Event) {
	switch {
	case strings.HasPrefix(text, "New session "):
		_, who, _ := strings.Cut(text, " of user ")
		session(ev, "session_opened", strings.TrimSuffix(strings.Trim(who, "'"), "."), 1)
	case strings.HasPrefix(text, "Removed session "):
		session(ev, "session_closed", "", 2)
	case strings.HasPrefix(text, "FAILED LOGIN"):
		if _, rest, ok := strings.Cut(text, " FOR "); ok {
			who, why, _ := strings.Cut(rest, ", ")
			ev.Add("user.name", strings.Trim(who, "'\""))
			ev.Add("event.reason", why)
		}
		if _, rest, ok := strings.Cut(text, " FROM "); ok {
			from, _, _ := strings.Cut(rest, " ")
			normalize.AddAddress(ev, "source", strings.Trim(from, "'\""))
		}
		loginDone(ev, false)
	case strings.HasPrefix(text, "LOGIN ON "), strings.HasPrefix(text, "ROOT LOGIN "):
		if _, rest, ok := strings.Cut(text, " BY "); ok {
			who, from, _ := strings.Cut(rest, " FROM ")
			ev.Add("user.name", who)
			normalize.AddAddress(ev, "source", from)
		} else {
			ev.Add("user.name", "root")
		}
		loginDone(ev, true)
	}
}

func loginDone(ev *vedette.Event, success bool) {
	ev.Add("event.category", "authentication")
	ev.Add("event.action", "login")
	normalize.AddOutcome(ev, success)
	normalize.Classify(ev, normalize.ClassAuthentication, 1)
}

func session(ev *vedette.Event, action, user string, activity int) {
	if user != "" {
		ev.Add("user.name", user)
	}
	ev.Add("event.category", "session")
	ev.Add("event.action", action)
	normalize.Classify(ev, normalize.ClassAuthentication, activity)
}

// unitActions maps the first word of a message of systemd to an action.
var unitActions = map[string]string{
	"Started": "service_started", "Stopped": "service_stopped", "Starting": "service_starting", "Stopping": "service_stopping",
	"Reloaded": "service_reloaded", "Reloading": "service_reloading", "Failed": "service_failed", "Finished": "service_finished",
	"Created": "slice_created", "Removed": "slice_removed",
}

// readSystemd reads "Started nginx.service - …".
func readSystemd(text string, ev *vedette.Event) {
	first, rest, _ := strings.Cut(text, " ")
	action := unitActions[first]
	if action == "" {
		return
	}
	ev.Add("event.category", "process")
	ev.Add("event.action", action)
	unit, _, _ := strings.Cut(strings.TrimPrefix(rest, "to start "), " - ")
	ev.Add("service.name", strings.TrimSuffix(unit, "."))
	normalize.AddOutcome(ev, first != "Failed")
}

// readKernel reads the few messages of the kernel that mean something to a defender.
func readKernel(text string, ev *vedette.Event) {
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if _, after, ok := strings.Cut(rest, "] "); ok {
			text = after
		}
	}
	switch {
	case strings.HasSuffix(text, "entered promiscuous mode"):
		ev.Add("event.category", "configuration")
		ev.Add("event.action", "promiscuous_mode")
	case strings.HasPrefix(text, "Out of memory: Kill"):
		ev.Add("event.category", "process")
		ev.Add("event.action", "out_of_memory")
	case strings.Contains(text, " segfault at "):
		ev.Add("event.category", "process")
		ev.Add("event.action", "segfault")
	case strings.Contains(text, "module verification failed"), strings.Contains(text, "loading out-of-tree module"):
		ev.Add("event.category", "driver")
		ev.Add("event.action", "module_loaded")
		normalize.Classify(ev, normalize.ClassKernel, 99)
	}
}

// readFTP reads the messages of FTP servers about logins.
func readFTP(text string, ev *vedette.Event) {
	if rest, ok := strings.CutPrefix(text, "connection from "); ok {
		address, _, _ := strings.Cut(rest, " ")
		normalize.AddAddress(ev, "source", address)
		ev.Add("event.category", "network")
		ev.Add("event.action", "ftp_connect")
		normalize.Classify(ev, normalize.ClassFTP, 99)
		return
	}
	success := strings.Contains(text, "OK LOGIN")
	if !success && !strings.Contains(text, "FAIL LOGIN") {
		return
	}
	if rest, ok := strings.CutPrefix(text, "["); ok {
		user, _, _ := strings.Cut(rest, "]")
		ev.Add("user.name", user)
	}
	if _, rest, ok := strings.Cut(text, "Client \""); ok {
		address, _, _ := strings.Cut(rest, "\"")
		normalize.AddAddress(ev, "source", address)
	}
	loginDone(ev, success)
}
