package eventstore

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	vedette "github.com/vedette-soc/vedette"
)

// Fields of a row that let an event be made of it again as rules saw it. Rows of versions before 2 lack them.
const (
	// FieldLogsource says which rules are for the event: "product=windows service=sysmon category=process_creation",
	// with a word for each category, or "-" when the event is of no log source.
	FieldLogsource = "vedette.logsource"
	// FieldShape says what the columns of a row cannot: words such as "list:src.Groups" for a field of several values,
	// "empty:src.Hash" and "null:src.Error" for values that a store takes for none. Most rows have none of it.
	FieldShape = "vedette.shape"
)

// Words of FieldShape. Each stands before the name of a field, but for the last, which stands before a time.
const (
	ShapeList  = "list:"  // the column is a JSON array of the field's values
	ShapeEmpty = "empty:" // a value of the field is the empty string
	ShapeNull  = "null:"  // the source wrote null
	ShapeAdded = "added:" // the store added the field; the event does not have it
	ShapeTime  = "time:"  // the event's own time, when the row's is another or in another zone
)

// LogsourceWords writes a log source for FieldLogsource.
func LogsourceWords(l vedette.Logsource) string {
	var words []string
	add := func(name, value string) {
		if value != "" {
			words = append(words, name+"="+value)
		}
	}
	add("product", l.Product)
	add("service", l.Service)
	for _, c := range l.Categories {
		add("category", c)
	}
	if len(words) == 0 {
		return "-"
	}
	return strings.Join(words, " ")
}

// parseLogsource reads FieldLogsource.
func parseLogsource(words string) (l vedette.Logsource) {
	for word := range strings.FieldsSeq(words) {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "product":
			l.Product = value
		case "service":
			l.Service = value
		case "category":
			l.Categories = append(l.Categories, value)
		}
	}
	return l
}

// ShapeName writes a field's name as it stands in a word of FieldShape.
func ShapeName(name string) string {
	if !strings.ContainsFunc(name, inWord) {
		return name
	}
	var b strings.Builder
	const hex = "0123456789abcdef"
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c == '%' || c == 0x7f || c >= utf8.RuneSelf {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// inWord tells whether a character must be written in another way within a word.
func inWord(r rune) bool { return r <= ' ' || r == '%' || r >= 0x7f }

func parseShapeName(word string) string {
	if !strings.Contains(word, "%") {
		return word
	}
	out := make([]byte, 0, len(word))
	for i := 0; i < len(word); i++ {
		if word[i] == '%' && i+2 < len(word) {
			out = append(out, unhex(word[i+1])<<4|unhex(word[i+2]))
			i += 2
			continue
		}
		out = append(out, word[i])
	}
	return string(out)
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c - 'a' + 10
}

// shape is FieldShape, read.
type shape struct {
	lists, added map[string]bool
	more         []vedette.Field // empty and null values
	time         time.Time
}

func parseShape(words string) (s shape) {
	mark := func(set *map[string]bool, name string) {
		if *set == nil {
			*set = make(map[string]bool)
		}
		(*set)[parseShapeName(name)] = true
	}
	for word := range strings.FieldsSeq(words) {
		kind, name, _ := strings.Cut(word, ":")
		switch kind + ":" {
		case ShapeList:
			mark(&s.lists, name)
		case ShapeAdded:
			mark(&s.added, name)
		case ShapeEmpty:
			s.more = append(s.more, vedette.Field{Name: parseShapeName(name)})
		case ShapeNull:
			s.more = append(s.more, vedette.Field{Name: parseShapeName(name), Kind: vedette.KindNull})
		case ShapeTime:
			s.time, _ = time.Parse(time.RFC3339Nano, name) // the store wrote it; otherwise the row's time will do
		}
	}
	return s
}

// Restore makes the event of a row again, into ev, as rules saw it: values, empty and null ones, log source, time and
// record are as they were; fields may stand in another order, and whether a value was a number is not known. exact is
// false when the row does not say of which log source the event is, or was cut. Strings are those of the row.
func Restore(row Row, tenant string, ev *vedette.Event) (exact bool) {
	ev.Reset()
	ev.Tenant, ev.Time = tenant, row.Time
	known, exact := false, true
	var s shape
	for i := range row.Fields { // it may stand behind the fields of which it speaks
		if row.Fields[i].Name == FieldShape {
			s = parseShape(row.Fields[i].Value)
		}
	}
	for i := range row.Fields {
		name, value := row.Fields[i].Name, row.Fields[i].Value
		if strings.HasPrefix(name, "vedette.") || strings.HasPrefix(name, "_") {
			switch name {
			case FieldLogsource:
				known, ev.Logsource = true, parseLogsource(value)
				continue
			case FieldTruncated:
				exact = false
				continue
			case FieldUnindexed:
				restoreUnindexed(ev, s, value)
				continue
			}
			if restoreOwn(ev, name, value) {
				continue
			}
		}
		restoreField(ev, s, name, value)
	}
	if !known { // lists were not marked then
		exact = false
		restoreLists(ev)
	}
	for _, f := range s.more {
		ev.AddKind(f.Name, f.Value, f.Kind)
	}
	if !s.time.IsZero() {
		ev.Time = s.time
	}
	return exact
}

// restoreOwn takes in a field of the store's, and tells whether it is one.
func restoreOwn(ev *vedette.Event, name, value string) bool {
	switch name {
	case FieldMessage:
		ev.Raw = value
	case FieldSeq:
		ev.Seq = number(value)
	case FieldPlace:
		ev.Place = uint32(number(value))
	case FieldSource:
		ev.Source = value
	case FieldDataset:
		ev.Dataset = value
	case FieldReceived:
		ev.Received, _ = time.Parse(time.RFC3339Nano, value) // the store wrote it
	case FieldID, FieldKind, FieldAlert, FieldTime, FieldShape:
	default:
		return false
	}
	return true
}

func number(digits string) (n uint64) {
	for i := range len(digits) {
		n = n*10 + uint64(digits[i]-'0')
	}
	return n
}

func restoreField(ev *vedette.Event, s shape, name, value string) {
	if s.added[name] {
		return
	}
	if s.lists[name] {
		var values []string
		if json.Unmarshal([]byte(value), &values) == nil {
			for _, v := range values {
				ev.Add(name, v)
			}
			return
		}
	}
	ev.Add(name, value)
}

func restoreUnindexed(ev *vedette.Event, s shape, object string) {
	var fields map[string]string
	if json.Unmarshal([]byte(object), &fields) != nil {
		return // cut: vedette.truncated says so
	}
	for name, value := range fields {
		restoreField(ev, s, name, value)
	}
}

// restoreLists takes every JSON array of several strings for a list of values, as rows of before said nothing about it.
func restoreLists(ev *vedette.Event) {
	for i := range ev.Fields {
		f := &ev.Fields[i]
		var values []string
		if !strings.HasPrefix(f.Value, `["`) || json.Unmarshal([]byte(f.Value), &values) != nil || len(values) < 2 {
			continue
		}
		f.Value = values[0]
		for _, v := range values[1:] {
			ev.Add(ev.Fields[i].Name, v)
		}
	}
}
