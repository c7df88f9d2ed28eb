package normalize

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// envelope is what a shipper wrapped around a line that is not its own: Filebeat and other shippers of ECS put the line
// under "message", so do rsyslog and syslog-ng, which take its syslog header apart; Docker and Fluent Bit put it under
// "log", container runtimes put a time and a stream before it.
type envelope struct {
	line      string
	head      *SyslogHeader // of the line, when it was taken apart; nil otherwise
	time      time.Time
	host      string
	path      string
	container string
	namespace string
	sure      bool // the wrapping is certain, so the line is taken out whatever it holds
}

// Fallback is implemented by parsers that take anything of some form. A line in an uncertain envelope is left where it
// is when only such a parser would take it.
type Fallback interface {
	Fallback() bool
}

// unwrap takes a line out of its envelope and treats it as a message of its own; the record stays raw as it came. It
// returns false when there is no envelope, or nothing would be gained.
func (j *job) unwrap(in *Input) bool {
	if in.Record.Parser != "" || in.around != nil {
		return false
	}
	var e envelope
	if in.JSON != nil {
		e = jsonEnvelope(in)
	} else {
		e = runtimeEnvelope(in)
	}
	return strings.TrimSpace(e.line) != "" && j.wrapped(in, e)
}

// wrapped treats the line in an envelope as a message of its own.
func (j *job) wrapped(in *Input, e envelope) bool {
	rec := *in.Record
	rec.Format = ""
	if e.path != "" {
		rec.Peer = e.path
	}
	sub := Input{Record: &rec, Header: in.Header, Text: strings.TrimRight(e.line, " \t\r\n\x00"), scratch: in.scratch, around: &e}
	if head, rest := j.header(&rec, sub.Text); head != nil {
		sub.Header, sub.Text = head, rest
	} else if e.head != nil {
		sub.Header, sub.Text = e.head, strings.TrimLeft(sub.Text, " ")
	}
	if object, _ := looksJSON(sub.Text); object {
		v, err := j.inner.parse(sub.Text, &j.scratch)
		if err != "" {
			return false
		}
		sub.JSON = v
	}
	for _, p := range j.parsers {
		if f, ok := p.(Fallback); ok && f.Fallback() && !e.sure {
			break
		}
		j.fresh = false
		if err := j.try(p, &sub); err == nil {
			return true
		}
	}
	j.fresh = false
	return false
}

// jsonEnvelope recognises the objects of shippers.
func jsonEnvelope(in *Input) envelope {
	v := in.JSON
	if line := v.GetString("log"); line != "" && v.Exists("stream") {
		e := envelope{line: line, sure: true}
		e.time, _ = ParseTime(in.At(v, "time"), time.UTC)
		e.container, e.namespace = in.At(v, "kubernetes", "container_name"), in.At(v, "kubernetes", "namespace_name")
		return e
	}
	line := v.GetString("message")
	if line == "" {
		line = v.GetString("log")
	}
	if line == "" || v.Exists("winlog") || v.Exists("event", "category") || v.Exists("event", "kind") {
		return envelope{}
	}
	hinted := v.Exists("log", "file", "path") || v.Exists("agent", "type") || v.Exists("input", "type") || v.Exists("log.file.path")
	if (!hinted || !v.Exists("@timestamp")) && !onlyWrapping(v) {
		return envelope{}
	}
	e := envelope{line: line, head: headerOf(in), host: dotted(in, "host.name", "host", "hostname", "fromhost", "HOST", "agent.hostname")}
	e.path = dotted(in, "log.file.path")
	e.container, e.namespace = in.At(v, "kubernetes", "container", "name"), in.At(v, "kubernetes", "namespace")
	for _, name := range [...]string{"@timestamp", "timestamp", "timereported", "time"} {
		if e.time, _ = ParseTime(in.At(v, name), time.UTC); !e.time.IsZero() {
			break
		}
	}
	return e
}

// onlyWrapping tells whether an object has nothing beside a line but what shippers say about where it came from: then
// nothing is lost when only the line is read.
func onlyWrapping(v *Value) bool {
	if v.Type() != TypeObject || v.Len() > 24 {
		return false
	}
	only := true
	v.Visit(func(key string, _ *Value) {
		switch name, _, _ := strings.Cut(key, "."); name {
		case "message", "@timestamp", "@version", "timestamp", "time", "date", "host", "hostname", "fromhost", "fromhost-ip", "HOST",
			"facility", "severity", "priority", "level", "tag", "tags", "syslogtag", "programname", "app-name", "appname", "procid",
			"pid", "msgid", "PROGRAM", "PID", "timereported", "timegenerated", "log", "agent", "input", "ecs", "type", "path",
			"source", "source_type", "stream", "kubernetes", "container", "offset", "file", "filename":
		default:
			only = false
		}
	})
	return only
}

// headerOf puts the header together that a syslog daemon has taken apart; nil when the program is not named.
func headerOf(in *Input) *SyslogHeader {
	h := &SyslogHeader{Priority: -1}
	h.App = dotted(in, "log.syslog.appname", "programname", "app-name", "appname", "PROGRAM")
	h.ProcID = dotted(in, "log.syslog.procid", "procid", "PID")
	if tag := dotted(in, "syslogtag", "tag"); tag != "" {
		if app, pid, _, ok := cutTag(strings.TrimSuffix(tag, ":") + ": "); ok {
			if h.App == "" {
				h.App = app
			}
			if h.ProcID == "" {
				h.ProcID = pid
			}
		}
	}
	if h.App == "" || h.App == "-" || len(h.App) > 128 || strings.ContainsAny(h.App, " \"{") {
		return nil
	}
	return h
}

// dotted returns the first text found under one of the names, as one key or as a path of objects.
func dotted(in *Input, names ...string) string {
	for _, name := range names {
		if text := in.At(in.JSON, name); text != "" {
			return text
		}
		if text := in.At(in.JSON, strings.Split(name, ".")...); text != "" {
			return text
		}
	}
	return ""
}

// runtimeEnvelope recognises "2026-11-23T14:10:50.123456789Z stdout F line", as container runtimes write their files.
func runtimeEnvelope(in *Input) envelope {
	if len(in.Text) < 32 || in.Text[10] != 'T' || in.Header != nil {
		return envelope{}
	}
	stamp, rest, _ := strings.Cut(in.Text[:min(len(in.Text), 64)], " ")
	stream, rest, _ := strings.Cut(rest, " ")
	flag, _, _ := strings.Cut(rest, " ")
	if stream != "stdout" && stream != "stderr" || flag != "F" && flag != "P" {
		return envelope{}
	}
	t, ok := ParseTime(stamp, time.UTC)
	if !ok {
		return envelope{}
	}
	return envelope{line: strings.TrimPrefix(in.Text[len(stamp)+len(stream)+len(flag)+2:], " "), time: t, sure: true}
}

// add adds what the envelope says and the line did not.
func (e *envelope) add(ev *vedette.Event) {
	if ev.Time.IsZero() {
		ev.Time = e.time
	}
	for _, f := range [...][2]string{
		{"host.name", e.host}, {"log.file.path", e.path}, {"container.name", e.container}, {"orchestrator.namespace", e.namespace},
	} {
		if _, has := ev.Get(f[0]); !has && f[1] != "" {
			ev.Add(f[0], f[1])
		}
	}
}
