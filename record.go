package vedette

import "time"

// Record is one piece of input exactly as a receiver accepted it, together with where and when it came from.
// Nothing has been understood yet: that is the work of a parser.
type Record struct {
	Tenant   string
	Source   string    // the name of the sender, as the sources page lists it: "syslog/10.0.0.7", "http/web-01"
	Receiver string    // what took it in: "syslog", "http", "elasticsearch", "file", "demo"
	Peer     string    // network address of the sender, or path of the file; empty when there is none
	Format   string    // what the receiver knows of the content: FormatSyslog, FormatJSON, or "" for an unknown line
	Parser   string    // the parser that the configuration chose for this source; empty lets the content decide
	Encoding string    // the encoding that the configuration chose for this source; empty lets the content decide
	Zone     string    // IANA time zone for timestamps without one; empty means UTC
	Received time.Time // when the receiver had the whole record
	Data     []byte    // the record without its framing; owned by the record
}

// Formats that a receiver can know before anything is parsed.
const (
	FormatSyslog = "syslog" // an RFC 3164 or RFC 5424 message with its header
	FormatJSON   = "json"   // one JSON object
)
