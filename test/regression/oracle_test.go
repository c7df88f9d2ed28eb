package regression_test

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
)

// oracle is a rule read as plainly as the specification says it, by a second reader that shares nothing with the engine
// but the table of field names: no index, no automaton, no shared predicate. A selection is a function, and so is the
// condition over them.
type oracle struct {
	id                         string
	product, category, service string
	holds                      func(*plainEvent) bool
}

// plainEvent is an event with its values in lower case beside them.
type plainEvent struct {
	ev    *vedette.Event
	lower []string // by place; the record last
}

func newPlainEvent(ev *vedette.Event) *plainEvent {
	e := &plainEvent{ev: ev, lower: make([]string, 0, len(ev.Fields)+1)}
	for _, f := range ev.Fields {
		e.lower = append(e.lower, strings.Map(unicode.ToLower, f.Value))
	}
	e.lower = append(e.lower, strings.Map(unicode.ToLower, ev.Raw))
	return e
}

// text is one value of an event, as it is and in lower case.
type text struct {
	value, lower string
	null         bool
}

// texts gives the values of a field: those of the first of its names that the event has.
func (e *plainEvent) texts(names []string) []text {
	for _, name := range names {
		var out []text
		for i, f := range e.ev.Fields {
			if f.Name == name {
				out = append(out, text{f.Value, e.lower[i], f.Kind == vedette.KindNull})
			}
		}
		if out != nil {
			return out
		}
	}
	return nil
}

// all gives every value and the record, for keywords.
func (e *plainEvent) all() []text {
	var out []text
	for i, f := range e.ev.Fields {
		if f.Kind != vedette.KindNull {
			out = append(out, text{f.Value, e.lower[i], false})
		}
	}
	return append(out, text{e.ev.Raw, e.lower[len(e.lower)-1], false})
}

// oracleOf reads a rule document.
func oracleOf(source string, placeholders map[string][]string) (*oracle, error) {
	var doc struct {
		ID        string `yaml:"id"`
		Logsource struct{ Product, Category, Service string }
		Detection yaml.Node
	}
	if err := yaml.Unmarshal([]byte(source), &doc); err != nil {
		return nil, err
	}
	o := &oracle{id: doc.ID, product: strings.ToLower(doc.Logsource.Product), category: strings.ToLower(doc.Logsource.Category), service: strings.ToLower(doc.Logsource.Service)}
	r := &plainReader{oracle: o, placeholders: placeholders, selections: map[string]func(*plainEvent) bool{}}
	var conditions []string
	for i := 0; i < len(doc.Detection.Content); i += 2 {
		key, body := doc.Detection.Content[i].Value, doc.Detection.Content[i+1]
		if key == "condition" {
			if body.Kind == yaml.SequenceNode {
				for _, one := range body.Content {
					conditions = append(conditions, one.Value)
				}
			} else {
				conditions = append(conditions, body.Value)
			}
			continue
		}
		f, err := r.selection(body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		r.selections[key] = f
	}
	var either []func(*plainEvent) bool
	for _, c := range conditions {
		p := &plainCondition{reader: r, tokens: strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(c))}
		either = append(either, p.or())
		if p.err != nil {
			return nil, p.err
		}
	}
	o.holds = anyOf(either)
	return o, nil
}

func anyOf(list []func(*plainEvent) bool) func(*plainEvent) bool {
	return func(e *plainEvent) bool {
		return slices.ContainsFunc(list, func(f func(*plainEvent) bool) bool { return f(e) })
	}
}

func allOf(list []func(*plainEvent) bool) func(*plainEvent) bool {
	return func(e *plainEvent) bool {
		return !slices.ContainsFunc(list, func(f func(*plainEvent) bool) bool { return !f(e) })
	}
}

// plainReader reads selections.
type plainReader struct {
	oracle       *oracle
	placeholders map[string][]string
	selections   map[string]func(*plainEvent) bool
}

func (r *plainReader) selection(node *yaml.Node) (func(*plainEvent) bool, error) {
	switch node.Kind {
	case yaml.MappingNode:
		var parts []func(*plainEvent) bool
		for i := 0; i < len(node.Content); i += 2 {
			f, err := r.item(node.Content[i].Value, node.Content[i+1])
			if err != nil {
				return nil, err
			}
			parts = append(parts, f)
		}
		return allOf(parts), nil
	case yaml.SequenceNode:
		var parts []func(*plainEvent) bool
		for _, one := range node.Content {
			f, err := r.selection(one)
			if err != nil {
				return nil, err
			}
			parts = append(parts, f)
		}
		return anyOf(parts), nil
	}
	return r.item("", node)
}

// names are the names that events may carry a field under, as docs/reference/rules.md describes it: its own first.
func (r *plainReader) names(field string) []string {
	o := r.oracle
	names := []string{vedette.SourcePrefix + field, vedette.CanonicalField(o.product, o.category, o.service, field)}
	switch o.product {
	case "linux", "macos":
		if o.service == "" {
			names = append(names, vedette.CanonicalField(o.product, o.category, "auditd", field))
		}
	case "windows", "zeek", "suricata", "aws", "azure", "gcp", "m365", "okta", "github", "kubernetes", "bitbucket", "onelogin":
	default:
		for _, p := range [][3]string{{"windows"}, {"linux"}, {"linux", "", "auditd"}, {"zeek"}, {"suricata"}, {"aws"}, {"", "webserver"}, {"", "dns"}, {"", "firewall"}} {
			if name := vedette.CanonicalField(p[0], p[1], p[2], field); !strings.HasPrefix(name, vedette.SourcePrefix) {
				names = append(names, name)
			}
		}
	}
	return names
}

func (r *plainReader) item(key string, body *yaml.Node) (func(*plainEvent) bool, error) {
	parts := strings.Split(key, "|")
	field, mods := parts[0], parts[1:]
	values := []*yaml.Node{body}
	if body.Kind == yaml.SequenceNode {
		values = body.Content
	}
	texts := func(e *plainEvent) []text { return e.all() }
	if field != "" {
		names := r.names(field)
		texts = func(e *plainEvent) []text { return e.texts(names) }
	}
	if slices.Contains(mods, "exists") {
		want := values[0].Value == "true"
		return func(e *plainEvent) bool { return (len(texts(e)) > 0) == want }, nil
	}
	var tests []func(*plainEvent) bool
	for _, v := range values {
		one, err := r.value(field, mods, v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		null := v.ShortTag() == "!!null"
		tests = append(tests, func(e *plainEvent) bool {
			have := texts(e)
			if null {
				return len(have) == 0 || slices.ContainsFunc(have, func(t text) bool { return t.null })
			}
			return slices.ContainsFunc(have, func(t text) bool { return !t.null && one(e, t) })
		})
	}
	f := anyOf(tests)
	if slices.Contains(mods, "all") {
		f = allOf(tests)
	}
	if slices.Contains(mods, "neq") {
		return func(e *plainEvent) bool { return !f(e) }, nil
	}
	return f, nil
}

// value reads one value with its modifiers, in their order.
func (r *plainReader) value(field string, mods []string, v *yaml.Node) (func(*plainEvent, text) bool, error) {
	if v.ShortTag() == "!!null" {
		return nil, nil
	}
	has := func(m string) bool { return slices.Contains(mods, m) }
	literals := []string{v.Value} // each an alternative
	encoded := false
	for _, m := range mods {
		var next []string
		for _, s := range literals {
			switch m {
			case "expand":
				for name, list := range r.placeholders {
					for _, one := range list {
						if strings.Contains(s, "%"+name+"%") {
							next = append(next, strings.ReplaceAll(s, "%"+name+"%", one))
						}
					}
				}
			case "wide", "utf16le":
				next = append(next, wide(s))
			case "base64":
				next, encoded = append(next, base64.StdEncoding.EncodeToString([]byte(s))), true
			case "base64offset":
				next, encoded = append(next, offsets(s)...), true
			case "contains", "startswith", "endswith", "all", "neq", "windash", "cased", "re", "i", "cidr", "fieldref":
				next = append(next, s)
			default:
				return nil, fmt.Errorf("the oracle does not know the modifier %s", m)
			}
		}
		literals = next
	}
	var tests []func(*plainEvent, text) bool
	for _, s := range literals {
		switch {
		case has("re"):
			flags := "(?:"
			if has("i") {
				flags = "(?i:"
			}
			re, err := regexp.Compile(flags + s + ")")
			if err != nil {
				return nil, err
			}
			tests = append(tests, func(_ *plainEvent, t text) bool { return re.MatchString(t.value) })
		case has("cidr"):
			net, err := netip.ParsePrefix(s)
			if err != nil {
				return nil, err
			}
			tests = append(tests, func(_ *plainEvent, t text) bool {
				a, err := netip.ParseAddr(t.value)
				return err == nil && net.Contains(a.Unmap().WithZone(""))
			})
		case has("fieldref"):
			tests = append(tests, r.reference(s, mods))
		case !encoded && field != "" && !has("contains") && !has("startswith") && !has("endswith") && (v.ShortTag() == "!!int" || v.ShortTag() == "!!float"):
			tests = append(tests, number(s))
		default:
			tests = append(tests, glob(s, field == "", encoded, mods))
		}
	}
	return func(e *plainEvent, t text) bool {
		return slices.ContainsFunc(tests, func(f func(*plainEvent, text) bool) bool { return f(e, t) })
	}, nil
}

func (r *plainReader) reference(other string, mods []string) func(*plainEvent, text) bool {
	names := r.names(other)
	compare := strings.EqualFold
	for _, m := range mods {
		switch m {
		case "contains":
			compare = strings.Contains
		case "startswith":
			compare = strings.HasPrefix
		case "endswith":
			compare = strings.HasSuffix
		}
	}
	return func(e *plainEvent, t text) bool {
		return slices.ContainsFunc(e.texts(names), func(o text) bool { return !o.null && compare(t.lower, o.lower) })
	}
}

func number(s string) func(*plainEvent, text) bool {
	var want float64
	if err := yaml.Unmarshal([]byte(s), &want); err != nil {
		panic(err)
	}
	return func(_ *plainEvent, t text) bool {
		f, err := strconv.ParseFloat(t.value, 64)
		return err == nil && f == want && !strings.ContainsAny(t.value, "xX_") || t.lower == strings.ToLower(s)
	}
}

func wide(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// offsets gives what stays of a text in base64 whatever stands before and behind it: it is encoded behind 0, 1 and 2
// bytes, and the characters that depend on other bytes are cut off.
func offsets(s string) []string {
	var out []string
	for n := range 3 {
		a := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", n) + s + "\x00\x00\x00"))
		b := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\xff", n) + s + "\xff\xff\xff"))
		from := 0
		for a[from] != b[from] {
			from++
		}
		if n > 0 { // the first group may agree by chance in front of the part that differs
			from = (n*8 + 5) / 6
		}
		to := (n + len(s)) * 8 / 6
		if from < to {
			out = append(out, a[from:to])
		}
	}
	return out
}

// glob reads text with wildcards. A modifier leaves an end open; keywords are open on both.
func glob(s string, keyword, literal bool, mods []string) func(*plainEvent, text) bool {
	has := func(m string) bool { return slices.Contains(mods, m) }
	before, after := keyword || has("contains") || has("endswith"), keyword || has("contains") || has("startswith")
	var pattern, plain strings.Builder
	special, previous := false, ' '
	word := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		c, next := runes[i], ' '
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch {
		case literal:
		case c == '\\' && i+1 < len(runes) && strings.ContainsRune(`\*?`, next):
			i++
			c = next
		case c == '*':
			special, previous = true, ' '
			pattern.WriteString(".*")
			continue
		case c == '?':
			special, previous = true, ' '
			pattern.WriteString(".")
			continue
		case has("windash") && (c == '-' || c == '/') && !word(previous) && word(next):
			special, previous = true, c
			pattern.WriteString("[-/\u2013\u2014\u2015]")
			continue
		}
		previous = c
		if !has("cased") {
			c = unicode.ToLower(c)
		}
		pattern.WriteString(regexp.QuoteMeta(string(c)))
		plain.WriteRune(c)
	}
	of := func(t text) string {
		if has("cased") {
			return t.value
		}
		return t.lower
	}
	if special {
		ends := [2]string{"^", "$"}
		if before {
			ends[0] = ""
		}
		if after {
			ends[1] = ""
		}
		re := regexp.MustCompile("(?s)" + ends[0] + pattern.String() + ends[1])
		return func(_ *plainEvent, t text) bool { return re.MatchString(of(t)) }
	}
	want := plain.String()
	switch {
	case before && after:
		return func(_ *plainEvent, t text) bool { return strings.Contains(of(t), want) }
	case before:
		return func(_ *plainEvent, t text) bool { return strings.HasSuffix(of(t), want) }
	case after:
		return func(_ *plainEvent, t text) bool { return strings.HasPrefix(of(t), want) }
	}
	return func(_ *plainEvent, t text) bool { return of(t) == want }
}

// plainCondition reads a condition, or before and, and before not.
type plainCondition struct {
	reader *plainReader
	tokens []string
	err    error
}

func (p *plainCondition) take(word string) bool {
	if len(p.tokens) > 0 && strings.EqualFold(p.tokens[0], word) {
		p.tokens = p.tokens[1:]
		return true
	}
	return false
}

func (p *plainCondition) or() func(*plainEvent) bool {
	list := []func(*plainEvent) bool{p.and()}
	for p.take("or") {
		list = append(list, p.and())
	}
	return anyOf(list)
}

func (p *plainCondition) and() func(*plainEvent) bool {
	list := []func(*plainEvent) bool{p.not()}
	for p.take("and") {
		list = append(list, p.not())
	}
	return allOf(list)
}

func (p *plainCondition) not() func(*plainEvent) bool {
	if p.take("not") {
		f := p.not()
		return func(e *plainEvent) bool { return !f(e) }
	}
	if p.take("(") {
		f := p.or()
		if !p.take(")") {
			p.err = fmt.Errorf("a parenthesis is open")
		}
		return f
	}
	if len(p.tokens) == 0 {
		p.err = fmt.Errorf("the condition ends early")
		return func(*plainEvent) bool { return false }
	}
	first := p.tokens[0]
	p.tokens = p.tokens[1:]
	if len(p.tokens) > 1 && strings.EqualFold(p.tokens[0], "of") {
		pattern := p.tokens[1]
		p.tokens = p.tokens[2:]
		var list []func(*plainEvent) bool
		for name, f := range p.reader.selections {
			matched, _ := path.Match(pattern, name)
			if strings.EqualFold(pattern, "them") {
				matched = true
			}
			if matched && (!strings.HasPrefix(name, "_") || strings.HasPrefix(pattern, "_")) {
				list = append(list, f)
			}
		}
		if strings.EqualFold(first, "all") {
			return allOf(list)
		}
		return anyOf(list)
	}
	f := p.reader.selections[first]
	if f == nil {
		p.err = fmt.Errorf("no selection %s", first)
		return func(*plainEvent) bool { return false }
	}
	return f
}
