package detect

import (
	"fmt"
	"strings"
)

// modifierNames are all modifiers of the specification, with their aliases.
var modifierNames = [...]string{
	"all", "base64", "base64offset", "cased", "cidr", "contains", "day", "dotall", "endswith", "exists", "expand",
	"fieldref", "gt", "gte", "hour", "i", "ignorecase", "lt", "lte", "m", "minute", "month", "multiline", "neq", "re", "s",
	"startswith", "utf16", "utf16be", "utf16le", "week", "wide", "windash", "year",
}

// maxSpellings bounds the texts that one value may become when dashes must be spelled out.
const maxSpellings = 3125

// apply runs one modifier over one value, which may become several alternatives. first tells that no other modifier
// that changes values came before.
func (v value) apply(modifier string, first bool) ([]value, error) {
	v.listed = false
	switch modifier {
	case "contains", "startswith", "endswith":
		return v.place(modifier)
	case "base64", "base64offset", "wide", "utf16le", "utf16be", "utf16", "windash":
		return v.encode(modifier)
	case "re", "cidr", "fieldref":
		return v.become(modifier, first)
	case "i", "ignorecase", "m", "multiline", "s", "dotall":
		if v.kind != valueExpression {
			return nil, fmt.Errorf("the modifier %q belongs behind re", modifier)
		}
		flag := map[string]string{"ignorecase": "i", "multiline": "m", "dotall": "s"}[modifier]
		if flag == "" {
			flag = modifier
		}
		if !strings.Contains(v.flags, flag) {
			v.flags += flag
		}
		return []value{v}, nil
	case "lt", "lte", "gt", "gte":
		return v.compare(modifier)
	}
	if part := timePartOf(modifier); part != partNone {
		bound, ok := numberText(v.source)
		n, fine := parseNumber(bound)
		if !ok || !fine || !n.whole || v.kind != valueNumber && v.kind != valueText {
			return nil, fmt.Errorf("the modifier %q needs a whole number, not %q", modifier, v.source)
		}
		v.kind, v.order = valueOrdered, ordered{op: "equals", bound: n, part: part, shown: v.source}
		return []value{v}, nil
	}
	return nil, fmt.Errorf("the modifier %q cannot be combined so", modifier)
}

// place lets the value stand at the start, at the end or anywhere.
func (v value) place(modifier string) ([]value, error) {
	switch v.kind {
	case valueExpression:
		if modifier != "contains" { // an expression is looked for anywhere already
			v.how = modifier
		}
		return []value{v}, nil
	case valueField:
		v.how = modifier
		return []value{v}, nil
	}
	t, ok := v.asText()
	if !ok {
		return nil, fmt.Errorf("the modifier %q needs text, not %s", modifier, valueKindNames[v.kind])
	}
	if modifier != "startswith" {
		t.text = t.text.startOpen()
	}
	if modifier != "endswith" {
		t.text = t.text.endOpen()
	}
	return []value{t}, nil
}

// encode rewrites the text into what it looks like in another encoding.
func (v value) encode(modifier string) ([]value, error) {
	t, ok := v.asText()
	if !ok {
		return nil, fmt.Errorf("the modifier %q needs text, not %s", modifier, valueKindNames[v.kind])
	}
	if modifier == "windash" {
		t.text = t.text.windash()
		return []value{t}, nil
	}
	spelled := t.text.spellings(maxSpellings)
	if spelled == nil {
		return nil, fmt.Errorf("%q has too many dashes to be spelled out for %s", v.source, modifier)
	}
	var out []value
	for _, s := range spelled {
		encoded, err := encodeText(s, modifier)
		if err != nil {
			return nil, fmt.Errorf("%w, not %q", err, v.source)
		}
		for _, e := range encoded {
			u := t
			u.text = e
			out = append(out, u)
		}
	}
	return out, nil
}

func encodeText(t text, modifier string) ([]text, error) {
	switch modifier {
	case "wide", "utf16le":
		return []text{t.literals(func(s string) string { return utf16Bytes(s, false) })}, nil
	case "utf16be":
		return []text{t.literals(func(s string) string { return utf16Bytes(s, true) })}, nil
	case "utf16":
		encoded := text{{lit: byteOrderMark}}
		for _, p := range t.literals(func(s string) string { return utf16Bytes(s, false) }) {
			encoded = encoded.plus(p)
		}
		return []text{encoded}, nil
	}
	plain, ok := t.plain()
	if !ok || plain == "" {
		return nil, fmt.Errorf("the modifier %q needs text without wildcards", modifier)
	}
	if modifier == "base64" {
		return []text{{{lit: base64Text(plain)}}}, nil
	}
	var out []text
	for _, e := range base64Offsets(plain) {
		out = append(out, text{{lit: e}})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the modifier %q needs longer text", modifier)
	}
	return out, nil
}

// become turns text into an expression, a network or the name of a field. These read the value as the rule wrote it, so
// nothing may have changed it before.
func (v value) become(modifier string, first bool) ([]value, error) {
	if !first {
		return nil, fmt.Errorf("the modifier %q must come before others that change the value", modifier)
	}
	t, ok := v.asText()
	if !ok {
		return nil, fmt.Errorf("the modifier %q needs text, not %s", modifier, valueKindNames[v.kind])
	}
	switch modifier {
	case "re":
		t.kind = valueExpression
	case "cidr":
		t.kind = valueNetwork
		if t.net, ok = parseNetwork(t.source); !ok {
			return nil, fmt.Errorf("%q is not an address range such as 10.0.0.0/8 or fe80::/10", t.source)
		}
	case "fieldref":
		name, plain := t.text.plain()
		if !plain || name == "" {
			return nil, fmt.Errorf("fieldref needs the name of a field, not %q", t.source)
		}
		t.kind, t.source, t.how = valueField, name, "equals"
	}
	return []value{t}, nil
}

func (v value) compare(modifier string) ([]value, error) {
	if v.kind == valueOrdered && v.order.part != partNone && v.order.op == "equals" {
		v.order.op = modifier
		return []value{v}, nil
	}
	bound, ok := numberText(v.source)
	n, fine := parseNumber(bound)
	if !ok || !fine || v.kind != valueNumber && v.kind != valueText {
		return nil, fmt.Errorf("the modifier %q needs a number, not %q", modifier, v.source)
	}
	v.kind, v.order = valueOrdered, ordered{op: modifier, bound: n, shown: v.source}
	return []value{v}, nil
}
