package victorialogs

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// maxText bounds a query's text, and with it how deep it can be nested.
const maxText = 16 << 10

// keyFields order rows; they are asked for even when a query names its fields.
var keyFields = [...]string{eventstore.FieldTime, eventstore.FieldSeq, eventstore.FieldPlace, eventstore.FieldID}

// plan is a query, understood and fenced in: it runs on the rows of its tenant and kind only, which are tenants to the
// engine, and its time range is part of the parsed query and of the queries inside it. No text can leave that.
type plan struct {
	tenants      []logstorage.TenantID
	query        *logstorage.Query
	rowwise      bool            // its pipes keep rows as they are: newest first makes sense
	hidden       map[string]bool // fields asked for only to order rows
	since, until int64           // both included; nanoseconds
}

// compile understands a query's text and fences it in.
func compile(q eventstore.Query, now time.Time) (*plan, error) {
	return compileUpTo(q, now, maxText)
}

// compileUpTo does it for texts up to a length.
func compileUpTo(q eventstore.Query, now time.Time, longest int) (*plan, error) {
	parsed, err := parse(q.Text, now, longest)
	if err != nil {
		return nil, err
	}
	switch q.Kind {
	case "", eventstore.KindEvent, eventstore.KindAlert:
	default:
		return nil, vedette.Errorf(vedette.CodeInvalid, "%q is not a kind of row", q.Kind)
	}
	p := &plan{tenants: tenantIDs(q.Tenant, q.Kind), query: parsed, rowwise: parsed.CanReturnLastNResults()}
	if !p.rowwise {
		p.keepKeys(now)
	}
	since, until := nanos(q.Since, math.MinInt64), nanos(q.Until, math.MaxInt64)
	if !q.Until.IsZero() {
		until-- // excluded
	}
	p.query.AddTimeFilter(since, until)
	p.since, p.until = p.query.GetFilterTimeRange() // narrower when the text has a time filter of its own
	return p, nil
}

func nanos(t time.Time, zero int64) int64 {
	if t.IsZero() {
		return zero
	}
	if t.Year() < 1678 || t.Year() > 2261 { // not to be written in nanoseconds
		if t.Year() < 1678 {
			return math.MinInt64
		}
		return math.MaxInt64
	}
	return t.UnixNano()
}

// parse reads LogsQL, and refuses what has no place in a fenced query.
func parse(text string, now time.Time, longest int) (q *logstorage.Query, err error) {
	defer func() {
		if v := recover(); v != nil { // a defect of the parser must not end the process
			q, err = nil, vedette.Errorf(vedette.CodeInvalid, "the query cannot be read: %v", v)
		}
	}()
	if len(text) > longest {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the query is %d bytes long; %d are allowed", len(text), longest)
	}
	if strings.TrimSpace(text) == "" {
		text = "*"
	}
	q, err = logstorage.ParseQueryAtTimestamp(text, now.UnixNano())
	if err != nil {
		return nil, explain(text, err)
	}
	bare := outsideQuotes(q.String())
	for _, no := range [...]struct{ text, reason string }{
		{"options(", "time range and resources are set outside the query"},
		{"| generate_sequence ", "it has nothing to do with stored events"},
		{"| stream_context ", "it would leave the time range"},
	} {
		if strings.Contains(bare, no.text) {
			return nil, vedette.Errorf(vedette.CodeInvalid, "%s cannot be used here: %s", strings.Trim(no.text, "| ("), no.reason)
		}
	}
	return q, nil
}

// explain turns the parser's error into a sentence with a position. The parser quotes what it has read so far, or the
// last of it, as "context: [...]", once for each level of nesting; the last is where it stopped.
func explain(text string, err error) error {
	message := err.Error()
	reason, _, _ := strings.Cut(message, "; context: [")
	const mark = "context: ["
	if i := strings.LastIndex(message, mark); i >= 0 {
		for read := message[i+len(mark):]; read != ""; read = read[:len(read)-1] {
			if at := strings.Index(text, read); at >= 0 {
				return vedette.Errorf(vedette.CodeInvalid, "the query cannot be read, near character %d: %s",
					utf8.RuneCountInString(text[:at+len(read)]), reason)
			}
		}
	}
	return vedette.Errorf(vedette.CodeInvalid, "the query cannot be read, at its end, character %d: %s",
		utf8.RuneCountInString(text), reason)
}

// outsideQuotes returns a query in the engine's own spelling with spaces for everything in quotes, byte for byte.
func outsideQuotes(canonical string) string {
	out := []byte(canonical)
	for i := 0; i < len(canonical); i++ {
		if c := canonical[i]; c != '"' && c != '`' && c != '\'' {
			continue
		}
		end := i + 1
		if prefix, err := strconv.QuotedPrefix(canonical[i:]); err == nil {
			end = i + len(prefix)
		}
		for ; i < end; i++ {
			out[i] = ' '
		}
		i--
	}
	return string(out)
}

// keepKeys lets a query that ends by choosing fields keep the fields that order its rows: they are hidden again later.
func (p *plan) keepKeys(now time.Time) {
	canonical := p.query.String()
	bare := outsideQuotes(canonical)
	const pipe = " | fields "
	at := strings.LastIndex(bare, pipe)
	if at < 0 || strings.ContainsAny(bare[at+len(pipe):], "|()") {
		return
	}
	rest := canonical[at+len(pipe):]
	wanted := make(map[string]bool)
	for name := range strings.SplitSeq(rest, ", ") { // a name with a comma in it is not one of ours
		if unquoted, err := strconv.Unquote(name); err == nil {
			name = unquoted
		}
		wanted[name] = true
	}
	hidden := make(map[string]bool)
	names := make([]string, 0, len(keyFields))
	for _, name := range keyFields {
		names = append(names, strconv.Quote(name))
		hidden[name] = !wanted[name] && !wanted["*"]
	}
	q, err := logstorage.ParseQueryAtTimestamp(canonical[:at+len(pipe)]+strings.Join(names, ", ")+", "+rest, now.UnixNano())
	if err != nil || !q.CanReturnLastNResults() {
		return
	}
	p.query, p.rowwise, p.hidden = q, true, hidden
}

// project makes the query return only some fields, and those that order rows.
func (p *plan) project(fields []string) {
	if len(fields) == 0 || !p.rowwise {
		return
	}
	all := append([]string(nil), fields...)
	p.hidden = make(map[string]bool)
	for _, name := range keyFields {
		p.hidden[name] = true
		all = append(all, name)
	}
	for _, name := range fields {
		delete(p.hidden, name)
	}
	p.query.AddPipeFields(all)
}

// within returns the query for a part of its time range, both ends included.
func (p *plan) within(since, until int64) *logstorage.Query {
	return p.query.CloneWithTimeFilter(p.query.GetTimestamp(), since, until)
}

// then returns the query with another pipe at its end. The pipe is ours, never the user's.
func (p *plan) then(pipe string) (*logstorage.Query, error) {
	q, err := logstorage.ParseQueryAtTimestamp(p.query.String()+" | "+pipe, p.query.GetTimestamp())
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeInternal, "extend a query: %w", err)
	}
	return q, nil
}
