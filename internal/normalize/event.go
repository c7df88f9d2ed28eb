package normalize

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// Names that this room gives to fields of its own.
const (
	FieldTruncated = "vedette.truncated" // "value", "name" or "fields": what was cut to keep the limits
	FieldEncoding  = "vedette.encoding"  // what the bytes were when they were not UTF-8: an encoding, or "damaged"
)

// DatasetUnparsed is the dataset of events that hold a record nobody understood.
const DatasetUnparsed = "unparsed"

// A clock may be ahead by so much before it is not believed. The past is always believed: replays come from there.
const maxAhead = time.Hour

// begin clears the working event for another parser.
func (j *job) begin(in *Input) {
	j.scratch.begin(len(in.Text))
	j.fresh = true
	ev := &j.work
	ev.Reset()
	ev.Tenant, ev.Source, ev.Received, ev.Raw = in.Record.Tenant, in.Record.Source, in.Record.Received, j.raw
}

// emit finishes the working event and hands a copy of it out.
func (j *job) emit(in *Input) {
	ev := &j.work
	if in.around != nil {
		in.around.add(ev)
	}
	addHeader(in.Header, ev)
	if j.encoding != "" {
		ev.Add(FieldEncoding, j.encoding)
	}
	j.settleTime(in, ev)
	j.enforce(ev)
	out := ev
	if !j.scratch.brief {
		out = new(vedette.Event)
		*out = *ev
		out.Fields = slices.Clone(ev.Fields)
	}
	j.events++
	j.outside = true
	j.fn(out)
	j.outside = false
}

// unparsed emits the record as it is, with the reason.
func (j *job) unparsed(in *Input, reason Reason) {
	j.begin(in)
	j.work.Dataset = DatasetUnparsed
	j.work.Add(vedette.FieldParseError, string(reason))
	j.emit(in)
}

// settleTime gives the event a time that can be believed.
func (j *job) settleTime(in *Input, ev *vedette.Event) {
	if ev.Time.IsZero() && in.Header != nil {
		ev.Time = in.Header.Time
	}
	if ev.Time.IsZero() {
		ev.Time = ev.Received
		return
	}
	ev.Time = ev.Time.UTC()
	ahead := ev.Time.Sub(ev.Received)
	if year := ev.Time.Year(); ahead <= maxAhead && year >= 1980 && year < 2262 || ev.Received.IsZero() {
		return
	}
	ev.Time = ev.Received
	ev.AddKind(vedette.FieldClockSkew, strconv.FormatInt(int64(ahead/time.Second), 10), vedette.KindNumber)
}

// addHeader adds what the syslog header says and the parser did not.
func addHeader(h *SyslogHeader, ev *vedette.Event) {
	if h == nil {
		return
	}
	if h.Priority >= 0 {
		ev.AddKind("log.syslog.facility.code", small(h.Priority>>3), vedette.KindNumber)
		ev.AddKind("log.syslog.severity.code", small(h.Priority&7), vedette.KindNumber)
	}
	if h.App != "" {
		ev.Add("log.syslog.appname", h.App)
	}
	if h.MsgID != "" {
		ev.Add("log.syslog.msgid", h.MsgID)
	}
	if h.Host != "" {
		if _, has := ev.Get("host.name"); has {
			ev.Add("log.syslog.hostname", h.Host)
		} else {
			ev.Add("host.name", h.Host)
		}
	}
	for _, p := range h.Structured {
		ev.Add("log.syslog.structured_data."+p.ID+"."+p.Name, p.Value)
	}
}

// AddProcess adds the process that wrote the message, as its syslog header names it. It is for parsers of messages in
// which that process is the subject; where it only carries the message (a sensor, a forwarder) it would mislead.
func (in *Input) AddProcess(ev *vedette.Event) {
	h := in.Header
	if h == nil {
		return
	}
	if h.App != "" {
		ev.Add("process.name", h.App)
	}
	if h.ProcID == "" {
		return
	}
	if _, err := strconv.ParseUint(h.ProcID, 10, 32); err == nil {
		ev.AddKind("process.pid", h.ProcID, vedette.KindNumber)
	} else {
		ev.Add("log.syslog.procid", h.ProcID)
	}
}

// AddObserver files the host of the syslog header as the observer. It is for parsers of sensors and devices, which speak
// about others: taken for the host that the event is about, their name would make every event theirs.
func (in *Input) AddObserver(ev *vedette.Event) {
	if in.Header == nil || in.Header.Host == "" {
		return
	}
	if _, has := ev.Get("observer.name"); !has {
		ev.Add("observer.name", in.Header.Host)
	}
	in.Header.Host = ""
}

// small writes a number below 256 without asking for memory.
func small(n int) string { return strconv.Itoa(n) }

// enforce keeps the limits of values and fields, and says so when it had to.
func (j *job) enforce(ev *vedette.Event) {
	cut := j.scratch.cut
	for i := range ev.Fields {
		if v := ev.Fields[i].Value; len(v) > j.cfg.MaxValue {
			ev.Fields[i].Value = cutText(v, j.cfg.MaxValue)
			cut |= cutValue
		}
		if name := ev.Fields[i].Name; len(name) > maxName+len("log.syslog.structured_data.") {
			ev.Fields[i].Name = cutText(name, maxName)
			cut |= cutName
		}
	}
	if len(ev.Fields) > j.cfg.MaxFields {
		keepFields(ev, j.cfg.MaxFields)
		cut |= cutFields
	}
	for i, word := range cutWords {
		if cut&(1<<i) != 0 {
			ev.Add(FieldTruncated, word)
		}
	}
}

// keepFields keeps the first n fields and builds the event's index again so that it fits them.
func keepFields(ev *vedette.Event, n int) {
	kept := slices.Clone(ev.Fields[:n])
	was := vedette.Event{Tenant: ev.Tenant, Seq: ev.Seq, Place: ev.Place, Time: ev.Time, Received: ev.Received,
		Source: ev.Source, Dataset: ev.Dataset, Logsource: ev.Logsource, Raw: ev.Raw}
	*ev = was
	for _, f := range kept {
		ev.AddKind(f.Name, f.Value, f.Kind)
	}
}

// What can be cut, as bits.
const (
	cutValue = 1 << iota
	cutName
	cutFields
)

var cutWords = [...]string{"value", "name", "fields"}

// cutText shortens s to at most n bytes without splitting a character. The copy lets go of the long text.
func cutText(s string, n int) string { return strings.Clone(vedette.Cut(s, n)) }
