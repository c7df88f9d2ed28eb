package detect

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
)

// logsource looks at the words of a log source.
func (a *adviser) logsource(node *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		words := []string{"product", "category", "service", "definition"}
		if near := closest(key.Value, words, 2); near != "" && !slices.Contains(words, key.Value) {
			a.say(key, near+":", "logsource has no key %q, so it is not looked at", key.Value).safely(key.Value+":", near+":")
		}
	}
	l := logsourceOf(node)
	if l.Product != "windows" || l.Service == "" {
		return
	}
	services := vedette.WindowsServices()
	if !slices.Contains(services, l.Service) {
		near := closest(l.Service, services, 2)
		a.say(mapOf(node)["service"], hint(near, "service: "+near), "no Windows channel is known as the service %q", shorten(l.Service))
	}
}

// selections looks at every test of a detection, and at the condition over them.
func (a *adviser) selections(detection *yaml.Node, l Logsource) {
	fields := vedette.SourceFields(l.Product, l.Category, l.Service)
	names := make([]string, 0, len(detection.Content)/2)
	for i := 0; i+1 < len(detection.Content); i += 2 {
		name, body := detection.Content[i], detection.Content[i+1]
		if name.Value == "condition" || name.Value == "timeframe" {
			continue
		}
		names = append(names, name.Value)
		a.body(body, fields, 0)
	}
	top := mapOf(detection)
	if condition := top["condition"]; condition != nil && condition.Kind == yaml.ScalarNode {
		a.condition(condition, names)
		a.contradictions(condition, top, names)
	}
}

// body walks a selection; anchors are looked at where they are defined.
func (a *adviser) body(node *yaml.Node, fields []string, depth int) {
	if depth > maxNesting {
		return
	}
	switch node.Kind {
	case yaml.SequenceNode:
		for _, kid := range node.Content {
			a.body(kid, fields, depth+1)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, values := node.Content[i], node.Content[i+1]
			if key.Kind == yaml.ScalarNode {
				a.test(key, values, fields)
			}
		}
	}
}

// test looks at one field with its modifiers and values.
func (a *adviser) test(key, values *yaml.Node, fields []string) {
	parts := strings.Split(key.Value, "|")
	field, mods := strings.TrimSpace(parts[0]), parts[1:]
	has := func(m string) bool { return slices.Contains(mods, m) }
	if near := misspelt(field, fields); near != "" {
		a.say(key, strings.Join(append([]string{near}, mods...), "|"), "the field %q is not known here, but %q is", shorten(field), near)
	}
	if has("base64offset") && !has("contains") {
		a.say(key, key.Value+"|contains", "base64offset finds text within text, so without contains it hardly ever matches")
	}
	list := []*yaml.Node{values}
	if values.Kind == yaml.SequenceNode {
		list = values.Content
	}
	if field != "" && len(mods) == 0 {
		a.worded(key, list)
	}
	seen := make(map[string]bool, len(list))
	for _, v := range list {
		if v.Kind != yaml.ScalarNode {
			continue
		}
		text := v.Value
		if !has("cased") && !has("re") && !has("base64") && !has("base64offset") {
			text = strings.ToLower(text)
		}
		if seen[text] && v.ShortTag() != "!!null" {
			a.say(v, "leave one of them out", "the value %q stands twice", shorten(v.Value))
		}
		seen[text] = true
		if v.ShortTag() == "!!str" {
			a.value(key, v, field, mods)
		}
	}
}

// value looks at one text.
func (a *adviser) value(key, v *yaml.Node, field string, mods []string) {
	has := func(m string) bool { return slices.Contains(mods, m) }
	switch {
	case has("re"):
		if text, cut := strings.CutPrefix(v.Value, ".*"); cut && text != "" {
			a.say(v, "'"+text+"'", "an expression is looked for anywhere, so .* at its start does nothing")
		} else if text, cut := strings.CutSuffix(v.Value, ".*"); cut && text != "" && !strings.HasSuffix(text, `\`) {
			a.say(v, "'"+text+"'", "an expression is looked for anywhere, so .* at its end does nothing")
		}
	case field == "" || len(mods) > 0 && !has("contains") && !has("startswith") && !has("endswith") && !has("all") && !has("cased"):
	default:
		a.wildcards(key, v, mods)
	}
}

// wildcards finds a * where the modifiers leave that end open already.
func (a *adviser) wildcards(key, v *yaml.Node, mods []string) {
	text := v.Value
	before, inner, after := stars(text)
	if inner == "" {
		if text != "" && len(mods) == 0 {
			field, _, _ := strings.Cut(key.Value, "|")
			a.say(v, field+"|exists: true", "%q matches every value, also an empty one", text)
		}
		return
	}
	open := func(side bool, m string) bool {
		return side && (slices.Contains(mods, "contains") || slices.Contains(mods, m))
	}
	if open(before, "endswith") || open(after, "startswith") {
		a.say(v, "'"+inner+"'", "the * does nothing here, because %s leaves that end open already", strings.Join(mods, "|"))
	}
}

// worded finds a list of which every value says in wildcards what one and the same modifier says in a word.
func (a *adviser) worded(key *yaml.Node, values []*yaml.Node) {
	modifier, first := "", ""
	for _, v := range values {
		before, inner, after := stars(v.Value)
		word := map[[2]bool]string{{true, true}: "contains", {true, false}: "endswith", {false, true}: "startswith"}[[2]bool{before, after}]
		if word == "" || inner == "" || strings.ContainsAny(inner, "*?") || v.ShortTag() != "!!str" || modifier != "" && word != modifier {
			return
		}
		if modifier == "" {
			modifier, first = word, inner
		}
	}
	if modifier != "" {
		a.say(key, key.Value+"|"+modifier+": '"+first+"'", "%q says in wildcards what %s says in a word", shorten(values[0].Value), modifier)
	}
}

// stars cuts a wildcard off either end of a value.
func stars(text string) (before bool, inner string, after bool) {
	inner, before = strings.CutPrefix(text, "*")
	if !strings.HasSuffix(inner, `\*`) {
		inner, after = strings.CutSuffix(inner, "*")
	}
	return before, inner, after
}

// misspelt finds the field that was probably meant. Windows has hundreds of fields that no table lists, so only what
// differs by one letter or by the case of letters counts.
func misspelt(field string, known []string) string {
	if len(field) < 5 || slices.Contains(known, field) {
		return ""
	}
	for _, k := range known {
		if strings.EqualFold(k, field) {
			return k
		}
	}
	if near := closest(field, known, 1); near != "" && len(near) == len(field) && sameLetters(near, field) {
		return near
	}
	return ""
}

// sameLetters tells whether one word is the other with letters in another order: a slip of the fingers.
func sameLetters(a, b string) bool {
	x, y := []byte(strings.ToLower(a)), []byte(strings.ToLower(b))
	slices.Sort(x)
	slices.Sort(y)
	return string(x) == string(y)
}
