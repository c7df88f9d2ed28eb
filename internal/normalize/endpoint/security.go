package endpoint

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// isSecurity knows messages of Endpoint Security: the process that acted, and what it did under the name of the event.
func isSecurity(v *normalize.Value) bool {
	event := v.Get("event")
	return event.Type() == normalize.TypeObject && event.Len() == 1 && v.Exists("process", "executable") &&
		(v.Exists("schema_version") || v.Exists("event_type") || v.Exists("process", "audit_token"))
}

// security reads
//
//	{"time":…,"event":{"exec":{"target":{"executable":{"path":…}},"args":[…]}},"process":{"executable":{"path":…},…}}
func security(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	what := v.Get("event").Members()
	actor := v.Get("process")
	if t, ok := normalize.ParseTime(in.At(v, "time"), in.Zone()); ok {
		ev.Time = t
	}
	name := what.Key()
	if len(name) > 40 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		name = "other"
	}
	switch name {
	case "exec":
		file(ev, "macos", "macos.exec", started)
		execution(in, what, actor, ev)
	case "create", "rename", "unlink", "write", "close", "link", "clone", "copyfile":
		action := created
		switch name {
		case "rename":
			action = created // what matters to rules is that the file is there under its new name
		case "unlink":
			action = deleted
		case "write", "close":
			action = written
		}
		file(ev, "macos", "macos."+name, action)
		subject(in, actor, ev)
		add(ev, "file.path", target(in, what))
		if name == "rename" {
			add(ev, "src.SourceFilename", in.At(what, "source", "path"))
		}
		if name == "close" && in.At(what, "modified") == "false" {
			ev.Logsource.Categories = nil
		}
	case "exit":
		file(ev, "macos", "macos.exit", ended)
		subject(in, actor, ev)
	default:
		file(ev, "macos", "macos."+name, kind{category: "host", action: "macos_" + name})
		subject(in, actor, ev)
	}
	return in.Flatten(ev, v, in.Names("macos", "", "endpoint_security"))
}

// execution reads the program that was started; the process that acted is its parent in all but name: it is the same
// process before it became the new program, so that its path is what started it.
func execution(in *normalize.Input, what, actor *normalize.Value, ev *vedette.Event) {
	to := what.Get("target")
	image(ev, "process", in.At(to, "executable", "path"))
	line := commandLine(in, what.GetArray("args"))
	if line == "" {
		line = commandLine(in, to.GetArray("args"))
	}
	add(ev, "process.command_line", line)
	add(ev, "process.working_directory", in.At(what, "cwd", "path"))
	number(in, ev, "process.pid", to, "audit_token", "pid")
	image(ev, "process.parent", in.At(actor, "executable", "path"))
	number(in, ev, "process.parent.pid", to, "ppid")
	account(in, to, ev)
	add(ev, "src.SigningId", in.At(to, "signing_id"))
}

// subject reads the process that acted.
func subject(in *normalize.Input, actor *normalize.Value, ev *vedette.Event) {
	image(ev, "process", in.At(actor, "executable", "path"))
	number(in, ev, "process.pid", actor, "audit_token", "pid")
	number(in, ev, "process.parent.pid", actor, "ppid")
	account(in, actor, ev)
}

func account(in *normalize.Input, process *normalize.Value, ev *vedette.Event) {
	id := in.At(process, "audit_token", "euid")
	number(in, ev, "user.id", process, "audit_token", "euid")
	if id == "0" {
		ev.Add("user.name", "root")
	}
}

func number(in *normalize.Input, ev *vedette.Event, name string, v *normalize.Value, path ...string) {
	normalize.AddNumber(ev, name, in.At(v, path...))
}

// target finds the file that the event is about: an existing one, or one in a folder by its new name.
func target(in *normalize.Input, what *normalize.Value) string {
	for _, to := range [...]*normalize.Value{what.Get("destination"), what} {
		if path := in.At(to, "existing_file", "path"); path != "" {
			return path
		}
		for _, place := range [...]*normalize.Value{to.Get("new_path"), to} {
			if dir := in.At(place, "dir", "path"); dir != "" {
				return strings.TrimRight(dir, "/") + "/" + in.At(place, "filename")
			}
			if dir := in.At(place, "target_dir", "path"); dir != "" {
				if name := in.At(place, "target_name") + in.At(place, "target_filename"); name != "" {
					return strings.TrimRight(dir, "/") + "/" + name
				}
			}
		}
	}
	return in.At(what, "target", "path")
}
