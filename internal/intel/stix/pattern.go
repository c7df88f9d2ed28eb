package stix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
)

// Bounds of one pattern.
const (
	maxPattern = 64 << 10 // bytes
	maxValues  = 1000
	maxDepth   = 64
)

// Value is one value that a pattern looks for.
type Value struct {
	Kind  vedette.IndicatorKind // empty when the value itself tells
	Value string
}

// Pattern reads a STIX pattern. It returns the values of which any one makes it true, and what of it cannot be kept. A
// pattern that is not well formed is an invalid error.
func Pattern(text string) (values []Value, left []string, err error) {
	if len(text) > maxPattern {
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "the pattern has %d bytes; at most %d are read", len(text), maxPattern)
	}
	tokens, err := lex(text)
	if err != nil {
		return nil, nil, err
	}
	p := &reader{tokens: tokens}
	got, err := p.observations(0)
	if err == nil && p.at < len(p.tokens) {
		err = p.wrong("the end")
	}
	if err != nil {
		return nil, nil, err
	}
	return got.values, p.left, nil
}

// reader walks over the tokens of a pattern.
type reader struct {
	tokens []token
	at     int
	left   []string
}

// part is what one part of a pattern asks for.
type part struct {
	values  []Value
	neutral bool // it says nothing that a value does not say already
	file    bool // it speaks of a file
	failed  bool // it cannot be kept
}

func (p *reader) peek() token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return token{}
}

func (p *reader) word(words ...string) bool {
	t := p.peek()
	if t.kind != tokenWord {
		return false
	}
	for _, w := range words {
		if strings.EqualFold(t.text, w) {
			p.at++
			return true
		}
	}
	return false
}

func (p *reader) sign(text string) bool {
	if t := p.peek(); t.kind == tokenSign && t.text == text {
		p.at++
		return true
	}
	return false
}

func (p *reader) wrong(want string) error {
	if p.at >= len(p.tokens) {
		return vedette.Errorf(vedette.CodeInvalid, "the pattern ends where %s is expected", want)
	}
	return vedette.Errorf(vedette.CodeInvalid, "the pattern has %q where %s is expected", vedette.Shorten(p.peek().text, 40), want)
}

func (p *reader) drop(reason string) part {
	if !slices.Contains(p.left, reason) && len(p.left) < 10 {
		p.left = append(p.left, reason)
	}
	return part{failed: true}
}

// observations reads observation expressions that are joined by OR, AND or FOLLOWEDBY. Only OR can be kept.
func (p *reader) observations(depth int) (part, error) {
	if depth > maxDepth {
		return part{}, vedette.Errorf(vedette.CodeInvalid, "the pattern is nested too deeply")
	}
	all, err := p.observation(depth)
	for err == nil {
		joined := p.peek().text
		if !p.word("OR", "AND", "FOLLOWEDBY") {
			return all, nil
		}
		var next part
		if next, err = p.observation(depth); err != nil {
			break
		}
		if !strings.EqualFold(joined, "OR") {
			all = p.drop("observations joined by " + strings.ToUpper(joined))
			continue
		}
		all.values = append(all.values, next.values...)
		if len(all.values) > maxValues {
			return part{}, vedette.Errorf(vedette.CodeInvalid, "the pattern has more than %d values", maxValues)
		}
	}
	return all, err
}

func (p *reader) observation(depth int) (part, error) {
	var got part
	var err error
	switch {
	case p.sign("("):
		if got, err = p.observations(depth + 1); err == nil && !p.sign(")") {
			err = p.wrong(`")"`)
		}
	case p.sign("["):
		if got, err = p.comparisons(depth + 1); err == nil && !p.sign("]") {
			err = p.wrong(`"]"`)
		}
	default:
		err = p.wrong(`"["`)
	}
	for err == nil {
		switch {
		case p.word("WITHIN"), p.word("REPEATS"):
			if p.peek().kind != tokenNumber {
				return got, p.wrong("a number")
			}
			if p.at++; !p.word("SECONDS", "TIMES") {
				return got, p.wrong("SECONDS or TIMES")
			}
			got = p.drop("a number of times or a time span")
		case p.word("START", "STOP"):
			if p.peek().kind != tokenString {
				return got, p.wrong("a time")
			}
			p.at++
			got = p.drop("a time span")
		default:
			return got, nil
		}
	}
	return got, err
}

// comparisons reads comparisons joined by OR.
func (p *reader) comparisons(depth int) (part, error) {
	if depth > maxDepth {
		return part{}, vedette.Errorf(vedette.CodeInvalid, "the pattern is nested too deeply")
	}
	all, err := p.together(depth)
	for err == nil && p.word("OR") {
		var next part
		if next, err = p.together(depth); err == nil {
			all.values = append(all.values, next.values...)
			all.neutral, all.file = all.neutral && next.neutral, all.file && next.file
			all.failed = all.failed && next.failed
		}
		if len(all.values) > maxValues {
			return part{}, vedette.Errorf(vedette.CodeInvalid, "the pattern has more than %d values", maxValues)
		}
	}
	return all, err
}

// together reads comparisons joined by AND. Two conditions at once cannot be kept, unless one of them is the hash of a
// file: that says all that can be said of it.
func (p *reader) together(depth int) (part, error) {
	before := len(p.left)
	first, err := p.comparison(depth)
	parts := []part{first}
	for err == nil && p.word("AND") {
		var next part
		next, err = p.comparison(depth)
		parts = append(parts, next)
	}
	if err != nil || len(parts) == 1 {
		return first, err
	}
	var hashes part
	hashes.file = true
	files := true
	for _, one := range parts {
		files = files && (one.file || one.neutral)
		if len(one.values) > 0 && !slices.ContainsFunc(one.values, func(v Value) bool { return !isHash(v.Kind) }) {
			hashes.values = append(hashes.values, one.values...)
		}
	}
	if files && len(hashes.values) > 0 {
		p.left = p.left[:before] // what stands beside a hash adds nothing
		return hashes, nil
	}
	parts = slices.DeleteFunc(parts, func(one part) bool { return one.neutral })
	if len(parts) == 1 {
		return parts[0], nil
	}
	p.left = p.left[:before]
	return p.drop("several conditions joined by AND"), nil
}

func isHash(kind vedette.IndicatorKind) bool {
	switch kind {
	case vedette.IndicatorMD5, vedette.IndicatorSHA1, vedette.IndicatorSHA256, vedette.IndicatorSHA512:
		return true
	}
	return false
}

// comparison reads one comparison, or several in parentheses.
func (p *reader) comparison(depth int) (part, error) {
	if p.sign("(") {
		got, err := p.comparisons(depth + 1)
		if err == nil && !p.sign(")") {
			err = p.wrong(`")"`)
		}
		return got, err
	}
	exists := p.word("EXISTS")
	path := p.peek()
	if path.kind != tokenWord || !strings.Contains(path.text, ":") {
		return part{}, p.wrong("an object path such as ipv4-addr:value")
	}
	p.at++
	file := strings.HasPrefix(path.text, "file:") || strings.HasPrefix(path.text, "artifact:")
	if exists {
		got := p.drop("EXISTS")
		got.file = file
		return got, nil
	}
	negated := p.word("NOT")
	operator, texts, err := p.operands()
	if err != nil {
		return part{}, err
	}
	kind, known := kindOf(path.text)
	switch {
	case negated:
		got := p.drop("NOT")
		got.file = file
		return got, nil
	case strings.HasSuffix(path.text, "_ref.type") && operator == "=":
		return part{neutral: true}, nil
	case !known:
		got := p.drop("the path " + vedette.Shorten(path.text, 60))
		got.file = file
		return got, nil
	case operator == "ISSUBSET" && kind == vedette.IndicatorAddress:
		kind = vedette.IndicatorNetwork
	case operator != "=" && operator != "IN":
		got := p.drop("the operator " + operator)
		got.file = file
		return got, nil
	}
	got := part{file: file}
	for _, text := range texts {
		got.values = append(got.values, Value{kind, text})
	}
	return got, nil
}

// operands reads an operator and the constants behind it.
func (p *reader) operands() (operator string, texts []string, err error) {
	t := p.peek()
	switch {
	case t.kind == tokenSign && strings.ContainsAny(t.text, "=<>"):
	case t.kind == tokenWord && slices.Contains([]string{"IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"}, strings.ToUpper(t.text)):
	default:
		return "", nil, p.wrong("an operator")
	}
	p.at++
	operator = strings.ToUpper(t.text)
	if operator == "==" {
		operator = "="
	}
	if operator != "IN" {
		text, err := p.constant()
		return operator, []string{text}, err
	}
	if !p.sign("(") {
		return "", nil, p.wrong(`"("`)
	}
	for {
		text, err := p.constant()
		if err != nil {
			return "", nil, err
		}
		if texts = append(texts, text); len(texts) > maxValues {
			return "", nil, vedette.Errorf(vedette.CodeInvalid, "the pattern has more than %d values", maxValues)
		}
		if p.sign(")") {
			return operator, texts, nil
		}
		if !p.sign(",") {
			return "", nil, p.wrong(`"," or ")"`)
		}
	}
}

func (p *reader) constant() (string, error) {
	t := p.peek()
	if t.kind == tokenString || t.kind == tokenNumber || t.kind == tokenWord && (strings.EqualFold(t.text, "true") || strings.EqualFold(t.text, "false")) {
		p.at++
		return t.text, nil
	}
	return "", p.wrong("a value")
}

// kindOf finds the kind of indicator that a path of an object holds.
func kindOf(path string) (vedette.IndicatorKind, bool) {
	object, property, _ := strings.Cut(path, ":")
	object = strings.ToLower(object)
	property = strings.NewReplacer("'", "", `"`, "").Replace(property)
	if _, name, ok := strings.Cut(property, "hashes."); ok && (object == "file" || object == "artifact" || object == "process") {
		return hashKind(name)
	}
	switch {
	case property == "value":
		switch object {
		case "ipv4-addr", "ipv6-addr":
			return vedette.IndicatorAddress, true
		case "domain-name":
			return vedette.IndicatorDomain, true
		case "url":
			return vedette.IndicatorURL, true
		case "email-addr":
			return vedette.IndicatorEmail, true
		}
	case object == "email-message" && (property == "from_ref.value" || property == "sender_ref.value"):
		return vedette.IndicatorEmail, true
	case object == "network-traffic" && (property == "dst_ref.value" || property == "src_ref.value"):
		return "", true
	case object == "artifact" && property == "url":
		return vedette.IndicatorURL, true
	case object == "file" && strings.HasSuffix(property, "windows-pebinary-ext.imphash"):
		return vedette.IndicatorImphash, true
	}
	return "", false
}

func hashKind(name string) (vedette.IndicatorKind, bool) {
	kind := vedette.IndicatorKind(strings.ReplaceAll(strings.ToLower(name), "-", ""))
	return kind, isHash(kind)
}

// write is the pattern that looks for one indicator.
func write(in *vedette.Indicator) string {
	quoted := "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(in.Value) + "'"
	family := "ipv4-addr"
	if strings.Contains(in.Value, ":") {
		family = "ipv6-addr"
	}
	switch in.Kind {
	case vedette.IndicatorAddress:
		return fmt.Sprintf("[%s:value = %s]", family, quoted)
	case vedette.IndicatorNetwork:
		return fmt.Sprintf("[%s:value ISSUBSET %s]", family, quoted)
	case vedette.IndicatorDomain:
		return fmt.Sprintf("[domain-name:value = %s]", quoted)
	case vedette.IndicatorURL:
		return fmt.Sprintf("[url:value = %s]", quoted)
	case vedette.IndicatorEmail:
		return fmt.Sprintf("[email-addr:value = %s]", quoted)
	case vedette.IndicatorImphash:
		return fmt.Sprintf("[file:extensions.'windows-pebinary-ext'.imphash = %s]", quoted)
	}
	name := map[vedette.IndicatorKind]string{vedette.IndicatorMD5: "MD5", vedette.IndicatorSHA1: "'SHA-1'", vedette.IndicatorSHA256: "'SHA-256'", vedette.IndicatorSHA512: "'SHA-512'"}[in.Kind]
	return fmt.Sprintf("[file:hashes.%s = %s]", name, quoted)
}
