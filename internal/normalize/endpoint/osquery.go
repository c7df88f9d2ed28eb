package endpoint

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// isTable knows a row of osquery's log: the name of the query, the host, and the columns.
func isTable(in *normalize.Input, v *normalize.Value) bool {
	return v.Get("columns").Type() == normalize.TypeObject && in.At(v, "name") != "" &&
		(v.Exists("hostIdentifier") || v.Exists("unixTime") || v.Exists("calendarTime"))
}

// table reads
//
//	{"name":"process_events","hostIdentifier":"web01","unixTime":1795443050,"columns":{"path":…,"cmdline":…},"action":"added"}
//
// What a query is about is told by its columns, as its name is the administrator's.
func table(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	ev.Time = unix(in, v, "unixTime", "calendarTime")
	row := v.Get("columns")
	if t := unix(in, row, "time"); !t.IsZero() && t.Year() > 2000 {
		ev.Time = t
	}
	product := platform(in, v, row)
	switch k := about(in, v, row); k {
	case started, ended:
		file(ev, product, "osquery.process", k)
		process(in, row, ev)
	case created, written, deleted, renamed:
		file(ev, product, "osquery.file", k)
		add(ev, "file.path", either(in, row, "target_path", "path", "filename", "dest_filename"))
		if row.Exists("target_path") {
			add(ev, "src.category", in.At(row, "category"))
		}
		image(ev, "process", either(in, row, "executable", "process_path"))
	case connected:
		file(ev, product, "osquery.socket", k)
		image(ev, "process", in.At(row, "path"))
		normalize.AddAddress(ev, "source", in.At(row, "local_address"))
		normalize.AddNumber(ev, "source.port", in.At(row, "local_port"))
		normalize.AddAddress(ev, "destination", in.At(row, "remote_address"))
		normalize.AddNumber(ev, "destination.port", in.At(row, "remote_port"))
		ev.Add("src.Initiated", map[bool]string{true: "true", false: "false"}[in.At(row, "action") == "connect"])
		normalize.AddNumber(ev, "process.pid", in.At(row, "pid"))
	default:
		file(ev, product, "osquery.row", kind{category: "host", action: "osquery_row"})
	}
	add(ev, "host.name", either(in, v, "hostIdentifier", "host_identifier"))
	if name := in.At(v, "decorations", "username"); name != "" && ev.Value("user.name") == "" {
		add(ev, "user.name", in.At(row, "username"))
	}
	return in.Flatten(ev, v, in.Names("osquery", "", "osquery"))
}

// platform tells the system of the host: as the decorations say, else by the paths and the table.
func platform(in *normalize.Input, v, row *normalize.Value) string {
	switch word := strings.ToLower(in.At(v, "decorations", "platform") + in.At(row, "platform")); {
	case strings.Contains(word, "darwin"), strings.Contains(word, "macos"):
		return "macos"
	case strings.Contains(word, "windows"):
		return "windows"
	case word != "":
		return "linux"
	}
	path := either(in, row, "path", "target_path", "filename")
	switch {
	case strings.Contains(in.At(v, "name"), "es_process"), row.Exists("signing_id"), row.Exists("codesigning_flags"), strings.HasPrefix(path, "/Applications/"),
		strings.HasPrefix(path, "/Users/"), strings.HasPrefix(path, "/System/"), strings.HasPrefix(path, "/Library/"), strings.HasPrefix(path, "/private/"):
		return "macos"
	case len(path) > 2 && path[1] == ':':
		return "windows"
	}
	return "linux"
}

// about tells what a row is about. Rows that were removed say that something is no longer so.
func about(in *normalize.Input, v, row *normalize.Value) kind {
	if in.At(v, "action") == "removed" {
		return kind{}
	}
	switch action := strings.ToLower(either(in, row, "action", "event_type")); {
	case row.Exists("remote_address") && (row.Exists("path") || row.Exists("action")):
		return connected
	case row.Exists("cmdline") && action == "exit":
		return ended
	case row.Exists("cmdline"):
		return started
	case row.Exists("target_path"), row.Exists("filename") && row.Exists("event_type"):
		return fileAction(action)
	}
	return kind{}
}

func fileAction(action string) kind {
	switch action {
	case "deleted", "unlink", "delete":
		return deleted
	case "moved_from":
		return renamed
	case "updated", "write":
		return written
	}
	return created
}

// process reads the columns of process_events and its kin.
func process(in *normalize.Input, row *normalize.Value, ev *vedette.Event) {
	image(ev, "process", in.At(row, "path"))
	add(ev, "process.command_line", in.At(row, "cmdline"))
	add(ev, "process.working_directory", strings.Trim(in.At(row, "cwd"), `"`))
	normalize.AddNumber(ev, "process.pid", in.At(row, "pid"))
	normalize.AddNumber(ev, "process.parent.pid", in.At(row, "parent"))
	image(ev, "process.parent", either(in, row, "parent_path", "ppath"))
	add(ev, "process.parent.command_line", either(in, row, "parent_cmdline", "pcmdline"))
	normalize.AddNumber(ev, "user.id", either(in, row, "euid", "uid"))
	name := either(in, row, "username")
	if name == "" && either(in, row, "euid", "uid") == "0" {
		name = "root"
	}
	add(ev, "user.name", name)
}

// either returns the first of these columns that has a value.
func either(in *normalize.Input, row *normalize.Value, names ...string) string {
	for _, name := range names {
		if text := in.At(row, name); text != "" {
			return text
		}
	}
	return ""
}
