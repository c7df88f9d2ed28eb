package vedette

import (
	"strconv"
	"strings"
	"time"
)

// Event is a record understood: who did what, where and when, in the common schema.
//
// Its fields are a flat list of names and string values. Canonical names are ECS dotted keys ("source.ip",
// "process.command_line"); a source field without a canonical name is kept untouched under "src." ("src.EventID").
// A field that a source gives as a list appears once per element, in order.
type Event struct {
	Tenant    string
	Seq       uint64    // journal sequence of the batch that the record came in; 0 outside a journal
	Place     uint32    // place of the record within that batch, counted from 0
	Time      time.Time // when it happened, by the source's own clock
	Received  time.Time // when Vedette had it
	Source    string    // name of the sender
	Dataset   string    // what it is a record of, given by the parser: "windows.sysmon", "linux.sshd", "nginx.access"
	Logsource Logsource // how Sigma rules find it
	Raw       string    // the record's bytes as valid UTF-8
	Fields    []Field

	first [keyCount]uint16 // place of the first field with that key, plus one
}

// Field is one name and value of an event.
type Field struct {
	Name  string
	Value string
	Kind  Kind
	Key   Key // the small integer of a canonical name; 0 for every other name
}

// Kind tells what the source wrote, for the few readers that must know: null is not the empty string.
type Kind uint8

// What a source wrote.
const (
	KindString Kind = iota
	KindNumber
	KindBool
	KindNull
)

// ID names the event for ever: its journal sequence and its place there, "1042-7".
func (e *Event) ID() string {
	b := make([]byte, 0, 24)
	b = strconv.AppendUint(b, e.Seq, 10)
	b = append(b, '-')
	return string(strconv.AppendUint(b, uint64(e.Place), 10))
}

// ParseEventID takes an event's id apart again.
func ParseEventID(id string) (seq uint64, place uint32, err error) {
	a, b, ok := strings.Cut(id, "-")
	s, err1 := strconv.ParseUint(a, 10, 64)
	p, err2 := strconv.ParseUint(b, 10, 32)
	if !ok || err1 != nil || err2 != nil {
		return 0, 0, Errorf(CodeInvalid, "event id %q is not <sequence>-<place>", id)
	}
	return s, uint32(p), nil
}

// Add appends a string field. Empty values are kept: empty, null and missing are three different things.
func (e *Event) Add(name, value string) { e.AddKind(name, value, KindString) }

// AddKind appends a field and remembers what the source wrote.
func (e *Event) AddKind(name, value string, kind Kind) {
	e.AddField(Field{Name: name, Value: value, Kind: kind, Key: KeyOf(name)})
}

// AddField appends a field whose key is already known: Key must be KeyOf(Name).
func (e *Event) AddField(f Field) {
	if f.Key != 0 && e.first[f.Key] == 0 && len(e.Fields) < maxIndexed {
		e.first[f.Key] = uint16(len(e.Fields) + 1)
	}
	e.Fields = append(e.Fields, f)
}

// First returns the first field with that key, nil when the event has none.
func (e *Event) First(key Key) *Field {
	if key == 0 || e.first[key] == 0 {
		return nil
	}
	return &e.Fields[e.first[key]-1]
}

// maxIndexed is how many fields of one event the index can address.
const maxIndexed = 1<<16 - 1

// Get returns the first value of a field and whether the event has the field at all.
func (e *Event) Get(name string) (string, bool) {
	if key := KeyOf(name); key != 0 {
		if f := e.First(key); f != nil {
			return f.Value, true
		}
		return "", false
	}
	for i := range e.Fields {
		if f := &e.Fields[i]; f.Key == 0 && f.Name == name {
			return f.Value, true
		}
	}
	return "", false
}

// Value returns the first value of a field, or "" when the event does not have it.
func (e *Event) Value(name string) string {
	v, _ := e.Get(name)
	return v
}

// All yields every field of that name, in order. For a canonical name the first is found without a search.
func (e *Event) All(name string) func(yield func(Field) bool) {
	return func(yield func(Field) bool) {
		key := KeyOf(name) // in here, so that All is small enough to be inlined and its loop costs no memory
		start := 0
		if key != 0 {
			if e.first[key] == 0 {
				return
			}
			start = int(e.first[key]) - 1
		}
		for _, f := range e.Fields[start:] {
			if f.Key != key || key == 0 && f.Name != name {
				continue
			}
			if !yield(f) {
				return
			}
		}
	}
}

// Reset empties the event for another use, keeping its memory.
func (e *Event) Reset() {
	fields := e.Fields[:0]
	*e = Event{Fields: fields}
}

// SourcePrefix stands before the name of every source field that has no canonical name.
const SourcePrefix = "src."

// Names that Vedette itself gives to events, beside ECS.
const (
	FieldParseError = "vedette.parse_error" // why the record could not be understood; the event then holds it raw
	FieldClockSkew  = "vedette.clock_skew"  // seconds by which the event's own time was off, when it was not believed
	FieldOCSFClass  = "ocsf.class_uid"
	FieldOCSFActive = "ocsf.activity_id"
)
