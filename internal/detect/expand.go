package detect

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	maxExpanded    = 10_000  // values that one value with placeholders may become
	maxExpandedAll = 200_000 // and all of a rule together
)

// expandValue replaces %name% by each value of that list of the configuration. A percent sign behind a backslash is
// itself.
func (c *compiler) expandValue(v value, expression bool) ([]value, error) {
	pieces, err := placeholders(v.source)
	if err != nil {
		return nil, err
	}
	sources := []string{""}
	for _, p := range pieces {
		options := []string{p.literal}
		if p.name != "" {
			if options = c.opts.Placeholders[p.name]; len(options) == 0 {
				return nil, fmt.Errorf("the placeholder %%%s%% has no values in the configuration", p.name)
			}
		}
		if len(sources)*len(options) > maxExpanded {
			return nil, fmt.Errorf("%q expands to more than %d values", v.source, maxExpanded)
		}
		next := make([]string, 0, len(sources)*len(options))
		for _, s := range sources {
			for _, o := range options {
				if p.name != "" && expression {
					o = regexp.QuoteMeta(o)
				}
				next = append(next, s+o)
			}
		}
		sources = next
	}
	if c.expanded += len(sources); c.expanded > maxExpandedAll {
		return nil, fmt.Errorf("the placeholders of the rule expand to more than %d values", maxExpandedAll)
	}
	whole := len(pieces) == 3 && pieces[0].literal == "" && pieces[2].literal == ""
	out := make([]value, 0, len(sources))
	for _, s := range sources {
		out = append(out, value{source: s, text: parseText(s), listed: whole})
	}
	return out, nil
}

type placeholder struct{ literal, name string }

// placeholders cuts a value at its placeholders. A value with none is an oversight: expand would do nothing.
func placeholders(s string) ([]placeholder, error) {
	var out []placeholder
	var literal strings.Builder
	found := false
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], `\%`):
			literal.WriteByte('%')
			i++
		case s[i] == '%':
			name, _, ok := strings.Cut(s[i+1:], "%")
			if !ok || name == "" {
				literal.WriteByte('%')
				continue
			}
			out = append(out, placeholder{literal: literal.String()}, placeholder{name: name})
			literal.Reset()
			found = true
			i += len(name) + 1
		default:
			literal.WriteByte(s[i])
		}
	}
	if !found {
		return nil, fmt.Errorf("expand finds no %%placeholder%% in %q", s)
	}
	return append(out, placeholder{literal: literal.String()}), nil
}
