package detect

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette/internal/catalog"
)

// Pipeline is a processing pipeline in the form of the specification's reference implementation: transformations that
// fit rules to how the events here look, before the rules are compiled. Rule conditions see the rule as its author wrote
// it, with the log source as earlier transformations left it.
type Pipeline struct {
	Name     string
	File     string
	Priority int // pipelines with a lower one come first

	vars  map[string][]string
	steps []*pipelineStep
}

// pipelineStep is one transformation with its conditions.
type pipelineStep struct {
	id     string
	kind   string
	at     *yaml.Node
	rules  conditionSet[*pipelineRule]
	items  conditionSet[*pipelineItem]
	fields conditionSet[string]

	rename func(string) []string                                      // other names of a field; nil when it renames none
	onRule func(*pipelineRun) error                                   // nil when it changes items only
	onItem func(*pipelineRun, *pipelineItem) ([]*pipelineItem, error) // nil when it changes the rule only
}

// conditionSet joins conditions with and, or with or, and may negate the result. An empty one holds.
type conditionSet[T any] struct {
	all    []func(T) bool
	any    bool
	negate bool
}

func (s conditionSet[T]) holds(of T) bool {
	if len(s.all) == 0 {
		return true
	}
	result := !s.any
	for _, condition := range s.all {
		if condition(of) == s.any {
			result = s.any
			break
		}
	}
	return result != s.negate
}

// pipelineRule is what rule conditions look at.
type pipelineRule struct {
	rule    *Rule
	written Logsource         // as its author has it
	attrs   map[string]string // the rule's top-level texts, and custom attributes
	items   []*pipelineItem   // as written
}

// pipelineItem is one key of a selection with its values, on its way through the steps.
type pipelineItem struct {
	key     *yaml.Node
	field   string
	mods    []string
	values  []*yaml.Node
	applied []string // ids of the steps that changed it
}

// written writes the item's key as a rule would.
func (i *pipelineItem) written() *yaml.Node {
	node := *i.key
	node.Kind, node.Tag = yaml.ScalarNode, "!!str"
	node.Value = strings.Join(append([]string{i.field}, i.mods...), "|")
	return &node
}

func (i *pipelineItem) with(values []*yaml.Node) *pipelineItem {
	out := *i
	out.values = values
	return &out
}

// pipelineRun is the pipelines on their way through one rule.
type pipelineRun struct {
	of     *pipelineRule
	steps  []*pipelineStep // those whose rule conditions hold
	vars   map[*pipelineStep]map[string][]string
	extras []*extraCondition
}

// extraCondition is a selection that a step adds to the rule.
type extraCondition struct {
	node   *yaml.Node
	negate bool
}

// maxPipelined bounds how many items one item may become.
const maxPipelined = 1000

// orderedPipelines sorts pipelines by priority, then by name.
func orderedPipelines(list []*Pipeline) []*Pipeline {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b *Pipeline) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// beginPipelines decides which steps concern the rule in hand, and lets those change it that change rules.
func (c *compiler) beginPipelines(top map[string]*yaml.Node) error {
	c.run = nil
	if len(c.opts.Pipelines) == 0 {
		return nil
	}
	of := &pipelineRule{rule: c.rule, written: c.rule.Logsource, attrs: make(map[string]string, len(top))}
	for key, node := range top {
		of.attrs[key] = scalarOf(node)
	}
	of.collect(top["detection"], 0)
	run := &pipelineRun{of: of, vars: make(map[*pipelineStep]map[string][]string)}
	for _, p := range c.pipelines {
		for _, step := range p.steps {
			if !step.rules.holds(of) {
				continue
			}
			run.steps, run.vars[step] = append(run.steps, step), p.vars
			if step.onRule == nil {
				continue
			}
			if err := step.onRule(run); err != nil {
				return err
			}
		}
	}
	of.items = nil // conditions have seen them
	c.run, c.rule.piped = run, run
	return nil
}

// names gives the names that a field goes by behind the pipelines, for those who name fields of a rule outside of its
// detection: correlations. A rule that met no pipeline has none.
func (run *pipelineRun) names(field string) []string {
	names := []string{field}
	if run == nil {
		return names
	}
	for _, step := range run.steps {
		if step.rename == nil || len(step.items.all) > 0 {
			continue
		}
		var next []string
		for _, name := range names {
			to := []string{name}
			if len(step.fields.all) == 0 || step.fields.holds(name) {
				if got := step.rename(name); len(got) > 0 {
					to = got
				}
			}
			next = append(next, to...)
		}
		names = next[:min(len(next), maxPipelined)]
	}
	return names
}

// collect gathers the items of a detection for conditions that look for one.
func (r *pipelineRule) collect(node *yaml.Node, depth int) {
	if node == nil || depth > maxNesting || len(r.items) > maxNodes/100 {
		return
	}
	for hops := 0; node.Kind == yaml.AliasNode && node.Alias != nil && hops < maxNesting; hops++ {
		node = node.Alias
	}
	switch node.Kind {
	case yaml.SequenceNode:
		for _, kid := range node.Content {
			r.collect(kid, depth+1)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			if depth > 0 {
				item := newPipelineItem(key, []*yaml.Node{value})
				if value.Kind == yaml.SequenceNode {
					item.values = value.Content
				}
				r.items = append(r.items, item)
			}
			r.collect(value, depth+1)
		}
	}
}

func newPipelineItem(key *yaml.Node, values []*yaml.Node) *pipelineItem {
	parts := strings.Split(key.Value, "|")
	return &pipelineItem{key: key, field: strings.TrimSpace(parts[0]), mods: parts[1:], values: values}
}

// pipe sends one item through the steps. It may come out as several alternatives, or not at all.
func (c *compiler) pipe(first *pipelineItem) ([]*pipelineItem, error) {
	items := []*pipelineItem{first}
	for _, step := range c.run.steps {
		if step.onItem == nil {
			continue
		}
		var next []*pipelineItem
		for _, item := range items {
			if !step.items.holds(item) || len(step.fields.all) > 0 && !step.fields.holds(item.field) {
				next = append(next, item)
				continue
			}
			got, err := step.onItem(c.run, item)
			if err != nil {
				return nil, err
			}
			for _, one := range got {
				if step.id != "" && one != item {
					one.applied = append(slices.Clone(one.applied), step.id)
				}
			}
			next = append(next, got...)
		}
		if items = next; len(items) > maxPipelined {
			return nil, rejectAt(first.key, "the pipelines make more than %d parts of one", maxPipelined)
		}
	}
	return items, nil
}

// piped compiles one key of a selection through the pipelines; nil when they drop it.
func (c *compiler) piped(first *pipelineItem) (*expr, error) {
	items, err := c.pipe(first)
	if err != nil {
		return nil, err
	}
	var kids []*expr
	for _, one := range items {
		if len(one.values) == 0 {
			return nil, rejectAt(first.key, "the pipelines leave no value of %q", first.field)
		}
		if first.field == "" && len(first.mods) == 0 { // plain words
			one.key = scalarNode(first.key, "")
		}
		at := one.written()
		t, err := parseItem(at)
		if err != nil {
			return nil, err
		}
		e, err := c.item(t, at, one.values)
		if err != nil {
			return nil, err
		}
		kids = append(kids, e)
	}
	if len(kids) == 0 {
		return nil, nil //nolint:nilnil // dropped: there is nothing, and nothing is wrong
	}
	return joined(opOr, kids, ""), nil
}

// endPipelines adds what steps add to the rule's condition.
func (c *compiler) endPipelines() error {
	if c.run == nil {
		return nil
	}
	run := c.run
	c.run = nil // what is added is meant as it stands
	r := c.rule
	for _, extra := range run.extras {
		root, err := c.selection(extra.node, 1)
		if err != nil {
			return err
		}
		e := &expr{op: opName, name: len(r.selections), text: "pipeline"}
		r.selections = append(r.selections, selection{name: "pipeline", root: root, line: r.Line})
		if extra.negate {
			e = &expr{op: opNot, kids: []*expr{e}, text: "not pipeline"}
		}
		r.noteUse(e, true)
		r.arrange(root)
		r.condition = &expr{op: opAnd, kids: []*expr{e, r.condition}, text: "the rule's own condition and the pipeline's"}
		r.arrange(r.condition)
	}
	return nil
}

// LoadPipelines reads the pipelines in some files, one a file. One that cannot be used is a problem with file, line and
// reason, and does nothing at all.
func LoadPipelines(files []catalog.File) (list []*Pipeline, problems []catalog.Problem) {
	for _, f := range files {
		p, err := ParsePipeline(f)
		if err != nil {
			problem := catalog.Problem{File: f.Path, Reason: err.Error()}
			if r, ok := err.(*rejection); ok { //nolint:errorlint // parsing never wraps them
				problem.Line, problem.Column = r.line, r.column
			}
			problems = append(problems, problem)
			continue
		}
		list = append(list, p)
	}
	return list, problems
}

// text is what an attribute condition compares.
func (r *pipelineRule) text(attribute string) string {
	switch attribute {
	case "level":
		return r.rule.Severity.String()
	case "title":
		return r.rule.Title
	}
	return r.attrs[attribute]
}
