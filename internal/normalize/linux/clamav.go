package linux

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// readClamAV reads "/srv/upload/x.php: Php.Webshell.Example-1 FOUND", in which the path may hold blanks and colons.
func readClamAV(text string, ev *vedette.Event) {
	found, ok := strings.CutSuffix(strings.TrimSpace(text), " FOUND")
	if !ok {
		return
	}
	at := strings.LastIndex(found, ": ")
	if at < 1 {
		return
	}
	path := found[:at]
	if i := strings.Index(path, " -> "); i > 0 && strings.HasPrefix(path[i+4:], "/") {
		path = path[i+4:] // the time stands before it
	}
	ev.Add("rule.name", found[at+2:])
	ev.Add("file.path", path)
	ev.Add("event.category", "malware")
	ev.Add("event.action", "malware_detected")
	normalize.Classify(ev, normalize.ClassFinding, 1)
}
