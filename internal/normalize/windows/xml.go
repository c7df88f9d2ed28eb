package windows

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// ReasonXML is why an event in XML could not be read.
const ReasonXML normalize.Reason = "invalid_xml"

// xml reads <Event xmlns=…><System>…</System><EventData>…</EventData></Event>.
func (b *builder) xml(text string) error {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "<?xml") {
		_, rest, ok := strings.Cut(text, "?>")
		if !ok {
			return normalize.ErrNotMine
		}
		text = strings.TrimSpace(rest)
	}
	if !strings.HasPrefix(text, "<Event") || !strings.Contains(text, "<System") ||
		strings.Contains(text[:min(len(text), 400)], "Linux-Sysmon") {
		return normalize.ErrNotMine
	}
	d := xml.NewDecoder(strings.NewReader(text))
	r := &xmlReader{builder: b}
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return ReasonXML
		}
		if err := r.token(token); err != nil {
			return err
		}
	}
	if len(r.path) != 0 || b.id == "" {
		return ReasonXML
	}
	b.index()
	return nil
}

// xmlReader follows where in the event it is.
type xmlReader struct {
	*builder
	path []element
}

// element is an open element: its name, the name of the field that its text is, and the text so far.
type element struct {
	name, field string
	text        []byte
	parent      bool // it has child elements, so its text is only white space
}

func (r *xmlReader) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if len(r.path) >= maxDepth {
			return normalize.ReasonTooDeep
		}
		r.start(t)
	case xml.EndElement:
		if len(r.path) == 0 || r.path[len(r.path)-1].name != t.Name.Local {
			return ReasonXML
		}
		r.end()
	case xml.CharData:
		if len(r.path) > 0 {
			top := &r.path[len(r.path)-1]
			top.text = append(top.text, t...)
		}
	}
	return nil
}

// part is which part of the event the innermost element belongs to: "System", "EventData", "UserData" and so on.
func (r *xmlReader) part() string {
	if len(r.path) > 1 {
		return r.path[1].name
	}
	return ""
}

func (r *xmlReader) start(t xml.StartElement) {
	if n := len(r.path); n > 0 {
		r.path[n-1].parent = true
	}
	r.path = append(r.path, element{name: t.Name.Local, field: t.Name.Local})
	top := &r.path[len(r.path)-1]
	switch part := r.part(); {
	case part == "System":
		for _, a := range t.Attr {
			r.system(t.Name.Local+"_"+a.Name.Local, strings.ToValidUTF8(a.Value, "\ufffd"), vedette.KindString)
		}
	case part == "" || part == "RenderingInfo":
	case t.Name.Local == "Data":
		for _, a := range t.Attr {
			if a.Name.Local == "Name" {
				top.field = a.Value
			}
		}
	default:
		for _, a := range t.Attr {
			if a.Name.Local != "xmlns" && a.Name.Space != "xmlns" {
				r.ev.Add(r.field(a.Name.Local).name, strings.ToValidUTF8(a.Value, "\ufffd"))
			}
		}
	}
}

func (r *xmlReader) end() {
	top := &r.path[len(r.path)-1]
	part, text, depth := r.part(), strings.ToValidUTF8(string(top.text), "\ufffd"), len(r.path)
	name, parent := top.field, top.parent
	r.path = r.path[:len(r.path)-1]
	if parent || depth < 3 {
		return
	}
	switch {
	case part == "System":
		if text != "" {
			r.system(name, text, vedette.KindString)
		}
	case part == "RenderingInfo":
		if name == "Message" {
			r.once("message", text)
		}
	case name == "Data":
		r.ev.Add("src.Data", text)
	default:
		r.ev.Add(r.field(name).name, text)
	}
}
