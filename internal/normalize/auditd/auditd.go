// Package auditd understands the records of the Linux audit system, from its own log file, the dispatcher or the
// kernel's log, one at a time or all records of one event together.
package auditd

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes audit records.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "auditd".
func (*Parser) Name() string { return "auditd" }

// record is one line of the audit log, taken apart as far as its head.
type record struct {
	node, kind, id, body string
	time                 time.Time
}

// Split takes lines apart that belong to several events, so that the records of one event stay together. Records of
// one event follow each other in every audit log.
func (p *Parser) Split(in *normalize.Input, fn func(sub *normalize.Input) error) error {
	if in.JSON != nil || !strings.Contains(in.Text, "\n") {
		return normalize.ErrNotMine
	}
	first, ok := readRecord(in.Text)
	if !ok {
		return normalize.ErrNotMine
	}
	if !several(in.Text, first.id) {
		return normalize.ErrNotMine
	}
	start, at, current := 0, 0, first.id
	emit := func(end int) error {
		text := strings.TrimSpace(in.Text[start:end])
		start = end
		if text == "" {
			return nil
		}
		return fn(&normalize.Input{Record: in.Record, Header: in.Header, Text: text})
	}
	for line := range strings.Lines(in.Text) {
		if r, ok := readRecord(line); ok && r.id != current {
			if err := emit(at); err != nil {
				return err
			}
			current = r.id
		}
		at += len(line)
	}
	return emit(len(in.Text))
}

// several tells whether the lines hold more than the one event.
func several(text, id string) bool {
	for line := range strings.Lines(text) {
		if r, ok := readRecord(line); ok && r.id != id {
			return true
		}
	}
	return false
}

// Parse fills the event from all lines of the input.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	if in.JSON != nil {
		return parseLaurel(in, ev)
	}
	line, rest, _ := strings.Cut(in.Text, "\n")
	r, ok := readRecord(line)
	if !ok {
		return normalize.ErrNotMine
	}
	ev.Logsource = vedette.Logsource{Product: "linux", Service: "auditd"}
	ev.Dataset = "linux.auditd"
	ev.Time = r.time
	if r.node != "" {
		ev.Add("host.name", r.node)
	}
	ev.Add("event.id", r.id)
	var f facts
	for {
		f.read(r, ev)
		if rest == "" {
			break
		}
		line, rest, _ = strings.Cut(rest, "\n")
		if r, ok = readRecord(line); !ok {
			break
		}
	}
	f.conclude(ev)
	return nil
}

// readRecord reads "node=n type=SYSCALL msg=audit(1795443427.123:456): …" and the kernel's
// "audit: type=1300 audit(1795443427.123:456): …".
func readRecord(line string) (r record, ok bool) {
	if i := strings.Index(line, "type="); i > 0 && i < 300 {
		before := line[:i]
		if at := strings.LastIndex(before, "node="); at >= 0 {
			r.node = strings.TrimSpace(before[at+len("node="):])
		} else if strings.Trim(before, "[]0123456789. ") != "audit:" {
			return r, false
		}
		line = line[i:]
	}
	rest, ok := strings.CutPrefix(line, "type=")
	if !ok {
		return r, false
	}
	r.kind, rest, ok = strings.Cut(rest, " ")
	rest = strings.TrimPrefix(rest, "msg=")
	rest, ok2 := strings.CutPrefix(rest, "audit(")
	if !ok || !ok2 || len(r.kind) > 40 {
		return r, false
	}
	stamp, body, ok := strings.Cut(rest, ")")
	clock, serial, ok2 := strings.Cut(stamp, ":")
	if !ok || !ok2 || !normalize.IsNumber(serial) {
		return r, false
	}
	if r.time, ok = normalize.ParseTime(clock, time.UTC); !ok {
		return r, false
	}
	r.id, r.body = stamp, strings.TrimPrefix(body, ":")
	if name := kindNames[r.kind]; name != "" {
		r.kind = name
	}
	return r, true
}

// kindNames gives the names of record types that the kernel's log writes as numbers.
var kindNames = map[string]string{
	"1100": "USER_AUTH", "1101": "USER_ACCT", "1103": "CRED_ACQ", "1104": "CRED_DISP", "1105": "USER_START",
	"1106": "USER_END", "1112": "USER_LOGIN", "1114": "ADD_USER", "1115": "DEL_USER", "1123": "USER_CMD",
	"1130": "SERVICE_START", "1131": "SERVICE_STOP", "1300": "SYSCALL", "1302": "PATH", "1305": "CONFIG_CHANGE",
	"1306": "SOCKADDR", "1307": "CWD", "1309": "EXECVE", "1326": "SECCOMP", "1327": "PROCTITLE", "1400": "AVC",
	"1334": "BPF", "1330": "KERN_MODULE", "1700": "ANOM_PROMISCUOUS", "1701": "ANOM_ABEND",
}
