package normalize

import (
	"strings"

	"github.com/vedette-soc/vedette"
)

// list is what readJSON found beside one object: the values of an array, or an error.
type list struct {
	values []*Value
	err    Reason
}

// readJSON sets in.JSON when the message is one JSON object, and returns the values when it is an array of objects.
// Text that only looks a little like JSON is left alone unless the receiver promised JSON.
func (n *Normalizer) readJSON(in *Input) list {
	text := strings.TrimSpace(in.Text)
	if rest, ok := strings.CutPrefix(text, "@cee:"); ok {
		text = strings.TrimSpace(rest)
		in.Text = text
	}
	promised := in.Record.Format == vedette.FormatJSON
	object, array := looksJSON(text)
	if !object && !array && !promised {
		return list{}
	}
	v, err := n.json.parse(text, &n.scratch)
	if err != "" {
		if array && !promised {
			return list{} // a line may well begin with a bracket
		}
		return list{err: err}
	}
	switch v.Type() {
	case TypeObject:
		in.JSON, in.Text = v, text
	case TypeArray:
		if values := v.GetArray(); object || len(values) > 0 && values[0].Type() == TypeObject {
			return list{values: values}
		}
	default:
	}
	return list{}
}

// looksJSON tells whether text begins as a JSON object, or as an array of objects.
func looksJSON(text string) (object, array bool) {
	if len(text) < 2 {
		return false, false
	}
	next := strings.TrimLeft(text[1:], " \t\r\n")
	if next == "" {
		return false, false
	}
	switch text[0] {
	case '{':
		return next[0] == '"' || next[0] == '}', false
	case '[':
		return false, next[0] == '{'
	}
	return false, false
}

// Flatten adds every leaf of a JSON value under its dotted path, named by names; the elements of a list share the
// list's name. Nulls and empty strings are kept, empty lists and objects have no leaf. It returns ReasonTooDeep when
// the value is nested deeper than the limit.
func (in *Input) Flatten(ev *vedette.Event, v *Value, names *Names) error {
	return in.FlattenUnder(ev, "", v, names)
}

// FlattenUnder is Flatten for a value that stands under a path.
func (in *Input) FlattenUnder(ev *vedette.Event, path string, v *Value, names *Names) error {
	s := in.memory()
	s.path = append(s.path[:0], path...)
	return in.flatten(ev, v, names, s.cfg.MaxDepth)
}

func (in *Input) flatten(ev *vedette.Event, v *Value, names *Names, depth int) error {
	s := in.scratch
	switch v.Type() {
	case TypeObject:
		return in.flattenObject(ev, v, names, depth)
	case TypeArray:
		if depth == 0 {
			return ReasonTooDeep
		}
		for item := v.child; item != nil; item = item.next {
			if err := in.flatten(ev, item, names, depth-1); err != nil {
				return err
			}
		}
		return nil
	default:
		if len(ev.Fields) >= s.cfg.MaxFields {
			s.cut |= cutFields
			return nil
		}
		value, kind := in.leaf(v)
		name := names.find(s.path)
		ev.AddField(vedette.Field{Name: name.name, Value: value, Kind: kind, Key: name.key})
		return nil
	}
}

func (in *Input) flattenObject(ev *vedette.Event, v *Value, names *Names, depth int) (err error) {
	if depth == 0 {
		return ReasonTooDeep
	}
	s := in.scratch
	start := len(s.path)
	for item := v.child; item != nil && err == nil; item = item.next {
		if start > 0 {
			s.path = append(s.path, '.')
		}
		s.path = append(s.path, item.key...)
		if len(s.path) > maxName {
			s.path = append(s.path[:0], cutText(string(s.path), maxName)...)
			s.cut |= cutName
		}
		err = in.flatten(ev, item, names, depth-1)
		s.path = s.path[:min(start, len(s.path))]
	}
	return err
}

// Leaf gives the text of a JSON value that is neither object nor list: strings without quotes, numbers as the source
// wrote them.
func (in *Input) Leaf(v *Value) (string, vedette.Kind) {
	in.memory()
	return in.leaf(v)
}

func (in *Input) leaf(v *Value) (string, vedette.Kind) {
	switch v.Type() {
	case TypeString:
		if limit := in.scratch.cfg.MaxValue; len(v.text) > limit {
			in.scratch.cut |= cutValue
			return cutText(v.text, limit), vedette.KindString
		}
		return in.own(v.text), vedette.KindString
	case TypeNumber:
		return in.own(v.text), vedette.KindNumber
	case TypeTrue:
		return "true", vedette.KindBool
	case TypeFalse:
		return "false", vedette.KindBool
	case TypeNull:
		return "", vedette.KindNull
	default:
		return in.Keep(v.AppendJSON(nil)), vedette.KindString
	}
}

// At returns the string, number or truth value at a path of a JSON value, or "".
func (in *Input) At(v *Value, path ...string) string {
	found := v.Get(path...)
	if found == nil {
		return ""
	}
	switch found.Type() {
	case TypeObject, TypeArray, TypeNull:
		return ""
	default:
		text, _ := in.Leaf(found)
		return text
	}
}

// maxText is the longest JSON text that AddJSON adds.
const maxText = 16 << 10

// AddJSON adds an object or list as its JSON text, for rules that look into it as text. One longer than 16 KiB is left
// out: its leaves are fields of their own.
func (in *Input) AddJSON(ev *vedette.Event, name string, v *Value) {
	if v == nil || v.Type() != TypeObject && v.Type() != TypeArray {
		return
	}
	s := in.memory()
	s.text = v.AppendJSON(s.text[:0])
	if len(s.text) > 2 && len(s.text) <= maxText {
		ev.Add(name, in.Keep(s.text))
	}
}

// SplitList calls fn once for every object of a list, as a message of its own.
func (in *Input) SplitList(items []*Value, fn func(sub *Input) error) error {
	for _, item := range items {
		if item.Type() != TypeObject {
			continue
		}
		sub := Input{Record: in.Record, Header: in.Header, JSON: item, Text: item.Compact()}
		if err := fn(&sub); err != nil {
			return err
		}
	}
	return nil
}
