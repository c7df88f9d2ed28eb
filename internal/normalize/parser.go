package normalize

import (
	"errors"
	"time"

	"github.com/vedette-soc/vedette"
)

// Parser understands one family of records.
//
// Parse fills Dataset, Logsource, Fields and Time of the event; Tenant, Source, Received and Raw are already there, and
// the fields of a syslog header are added afterwards. A parser that does not recognise the input returns ErrNotMine
// before it adds anything, and the next one is asked. A [Reason] as error keeps the event raw under that reason; any
// other error keeps it raw under "parser_error". A parser is shared between goroutines: it keeps no state of its own.
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

// Input is one message as parsers see it. It is valid only during Parse.
type Input struct {
	Record *vedette.Record
	Text   string        // the message behind the syslog header; always valid UTF-8
	Header *SyslogHeader // nil when there was none
	JSON   *Value        // nil unless the message is one JSON object

	around  *envelope
	scratch *scratch // memory of the Normalizer; nil when a test made the Input by hand
}

// SyslogHeader is what a syslog message says before its text. Empty strings and zero times mean "not given".
type SyslogHeader struct {
	Priority   int // -1 when the message had none
	Time       time.Time
	Host       string
	App        string // the tag of RFC 3164, APP-NAME of RFC 5424
	ProcID     string
	MsgID      string // MSGID of RFC 5424, or the mnemonic of a Cisco device: "ASA-4-106023"
	Structured []StructuredParam
}

// StructuredParam is one parameter of RFC 5424 structured data.
type StructuredParam struct {
	ID, Name, Value string
}

// ErrNotMine is what a parser returns for a record of another family.
var ErrNotMine = errors.New("not a record of this parser")

// Reason says in one stable word why a record could not be understood. It is what vedette.parse_error holds.
type Reason string

// The reasons of this room.
const (
	ReasonEmpty       Reason = "empty"        // nothing but white space
	ReasonInvalidJSON Reason = "invalid_json" // begins like a JSON object and is none
	ReasonTooDeep     Reason = "too_deep"     // JSON nested deeper than the limit
	ReasonNoParser    Reason = "no_parser"    // nobody recognised it
	ReasonNotThat     Reason = "wrong_parser" // the parser configured for its source did not recognise it
	ReasonPanic       Reason = "panic"        // a defect of the parser, which was stopped
	ReasonDefect      Reason = "parser_error" // the parser gave up with an error of its own
)

// Error returns the word.
func (r Reason) Error() string { return string(r) }
