package windows

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// isNested tells whether a JSON object is an event as evtx_dump writes it, or without its outermost object.
func (b *builder) isNested() bool {
	system := b.top[wordSystem]
	if event := b.top[wordEvent]; event != nil {
		system = event.Get("System")
	}
	return system.Type() == normalize.TypeObject && system.Exists("EventID") && !isLinux(system)
}

// isLinux tells whether it is an event of Sysmon for Linux, which has the same shape.
func isLinux(system *normalize.Value) bool {
	provider := system.Get("Provider")
	return provider.GetString("#attributes", "Name") == "Linux-Sysmon" || provider.GetString("Name") == "Linux-Sysmon" ||
		system.GetString("Provider_attributes", "Name") == "Linux-Sysmon"
}

// nested reads {"Event":{"System":{…},"EventData":{…}}}.
func (b *builder) nested(v *normalize.Value) error {
	if event := b.top[wordEvent]; event != nil {
		v = event
	}
	b.systemPart(v.Get("System"))
	for m := v.Members(); m != nil; m = m.Next() {
		var err error
		switch m.Key() {
		case "System", "#attributes", "Event_attributes", "EventData_attributes":
		case "Message", "message":
			err = b.value("Message", m, maxDepth)
		case "RenderingInfo":
			b.rendering(m)
		default: // EventData, UserData, ProcessingErrorData, DebugData, BinaryEventData
			err = b.value(m.Key(), m, maxDepth)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// systemPart reads the System part. Attributes are under "#attributes", beside the element as "Provider_attributes", or
// simply inside it, depending on the writer.
func (b *builder) systemPart(system *normalize.Value) {
	for m := system.Members(); m != nil; m = m.Next() {
		name := strings.TrimSuffix(m.Key(), "_attributes")
		if m.Type() != normalize.TypeObject {
			b.systemLeaf(name, m)
			continue
		}
		for a := m.Members(); a != nil; a = a.Next() {
			switch attr := a.Key(); attr {
			case "#attributes":
				for inner := a.Members(); inner != nil; inner = inner.Next() {
					b.systemLeaf(b.joined(name, inner.Key()), inner)
				}
			case "#text", "Value", "$text", "_":
				b.systemLeaf(name, a)
			default:
				b.systemLeaf(b.joined(name, strings.TrimLeft(attr, "@$")), a)
			}
		}
	}
}

// joined is the name of an attribute behind that of its element. It is only lent: the next call overwrites it.
func (b *builder) joined(element, attribute string) string {
	b.text = append(append(append(b.text[:0], element...), '_'), attribute...)
	return lent(b.text)
}

// systemLeaf takes one value of the System part; nulls say nothing there.
func (b *builder) systemLeaf(name string, v *normalize.Value) {
	switch v.Type() {
	case normalize.TypeNull, normalize.TypeObject, normalize.TypeArray:
		return
	default:
		text, kind := b.in.Leaf(v)
		b.system(name, text, kind)
	}
}

// rendering takes the message that Windows made for people; the other parts repeat what System says in numbers.
func (b *builder) rendering(v *normalize.Value) {
	if text := b.in.At(v, "Message"); text != "" {
		b.once("message", text)
	}
}

// object adds the fields of an object of the event's data. The names of the objects around a field are left out, as in
// Sigma's field names: UserData of the event "log cleared" gives SubjectUserName.
func (b *builder) object(name string, v *normalize.Value, depth int) error {
	if depth <= 0 {
		return normalize.ReasonTooDeep
	}
	if name == "Data" {
		if named := dataName(v); named != "" {
			return b.textOf(named, v, depth-1)
		}
	}
	for m := v.Members(); m != nil; m = m.Next() {
		var err error
		switch key := m.Key(); key {
		case "#attributes":
			err = b.attributes(m, depth-1)
		case "#text", "$text":
			f := b.field(name)
			err = b.values(&f, m, depth-1)
		case "xmlns", "@xmlns":
		default:
			err = b.value(key, m, depth-1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dataName is the name that a Data element carries as an attribute: {"@Name":"x","#text":"y"}.
func dataName(v *normalize.Value) string {
	for _, name := range [...]string{v.GetString("#attributes", "Name"), v.GetString("@Name"), v.GetString("Name")} {
		if name != "" && len(name) < 256 {
			return name
		}
	}
	return ""
}

func (b *builder) textOf(name string, v *normalize.Value, depth int) error {
	f := b.field(name)
	text := v.Get("#text")
	if text == nil {
		text = v.Get("$text")
	}
	if text == nil {
		b.put(&f, "", vedette.KindNull)
		return nil
	}
	return b.values(&f, text, depth)
}

// attributes adds the attributes of an element of the event's data, apart from name spaces.
func (b *builder) attributes(v *normalize.Value, depth int) error {
	for m := v.Members(); m != nil; m = m.Next() {
		if strings.HasPrefix(m.Key(), "xmlns") {
			continue
		}
		f := b.field(m.Key())
		if err := b.values(&f, m, depth); err != nil {
			return err
		}
	}
	return nil
}
