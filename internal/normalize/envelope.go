package normalize

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// envelope is what a shipper wrapped around a line that is not its own: Filebeat and other shippers of ECS put the line
// under "message", Docker and Fluent Bit under "log", container runtimes put a time and a stream before it.
type envelope struct {
	line      string
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
	if strings.TrimSpace(e.line) == "" {
		return false
	}
	rec := *in.Record
	rec.Format = ""
	if e.path != "" {
		rec.Peer = e.path
	}
	sub := Input{Record: &rec, Header: in.Header, Text: strings.TrimRight(e.line, " \t\r\n\x00"), scratch: in.scratch, around: &e}
	if head, rest := j.header(&rec, sub.Text); head != nil {
		sub.Header, sub.Text = head, rest
	}
	if object, _ := looksJSON(sub.Text); object {
		v, err := j.inner.Parse(sub.Text)
		if err != nil {
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
	if line := v.GetStringBytes("log"); len(line) > 0 && v.Exists("stream") {
		e := envelope{line: string(line), sure: true}
		e.time, _ = ParseTime(in.At(v, "time"), time.UTC)
		e.container, e.namespace = in.At(v, "kubernetes", "container_name"), in.At(v, "kubernetes", "namespace_name")
		return e
	}
	line := v.GetStringBytes("message")
	if len(line) == 0 || !v.Exists("@timestamp") || v.Exists("winlog") || v.Exists("event", "category") || v.Exists("event", "kind") {
		return envelope{}
	}
	if !v.Exists("log", "file", "path") && !v.Exists("agent", "type") && !v.Exists("input", "type") && !v.Exists("log.file.path") {
		return envelope{}
	}
	e := envelope{line: string(line), host: in.At(v, "host", "name"), path: in.At(v, "log", "file", "path")}
	if e.host == "" {
		e.host = in.At(v, "agent", "hostname")
	}
	e.container, e.namespace = in.At(v, "kubernetes", "container", "name"), in.At(v, "kubernetes", "namespace")
	e.time, _ = ParseTime(in.At(v, "@timestamp"), time.UTC)
	return e
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
