package windows

import (
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes every Windows event in one of the shapes that the package knows.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "windows".
func (*Parser) Name() string { return "windows" }

// maxDepth is how deep the data of an event may be nested.
const maxDepth = 64

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	b := &builder{in: in, ev: ev, names: in.Names("windows", "", "")}
	var err error
	switch {
	case in.JSON == nil:
		err = b.xml(in.Text)
	case isNested(in.JSON):
		err = b.nested(in.JSON)
	case isBeat(in.JSON):
		err = b.beat(in.JSON)
	case isFlat(in.JSON):
		err = b.flat(in.JSON)
	default:
		return normalize.ErrNotMine
	}
	if err != nil {
		return err
	}
	b.finish()
	return nil
}

// builder fills one event.
type builder struct {
	in    *normalize.Input
	ev    *vedette.Event
	names *normalize.Names

	channel, provider, id string
	computer, userID      string
	when                  time.Time
	dataChannel           bool // the event's data has a field Channel of its own
}

// field returns the name under which a field of the event's data is kept. Once the event has a canonical field, another
// field for it stays under its own name.
func (b *builder) field(name []byte) string {
	for _, c := range name {
		if c == ' ' {
			name = []byte(strings.ReplaceAll(string(name), " ", ""))
			break
		}
	}
	switch string(name) {
	case "EventID":
		return "src.EventData.EventID" // never to be taken for the id of the event
	case "Channel":
		b.dataChannel = true
	case "":
		return "src.Data"
	}
	to := b.names.Of(name)
	if vedette.KeyOf(to) != 0 {
		if to == string(name) && to != "message" {
			return vedette.SourcePrefix + to // no provider has canonical names; a forger may
		}
		if _, taken := b.ev.Get(to); taken {
			return vedette.SourcePrefix + string(name)
		}
	}
	return to
}

// value adds a JSON value under the name of the field that holds it: lists give several values, objects are fields of
// their own.
func (b *builder) value(name []byte, v *fastjson.Value, depth int) error {
	if v.Type() == fastjson.TypeObject {
		return b.object(name, v, depth)
	}
	return b.values(b.field(name), v, depth)
}

// values adds a JSON value that is no object, or the elements of a list, under a final name.
func (b *builder) values(to string, v *fastjson.Value, depth int) error {
	if depth <= 0 {
		return normalize.ReasonTooDeep
	}
	switch v.Type() {
	case fastjson.TypeArray:
		for _, item := range v.GetArray() {
			if err := b.values(to, item, depth-1); err != nil {
				return err
			}
		}
		return nil
	case fastjson.TypeObject:
		return b.object([]byte(strings.TrimPrefix(to, vedette.SourcePrefix)), v, depth-1)
	default:
		text, kind := b.in.Leaf(v)
		b.ev.AddKind(to, text, kind)
		return nil
	}
}

// system takes a field of the System part. Names of attributes are joined to that of their element: Provider_Name.
func (b *builder) system(name, value string, kind vedette.Kind) {
	switch name {
	case "EventID":
		if b.id != "" {
			return
		}
		b.id = value
		b.ev.AddKind("src.EventID", value, kind)
		b.ev.AddKind("event.code", value, kind)
	case "Channel":
		b.channel = value
	case "Provider_Name":
		b.provider = value
		b.once("winlog.provider_name", value)
	case "Computer":
		b.computer = value
		b.once("winlog.computer_name", value)
	case "EventRecordID":
		if _, has := b.ev.Get("winlog.record_id"); !has {
			b.ev.AddKind("winlog.record_id", value, kind)
		}
	case "TimeCreated_SystemTime":
		if t, ok := normalize.ParseTime(value, time.UTC); ok {
			b.when = t
		}
		b.ev.AddKind("src.TimeCreated_SystemTime", value, kind)
	case "Security_UserID":
		b.userID = value
		b.ev.AddKind("src.Security_UserID", value, kind)
	default:
		b.ev.AddKind(vedette.SourcePrefix+name, value, kind)
	}
}

// once adds a field unless its value is empty or the event has the field.
func (b *builder) once(name, value string) {
	if value == "" {
		return
	}
	if _, has := b.ev.Get(name); !has {
		b.ev.Add(name, value)
	}
}

// number is once for a number.
func (b *builder) number(name, value string) {
	if value == "" {
		return
	}
	if _, has := b.ev.Get(name); !has {
		b.ev.AddKind(name, value, vedette.KindNumber)
	}
}

// finish files the event and derives what its fields only imply.
func (b *builder) finish() {
	ev := b.ev
	ev.Logsource = vedette.WindowsLogsource(b.channel, b.provider, b.id)
	ev.Dataset = "windows.eventlog"
	if ev.Logsource.Service != "" {
		ev.Dataset = "windows." + ev.Logsource.Service
	}
	if !b.when.IsZero() {
		ev.Time = b.when
	}
	b.once("winlog.channel", b.channel)
	if !b.dataChannel && b.channel != "" {
		ev.Add("src.Channel", b.channel)
	}
	b.once("host.name", b.computer)
	if ev.Logsource.Service == "sysmon" && b.id == "12" {
		ev.Logsource.Categories = vedette.WindowsRegistryCategory(b.registryChange())
	}
	b.derive()
}

// registryChange finds the EventType of Sysmon's registry events, which NXLog hides behind a field of its own.
func (b *builder) registryChange() string {
	for f := range b.ev.All("src.EventType") {
		if strings.HasPrefix(f.Value, "Create") || strings.HasPrefix(f.Value, "Delete") {
			return f.Value
		}
	}
	return ""
}
