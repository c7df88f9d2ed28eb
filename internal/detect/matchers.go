package detect

import (
	"bytes"
	"net/netip"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

// expression is a regular expression, RE2 syntax, unanchored.
type expression struct {
	re       *regexp.Regexp // for what the automaton cannot hold
	auto     *automaton     // nil when the expression is too large
	run      *run           // instead, for an expression that only counts
	guard    guard
	required [][]byte // folded texts of which every match holds one; nil when unknown
	shown    string
}

func newExpression(pattern, flags, shown string) (*expression, error) {
	if flags != "" {
		pattern = "(?" + flags + ")" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	m := &expression{re: re, shown: shown}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	m.run = newRun(tree)
	tree = tree.Simplify()
	if m.guard = newGuard(tree); m.run == nil {
		m.auto = newAutomaton(tree)
	}
	for _, s := range requiredTexts(pattern) {
		m.required = append(m.required, []byte(s))
	}
	return m, nil
}

// maxGuards is above how many literals looking for them first costs more than it spares.
const maxGuards = 2

func (m *expression) match(v *view, place int) bool {
	s := v.text(place)
	if !m.guard.allows(s) {
		return false
	}
	if n := len(m.required); n > 0 && n <= maxGuards {
		folded := v.lower(place)
		if !slices.ContainsFunc(m.required, func(r []byte) bool { return bytes.Contains(folded, r) }) {
			return false
		}
	}
	if m.run != nil {
		return m.run.match(s)
	}
	if m.auto != nil {
		if matched, known := m.auto.match(s); known {
			return matched
		}
	}
	return m.re.MatchString(s)
}

func (m *expression) needs() []need {
	var out []need
	for _, r := range m.required {
		out = append(out, need{text: string(r)})
	}
	return out
}

func (m *expression) label() (op, expected string) { return "re", m.shown }

// equalNumber is a number in a rule: equal by value, not by spelling.
type equalNumber struct{ canonical string }

func (m equalNumber) match(v *view, place int) bool {
	n, ok := canonicalNumber(v.text(place))
	return ok && n == m.canonical
}

func (m equalNumber) needs() []need                { return []need{{text: m.canonical, at: needWhole}} }
func (m equalNumber) label() (op, expected string) { return "equals", m.canonical }

// ordered compares a number, or a part of a timestamp, with a bound.
type ordered struct {
	op    string // lt, lte, gt, gte or equals
	bound number
	part  timePart
	shown string
}

func (m *ordered) match(v *view, place int) bool {
	var n number
	if m.part != partNone {
		t, ok := parseTime(v.text(place))
		if !ok {
			return false
		}
		i := m.part.of(t)
		n = number{whole: true, i: i, f: float64(i)}
	} else {
		var ok bool
		if n, ok = parseNumber(v.text(place)); !ok {
			return false
		}
	}
	switch c := n.compare(m.bound); m.op {
	case "lt":
		return c < 0
	case "lte":
		return c <= 0
	case "gt":
		return c > 0
	case "gte":
		return c >= 0
	default:
		return c == 0
	}
}

func (m *ordered) needs() []need { return nil }

func (m *ordered) label() (op, expected string) {
	if m.part == partNone {
		return m.op, m.shown
	}
	return strings.TrimSpace(timePartNames[m.part] + " " + m.op), m.shown
}

// network is an address range.
type network struct{ prefix netip.Prefix }

// parseNetwork reads a range; an address alone is a range of one. A range of IPv4 addresses written as IPv6 is IPv4.
func parseNetwork(s string) (network, bool) {
	s = strings.TrimSpace(s)
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return network{netip.PrefixFrom(addr, addr.BitLen())}, true
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return network{}, false
	}
	if addr := prefix.Addr(); addr.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
	}
	return network{prefix.Masked()}, true
}

func (m network) match(v *view, place int) bool {
	s := v.text(place)
	if !looksAddress(s) {
		return false
	}
	addr, err := netip.ParseAddr(s)
	return err == nil && m.prefix.Contains(addr.Unmap().WithZone(""))
}

// looksAddress is the cheap look that keeps other text from the parser, whose errors cost memory.
func looksAddress(s string) bool {
	if len(s) < 2 || len(s) > 64 {
		return false
	}
	dots, colons := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
		case c == '.':
			dots++
		case c == ':':
			colons++
		case c == '%':
			return colons >= 2
		default:
			return false
		}
	}
	return dots == 3 || colons >= 2
}

func (m network) needs() []need                { return nil }
func (m network) label() (op, expected string) { return "cidr", m.prefix.String() }

// otherField compares with another field of the same event.
type otherField struct {
	how   string
	slots []int32
	cased bool
	shown string
}

func (m *otherField) match(v *view, place int) bool {
	for at := v.first(m.slots); at != 0; at = v.next[at-1] {
		other := int(at - 1)
		if v.isNull(other) {
			continue
		}
		if m.cased && compareHow(m.how, v.bytes(place), v.bytes(other)) ||
			!m.cased && compareHow(m.how, v.lower(place), v.lower(other)) {
			return true
		}
	}
	return false
}

func compareHow(how string, s, other []byte) bool {
	switch how {
	case "contains":
		return bytes.Contains(s, other)
	case "startswith":
		return bytes.HasPrefix(s, other)
	case "endswith":
		return bytes.HasSuffix(s, other)
	}
	return bytes.Equal(s, other)
}

func (m *otherField) needs() []need { return nil }

func (m *otherField) label() (op, expected string) {
	return m.how + " the field" + casedMark(m.cased), m.shown
}

// truth is a boolean in a rule. Sources write booleans in both cases and as words or as 1 and 0; the word is meant.
func truth(value bool) matcher {
	return newText(text{{lit: strconv.FormatBool(value)}}, false)
}
