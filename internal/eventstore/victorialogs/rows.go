package victorialogs

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Limits of a row. The engine drops a row over 2 MiB, or with a name over 128 bytes; and it drops rows that would give
// a block more than 2,000 different names, counting the row's own twice. A block holds rows of two generations of one
// stream at most, so 2 × maxStreamNames + maxRowFields + the store's own stay below that.
const (
	maxRowBytes    = 1900 << 10
	maxRowFields   = 600
	maxStreamNames = 650
	maxNameBytes   = 128
	maxValues      = 1000 // of one field
	maxDatasets    = 256  // that are streams of their own
)

// rowBuilder makes engine rows of events and alerts. Its memory is used again for the next row.
type rowBuilder struct {
	fields []logstorage.Field
	index  map[string]int      // name → its place in fields
	lists  map[int][]string    // place in fields → all values, for a name that comes more than once
	extra  []logstorage.Field  // what did not fit as fields
	names  map[string]struct{} // of the row's stream, this generation
	shape  []byte              // words of eventstore.FieldShape
	cuts   cuts

	streams  map[stream]map[string]struct{} // names by stream, this generation
	datasets map[string]struct{}            // that are streams
}

// stream is the engine's unit of storage: rows of one are compressed together.
type stream struct {
	tenant  logstorage.TenantID
	kind    string
	dataset string // "" for all beyond maxDatasets
}

// cuts counts what was cut off a row.
type cuts struct{ names, values, lists, fields int }

func (b *rowBuilder) init() {
	b.index = make(map[string]int)
	b.lists = make(map[int][]string)
	b.streams = make(map[stream]map[string]struct{})
	b.datasets = make(map[string]struct{})
}

// nextGeneration is called when the engine is about to close its blocks.
func (b *rowBuilder) nextGeneration() { clear(b.streams) }

// begin starts a row. The first fields say which stream it belongs to; begin returns how many they are.
func (b *rowBuilder) begin(tenant logstorage.TenantID, kind, dataset string) (streamFields int) {
	b.fields, b.extra, b.shape, b.cuts = b.fields[:0], b.extra[:0], b.shape[:0], cuts{}
	clear(b.index)
	clear(b.lists)
	dataset = b.text(dataset)
	if dataset == "" {
		dataset = "unknown"
	}
	dataset = vedette.Cut(dataset, maxNameBytes)
	key := stream{tenant: tenant, kind: kind, dataset: dataset}
	streamFields = 2
	if _, known := b.datasets[dataset]; !known {
		if len(b.datasets) < maxDatasets {
			b.datasets[strings.Clone(dataset)] = struct{}{}
		} else {
			key.dataset, streamFields = "", 1
		}
	}
	if b.names = b.streams[key]; b.names == nil {
		b.names = make(map[string]struct{}, 64)
		key.dataset = strings.Clone(key.dataset)
		b.streams[key] = b.names
	}
	b.own(eventstore.FieldKind, kind)
	b.own(eventstore.FieldDataset, dataset)
	return streamFields
}

// own adds a field of the store's. They come first, so a row always has room for them.
func (b *rowBuilder) own(name, value string) {
	if value == "" {
		return // to the engine empty is missing
	}
	b.names[name] = struct{}{}
	b.index[name] = len(b.fields)
	b.fields = append(b.fields, logstorage.Field{Name: name, Value: b.text(value)})
}

// add adds a field of the event's.
func (b *rowBuilder) add(name, value string) {
	if value == "" {
		return
	}
	name, value = b.name(name), b.text(value)
	if i, twice := b.index[name]; twice {
		b.again(i, value)
		return
	}
	if _, known := b.names[name]; len(b.fields) >= maxRowFields || !known && len(b.names) >= maxStreamNames {
		b.cuts.fields++
		b.extra = append(b.extra, logstorage.Field{Name: name, Value: value})
		return
	}
	if _, known := b.names[name]; !known {
		b.names[strings.Clone(name)] = struct{}{}
	}
	b.index[name] = len(b.fields)
	b.fields = append(b.fields, logstorage.Field{Name: name, Value: value})
}

// again adds another value to a field that the row has: a field is then a JSON array.
func (b *rowBuilder) again(i int, value string) {
	list := b.lists[i]
	if list == nil {
		list = append(list, b.fields[i].Value)
	}
	if len(list) >= maxValues {
		b.cuts.lists++
		return
	}
	b.lists[i] = append(list, value)
}

// name makes a field's name one that the engine takes and that is not one of the store's own.
func (b *rowBuilder) name(name string) string {
	name = b.text(name)
	if reserved(name) {
		name = vedette.SourcePrefix + name
	}
	if len(name) > maxNameBytes {
		b.cuts.names++
		name = vedette.Cut(name, maxNameBytes)
	}
	return name
}

func reserved(name string) bool {
	switch name {
	case "", eventstore.FieldTime, eventstore.FieldMessage, "_stream", "_stream_id",
		eventstore.FieldID, eventstore.FieldSeq, eventstore.FieldPlace, eventstore.FieldSource, eventstore.FieldDataset,
		eventstore.FieldKind, eventstore.FieldReceived, eventstore.FieldAlert, eventstore.FieldTruncated,
		eventstore.FieldUnindexed, eventstore.FieldLogsource, eventstore.FieldShape:
		return true
	}
	return false
}

// text makes a string valid UTF-8, which it nearly always is.
func (b *rowBuilder) text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, string(utf8.RuneError))
}

// finish returns the row and whether something was cut off it.
func (b *rowBuilder) finish() (row []logstorage.Field, wasCut bool) {
	for _, i := range slices.Sorted(maps.Keys(b.lists)) {
		b.fields[i].Value = toJSON(b.lists[i])
		b.word(eventstore.ShapeList, b.fields[i].Name)
	}
	if len(b.extra) > 0 {
		b.own(eventstore.FieldUnindexed, b.unindexed())
	}
	b.own(eventstore.FieldShape, string(b.shape))
	b.fit()
	if b.cuts == (cuts{}) {
		return b.fields, false
	}
	b.own(eventstore.FieldTruncated, b.cuts.String())
	return b.fields, true
}

// fit cuts the longest values until the row fits.
func (b *rowBuilder) fit() {
	const room = maxRowBytes - 1<<10 // for what FieldTruncated says
	if logstorage.EstimatedJSONRowLen(b.fields) <= room {
		return
	}
	fixed, longest := 0, 0
	for _, f := range b.fields {
		fixed += len(f.Name) + 8
		longest = max(longest, len(f.Value))
	}
	low, high := 0, longest // the largest length to which values can be cut
	for low < high {
		mid := (low + high + 1) / 2
		size := fixed
		for _, f := range b.fields {
			size += min(len(f.Value), mid)
		}
		if size <= room {
			low = mid
		} else {
			high = mid - 1
		}
	}
	for i := range b.fields {
		if len(b.fields[i].Value) > low {
			b.fields[i].Value = vedette.Cut(b.fields[i].Value, low)
			b.cuts.values++
		}
	}
}

// String says what was cut.
func (c cuts) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		text string
	}{
		{c.fields, "not fields of their own, see " + eventstore.FieldUnindexed},
		{c.values, "values cut, the row was over its size"},
		{c.names, "names cut, over " + strconv.Itoa(maxNameBytes) + " bytes"},
		{c.lists, "values left out of lists over " + strconv.Itoa(maxValues)},
	} {
		if p.n > 0 {
			parts = append(parts, strconv.Itoa(p.n)+" "+p.text)
		}
	}
	return strings.Join(parts, "; ")
}

// unindexed writes the fields that did not fit as one JSON object.
func (b *rowBuilder) unindexed() string {
	m := make(map[string]string, len(b.extra))
	lists := make(map[string][]string)
	for _, f := range b.extra {
		if first, twice := m[f.Name]; twice {
			if lists[f.Name] == nil {
				lists[f.Name] = []string{first}
				b.word(eventstore.ShapeList, f.Name)
			}
			lists[f.Name] = append(lists[f.Name], f.Value)
			continue
		}
		m[f.Name] = f.Value
	}
	for name, values := range lists {
		m[name] = toJSON(values)
	}
	return toJSON(m)
}

// word adds to what the row says of its own shape.
func (b *rowBuilder) word(kind, about string) {
	const most = 64 << 10
	if len(b.shape) > most {
		return
	}
	if len(b.shape) > 0 {
		b.shape = append(b.shape, ' ')
	}
	b.shape = append(append(b.shape, kind...), eventstore.ShapeName(about)...)
}

// toJSON writes strings, and lists and maps of them, without escaping what a person would search for.
func toJSON(v any) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "" // cannot be: there are only strings
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// event makes the row of an event. skewed says that at is not the event's own time.
func (b *rowBuilder) event(ev *vedette.Event, tenant logstorage.TenantID, skewed bool) (streamFields int) {
	streamFields = b.begin(tenant, eventstore.KindEvent, ev.Dataset)
	b.own(eventstore.FieldID, ev.ID())
	b.own(eventstore.FieldSeq, strconv.FormatUint(ev.Seq, 10))
	b.own(eventstore.FieldPlace, strconv.FormatUint(uint64(ev.Place), 10))
	b.own(eventstore.FieldSource, ev.Source)
	b.own(eventstore.FieldReceived, stamp(ev.Received))
	b.own(eventstore.FieldMessage, ev.Raw)
	b.own(eventstore.FieldLogsource, eventstore.LogsourceWords(ev.Logsource))
	if _, has := ev.Get(eventstore.FieldOriginalTime); skewed && !has {
		b.add(eventstore.FieldOriginalTime, stamp(ev.Time))
		b.word(eventstore.ShapeAdded, eventstore.FieldOriginalTime)
	}
	if _, has := ev.Get(vedette.FieldClockSkew); skewed && !has {
		b.add(vedette.FieldClockSkew, strconv.FormatInt(int64(ev.Time.Sub(ev.Received)/time.Second), 10))
		b.word(eventstore.ShapeAdded, vedette.FieldClockSkew)
	}
	if _, offset := ev.Time.Zone(); skewed || offset != 0 {
		b.word(eventstore.ShapeTime, ev.Time.Format(time.RFC3339Nano))
	}
	for i := range ev.Fields {
		f := &ev.Fields[i]
		switch {
		case f.Kind == vedette.KindNull:
			b.word(eventstore.ShapeNull, f.Name)
		case f.Value == "":
			b.word(eventstore.ShapeEmpty, f.Name)
		default:
			b.add(f.Name, f.Value)
		}
	}
	return streamFields
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
