package windows

import (
	"bytes"

	"github.com/valyala/fastjson"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// isNested tells whether a JSON object is an event as evtx_dump writes it, or without its outermost object.
func isNested(v *fastjson.Value) bool {
	if event := v.Get("Event"); event != nil {
		v = event
	}
	system := v.Get("System")
	return system != nil && system.Type() == fastjson.TypeObject && system.Get("EventID") != nil && !isLinux(system)
}

// isLinux tells whether it is an event of Sysmon for Linux, which has the same shape.
func isLinux(system *fastjson.Value) bool {
	for _, path := range [][]string{{"Provider", "#attributes", "Name"}, {"Provider", "Name"}, {"Provider_attributes", "Name"}} {
		if string(system.GetStringBytes(path...)) == "Linux-Sysmon" {
			return true
		}
	}
	return false
}

// nested reads {"Event":{"System":{…},"EventData":{…}}}.
func (b *builder) nested(v *fastjson.Value) (err error) {
	if event := v.Get("Event"); event != nil {
		v = event
	}
	b.systemPart(v.Get("System"))
	v.GetObject().Visit(func(key []byte, part *fastjson.Value) {
		if err != nil {
			return
		}
		switch string(key) {
		case "System", "#attributes", "Event_attributes", "EventData_attributes":
		case "Message", "message":
			err = b.value([]byte("Message"), part, maxDepth)
		case "RenderingInfo":
			b.rendering(part)
		default: // EventData, UserData, ProcessingErrorData, DebugData, BinaryEventData
			err = b.value(key, part, maxDepth)
		}
	})
	return err
}

// systemPart reads the System part. Attributes are under "#attributes", beside the element as "Provider_attributes", or
// simply inside it, depending on the writer.
func (b *builder) systemPart(system *fastjson.Value) {
	system.GetObject().Visit(func(key []byte, v *fastjson.Value) {
		name := string(bytes.TrimSuffix(key, []byte("_attributes")))
		if v.Type() != fastjson.TypeObject {
			b.systemLeaf(name, v)
			return
		}
		v.GetObject().Visit(func(attr []byte, v *fastjson.Value) {
			switch string(attr) {
			case "#attributes":
				if v.Type() == fastjson.TypeObject {
					v.GetObject().Visit(func(attr []byte, v *fastjson.Value) { b.systemLeaf(name+"_"+string(attr), v) })
				}
			case "#text", "Value", "$text", "_":
				b.systemLeaf(name, v)
			default:
				b.systemLeaf(name+"_"+string(bytes.TrimLeft(attr, "@$")), v)
			}
		})
	})
}

// systemLeaf takes one value of the System part; nulls say nothing there.
func (b *builder) systemLeaf(name string, v *fastjson.Value) {
	switch v.Type() {
	case fastjson.TypeNull, fastjson.TypeObject, fastjson.TypeArray:
		return
	default:
		text, kind := b.in.Leaf(v)
		b.system(name, text, kind)
	}
}

// rendering takes the message that Windows made for people; the other parts repeat what System says in numbers.
func (b *builder) rendering(v *fastjson.Value) {
	if text := b.in.At(v, "Message"); text != "" {
		b.once("message", text)
	}
}

// object adds the fields of an object of the event's data. The names of the objects around a field are left out, as in
// Sigma's field names: UserData of the event "log cleared" gives SubjectUserName.
func (b *builder) object(name []byte, v *fastjson.Value, depth int) (err error) {
	if depth <= 0 {
		return normalize.ReasonTooDeep
	}
	if named := dataName(v); named != nil && string(name) == "Data" {
		return b.textOf(named, v, depth-1)
	}
	v.GetObject().Visit(func(key []byte, item *fastjson.Value) {
		if err != nil {
			return
		}
		switch string(key) {
		case "#attributes":
			err = b.attributes(item, depth-1)
		case "#text", "$text":
			err = b.values(b.field(name), item, depth-1)
		case "xmlns", "@xmlns":
		default:
			err = b.value(key, item, depth-1)
		}
	})
	return err
}

// dataName is the name that a Data element carries as an attribute: {"@Name":"x","#text":"y"}.
func dataName(v *fastjson.Value) []byte {
	for _, path := range [][]string{{"#attributes", "Name"}, {"@Name"}, {"Name"}} {
		if name := v.GetStringBytes(path...); len(name) > 0 && len(name) < 256 {
			return name
		}
	}
	return nil
}

func (b *builder) textOf(name []byte, v *fastjson.Value, depth int) error {
	text := v.Get("#text")
	if text == nil {
		text = v.Get("$text")
	}
	if text == nil {
		b.ev.AddKind(b.field(name), "", vedette.KindNull)
		return nil
	}
	return b.values(b.field(name), text, depth)
}

// attributes adds the attributes of an element of the event's data, apart from name spaces.
func (b *builder) attributes(v *fastjson.Value, depth int) (err error) {
	if v.Type() != fastjson.TypeObject {
		return nil
	}
	v.GetObject().Visit(func(key []byte, item *fastjson.Value) {
		if err == nil && !bytes.HasPrefix(key, []byte("xmlns")) {
			err = b.values(b.field(key), item, depth)
		}
	})
	return err
}
