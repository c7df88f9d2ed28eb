package windows

import (
	"strings"
	"time"

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
	b := in.Own("windows", func() any { return newBuilder() }).(*builder) //nolint:forcetypeassert // made one word before
	b.begin(in, ev)
	defer b.end()
	var err error
	switch {
	case in.JSON == nil:
		err = b.xml(in.Text)
	case b.isNested():
		err = b.nested(in.JSON)
	case b.isBeat():
		err = b.beat(in.JSON)
	case b.isFlat():
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

// builder fills one event after the other. What it knows of names it keeps; the rest is the event in hand.
type builder struct {
	fields  normalize.Lexicon[field]       // by the name in the event's data
	systems normalize.Lexicon[systemField] // by the name in the System part
	asked   normalize.Lexicon[ask]         // by the name in the event
	words   normalize.Lexicon[word]        // names of members that decide what an object is
	filings normalize.Lexicon[*filing]     // by channel, provider and id
	text    []byte

	in    *normalize.Input
	ev    *vedette.Event
	names *normalize.Names
	current
}

// current is what the builder found out about the event in hand.
type current struct {
	channel, provider, id string
	computer, userID      string
	when                  time.Time
	dataChannel           bool                    // the event's data has a field Channel of its own
	place                 [asks]uint32            // where the event has a field, plus one
	top                   [words]*normalize.Value // the members of the object that have such a name
	filing                *filing
}

func newBuilder() *builder {
	b := &builder{}
	for a, name := range askNames {
		b.asked.Put(vedette.SourcePrefix+name, ask(a))
	}
	for w, name := range wordNames {
		b.words.Put(name, word(w))
	}
	return b
}

func (b *builder) begin(in *normalize.Input, ev *vedette.Event) {
	b.in, b.ev, b.names = in, ev, in.Names("windows", "", "")
	for m := in.JSON.Members(); m != nil; m = m.Next() {
		if w := b.words.Find(m.Key()); w != nil && b.top[*w] == nil {
			b.top[*w] = m
		}
	}
}

// end lets go of the event.
func (b *builder) end() {
	b.in, b.ev, b.names = nil, nil, nil
	b.current = current{}
}

// value adds a JSON value under the name of the field that holds it: lists give several values, objects are fields of
// their own.
func (b *builder) value(name string, v *normalize.Value, depth int) error {
	if v.Type() == normalize.TypeObject {
		return b.object(name, v, depth)
	}
	f := b.field(name)
	return b.values(&f, v, depth)
}

// values adds a JSON value that is no object, or the elements of a list, under a final name.
func (b *builder) values(f *field, v *normalize.Value, depth int) error {
	if depth <= 0 {
		return normalize.ReasonTooDeep
	}
	switch v.Type() {
	case normalize.TypeArray:
		for item := v.Elements(); item != nil; item = item.Next() {
			if err := b.values(f, item, depth-1); err != nil {
				return err
			}
		}
		return nil
	case normalize.TypeObject:
		return b.object(strings.TrimPrefix(f.name, vedette.SourcePrefix), v, depth-1)
	default:
		text, kind := b.in.Leaf(v)
		b.put(f, text, kind)
		return nil
	}
}

// system takes a field of the System part.
func (b *builder) system(name, value string, kind vedette.Kind) {
	f := b.systemField(name)
	b.systemValue(&f, value, kind)
}

func (b *builder) systemValue(f *systemField, value string, kind vedette.Kind) {
	switch f.part {
	case partEventID:
		if b.id != "" {
			return
		}
		b.id = value
		b.put(&f.field, value, kind)
		b.ev.AddKind("event.code", value, kind)
	case partChannel:
		b.channel = value
	case partProvider:
		b.provider = value
		b.once("winlog.provider_name", value)
	case partComputer:
		b.computer = value
		b.once("winlog.computer_name", value)
	case partRecord:
		if _, has := b.ev.Get("winlog.record_id"); !has {
			b.ev.AddKind("winlog.record_id", value, kind)
		}
	case partTime:
		if t, ok := normalize.ParseTime(value, time.UTC); ok {
			b.when = t
		}
		b.put(&f.field, value, kind)
	case partUserID:
		b.userID = value
		b.put(&f.field, value, kind)
	default:
		b.put(&f.field, value, kind)
	}
}

// once adds a field unless its value is empty or the event has the field.
func (b *builder) once(name, value string) { b.onceKind(name, value, vedette.KindString) }

// number is once for a number.
func (b *builder) number(name, value string) { b.onceKind(name, value, vedette.KindNumber) }

// onceKind is once for a canonical field of some kind.
func (b *builder) onceKind(name, value string, kind vedette.Kind) {
	if value == "" {
		return
	}
	if key := vedette.KeyOf(name); b.ev.First(key) == nil {
		b.ev.AddField(vedette.Field{Name: name, Value: value, Kind: kind, Key: key})
	}
}
