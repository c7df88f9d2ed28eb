package windows

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// rpcFirewall names what the events of RPC Firewall leave without a name: the interface is the one value that is a UUID,
// and the number of the operation follows it.
func (b *builder) rpcFirewall() {
	ev := b.ev
	ev.Add("src.EventLog", "RPCFW")
	if _, has := ev.Get("src.InterfaceUuid"); has {
		return
	}
	uuid, number, values := "", "", 0
	for f := range ev.All("src.Data") {
		if values++; values > 64 {
			return
		}
		switch {
		case uuid == "" && isUUID(strings.Trim(f.Value, "{}")):
			uuid = strings.Trim(f.Value, "{}")
		case uuid != "" && number == "" && normalize.IsNumber(f.Value):
			number = f.Value
		}
	}
	if uuid == "" {
		uuid, number = afterLabel(ev.Value("message"), "InterfaceUuid:"), afterLabel(ev.Value("message"), "OpNum:")
	}
	if uuid != "" {
		ev.Add("src.InterfaceUuid", uuid)
	}
	if number != "" {
		ev.AddField(vedette.Field{Name: "src.OpNum", Value: number, Kind: vedette.KindNumber})
	}
}

// afterLabel returns the word behind a label of a message.
func afterLabel(message, label string) string {
	_, rest, ok := strings.Cut(message, label)
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, " \t")
	if end := strings.IndexAny(rest, " \t\r\n,;"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// isUUID tells whether a text is a UUID in the usual form.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if s[i] != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}
