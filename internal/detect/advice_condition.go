package detect

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// condition finds quantifiers over a single selection.
func (a *adviser) condition(node *yaml.Node, names []string) {
	tokens := conditionTokens(node.Value)
	for i := 0; i+2 < len(tokens); i++ {
		if !strings.EqualFold(tokens[i+1], "of") || !slices.Contains([]string{"1", "all", "any"}, strings.ToLower(tokens[i])) {
			continue
		}
		pattern := tokens[i+2]
		var hit []string
		for _, name := range names {
			if matched, err := path.Match(pattern, name); err == nil && matched || strings.EqualFold(pattern, "them") && !strings.HasPrefix(name, "_") {
				hit = append(hit, name)
			}
		}
		// One filter with a number is the usual beginning of several, so only "them" and plain patterns are worth a word.
		if len(hit) == 1 && (strings.EqualFold(pattern, "them") || pattern == hit[0]) {
			a.say(node, "condition: "+strings.Join(slices.Concat(tokens[:i], hit, tokens[i+3:]), " "), "%q stands for one selection only", strings.Join(tokens[i:i+3], " "))
		}
	}
}

// contradictions finds conditions that can never hold: two selections that must both be true but ask one field for
// different values, and a filter that excludes all that a selection asks for. Only whole values are compared; anything
// with a modifier or a wildcard is left alone.
func (a *adviser) contradictions(node *yaml.Node, top map[string]*yaml.Node, names []string) {
	e, err := parseCondition(node.Value, names)
	if err != nil {
		return
	}
	var must, never []string
	demands(e, names, &must, &never)
	for i, x := range must {
		for _, y := range must[i+1:] {
			if field := apart(exactValues(top[x]), exactValues(top[y])); field != "" {
				a.say(node, "", "%s and %s ask the field %s for different values, so both are never true unless it has several", x, y, field)
			}
		}
		for _, y := range never {
			if x == y || within(top[x], top[y]) {
				a.say(node, "", "%s excludes everything that %s asks for, so the condition is never true", y, x)
			}
		}
	}
}

// demands lists the selections that must be true, and those that must be false, for a condition to hold.
func demands(e *expr, names []string, must, never *[]string) {
	switch e.op {
	case opName:
		*must = append(*must, names[e.name])
	case opAnd:
		for _, kid := range e.kids {
			demands(kid, names, must, never)
		}
	case opNot:
		// Not any of several is not each of them.
		switch kid := e.kids[0]; kid.op {
		case opName:
			*never = append(*never, names[kid.name])
		case opOr:
			for _, one := range kid.kids {
				if one.op == opName {
					*never = append(*never, names[one.name])
				}
			}
		}
	}
}

// exactValues gives the whole values that a selection asks fields for, by field, in lower case.
func exactValues(body *yaml.Node) map[string][]string {
	out := make(map[string][]string)
	if body == nil || body.Kind != yaml.MappingNode {
		return out
	}
	for i := 0; i+1 < len(body.Content); i += 2 {
		key, values := body.Content[i].Value, body.Content[i+1]
		if strings.Contains(key, "|") {
			continue
		}
		list := []*yaml.Node{values}
		if values.Kind == yaml.SequenceNode {
			list = values.Content
		}
		var texts []string
		for _, v := range list {
			if v.Kind != yaml.ScalarNode || v.ShortTag() == "!!null" || strings.ContainsAny(v.Value, "*?%") {
				texts = nil
				break
			}
			texts = append(texts, strings.ToLower(v.Value))
		}
		if len(texts) > 0 {
			out[key] = texts
		}
	}
	return out
}

// apart names a field that two selections ask for values of which none is the same.
func apart(x, y map[string][]string) string {
	for field, want := range x {
		other, ok := y[field]
		if ok && !slices.ContainsFunc(want, func(v string) bool { return slices.Contains(other, v) }) {
			return field
		}
	}
	return ""
}

// within tells whether whatever meets selection x meets y too: y asks for no field that x does not ask for more closely.
func within(x, y *yaml.Node) bool {
	if y == nil || y.Kind != yaml.MappingNode || len(y.Content) == 0 {
		return false
	}
	narrow, wide := exactValues(x), exactValues(y)
	if len(wide)*2 != len(y.Content) {
		return false
	}
	for field, want := range wide {
		have, ok := narrow[field]
		if !ok || slices.ContainsFunc(have, func(v string) bool { return !slices.Contains(want, v) }) {
			return false
		}
	}
	return true
}
