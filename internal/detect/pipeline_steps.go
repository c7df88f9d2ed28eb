package detect

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// transformationType knows the keys of a transformation and how to make it.
type transformationType struct {
	keys  []string
	build func(*pipelineStep, *stepArgs) error
}

func transformationTypes() map[string]transformationType {
	return map[string]transformationType{
		"field_name_mapping":        {[]string{"mapping"}, mapFields},
		"field_name_prefix_mapping": {[]string{"mapping"}, mapPrefixes},
		"field_name_prefix":         {[]string{"prefix"}, addPrefix},
		"field_name_suffix":         {[]string{"suffix"}, addSuffix},
		"drop_detection_item":       {nil, dropItem},
		"add_condition":             {[]string{"conditions", "negated", "template"}, addCondition},
		"change_logsource":          {[]string{"category", "product", "service"}, changeLogsource},
		"replace_string":            {[]string{"regex", "replacement", "skip_special"}, replaceString},
		"map_string":                {[]string{"mapping"}, mapString},
		"set_value":                 {[]string{"value"}, setValue},
		"case":                      {[]string{"method"}, changeCase},
		"value_placeholders":        {[]string{"include", "exclude"}, fillPlaceholders},
		"wildcard_placeholders":     {[]string{"include", "exclude"}, openPlaceholders},
		"set_custom_attribute":      {[]string{"attribute", "value"}, setAttribute},
		"rule_failure":              {[]string{"message"}, failRule},
		"detection_item_failure":    {[]string{"message"}, failItem},
	}
}

// mapping reads names or values with what takes their place.
func (a *stepArgs) mapping() (map[string][]string, error) {
	node := a.top["mapping"]
	if node == nil || node.Kind != yaml.MappingNode || len(node.Content) == 0 {
		return nil, rejectAt(firstNode(node, a.at), "mapping is missing or not a map")
	}
	out := make(map[string][]string, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		to := listOf(node.Content[i+1])
		if len(to) == 0 {
			return nil, rejectAt(node.Content[i+1], "%q is mapped to nothing", node.Content[i].Value)
		}
		out[node.Content[i].Value] = to
	}
	return out, nil
}

// rename lets an item go by other names; several are alternatives. Fields that values refer to are renamed as well.
func rename(i *pipelineItem, names func(string) []string) ([]*pipelineItem, error) {
	referring := slices.Contains(i.mods, "fieldref")
	if !referring && (i.field == "" || len(names(i.field)) == 0) {
		return []*pipelineItem{i}, nil // nothing was applied
	}
	from := *i
	if referring {
		from.values = nil
		for _, v := range i.values {
			to := names(v.Value)
			if len(to) == 0 {
				to = []string{v.Value}
			}
			for _, name := range to {
				from.values = append(from.values, scalarNode(v, name))
			}
		}
	}
	to := names(i.field)
	if len(to) == 0 || i.field == "" {
		to = []string{i.field}
	}
	var out []*pipelineItem
	for _, name := range to {
		one := from
		one.field = name
		out = append(out, &one)
	}
	return out, nil
}

// scalarNode makes a text that stands where another node stood.
func scalarNode(at *yaml.Node, text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Line: at.Line, Column: at.Column}
}

func renaming(s *pipelineStep, names func(string) []string) {
	s.rename = names
	s.onItem = func(_ *pipelineRun, i *pipelineItem) ([]*pipelineItem, error) { return rename(i, names) }
}

func mapFields(s *pipelineStep, a *stepArgs) error {
	m, err := a.mapping()
	renaming(s, func(name string) []string { return m[name] })
	return err
}

func mapPrefixes(s *pipelineStep, a *stepArgs) error {
	m, err := a.mapping()
	if err != nil {
		return err
	}
	prefixes := typeNames(m)
	slices.SortStableFunc(prefixes, func(x, y string) int { return len(y) - len(x) }) // the longest that fits counts
	renaming(s, func(name string) (out []string) {
		for _, prefix := range prefixes {
			if rest, ok := strings.CutPrefix(name, prefix); ok {
				for _, to := range m[prefix] {
					out = append(out, to+rest)
				}
				return out
			}
		}
		return nil
	})
	return nil
}

func addPrefix(s *pipelineStep, a *stepArgs) error {
	prefix, err := a.text("prefix")
	renaming(s, func(name string) []string { return []string{prefix + name} })
	return err
}

func addSuffix(s *pipelineStep, a *stepArgs) error {
	suffix, err := a.text("suffix")
	renaming(s, func(name string) []string { return []string{name + suffix} })
	return err
}

func dropItem(s *pipelineStep, a *stepArgs) error {
	if a.top["detection_item_conditions"] == nil && a.top["field_name_conditions"] == nil {
		return rejectAt(a.at, "drop_detection_item without conditions would leave nothing of any rule")
	}
	s.onItem = func(*pipelineRun, *pipelineItem) ([]*pipelineItem, error) { return nil, nil }
	return nil
}

func addCondition(s *pipelineStep, a *stepArgs) error {
	node := a.top["conditions"]
	if node == nil || node.Kind != yaml.MappingNode || len(node.Content) == 0 {
		return rejectAt(firstNode(node, a.at), "conditions is missing or not a map of fields")
	}
	negate, err := a.truth("negated")
	if err != nil {
		return err
	}
	template, err := a.truth("template")
	if err != nil {
		return err
	}
	s.onRule = func(run *pipelineRun) error {
		extra := &extraCondition{node: node, negate: negate}
		if template {
			l := run.of.rule.Logsource
			extra.node = filled(node, strings.NewReplacer("$product", l.Product, "$category", l.Category, "$service", l.Service))
		}
		run.extras = append(run.extras, extra)
		return nil
	}
	return nil
}

// filled copies a node with names replaced in its texts.
func filled(node *yaml.Node, by *strings.Replacer) *yaml.Node {
	out := *node
	out.Value = by.Replace(node.Value)
	out.Content = make([]*yaml.Node, len(node.Content))
	for i, kid := range node.Content {
		out.Content[i] = filled(kid, by)
	}
	return &out
}

func changeLogsource(s *pipelineStep, a *stepArgs) error {
	to := Logsource{
		Product: strings.ToLower(scalarOf(a.top["product"])), Category: strings.ToLower(scalarOf(a.top["category"])), Service: strings.ToLower(scalarOf(a.top["service"])),
	}
	if to == (Logsource{}) {
		return rejectAt(a.at, "change_logsource names no log source")
	}
	s.onRule = func(run *pipelineRun) error {
		run.of.rule.Logsource = to
		return nil
	}
	return nil
}

func setAttribute(s *pipelineStep, a *stepArgs) error {
	name, err := a.text("attribute")
	if err != nil {
		return err
	}
	value := scalarOf(a.top["value"])
	s.onRule = func(run *pipelineRun) error {
		run.of.attrs[name] = value
		if name == "title_zh" {
			run.of.rule.TitleZh = value
		}
		return nil
	}
	return nil
}

func failRule(s *pipelineStep, a *stepArgs) error {
	message, err := a.text("message")
	s.onRule = func(*pipelineRun) error { return rejectAt(nil, "a pipeline rejects the rule: %s", message) }
	return err
}

func failItem(s *pipelineStep, a *stepArgs) error {
	message, err := a.text("message")
	s.onItem = func(_ *pipelineRun, i *pipelineItem) ([]*pipelineItem, error) {
		return nil, rejectAt(i.key, "a pipeline rejects %q: %s", i.key.Value, message)
	}
	return err
}
