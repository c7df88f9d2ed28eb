package ruletest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// word is a part of a line; what stood in quotes is no keyword.
type word struct {
	text   string
	quoted bool
}

// is tells whether the word is a keyword.
func (w word) is(keyword string) bool { return !w.quoted && w.text == keyword }

// split cuts a line at blanks, outside quotes. A backslash within quotes takes the quote behind it for itself.
func split(line string) ([]word, error) {
	var out []word
	for {
		line = strings.TrimLeft(line, " \t\r\n")
		if line == "" {
			return out, nil
		}
		if line[0] == '=' {
			out, line = append(out, word{text: "="}), line[1:]
			continue
		}
		if quote := line[0]; quote == '"' || quote == '\'' {
			text, rest, ok := unquote(line[1:], quote)
			if !ok {
				return nil, fmt.Errorf("a quote is not closed")
			}
			out, line = append(out, word{text, true}), rest
			continue
		}
		end := strings.IndexAny(line, " \t\r\n=")
		if end < 0 {
			end = len(line)
		}
		out, line = append(out, word{text: line[:end]}), line[end:]
	}
}

func unquote(s string, quote byte) (text, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == quote:
			i++
			b.WriteByte(quote)
		case s[i] == quote:
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}

// maxSpan bounds durations: no correlation looks back further.
const maxSpan = 10 * 366 * 24 * time.Hour

// duration reads 30s, 5m, 1h30m, 7d, also with a plus before it.
func duration(text string) (time.Duration, error) {
	plain := strings.TrimPrefix(strings.TrimSpace(text), "+")
	bad := fmt.Errorf("%.40q is not a duration such as 30s, 5m, 2h or 7d", text)
	if days, ok := strings.CutSuffix(plain, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		if d := n * float64(24*time.Hour); err == nil && d >= 0 && d <= float64(maxSpan) {
			return time.Duration(d), nil
		}
		return 0, bad
	}
	d, err := time.ParseDuration(plain)
	if err != nil || d < 0 || d > maxSpan {
		return 0, bad
	}
	return d, nil
}

// parseExpect reads what alerts are expected.
func parseExpect(s *step, rest string) error {
	e := &s.expect
	e.text, e.count = rest, 1
	words, err := split(rest)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return fmt.Errorf("what is expected? expect none, expect alert \"Title of the rule\", expect 2 alerts")
	}
	switch first := words[0]; {
	case first.is("none") && len(words) == 1:
		e.none = true
		return nil
	case first.is("no") && len(words) > 1:
		e.exact, e.count, words = true, 0, words[1:]
	default:
		if n, err := strconv.Atoi(first.text); err == nil && !first.quoted {
			if n < 0 || n > MaxEvents {
				return fmt.Errorf("%d is not a number of alerts", n)
			}
			e.exact, e.count, words = true, n, words[1:]
		}
	}
	if len(words) == 0 || !words[0].is("alert") && !words[0].is("alerts") {
		return fmt.Errorf("expect is followed by none, alert, or a number and alerts")
	}
	return e.which(words[1:])
}

// which reads what marks the alerts that are meant.
func (e *expectation) which(words []word) error {
	if len(words) > 0 && words[0].is("of") {
		words = words[1:]
	}
	if len(words) > 0 && !words[0].is("at") && !words[0].is("where") {
		e.rule, words = words[0].text, words[1:]
	}
	if len(words) > 0 && words[0].is("at") {
		if len(words) < 2 {
			return fmt.Errorf("\"at\" needs a time since the case began, such as +30s")
		}
		d, err := duration(words[1].text)
		if err != nil {
			return err
		}
		e.at, words = &d, words[2:]
	}
	if len(words) == 0 {
		return nil
	}
	if !words[0].is("where") {
		return fmt.Errorf("%.40q was not expected; a title with blanks in it stands in quotes", words[0].text)
	}
	for words = words[1:]; ; words = words[4:] {
		if len(words) < 3 || !words[1].is("=") {
			return fmt.Errorf("\"where\" is followed by FIELD = VALUE")
		}
		e.where = append(e.where, pair{words[0].text, words[2].text})
		if len(words) == 3 {
			return nil
		}
		if !words[3].is("and") {
			return fmt.Errorf("%.40q was not expected; a value with blanks in it stands in quotes", words[3].text)
		}
	}
}
