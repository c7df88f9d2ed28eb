package auditd

import (
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// parseLaurel reads a whole audit event in JSON, as the dispatcher plugin laurel writes it:
//
//	{"ID":"1795443427.123:456","SYSCALL":{…},"EXECVE":{"argc":2,"ARGV":["cat","/etc/passwd"]},"PATH":[{…},{…}]}
func parseLaurel(in *normalize.Input, ev *vedette.Event) error {
	v := in.JSON
	id := in.At(v, "ID")
	clock, serial, ok := strings.Cut(id, ":")
	if !ok || !normalize.IsNumber(serial) {
		return normalize.ErrNotMine
	}
	t, ok := normalize.ParseTime(clock, in.Zone())
	if !ok {
		return normalize.ErrNotMine
	}
	ev.Logsource = vedette.Logsource{Product: "linux", Service: "auditd"}
	ev.Dataset = "linux.auditd"
	ev.Time = t
	if node := in.At(v, "NODE"); node != "" {
		ev.Add("host.name", node)
	}
	ev.Add("event.id", id)
	var f facts
	var err error
	v.Visit(func(kind string, item *normalize.Value) {
		switch {
		case err != nil || len(kind) > 40:
		case kind == "PARENT_INFO":
			parent(in, item, ev)
		case item.Type() == normalize.TypeArray:
			for _, one := range item.GetArray() {
				if err == nil && one.Type() == normalize.TypeObject {
					err = f.object(in, kind, one, ev)
				}
			}
		case item.Type() == normalize.TypeObject:
			err = f.object(in, kind, item, ev)
		}
	})
	if err != nil {
		return err
	}
	f.conclude(ev)
	return nil
}

// parent adds what laurel knows of the parent process.
func parent(in *normalize.Input, v *normalize.Value, ev *vedette.Event) {
	for _, name := range [...][2]string{{"exe", "process.parent.executable"}, {"comm", "process.parent.name"}} {
		if text := in.At(v, name[0]); text != "" {
			ev.Add(name[1], text)
		}
	}
	if line := arguments(in, v); len(line) > 0 {
		ev.Add("process.parent.command_line", strings.Join(line, " "))
	}
}

// arguments reads a command line given as a list or as one text.
func arguments(in *normalize.Input, v *normalize.Value) []string {
	var out []string
	for _, item := range v.GetArray("ARGV") {
		text, _ := in.Leaf(item)
		out = append(out, text)
		if len(out) == maxArgs {
			return out
		}
	}
	if text := in.At(v, "ARGV_STR"); text != "" && out == nil {
		return []string{text}
	}
	return out
}

// object reads one record of the event.
func (f *facts) object(in *normalize.Input, kind string, v *normalize.Value, ev *vedette.Event) error {
	ev.Add("src.type", kind)
	if f.kind == "" || f.kind == "PATH" || f.kind == "CWD" || f.kind == "PROCTITLE" {
		f.kind = kind
	}
	path, how := "", ""
	v.Visit(func(key string, item *normalize.Value) {
		name := key[:min(len(key), 64)]
		switch {
		case name == "ARGV" || name == "ARGV_STR" || item.Type() == normalize.TypeObject:
			return
		case item.Type() == normalize.TypeArray:
			for _, one := range item.GetArray() {
				text, _ := in.Leaf(one)
				ev.Add(vedette.SourcePrefix+name, text)
			}
			return
		}
		text, _ := in.Leaf(item)
		text = f.field(kind, strings.ToValidUTF8(name, ""), text, '"', ev)
		switch name {
		case "name":
			path = text
		case "nametype":
			how = text
		}
	})
	if kind == "PATH" && how == "CREATE" {
		f.created = path
	}
	f.socket(in, v)
	if kind == "EXECVE" {
		f.executed = true
		for i, arg := range arguments(in, v) {
			ev.Add("src.a"+strconv.Itoa(i), arg)
			f.args = append(f.args, arg)
		}
	}
	return nil
}

// socket reads an address that laurel translated already.
func (f *facts) socket(in *normalize.Input, v *normalize.Value) {
	for _, where := range [...]*normalize.Value{v.Get("SADDR"), v.Get("saddr")} {
		if where != nil && where.Type() == normalize.TypeObject {
			f.remote = addressPort(in.At(where, "addr"), in.At(where, "port"))
		}
	}
}
