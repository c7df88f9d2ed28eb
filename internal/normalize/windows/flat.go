package windows

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"github.com/vedette-soc/vedette/internal/normalize"
)

// flatSystem says which field of the System part a field of a flat event is. Each row lists the names that are in use
// for it, the most reliable first; only the first that an event has is taken.
var flatSystem = []struct {
	name string
	keys []string
}{
	{"EventID", []string{"EventID", "EventId", "event_id", "Event_ID"}},
	{"Channel", []string{"Channel", "channel", "LogName", "EventLog"}},
	{"Provider_Name", []string{"Provider_Name", "ProviderName", "SourceName", "Provider", "Source", "source_name"}},
	{"Provider_Guid", []string{"Provider_Guid", "ProviderGuid", "ProviderId"}},
	{"Computer", []string{"Computer", "Hostname", "ComputerName", "MachineName", "computer_name"}},
	{"EventRecordID", []string{"EventRecordID", "RecordNumber", "RecordId", "RecordID", "record_number"}},
	{"Execution_ProcessID", []string{"Execution_ProcessID", "ExecutionProcessID"}},
	{"Execution_ThreadID", []string{"Execution_ThreadID", "ExecutionThreadID", "ThreadID"}},
	{"Security_UserID", []string{"Security_UserID", "UserID"}},
}

// isFlat tells whether a JSON object is one Windows event with its data beside the System part.
func isFlat(v *fastjson.Value) bool {
	id := first(v, flatSystem[0].keys)
	if id == nil || !isID(id) {
		return false
	}
	if provider := first(v, flatSystem[2].keys); provider != nil && string(provider.GetStringBytes()) == "Linux-Sysmon" {
		return false
	}
	if channel := first(v, flatSystem[1].keys); channel != nil && channel.Type() == fastjson.TypeString {
		return true
	}
	for _, key := range []string{"Provider_Name", "ProviderName", "SourceName"} {
		if v.GetStringBytes(key) != nil {
			return true
		}
	}
	return false
}

func first(v *fastjson.Value, keys []string) *fastjson.Value {
	for _, key := range keys {
		if found := v.Get(key); found != nil && found.Type() != fastjson.TypeNull {
			return found
		}
	}
	return nil
}

// isID tells whether a value can be an event id.
func isID(v *fastjson.Value) bool {
	text := v.GetStringBytes()
	if text == nil {
		return v.Type() == fastjson.TypeNumber
	}
	_, err := strconv.ParseUint(string(text), 10, 32)
	return err == nil
}

// flat reads an event whose System part and data are members of one object, as NXLog and many exports write it.
func (b *builder) flat(v *fastjson.Value) (err error) {
	var taken [12]string
	for i, row := range flatSystem {
		for _, key := range row.keys {
			if item := v.Get(key); item != nil && item.Type() != fastjson.TypeNull {
				b.systemLeaf(row.name, item)
				taken[i] = key
				break
			}
		}
	}
	v.GetObject().Visit(func(key []byte, item *fastjson.Value) {
		if err != nil || isTaken(taken[:len(flatSystem)], key) {
			return
		}
		switch string(key) {
		case "Keywords":
			b.flatKeywords(item)
		case "EventData", "UserData":
			err = b.value(key, item, maxDepth)
		case "@version", "@metadata":
		case "host", "tags", "port", "@timestamp": // of the collector
			err = b.in.FlattenUnder(b.ev, "collector."+strings.TrimPrefix(string(key), "@"), item, b.names)
		default:
			err = b.value(bytes.TrimPrefix(key, []byte("@")), item, maxDepth)
		}
	})
	b.hiddenEventType()
	b.when = b.flatTime(v)
	return err
}

func isTaken(taken []string, key []byte) bool {
	for _, t := range taken {
		if t == string(key) {
			return true
		}
	}
	return false
}

// flatKeywords keeps the keywords, and adds them as the hexadecimal number that event logs hold where they are a signed
// decimal one.
func (b *builder) flatKeywords(v *fastjson.Value) {
	if v.Type() == fastjson.TypeObject || v.Type() == fastjson.TypeArray {
		return
	}
	text, kind := b.in.Leaf(v)
	b.ev.AddKind("src.Keywords", text, kind)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		b.ev.Add("src.Keywords", "0x"+strconv.FormatUint(uint64(n), 16))
	}
}

// hiddenEventType brings the EventType of Sysmon's registry and pipe events back, over which NXLog writes the severity.
// It is still in the message.
func (b *builder) hiddenEventType() {
	if b.provider != "Microsoft-Windows-Sysmon" || b.registryChange() != "" {
		return
	}
	switch b.id {
	case "12", "13", "14", "17", "18":
		_, rest, ok := strings.Cut(b.ev.Value("message"), "EventType: ")
		if !ok {
			return
		}
		word, _, _ := strings.Cut(rest, "\n")
		word = strings.TrimRight(word, "\r ")
		for f := range b.ev.All("src.EventType") {
			if f.Value == word {
				return
			}
		}
		if len(word) < 32 {
			b.ev.Add("src.EventType", word)
		}
	}
}

// flatTime chooses among the times of a flat event: Sysmon's own, one with a zone, one without where the source's zone
// is configured, the collector's.
func (b *builder) flatTime(v *fastjson.Value) time.Time {
	if b.provider == "Microsoft-Windows-Sysmon" || strings.HasPrefix(b.channel, "Microsoft-Windows-Sysmon/") {
		if t := b.parseTime(b.in.At(v, "UtcTime")); !t.IsZero() {
			return t
		}
	}
	collector := b.in.At(v, "@timestamp")
	for _, key := range []string{"TimeCreated", "SystemTime", "TimeCreated_SystemTime", "EventTime", "TimeGenerated", "timestamp"} {
		text := b.in.At(v, key)
		if text == "" {
			continue
		}
		local := !hasZone(text)
		if local && collector != "" && (b.in.Record == nil || b.in.Record.Zone == "") {
			continue
		}
		if t, ok := normalize.ParseTime(text, b.in.Zone()); ok {
			return t
		}
	}
	return b.parseTime(collector)
}

// hasZone tells whether a timestamp ends with its zone.
func hasZone(text string) bool {
	if strings.HasSuffix(text, "Z") || len(text) < 19 {
		return true
	}
	return strings.ContainsAny(text[19:], "+-")
}

func (b *builder) parseTime(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, _ := normalize.ParseTime(text, time.UTC)
	return t
}
