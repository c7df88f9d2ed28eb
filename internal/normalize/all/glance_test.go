package all_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

// texts are messages of several kinds, with values that must be unescaped, lists, and what is none of all that.
var texts = []string{
	`{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws-1","UtcTime":"2026-11-23 10:00:01.500","Image":"C:\\Temp\\tool.exe","CommandLine":"tool.exe \"a b\" \u00e9\ud83d\ude00","Hashes":"MD5=ABCDEF,SHA256=0123AB","User":"DOM\\ann"}`,
	`{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing"}},"EventID":4688,"Channel":"Security","Computer":"dc"},"EventData":{"NewProcessName":"C:\\Windows\\x.exe","NewProcessId":"0x1f4","ProcessId":"0x2c","SubjectUserName":"ann"}}}`,
	`[{"a":"x\ty","n":1.5e3},{"a":"\/z","b":null,"c":[true,false,"\u0041"]}]`,
	`{"Records":[{"eventName":"A","eventSource":"s","eventVersion":"1","requestParameters":{"p":"q\nr"}},{"eventName":"B","eventSource":"s","awsRegion":"r"}]}`,
	`<34>Nov 23 14:10:50 web sshd[12]: Failed password for root from 203.0.113.7 port 22 ssh2`,
	`{"broken":`, ``, "\xff\xfe{\x00}\x00", `plain text`,
}

// What is only glanced at is the same event, also when memory is used again for the next one.
func TestGlanceIsNormalize(t *testing.T) {
	slow, quick := normalizetest.New(t, all.Parsers()...), normalizetest.New(t, all.Parsers()...)
	for round := range 3 {
		for _, text := range texts {
			rec := &vedette.Record{Tenant: "t", Source: "s", Received: normalizetest.Received(), Data: []byte(text)}
			var want, got [][]byte
			slow.Normalize(rec, func(ev *vedette.Event) { want = append(want, append(normalizetest.Format(ev), ev.Raw...)) })
			quick.Glance(rec, func(ev *vedette.Event) { got = append(got, append(normalizetest.Format(ev), ev.Raw...)) })
			if !slices.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("round %d: %q gives\n%s\nat a glance, otherwise\n%s", round, text, bytes.Join(got, nil), bytes.Join(want, nil))
			}
		}
	}
}

// Events that are kept stay what they are, whatever comes after them.
func TestKeptEventsStay(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	var kept []*vedette.Event
	var was [][]byte
	for range 50 {
		for _, text := range texts {
			data := []byte(text)
			rec := &vedette.Record{Tenant: "t", Source: "s", Received: normalizetest.Received(), Data: data}
			n.Normalize(rec, func(ev *vedette.Event) {
				kept = append(kept, ev)
				was = append(was, append(normalizetest.Format(ev), ev.Raw...))
			})
			clear(data)
			n.Glance(&vedette.Record{Data: []byte(`{"x":"\\\\\\\\\\\\\\\\\\\\\\\\\\\\"}`)}, func(*vedette.Event) {})
		}
	}
	for i, ev := range kept {
		if now := append(normalizetest.Format(ev), ev.Raw...); !bytes.Equal(now, was[i]) {
			t.Fatalf("an event became\n%s\nfrom\n%s", now, was[i])
		}
	}
}

// Nothing is allocated for an event of Windows that nobody keeps.
func TestGlanceAllocatesNothing(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	for _, text := range texts[:2] {
		rec := &vedette.Record{Tenant: "t", Source: "s", Format: vedette.FormatJSON, Received: normalizetest.Received(), Data: []byte(text)}
		if got := testing.AllocsPerRun(100, func() { n.Glance(rec, func(*vedette.Event) {}) }); got != 0 {
			t.Errorf("%v allocations for %s", got, text)
		}
	}
}
