package windows

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// isBeat tells whether a JSON object is an event of Winlogbeat or Elastic Agent.
func (b *builder) isBeat() bool {
	w := b.top[wordWinlog]
	return w.Type() == normalize.TypeObject && (w.Get("event_id") != nil || w.Get("channel") != nil)
}

// beatSystem says which field of the System part a field of "winlog" is.
var beatSystem = []struct{ key, name string }{
	{"provider_name", "Provider_Name"},
	{"provider_guid", "Provider_Guid"},
	{"event_id", "EventID"},
	{"version", "Version"},
	{"record_id", "EventRecordID"},
	{"activity_id", "Correlation_ActivityID"},
	{"related_activity_id", "Correlation_RelatedActivityID"},
	{"channel", "Channel"},
	{"computer_name", "Computer"},
}

// beat reads {"@timestamp":…,"winlog":{"channel":…,"event_data":{…}},"event":{…},…}. The event's own data is read first;
// of what the shipper made of it, fields that are missing are taken.
func (b *builder) beat(v *normalize.Value) error {
	w := v.Get("winlog")
	for _, row := range beatSystem {
		if item := w.Get(row.key); item != nil {
			b.systemLeaf(row.name, item)
		}
	}
	if b.id == "" {
		b.system("EventID", b.in.At(v, "event", "code"), vedette.KindString)
	}
	b.beatDetails(v, w)
	for _, part := range []string{"event_data", "user_data"} {
		if data := w.Get(part); data != nil {
			if err := b.value(part, data, maxDepth); err != nil {
				return err
			}
		}
	}
	if message := v.Get("message"); message.Type() == normalize.TypeString {
		b.once("message", b.in.At(message))
	}
	if err := b.beatOwn(v); err != nil {
		return err
	}
	b.index()
	return nil
}

// beatDetails reads the parts of System that Winlogbeat names or words differently.
func (b *builder) beatDetails(v, w *normalize.Value) {
	b.when = b.parseTime(b.in.At(v, "@timestamp"))
	leaf := func(name string, from *normalize.Value, path ...string) {
		if text := b.in.At(from, path...); text != "" {
			b.system(name, text, vedette.KindString)
		}
	}
	leaf("Execution_ProcessID", w, "process", "pid")
	leaf("Execution_ThreadID", w, "process", "thread", "id")
	leaf("Security_UserID", w, "user", "identifier")
	leaf("Opcode", w, "opcode")
	leaf("Task", w, "task")
	if level := levelNumber(b.in.At(v, "log", "level")); level != "" {
		b.system("Level", level, vedette.KindNumber)
	}
	for _, word := range w.GetArray("keywords") {
		text, kind := b.in.Leaf(word)
		b.ev.AddKind("src.Keywords", text, kind)
		if bits := keywordBits(text); bits != "" {
			b.ev.Add("src.Keywords", bits)
		}
	}
}

// beatOwn adds what the shipper itself says in ECS, as far as the event does not have it yet. The original XML is left
// out: the event's own data is already there.
func (b *builder) beatOwn(v *normalize.Value) (err error) {
	var own vedette.Event
	v.Visit(func(key string, item *normalize.Value) {
		if err != nil {
			return
		}
		switch key {
		case "winlog", "message", "@timestamp", "@metadata", "@version", "ecs":
			return
		}
		err = b.in.FlattenUnder(&own, key, item, b.names)
	})
	last, wanted := "", false
	for _, f := range own.Fields {
		if f.Name != last { // the values of a list follow each other
			_, had := b.ev.Get(f.Name)
			last, wanted = f.Name, (!had || f.Key == 0) && f.Name != "src.event.original"
		}
		if wanted {
			b.ev.AddKind(f.Name, f.Value, f.Kind)
		}
	}
	return err
}

// levelNumber is the level of an event by its name.
func levelNumber(word string) string {
	switch strings.ToLower(word) {
	case "critical":
		return "1"
	case "error":
		return "2"
	case "warning":
		return "3"
	case "information", "info":
		return "4"
	case "verbose":
		return "5"
	}
	return ""
}

// keywordBits gives the keyword as the number that event logs hold and rules ask for.
func keywordBits(word string) string {
	switch word {
	case "Audit Success":
		return "0x8020000000000000"
	case "Audit Failure":
		return "0x8010000000000000"
	}
	return ""
}
