package normalize

import (
	"errors"
	"time"

	"github.com/valyala/fastjson"

	"github.com/vedette-soc/vedette"
)

// Parser understands one family of records.
//
// Parse fills Dataset, Logsource, Fields and Time of the event; everything else is already there, among it the fields
// of a syslog header. A parser that does not recognise the input returns ErrNotMine before it adds anything, and the
// next one is asked. A parser is used by one goroutine at a time per Normalizer but shared between Normalizers: it
// keeps no state of its own.
type Parser interface {
	Name() string
	Parse(in *Input, ev *vedette.Event) error
}

// Splitter is a Parser whose records can hold several events. Split calls fn once per event, in order, with an input
// that is valid only during the call; it returns ErrNotMine when the record holds just one event, or none of its own.
type Splitter interface {
	Parser
	Split(in *Input, fn func(sub *Input) error) error
}

// Input is one message as parsers see it.
type Input struct {
	Record *vedette.Record
	Text   string          // the message behind the syslog header; always valid UTF-8
	Header *SyslogHeader   // nil when there was none
	JSON   *fastjson.Value // nil unless the message is one JSON object; valid only during Parse
}

// SyslogHeader is what a syslog message says before its text. Empty strings and zero times mean "not given".
type SyslogHeader struct {
	Priority   int // -1 when the message had none
	Time       time.Time
	Host       string
	App        string // the tag of RFC 3164, APP-NAME of RFC 5424
	ProcID     string
	MsgID      string
	Structured []StructuredParam
}

// StructuredParam is one parameter of RFC 5424 structured data.
type StructuredParam struct {
	ID, Name, Value string
}

// ErrNotMine is what a parser returns for a record of another family.
var ErrNotMine = errors.New("not a record of this parser")
