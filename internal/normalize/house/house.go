// Package house understands Vedette's own news: what the server writes into its journal as records of the source
// "vedette" when a source falls silent, a rule fails or something had to be left out.
//
// A record is one JSON object with "vedette": "news". It becomes an event of the log source product vedette whose
// service is the room that spoke. Nobody else can speak in the house's name: a record that came in through any receiver
// but the house's own is not understood here.
package house

import (
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Product is the log source product of all news.
const Product = "vedette"

// Parser takes the house's own news.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "house".
func (*Parser) Name() string { return "house" }

// receivers are those whose records are believed: the house itself, and those through which nothing comes in, such as
// rule tests over samples. Only read.
var receivers = []string{vedette.HouseSource, "", "sample", "recording", "test"}

// canonical are the fields of news that have a name in the common schema. Only read.
var canonical = map[string]string{
	"kind": "event.action", "reason": "event.reason", "host": "host.name", "address": "host.ip", "rule_id": "rule.id", "rule": "rule.name",
}

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	v := in.JSON
	if v == nil || v.GetString("vedette") != "news" || !slices.Contains(receivers, in.Record.Receiver) {
		return normalize.ErrNotMine
	}
	kind := v.GetString("kind")
	service := Service(kind)
	ev.Dataset = Product + "." + service
	ev.Logsource = vedette.Logsource{Product: Product, Service: service}
	ev.Add("event.module", Product)
	if t, err := time.Parse(time.RFC3339Nano, v.GetString("time")); err == nil {
		ev.Time = t
	}
	v.Visit(func(n string, value *normalize.Value) {
		text := value.GetString()
		switch {
		case n == "vedette" || n == "time" || value.Type() != normalize.TypeString:
		case canonical[n] != "":
			ev.Add(canonical[n], strings.ToValidUTF8(text, "\uFFFD"))
		default:
			ev.Add(vedette.SourcePrefix+strings.ToValidUTF8(n, "\uFFFD"), strings.ToValidUTF8(text, "\uFFFD"))
		}
	})
	return nil
}

// Service is the room that a kind of news comes from.
func Service(kind string) string {
	switch room, _, _ := strings.Cut(kind, "."); room {
	case "source", "house":
		return "ledger"
	case "rule":
		return "engine"
	case "correlation":
		return "correlate"
	case "indicator":
		return "intel"
	case "triage":
		return "triage"
	}
	return "house"
}
