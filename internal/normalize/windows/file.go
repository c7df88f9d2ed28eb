package windows

import (
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
)

// filing is what channel, provider and id together say about an event.
type filing struct {
	logsource vedette.Logsource
	dataset   string
	meaning   meaning
	class     string // the meaning's class and activity, in digits
	activity  string
}

// file finds the filing of the event in hand. Few differ, so they are remembered.
func (b *builder) file() *filing {
	b.text = append(append(append(append(append(b.text[:0], b.id...), 0), b.channel...), 0), b.provider...)
	if known := b.filings.Find(lent(b.text)); known != nil {
		return *known
	}
	// Nothing of the event is kept but copies.
	id, channel, provider := strings.Clone(b.id), strings.Clone(b.channel), strings.Clone(b.provider)
	f := &filing{logsource: vedette.WindowsLogsource(channel, provider, id), dataset: "windows.eventlog"}
	switch {
	case f.logsource.Service != "":
		f.dataset = "windows." + f.logsource.Service
	case f.logsource.Product != "windows":
		f.dataset = "windows." + f.logsource.Product
	}
	f.meaning = meanings[f.logsource.Service][id]
	f.class, f.activity = strconv.Itoa(int(f.meaning.class)), strconv.Itoa(f.meaning.activity)
	b.filings.Put(string(b.text), f)
	return f
}

// finish files the event and derives what its fields only imply.
func (b *builder) finish() {
	ev := b.ev
	b.filing = b.file()
	ev.Logsource, ev.Dataset = b.filing.logsource, b.filing.dataset
	if !b.when.IsZero() {
		ev.Time = b.when
	}
	b.once("winlog.channel", b.channel)
	if !b.dataChannel && b.channel != "" {
		ev.AddField(vedette.Field{Name: "src.Channel", Value: b.channel})
	}
	b.once("host.name", b.computer)
	if ev.Logsource.Service == "sysmon" && b.id == "12" {
		ev.Logsource.Categories = vedette.WindowsRegistryCategory(b.registryChange())
	}
	b.derive()
	if ev.Logsource.Product == "rpc_firewall" {
		b.rpcFirewall()
	}
}

// registryChange finds the EventType of Sysmon's registry events, which NXLog hides behind a field of its own.
func (b *builder) registryChange() (change string) {
	b.all(askEventType, func(value string) {
		if change == "" && (strings.HasPrefix(value, "Create") || strings.HasPrefix(value, "Delete")) {
			change = value
		}
	})
	return change
}
