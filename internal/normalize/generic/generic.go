// Package generic understands what no other parser knows, as far as its form allows: JSON objects, key=value lines, and
// plain lines of text. It stands last and refuses nothing but empty input.
package generic

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Pairs takes lines that are mostly key=value.
type Pairs struct{}

// NewPairs makes the parser.
func NewPairs() *Pairs { return &Pairs{} }

// Fallback is true: the parser takes any line of that form.
func (*Pairs) Fallback() bool { return true }

// Name is "pairs".
func (*Pairs) Name() string { return "pairs" }

// Parse fills the event. It takes a line with at least three pairs and no more other words than pairs.
func (*Pairs) Parse(in *normalize.Input, ev *vedette.Event) error {
	if in.JSON != nil || strings.Count(in.Text, "=") < 3 {
		return normalize.ErrNotMine
	}
	pairs, words := normalize.Pairs(in.Text, func(string, string, byte) {})
	if pairs < 3 || words > pairs {
		return normalize.ErrNotMine
	}
	ev.Dataset = "pairs"
	fileApplication(in.Text, ev)
	names := in.Names("", "", "pairs")
	date, clock := "", ""
	normalize.Pairs(in.Text, func(key, value string, _ byte) {
		if len(key) > 128 {
			return
		}
		switch strings.ToLower(key) {
		case "time", "timestamp", "ts", "@timestamp", "eventtime":
			if t, ok := normalize.ParseTime(value, in.Zone()); ok {
				ev.Time = t
			}
			clock = value
		case "date":
			date = value
		}
		ev.Add(names.Of([]byte(key)), value)
	})
	if ev.Time.IsZero() && date != "" && clock != "" {
		if t, ok := normalize.ParseTime(date+" "+clock, in.Zone()); ok {
			ev.Time = t
		}
	}
	in.AddProcess(ev)
	return nil
}

// Text takes any line.
type Text struct{}

// NewText makes the parser.
func NewText() *Text { return &Text{} }

// Fallback is true: the parser takes any line.
func (*Text) Fallback() bool { return true }

// Name is "text".
func (*Text) Name() string { return "text" }

// Parse fills the event: the line is the message, and its time is taken when it begins with one.
func (*Text) Parse(in *normalize.Input, ev *vedette.Event) error {
	if in.JSON != nil {
		return normalize.ErrNotMine
	}
	ev.Dataset = "text"
	ev.Add("message", in.Text)
	fileApplication(in.Text, ev)
	if in.Header == nil || in.Header.Time.IsZero() {
		if t, ok := leadingTime(in); ok {
			ev.Time = t
		}
	}
	in.AddProcess(ev)
	return nil
}

// leadingTime reads a time at the start of a line, in brackets or not.
func leadingTime(in *normalize.Input) (time.Time, bool) {
	text := strings.TrimPrefix(in.Text, "[")
	if len(text) < 19 || text[0] < '0' || text[0] > '9' {
		return time.Time{}, false
	}
	for _, size := range [...]int{35, 32, 30, 29, 28, 27, 26, 24, 23, 20, 19} {
		if size <= len(text) && (size == len(text) || text[size] == ' ' || text[size] == ']' || text[size] == '\t') {
			if t, ok := normalize.ParseTime(text[:size], in.Zone()); ok {
				return t, true
			}
		}
	}
	return time.Time{}, false
}
