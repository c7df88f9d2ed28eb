package detect

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// values makes a step that changes the values of items, each into one or several.
func values(s *pipelineStep, change func(*pipelineRun, *yaml.Node) ([]*yaml.Node, error)) {
	s.onItem = func(run *pipelineRun, i *pipelineItem) ([]*pipelineItem, error) {
		var out []*yaml.Node
		changed := false
		for _, v := range i.values {
			if v.Kind != yaml.ScalarNode || v.ShortTag() == "!!null" {
				out = append(out, v)
				continue
			}
			got, err := change(run, v)
			if err != nil {
				return nil, err
			}
			changed = changed || len(got) != 1 || got[0].Value != v.Value
			if out = append(out, got...); len(out) > maxExpanded {
				return nil, rejectAt(v, "the pipelines make more than %d values of %q", maxExpanded, i.key.Value)
			}
		}
		if !changed {
			return []*pipelineItem{i}, nil
		}
		return []*pipelineItem{i.with(out)}, nil
	}
}

// Bounds on what is replaced: a replacement that holds what it replaces makes the value longer with every step.
const (
	maxReplaced    = 16 << 10 // bytes of a value before a step
	maxReplacement = 1 << 10
)

func replaceString(s *pipelineStep, a *stepArgs) error {
	if len(scalarOf(a.top["replacement"])) > maxReplacement {
		return rejectAt(a.at, "the replacement is longer than %d bytes", maxReplacement)
	}
	re, err := a.pattern("regex")
	if err != nil {
		return err
	}
	skip, err := a.truth("skip_special")
	if err != nil {
		return err
	}
	if a.top["replacement"] == nil {
		return rejectAt(a.at, "replacement is missing")
	}
	replacement := groupReferences(scalarOf(a.top["replacement"]))
	values(s, func(_ *pipelineRun, v *yaml.Node) ([]*yaml.Node, error) {
		if v.ShortTag() != "!!str" || skip && hasWildcard(v) && !re.MatchString(v.Value) {
			return []*yaml.Node{v}, nil
		}
		text := v.Value
		if len(text) > maxReplaced {
			return nil, rejectAt(v, "the value is longer than %d bytes, by what the pipelines put into it or by itself", maxReplaced)
		}
		if skip {
			text = replaceAround(text, func(piece string) string { return re.ReplaceAllString(piece, replacement) })
		} else {
			text = re.ReplaceAllString(text, replacement)
		}
		return []*yaml.Node{scalarNode(v, text)}, nil
	})
	return nil
}

// groupReferences turns \1 and \g<name> into what Go's expressions write, and keeps dollars as they are.
func groupReferences(s string) string {
	s = strings.ReplaceAll(s, "$", "$$")
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && '0' <= s[i+1] && s[i+1] <= '9':
			out.WriteString("${" + s[i+1:i+2] + "}")
			i++
		case strings.HasPrefix(s[i:], `\g<`) && strings.Contains(s[i:], ">"):
			end := strings.IndexByte(s[i:], '>')
			out.WriteString("${" + s[i+3:i+end] + "}")
			i += end
		case strings.HasPrefix(s[i:], `\\`):
			out.WriteByte('\\')
			i++
		default:
			out.WriteByte(s[i])
		}
	}
	return out.String()
}

// replaceAround changes the pieces of a value between its wildcards.
func replaceAround(text string, change func(string) string) string {
	var out strings.Builder
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '*', '?':
			out.WriteString(change(text[start:i]))
			out.WriteByte(text[i])
			start = i + 1
		}
	}
	return out.String() + change(text[start:])
}

func mapString(s *pipelineStep, a *stepArgs) error {
	m, err := a.mapping()
	values(s, func(_ *pipelineRun, v *yaml.Node) (out []*yaml.Node, _ error) {
		to, ok := m[v.Value]
		if !ok {
			return []*yaml.Node{v}, nil
		}
		for _, text := range to {
			out = append(out, scalarNode(v, text))
		}
		return out, nil
	})
	return err
}

func setValue(s *pipelineStep, a *stepArgs) error {
	to := a.top["value"]
	if to == nil || to.Kind != yaml.ScalarNode {
		return rejectAt(firstNode(to, a.at), "value is missing or not a single value")
	}
	s.onItem = func(_ *pipelineRun, i *pipelineItem) ([]*pipelineItem, error) {
		return []*pipelineItem{i.with([]*yaml.Node{to})}, nil
	}
	return nil
}

func changeCase(s *pipelineStep, a *stepArgs) error {
	method, err := a.text("method")
	if err != nil {
		return err
	}
	change := map[string]func(string) string{"lower": strings.ToLower, "upper": strings.ToUpper}[method]
	if change == nil {
		return rejectAt(a.top["method"], "method takes lower or upper, not %q", method)
	}
	values(s, func(_ *pipelineRun, v *yaml.Node) ([]*yaml.Node, error) {
		if v.ShortTag() != "!!str" {
			return []*yaml.Node{v}, nil
		}
		return []*yaml.Node{scalarNode(v, change(v.Value))}, nil
	})
	return nil
}

// placeholderStep replaces the placeholders of items with the modifier expand, those that include and exclude allow. An
// item of which none is left loses the modifier.
func placeholderStep(s *pipelineStep, a *stepArgs, fill func(*pipelineRun, *yaml.Node, string) ([]string, error)) error {
	include, exclude := listOf(a.top["include"]), listOf(a.top["exclude"])
	if len(include) > 0 && len(exclude) > 0 {
		return rejectAt(a.top["exclude"], "include and exclude cannot both be given")
	}
	wanted := func(name string) bool {
		return (len(include) == 0 || slices.Contains(include, name)) && !slices.Contains(exclude, name)
	}
	s.onItem = func(run *pipelineRun, i *pipelineItem) ([]*pipelineItem, error) {
		if !slices.Contains(i.mods, "expand") {
			return []*pipelineItem{i}, nil
		}
		out := i.with(nil)
		left := false
		for _, v := range i.values {
			texts, more, err := fillValue(run, v, wanted, fill)
			if err != nil {
				return nil, err
			}
			left = left || more
			for _, text := range texts {
				out.values = append(out.values, scalarNode(v, text))
			}
		}
		if !left {
			out.mods = slices.DeleteFunc(slices.Clone(i.mods), func(m string) bool { return m == "expand" })
		}
		return []*pipelineItem{out}, nil
	}
	return nil
}

// fillValue replaces the wanted placeholders of a value by each of their values; more tells whether others are left.
func fillValue(run *pipelineRun, v *yaml.Node, wanted func(string) bool, fill func(*pipelineRun, *yaml.Node, string) ([]string, error)) (texts []string, more bool, err error) {
	pieces, err := placeholders(v.Value)
	if err != nil {
		return []string{v.Value}, false, nil //nolint:nilerr // the compiler complains of it, when it still has expand
	}
	texts = []string{""}
	for _, p := range pieces {
		options := []string{p.literal}
		switch {
		case p.name != "" && wanted(p.name):
			if options, err = fill(run, v, p.name); err != nil {
				return nil, false, err
			}
		case p.name != "":
			options, more = []string{"%" + p.name + "%"}, true
		}
		var next []string
		for _, text := range texts {
			for _, o := range options {
				next = append(next, text+o)
			}
		}
		if texts = next; len(texts) > maxExpanded {
			return nil, false, rejectAt(v, "%q becomes more than %d values", v.Value, maxExpanded)
		}
	}
	return texts, more, nil
}

func fillPlaceholders(s *pipelineStep, a *stepArgs) error {
	return placeholderStep(s, a, func(run *pipelineRun, v *yaml.Node, name string) ([]string, error) {
		if found := run.vars[s][name]; len(found) > 0 {
			return found, nil
		}
		return nil, rejectAt(v, "the placeholder %%%s%% has no values in the pipeline's vars", name)
	})
}

func openPlaceholders(s *pipelineStep, a *stepArgs) error {
	return placeholderStep(s, a, func(*pipelineRun, *yaml.Node, string) ([]string, error) { return []string{"*"}, nil })
}
