package windows

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// word is the name of a member that decides what an object is, or is no data of the event.
type word uint8

// Words that are no field of the System part; those that are follow behind them, in the order of flatSystem.
const (
	wordSystem word = iota
	wordEvent
	wordWinlog
	wordKeywords
	wordEventData
	wordUserData
	wordVersion
	wordMetadata
	wordHost
	wordTags
	wordPort
	wordTimestamp
	wordUtcTime
	wordTimeCreated
	wordSystemTime
	wordTimeCreatedSystemTime
	wordEventTime
	wordTimeGenerated
	wordTime
	wordSystemFields
)

// words is room for all words.
const words = 64

// flatSystem says which field of the System part a field of a flat event is. Each row lists the names that are in use
// for it, the most reliable first; only the first that an event has is taken.
var flatSystem = [...]struct {
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

// wordNames are all words, by number. Only read.
var wordNames = func() []string {
	names := []string{
		wordSystem: "System", wordEvent: "Event", wordWinlog: "winlog", wordKeywords: "Keywords", wordEventData: "EventData",
		wordUserData: "UserData", wordVersion: "@version", wordMetadata: "@metadata", wordHost: "host", wordTags: "tags", wordPort: "port",
		wordTimestamp: "@timestamp", wordUtcTime: "UtcTime", wordTimeCreated: "TimeCreated", wordSystemTime: "SystemTime",
		wordTimeCreatedSystemTime: "TimeCreated_SystemTime", wordEventTime: "EventTime", wordTimeGenerated: "TimeGenerated", wordTime: "timestamp",
	}
	for _, row := range flatSystem {
		names = append(names, row.keys...)
	}
	return names
}()

// Rows of flatSystem.
const (
	rowEventID = iota
	rowChannel
	rowProvider
)

// taken is, for each row of flatSystem, the word under which the event has it; 0 when it has none.
type taken [len(flatSystem)]word

// isFlat tells whether a JSON object is one Windows event with its data beside the System part.
func (b *builder) isFlat() bool {
	t := b.rows()
	if t[rowEventID] == 0 || !isID(b.top[t[rowEventID]]) {
		return false
	}
	if t[rowProvider] != 0 && b.top[t[rowProvider]].GetString() == "Linux-Sysmon" {
		return false
	}
	if t[rowChannel] != 0 && b.top[t[rowChannel]].Type() == normalize.TypeString {
		return true
	}
	for _, name := range [...]string{"Provider_Name", "ProviderName", "SourceName"} {
		if w := b.words.Find(name); b.top[*w].Type() == normalize.TypeString {
			return true
		}
	}
	return false
}

// rows finds the fields of the System part among the members of the object.
func (b *builder) rows() (t taken) {
	w := wordSystemFields
	for row := range flatSystem {
		for range flatSystem[row].keys {
			if v := b.top[w]; t[row] == 0 && v != nil && v.Type() != normalize.TypeNull {
				t[row] = w
			}
			w++
		}
	}
	return t
}

// isID tells whether a value can be an event id.
func isID(v *normalize.Value) bool {
	if v.Type() != normalize.TypeString {
		return v.Type() == normalize.TypeNumber
	}
	_, err := strconv.ParseUint(v.GetString(), 10, 32)
	return err == nil
}

// flat reads an event whose System part and data are members of one object, as NXLog and many exports write it.
func (b *builder) flat(v *normalize.Value) error {
	t := b.rows()
	for row, w := range t {
		if w != 0 {
			b.systemLeaf(flatSystem[row].name, b.top[w])
		}
	}
	for m := v.Members(); m != nil; m = m.Next() {
		if err := b.flatMember(m, &t); err != nil {
			return err
		}
	}
	b.hiddenEventType()
	b.when = b.flatTime()
	return nil
}

func (b *builder) flatMember(m *normalize.Value, t *taken) error {
	name := m.Key()
	if known := b.words.Find(name); known != nil {
		switch w := *known; {
		case w == wordKeywords:
			b.flatKeywords(m)
			return nil
		case w == wordVersion || w == wordMetadata || w >= wordSystemFields && slices.Contains(t[:], w):
			return nil
		case w == wordHost || w == wordTags || w == wordPort || w == wordTimestamp: // of the collector
			return b.in.FlattenUnder(b.ev, "collector."+strings.TrimPrefix(name, "@"), m, b.names)
		}
	}
	return b.value(strings.TrimPrefix(name, "@"), m, maxDepth)
}

// flatKeywords keeps the keywords, and adds them as the hexadecimal number that event logs hold where they are a signed
// decimal one.
func (b *builder) flatKeywords(v *normalize.Value) {
	if v.Type() == normalize.TypeObject || v.Type() == normalize.TypeArray {
		return
	}
	text, kind := b.in.Leaf(v)
	f := field{name: "src.Keywords", ask: askKeywords}
	b.put(&f, text, kind)
	if strings.HasPrefix(text, "0x") {
		return
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		b.text = strconv.AppendUint(append(b.text[:0], "0x"...), uint64(n), 16)
		b.put(&f, b.in.Keep(b.text), vedette.KindString)
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
		there := false
		b.all(askEventType, func(value string) { there = there || value == word })
		if !there && len(word) < 32 {
			b.put(&field{name: "src.EventType", ask: askEventType}, word, vedette.KindString)
		}
	}
}

// flatTime chooses among the times of a flat event: Sysmon's own, one with a zone, one without where the source's zone
// is configured, the collector's.
func (b *builder) flatTime() time.Time {
	if b.provider == "Microsoft-Windows-Sysmon" || strings.HasPrefix(b.channel, "Microsoft-Windows-Sysmon/") {
		if t := b.parseTime(b.in.At(b.top[wordUtcTime])); !t.IsZero() {
			return t
		}
	}
	collector := b.in.At(b.top[wordTimestamp])
	for w := wordTimeCreated; w <= wordTime; w++ {
		text := b.in.At(b.top[w])
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
