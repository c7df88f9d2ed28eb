package normalize

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// scratch is the memory that a Normalizer reuses from record to record.
type scratch struct {
	cfg   Config
	keep  strings.Builder // values of the current event, end to end
	size  int             // how much room the current event may want
	cut   int             // what was cut of the current event
	path  []byte
	text  []byte
	names map[table]*Names
	zones map[string]*time.Location
}

// table is what chooses a table of field names.
type table struct{ product, category, service string }

func (s *scratch) init(cfg Config) {
	s.cfg = cfg
	s.names = map[table]*Names{}
	s.zones = map[string]*time.Location{}
}

// begin lets go of the memory of the last event, which its owner now holds alone.
func (s *scratch) begin(size int) {
	s.keep = strings.Builder{}
	s.size, s.cut = size, 0
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
	if len(b) == 0 {
		return ""
	}
	s := in.memory()
	if s.keep.Cap()-s.keep.Len() < len(b) {
		s.keep = strings.Builder{}
		s.keep.Grow(max(len(b), min(s.size, 64<<10)))
	}
	start := s.keep.Len()
	s.keep.Write(b)
	return s.keep.String()[start:]
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
	known map[string]string
}

// Names returns the names for sources of this product, category and service.
func (in *Input) Names(product, category, service string) *Names {
	s := in.memory()
	t := table{product, category, service}
	if n := s.names[t]; n != nil {
		return n
	}
	n := &Names{table: t, known: map[string]string{}}
	if len(s.names) < 256 {
		s.names[t] = n
	}
	return n
}

// Of gives the name of an event field for the name that a source uses. A source cannot write the fields that are
// Vedette's own.
func (n *Names) Of(name []byte) string {
	if to, ok := n.known[string(name)]; ok {
		return to
	}
	from := string(name)
	to := vedette.CanonicalField(n.table.product, n.table.category, n.table.service, from)
	if to == from && (strings.HasPrefix(from, "vedette.") || strings.HasPrefix(from, "ocsf.")) {
		to = vedette.SourcePrefix + from
	}
	if len(n.known) < maxNames && len(from) <= maxName {
		n.known[from] = to
	}
	return to
}
