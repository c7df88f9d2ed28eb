package ruletest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// Bounds on one test file.
const (
	MaxBytes  = 1 << 20
	MaxEvents = 100_000 // in one case
	maxLines  = 50_000
)

// Script is a test file that was understood.
type Script struct {
	Name  string
	Cases []Case
}

// Case is one story with what is expected of it. The statements before the first case are part of every case.
type Case struct {
	Name  string
	Line  int
	steps []step
}

// step is one statement.
type step struct {
	line   int
	verb   string   // rules, start, lateness, load, event, line, wait, expect
	files  []string // of rules and load
	when   when
	count  int
	every  time.Duration
	span   time.Duration // of wait and lateness
	time   time.Time     // of start
	text   string        // of event and line
	expect expectation
}

// when is the time of a step, as an offset.
type when struct {
	set   bool
	after bool // counted from the event before, not from the beginning
	by    time.Duration
}

// expectation is which alerts should have been raised.
type expectation struct {
	none  bool
	exact bool // count alerts and no more
	count int
	rule  string
	at    *time.Duration
	where []pair
	text  string // as written
}

type pair struct{ field, value string }

// ParseError is a line that was not understood.
type ParseError struct {
	Name   string
	Line   int
	Reason string
}

// Error writes file:line: reason.
func (e *ParseError) Error() string { return fmt.Sprintf("%s:%d: %s", e.Name, e.Line, e.Reason) }

// Parse reads a test file. The error is a *ParseError that names the first line that was not understood, with the code
// invalid.
func Parse(name string, data []byte) (*Script, error) {
	p := &parser{script: &Script{Name: name}}
	if err := p.parse(string(data)); err != nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "%w", &ParseError{Name: name, Line: p.at, Reason: err.Error()})
	}
	return p.script, nil
}

type parser struct {
	script *Script
	common []step // before the first case
	at     int    // the line in hand, from 1
}

func (p *parser) parse(text string) error {
	if len(text) > MaxBytes {
		return fmt.Errorf("the test is larger than %d KiB", MaxBytes>>10)
	}
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	if len(lines) > maxLines {
		return fmt.Errorf("the test has more than %d lines", maxLines)
	}
	for i := 0; i < len(lines); i++ {
		p.at = i + 1
		line := strings.TrimSpace(lines[i])
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		if verb == "line:" {
			verb, rest = "line", ": "+rest
		}
		if verb == "event" {
			// JSON goes on until it is whole.
			for !wholeJSON(rest) && i+1 < len(lines) {
				i++
				rest += "\n" + strings.TrimRight(lines[i], "\r")
			}
		}
		if err := p.statement(verb, strings.TrimSpace(rest)); err != nil {
			return err
		}
	}
	if len(p.script.Cases) == 0 {
		p.script.Cases = []Case{{Line: 1, steps: p.common}}
	}
	for _, c := range p.script.Cases {
		p.at = c.Line
		if !expects(c.steps) {
			return fmt.Errorf("the case expects nothing, so it could not fail")
		}
	}
	return nil
}

func expects(steps []step) bool {
	for _, s := range steps {
		if s.verb == "expect" {
			return true
		}
	}
	return false
}

// wholeJSON tells whether the braces that a line opens are closed.
func wholeJSON(rest string) bool {
	_, after, ok := strings.Cut(rest, "{")
	return !ok || json.Valid([]byte(numbered("{"+after, 1)))
}

// numbered puts the number of a repetition where {n} stands.
func numbered(text string, n int) string { return strings.ReplaceAll(text, "{n}", strconv.Itoa(n)) }

func (p *parser) statement(verb, rest string) error {
	if verb == "case" || verb == "case:" {
		if rest == "" {
			return fmt.Errorf("a case needs a name: case a burst of failures")
		}
		steps := append([]step(nil), p.common...)
		p.script.Cases = append(p.script.Cases, Case{Name: rest, Line: p.at, steps: steps})
		return nil
	}
	s := step{line: p.at, verb: verb, count: 1}
	parse, ok := map[string]func(*step, string) error{
		"rules": parseFiles, "load": parseLoad, "start": parseStart, "lateness": parseSpan, "wait": parseSpan,
		"event": parseEvent, "line": parseLine, "expect": parseExpect,
	}[verb]
	if !ok {
		return fmt.Errorf("%.40q is not one of case, rules, start, lateness, load, event, line, wait, expect", verb)
	}
	if err := parse(&s, rest); err != nil {
		return err
	}
	if n := len(p.script.Cases); n > 0 {
		p.script.Cases[n-1].steps = append(p.script.Cases[n-1].steps, s)
	} else {
		p.common = append(p.common, s)
	}
	return nil
}

func parseFiles(s *step, rest string) error {
	words, err := split(rest)
	for _, w := range words {
		s.files = append(s.files, w.text)
	}
	if err == nil && len(words) == 0 {
		err = fmt.Errorf("which rules? rules other_rule.yml")
	}
	return err
}

func parseLoad(s *step, rest string) error {
	words, err := split(rest)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return fmt.Errorf("which file? load samples/records.ndjson")
	}
	s.files = []string{words[0].text}
	left, err := s.timing(words[1:], false)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%.40q was not expected behind the file", left[0].text)
	}
	return err
}

func parseStart(s *step, rest string) error {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, rest); err == nil {
			s.time = t.UTC()
			return nil
		}
	}
	return fmt.Errorf("%.40q is not a time such as 2026-01-31 08:00:00", rest)
}

func parseSpan(s *step, rest string) error {
	var err error
	s.span, err = duration(rest)
	return err
}

func parseEvent(s *step, rest string) error {
	before, after, ok := strings.Cut(rest, "{")
	if !ok {
		return fmt.Errorf(`an event is a record in JSON: event {"EventID": 1}`)
	}
	s.text = "{" + after
	var v any
	if err := json.Unmarshal([]byte(numbered(s.text, 1)), &v); err != nil {
		return fmt.Errorf("the JSON of the event is not valid, or not closed: %w", err)
	}
	return s.head(before)
}

func parseLine(s *step, rest string) error {
	before, after, ok := strings.Cut(rest, ": ")
	if text, found := strings.CutPrefix(rest, ":"); found {
		before, after, ok = "", text, true
	}
	if !ok {
		return fmt.Errorf("the text of a line stands behind a colon: line at +5s: sshd[1]: Failed password")
	}
	if s.text = strings.TrimSpace(after); s.text == "" {
		return fmt.Errorf("the line is empty")
	}
	return s.head(before)
}

// head reads what stands before a record: when and how often.
func (s *step) head(text string) error {
	words, err := split(text)
	if err != nil {
		return err
	}
	left, err := s.timing(words, true)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%.40q was not expected: what may stand here is \"at +5s\", \"after 5s\", \"x10\" and \"every 1s\"", left[0].text)
	}
	return err
}

// timing reads when and, where that is allowed, how often; it returns what is left.
func (s *step) timing(words []word, repeated bool) ([]word, error) {
	for len(words) > 0 {
		key := words[0].text
		if repeated && len(key) > 1 && key[0] == 'x' && key[1] >= '0' && key[1] <= '9' {
			n, err := strconv.Atoi(key[1:])
			if err != nil || n < 1 || n > MaxEvents {
				return nil, fmt.Errorf("%.40q is not a number of times between x1 and x%d", key, MaxEvents)
			}
			s.count, words = n, words[1:]
			continue
		}
		if key != "at" && key != "after" && (key != "every" || !repeated) {
			break
		}
		if len(words) < 2 {
			return nil, fmt.Errorf("%q needs a duration, such as 30s", key)
		}
		d, err := duration(words[1].text)
		if err != nil {
			return nil, err
		}
		if key == "every" {
			s.every = d
		} else {
			s.when = when{set: true, after: key == "after", by: d}
		}
		words = words[2:]
	}
	return words, nil
}
