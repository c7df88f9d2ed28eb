package detect

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// conditionType knows the keys of a condition and how to make it.
type conditionType[T any] struct {
	keys  []string
	build func(*stepArgs) (func(T) bool, error)
}

func typeNames[T any](types map[string]T) []string { return slices.Sorted(maps.Keys(types)) }

// stepArgs are the keys of a transformation or a condition.
type stepArgs struct {
	at  *yaml.Node
	top map[string]*yaml.Node
}

// text returns a key that must be there.
func (a *stepArgs) text(key string) (string, error) {
	if s := scalarOf(a.top[key]); s != "" {
		return s, nil
	}
	return "", rejectAt(firstNode(a.top[key], a.at), "%s is missing or empty", key)
}

// pattern returns a regular expression that must be there.
func (a *stepArgs) pattern(key string) (*regexp.Regexp, error) {
	s, err := a.text(key)
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(s)
	if err != nil {
		return nil, rejectAt(a.top[key], "the regular expression %q cannot run: %s", s, expressionTrouble(err))
	}
	return re, nil
}

// truth returns a key that is true or false; false when it is not there.
func (a *stepArgs) truth(key string) (bool, error) {
	switch node := a.top[key]; {
	case node == nil, strings.EqualFold(scalarOf(node), "false"):
		return false, nil
	case strings.EqualFold(scalarOf(node), "true"):
		return true, nil
	}
	return false, rejectAt(a.top[key], "%s is neither true nor false", key)
}

func ruleConditionTypes() map[string]conditionType[*pipelineRule] {
	return map[string]conditionType[*pipelineRule]{
		"logsource":               {[]string{"category", "product", "service"}, ifLogsource},
		"contains_detection_item": {[]string{"field", "value"}, ifContainsItem},
		"contains_field":          {[]string{"field"}, ifContainsField},
		"tag":                     {[]string{"tag"}, ifTag},
		"rule_attribute":          {[]string{"attribute", "value", "op"}, ifAttribute},
		"is_sigma_rule": {nil, func(*stepArgs) (func(*pipelineRule) bool, error) {
			return func(*pipelineRule) bool { return true }, nil
		}},
		"is_sigma_correlation_rule": {nil, func(*stepArgs) (func(*pipelineRule) bool, error) {
			return func(*pipelineRule) bool { return false }, nil
		}},
	}
}

func ifLogsource(a *stepArgs) (func(*pipelineRule) bool, error) {
	want := Logsource{
		Product: strings.ToLower(scalarOf(a.top["product"])), Category: strings.ToLower(scalarOf(a.top["category"])), Service: strings.ToLower(scalarOf(a.top["service"])),
	}
	if want == (Logsource{}) {
		return nil, rejectAt(a.at, "a condition on the log source names none")
	}
	return func(r *pipelineRule) bool { return want.includes(r.rule.Logsource) }, nil
}

func ifContainsItem(a *stepArgs) (func(*pipelineRule) bool, error) {
	field, err := a.text("field")
	if err != nil {
		return nil, err
	}
	node := a.top["value"]
	if node == nil || node.Kind != yaml.ScalarNode {
		return nil, rejectAt(firstNode(node, a.at), "value is missing or not a single value")
	}
	return func(r *pipelineRule) bool {
		return slices.ContainsFunc(r.items, func(i *pipelineItem) bool {
			return i.field == field && slices.ContainsFunc(i.values, func(v *yaml.Node) bool {
				return v.Kind == yaml.ScalarNode && strings.EqualFold(v.Value, node.Value)
			})
		})
	}, nil
}

func ifContainsField(a *stepArgs) (func(*pipelineRule) bool, error) {
	field, err := a.text("field")
	return func(r *pipelineRule) bool {
		return slices.ContainsFunc(r.items, func(i *pipelineItem) bool { return i.field == field })
	}, err
}

func ifTag(a *stepArgs) (func(*pipelineRule) bool, error) {
	tag, err := a.text("tag")
	return func(r *pipelineRule) bool {
		return slices.ContainsFunc(r.rule.Tags, func(t string) bool { return strings.EqualFold(t, tag) })
	}, err
}

func ifAttribute(a *stepArgs) (func(*pipelineRule) bool, error) {
	attribute, err := a.text("attribute")
	if err != nil {
		return nil, err
	}
	value, err := a.text("value")
	if err != nil {
		return nil, err
	}
	switch op := scalarOf(a.top["op"]); op {
	case "", "eq":
		return func(r *pipelineRule) bool { return r.text(attribute) == value }, nil
	case "ne":
		return func(r *pipelineRule) bool { return r.text(attribute) != value }, nil
	default:
		return nil, rejectAt(a.top["op"], "op takes eq or ne, not %q", op)
	}
}

func itemConditionTypes() map[string]conditionType[*pipelineItem] {
	return map[string]conditionType[*pipelineItem]{
		"match_string":            {[]string{"cond", "pattern", "negate"}, ifMatchString},
		"is_null":                 {[]string{"cond"}, valuesThat(func(v *yaml.Node) bool { return v.ShortTag() == "!!null" })},
		"contains_wildcard":       {[]string{"cond"}, valuesThat(hasWildcard)},
		"processing_item_applied": {[]string{"processing_item_id"}, ifApplied},
	}
}

func hasWildcard(v *yaml.Node) bool {
	if v.Kind != yaml.ScalarNode {
		return false
	}
	_, plain := parseText(v.Value).plain()
	return !plain
}

// valuesThat makes a condition on any value, or on all of them.
func valuesThat(holds func(*yaml.Node) bool) func(*stepArgs) (func(*pipelineItem) bool, error) {
	return func(a *stepArgs) (func(*pipelineItem) bool, error) {
		switch cond := scalarOf(a.top["cond"]); cond {
		case "", "any":
			return func(i *pipelineItem) bool { return slices.ContainsFunc(i.values, holds) }, nil
		case "all":
			return func(i *pipelineItem) bool {
				return !slices.ContainsFunc(i.values, func(v *yaml.Node) bool { return !holds(v) })
			}, nil
		default:
			return nil, rejectAt(a.top["cond"], "cond takes any or all, not %q", cond)
		}
	}
}

func ifMatchString(a *stepArgs) (func(*pipelineItem) bool, error) {
	re, err := a.pattern("pattern")
	if err != nil {
		return nil, err
	}
	negate, err := a.truth("negate")
	if err != nil {
		return nil, err
	}
	holds, err := valuesThat(func(v *yaml.Node) bool { return v.Kind == yaml.ScalarNode && re.MatchString(v.Value) })(a)
	if err != nil || !negate {
		return holds, err
	}
	return func(i *pipelineItem) bool { return !holds(i) }, nil
}

func ifApplied(a *stepArgs) (func(*pipelineItem) bool, error) {
	id, err := a.text("processing_item_id")
	return func(i *pipelineItem) bool { return slices.Contains(i.applied, id) }, err
}

func fieldConditionTypes() map[string]conditionType[string] {
	return map[string]conditionType[string]{
		"include_fields": {[]string{"fields", "mode"}, func(a *stepArgs) (func(string) bool, error) { return fieldList(a, true) }},
		"exclude_fields": {[]string{"fields", "mode"}, func(a *stepArgs) (func(string) bool, error) { return fieldList(a, false) }},
	}
}

// fieldList makes a condition on the name of a field. The reference implementation calls the key that says how names are
// compared "type", as it calls the type of the condition, so it can be given as mode here.
func fieldList(a *stepArgs, include bool) (func(string) bool, error) {
	fields := listOf(a.top["fields"])
	if len(fields) == 0 {
		return nil, rejectAt(firstNode(a.top["fields"], a.at), "fields is missing or empty")
	}
	var expressions []*regexp.Regexp
	switch mode := scalarOf(a.top["mode"]); mode {
	case "", "plain":
		return func(name string) bool { return slices.Contains(fields, name) == include }, nil
	case "re":
		for _, f := range fields {
			re, err := regexp.Compile(`\A(?:` + f + `)`)
			if err != nil {
				return nil, rejectAt(a.top["fields"], "the regular expression %q cannot run: %s", f, expressionTrouble(err))
			}
			expressions = append(expressions, re)
		}
		return func(name string) bool {
			return slices.ContainsFunc(expressions, func(re *regexp.Regexp) bool { return re.MatchString(name) }) == include
		}, nil
	default:
		return nil, rejectAt(a.top["mode"], "mode takes plain or re, not %q", mode)
	}
}
