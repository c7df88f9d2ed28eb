package vedette

import "strings"

// tellingFields are the fields that say how an event ended, what it was done with and what was proved. Read-only.
var tellingFields = [...]string{
	"event.outcome", "event.action", "event.code", "http.response.status_code", "http.response.bytes", "url.original",
	"dns.response_code", "dns.question.name", "src.blocked", "error.code", "source.bytes", "destination.bytes",
	"process.executable", "process.parent.executable", "process.command_line", "file.path", "process.hash.sha256",
	"file.hash.sha256", "winlog.logon.type", "destination.port", "src.authenticationRequirement", "src.deviceDetail.isCompliant",
}

const maxTold = 256 // bytes of one value

// Telling keeps what the event says about how it ended, apart from what an alert matched already: at most one short value
// of each telling field, cloned so that it does not hold the record. Nil when the event says nothing of the kind.
func (ev *Event) Telling(matched map[string]string) map[string]string {
	var told map[string]string
	for _, name := range tellingFields {
		value := ev.Value(name)
		if _, has := matched[name]; has || value == "" {
			continue
		}
		if told == nil {
			told = make(map[string]string, 8)
		}
		told[name] = strings.Clone(Shorten(value, maxTold))
	}
	return told
}
