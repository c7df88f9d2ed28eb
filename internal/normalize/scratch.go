package normalize

import (
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/vedette-soc/vedette"
)

// scratch is the memory that a Normalizer reuses from record to record.
type scratch struct {
	cfg   Config
	room  []byte // values of the current record, end to end
	brief bool   // nobody keeps the events of the current record: room is used again
	part  bool   // the values of the current event lie in the text of a larger record
	size  int    // how much room the current event may want
	cut   int    // what was cut of the current event
	path  []byte
	text  []byte
	names map[table]*Names
	zones map[string]*time.Location
	own   map[string]any // what parsers keep
}

// table is what chooses a table of field names.
type table struct{ product, category, service string }

func (s *scratch) init(cfg Config) {
	s.cfg = cfg
	s.names = map[table]*Names{}
	s.zones = map[string]*time.Location{}
	s.own = map[string]any{}
}

// open makes room for another record. What the last one took belongs to its events, unless nobody keeps them.
func (s *scratch) open(brief bool) {
	if !s.brief || !brief || cap(s.room) > maxRoom {
		s.room = nil
	}
	s.room, s.brief, s.part = s.room[:0], brief, false
}

// begin makes ready for another event.
func (s *scratch) begin(size int) { s.size, s.cut = size, 0 }

// Bounds of one piece of room, in bytes.
const (
	someRoom = 4 << 10
	maxRoom  = 1 << 20
)

// reserve returns n bytes to write to, of which claim makes a text. What may follow them says how much room is taken at
// once.
func (s *scratch) reserve(n, follow int) []byte {
	if cap(s.room)-len(s.room) < n {
		size := min(follow, someRoom)
		if s.brief {
			size = max(2*cap(s.room), someRoom)
		}
		s.room = make([]byte, 0, max(n, size))
	}
	return s.room[len(s.room) : len(s.room)+n]
}

// claim makes a text of the first n bytes that were reserved. They are never written again while an event has them.
func (s *scratch) claim(n int) string {
	if n == 0 {
		return ""
	}
	start := len(s.room)
	s.room = s.room[:start+n]
	return unsafe.String(&s.room[start], n)
}

// memory returns the scratch, making one for an Input built by hand.
func (in *Input) memory() *scratch {
	if in.scratch == nil {
		in.scratch = &scratch{}
		in.scratch.init(Config{}.withDefaults())
	}
	return in.scratch
}

// Keep copies bytes that are valid only during Parse into the event's own memory.
func (in *Input) Keep(b []byte) string {
	s := in.memory()
	return s.claim(copy(s.reserve(len(b), s.size), b))
}

// Lower is a text in lower case, in the event's own memory where it has to be written anew.
func (in *Input) Lower(text string) string {
	upper := false
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf {
			return strings.ToLower(text)
		}
		upper = upper || c-'A' < 26
	}
	if !upper {
		return text
	}
	s := in.memory()
	out := s.reserve(len(text), s.size)
	for i := range len(text) {
		c := text[i]
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		out[i] = c
	}
	return s.claim(len(text))
}

// own returns the text of a JSON value as the event may keep it. It is part of the record's text, which the event has
// anyway, unless the event is only a small part of the record.
func (in *Input) own(text string) string {
	s := in.scratch
	if !s.part {
		return text
	}
	return s.claim(copy(s.reserve(len(text), s.size), text))
}

// Own returns what a parser keeps in a Normalizer from record to record, by the parser's name; made is asked for it the
// first time. Unlike the parser itself it is never used by two goroutines at once.
func (in *Input) Own(parser string, made func() any) any {
	s := in.memory()
	if had, ok := s.own[parser]; ok {
		return had
	}
	s.own[parser] = made()
	return s.own[parser]
}

// Zone returns the time zone of the record's source, UTC when it names none or one that does not exist.
func (in *Input) Zone() *time.Location {
	if in.Record == nil {
		return time.UTC
	}
	return in.memory().zone(in.Record.Zone)
}

func (s *scratch) zone(name string) *time.Location {
	if name == "" || name == "UTC" {
		return time.UTC
	}
	if loc := s.zones[name]; loc != nil {
		return loc
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		loc = time.UTC
	}
	if len(s.zones) < maxZones {
		s.zones[name] = loc
	}
	return loc
}

// Received is when the record arrived: the year of timestamps that have none is the nearest to it.
func (in *Input) Received() time.Time {
	if in.Record == nil {
		return time.Time{}
	}
	return in.Record.Received
}

// Names remembers what the fields of one kind of source are called in events, by vedette.CanonicalField.
type Names struct {
	table table
	known Lexicon[named]
}

// named is the name of an event field, with its key.
type named struct {
	name string
	key  vedette.Key
}

// Names returns the names for sources of this product, category and service.
func (in *Input) Names(product, category, service string) *Names {
	s := in.memory()
	t := table{product, category, service}
	if n := s.names[t]; n != nil {
		return n
	}
	n := &Names{table: t}
	if len(s.names) < 256 {
		s.names[t] = n
	}
	return n
}

// Of gives the name of an event field for the name that a source uses. A source cannot write the fields that are
// Vedette's own.
func (n *Names) Of(name []byte) string { return n.find(name).name }

func (n *Names) find(name []byte) named {
	if known := n.known.Find(unsafe.String(unsafe.SliceData(name), len(name))); known != nil {
		return *known
	}
	from := string(name)
	to := vedette.CanonicalField(n.table.product, n.table.category, n.table.service, from)
	if to == from && (strings.HasPrefix(from, "vedette.") || strings.HasPrefix(from, "ocsf.")) {
		to = vedette.SourcePrefix + from
	}
	found := named{to, vedette.KeyOf(to)}
	n.known.Put(from, found)
	return found
}
