package detect

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// valueKind is what a value of a rule has become while its modifiers were applied.
type valueKind uint8

const (
	valueText valueKind = iota
	valueNumber
	valueBool
	valueNull
	valueExpression // after re
	valueNetwork    // after cidr
	valueField      // after fieldref
	valueOrdered    // after lt, lte, gt, gte or a time part
)

var valueKindNames = [...]string{"text", "a number", "a boolean", "null", "a regular expression", "a network", "a field", "a comparison"}

// value is one value of a rule on its way through the modifiers.
type value struct {
	kind   valueKind
	source string // as the rule writes it
	text   text   // for valueText
	truth  bool
	flags  string // for valueExpression
	how    string // for valueField: equals, contains, startswith, endswith
	order  ordered
	net    network
	listed bool // it is, as it stands, a value of a list of the configuration
}

// scalarValue reads a scalar of the YAML document.
func scalarValue(node *yaml.Node) (value, error) {
	if node.Kind != yaml.ScalarNode {
		return value{}, rejectAt(node, "a list or map stands where a single value is expected")
	}
	v := value{source: node.Value}
	switch tag := node.ShortTag(); tag {
	case "!!null":
		v.kind = valueNull
	case "!!bool":
		v.kind = valueBool
		v.truth = strings.EqualFold(node.Value, "true")
	case "!!int", "!!float":
		v.kind = valueNumber
	case "!!str", "!!timestamp":
		v.text = parseText(node.Value)
	default:
		return value{}, rejectAt(node, "the YAML tag %s is not supported", tag)
	}
	return v, nil
}

// numberText returns the decimal spelling of a YAML number, which may be written in hexadecimal or octal.
func numberText(source string) (string, bool) {
	var node yaml.Node
	var i int64
	node.Kind, node.Value = yaml.ScalarNode, source
	if node.ShortTag() == "!!int" && node.Decode(&i) == nil {
		return fmt.Sprint(i), true
	}
	return canonicalNumber(source)
}

// asText turns numbers and booleans into text, for modifiers that work on text.
func (v value) asText() (value, bool) {
	switch v.kind {
	case valueText:
		return v, true
	case valueNumber, valueBool:
		v.kind, v.text = valueText, parseText(v.source)
		return v, true
	}
	return v, false
}

// matchers compiles the value. A number that the rule spells unusually matches by value and by spelling.
func (v value) matchers(t *test, c *compiler) ([]matcher, error) {
	switch v.kind {
	case valueText:
		if t.field == "" {
			v.text = v.text.clone().startOpen().endOpen()
		}
		if t.field != "" && v.listed && strings.Contains(v.source, "/") {
			if net, ok := parseNetwork(v.source); ok { // a list of networks means the addresses in them
				return []matcher{newText(v.text, t.cased), net}, nil
			}
		}
		return []matcher{newText(v.text, t.cased)}, nil
	case valueBool:
		if t.field == "" {
			return []matcher{newText(parseText(v.source).startOpen().endOpen(), t.cased)}, nil
		}
		return []matcher{truth(v.truth)}, nil
	case valueNumber:
		if t.field == "" {
			return []matcher{newText(text{{lit: v.source}}.startOpen().endOpen(), t.cased)}, nil
		}
		spelled := newText(text{{lit: v.source}}, t.cased)
		canonical, ok := numberText(v.source)
		switch {
		case !ok:
			return []matcher{spelled}, nil
		case canonical == v.source:
			return []matcher{equalNumber{canonical}}, nil
		}
		return []matcher{equalNumber{canonical}, spelled}, nil
	case valueExpression:
		m, err := newExpression(v.pattern(), v.flags, v.source)
		if err != nil {
			return nil, fmt.Errorf("the regular expression %q cannot run: %s", v.source, expressionTrouble(err))
		}
		return []matcher{m}, nil
	case valueNetwork:
		return []matcher{v.net}, nil
	case valueField:
		slots, _ := c.resolve(v.source)
		return []matcher{&otherField{how: v.how, slots: slots, cased: t.cased, shown: v.source}}, nil
	case valueOrdered:
		if trouble := v.order.never(); trouble != "" {
			return nil, errors.New(trouble)
		}
		return []matcher{&v.order}, nil
	}
	return nil, fmt.Errorf("a value of kind %s cannot be compared", valueKindNames[v.kind])
}

// pattern adds the anchors that startswith and endswith ask of an expression.
func (v value) pattern() string {
	switch v.how {
	case "startswith":
		return `\A(?:` + v.source + `)`
	case "endswith":
		return `(?:` + v.source + `)\z`
	}
	return v.source
}

// expressionTrouble says in a person's words what RE2 does not do.
func expressionTrouble(err error) string {
	s := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	for _, look := range []string{"(?=", "(?!", "(?<=", "(?<!"} {
		if strings.Contains(s, look) {
			return "it looks ahead or behind, which Sigma does not allow and the engine cannot do in linear time"
		}
	}
	if strings.Contains(s, "invalid escape sequence") {
		return s + "; back-references and such do not exist here"
	}
	return s
}
