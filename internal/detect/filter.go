package detect

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

// Filter is a Sigma filter: a condition that is added, with "and", to the conditions of other rules. Of the two polarities
// seen in the wild it is the one of the specification's reference implementation: the condition says what remains, so a
// filter that takes something out is written "not selection".
type Filter struct {
	Rule    *Rule    // its title, logsource and YAML; it has no detection of its own
	Refs    []string // ids or names of rules, as written; none means every rule that the logsource fits
	Applied []*Rule  // the rules it was added to

	problem    string // what could not be resolved
	refs       []*yaml.Node
	selections []*yaml.Node // pairs of key and body
	condition  *yaml.Node
}

// Filter says which filter the rule stands for, nil for others.
func (r *Rule) Filter() *Filter { return r.filter }

// filterDocument reads a filter into the rule in hand. It is compiled once to see that it can be, for its own logsource;
// what it does to rules is done when all rules are there.
func (c *compiler) filterDocument(top map[string]*yaml.Node) error {
	if err := c.filterHeader(top); err != nil {
		return err
	}
	f := &Filter{Rule: c.rule}
	node := top["filter"]
	if _, err := c.distinct(node, "filter"); err != nil {
		return err
	}
	var rules *yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		body, err := c.follow(node.Content[i+1], 1)
		if err != nil {
			return err
		}
		switch key.Value {
		case "rules":
			rules = body
		case "condition":
			f.condition = body
		default:
			f.selections = append(f.selections, key, body)
		}
	}
	if rules == nil {
		return rejectAt(node, "the filter names no rules; write rules: any, or a list of ids or names")
	}
	if f.condition == nil {
		return rejectAt(node, "the filter has no condition")
	}
	if err := c.filterRefs(f, rules); err != nil {
		return err
	}
	if _, _, err := c.filterParts(f); err != nil {
		return err
	}
	c.remarkFilter(f)
	c.rule.filter = f
	return nil
}

// filterHeader checks what must be known of a filter.
func (c *compiler) filterHeader(top map[string]*yaml.Node) error {
	for _, key := range []string{"detection", "correlation", "level"} {
		if top[key] != nil {
			return rejectAt(top[key], "a filter has no %s of its own", key)
		}
	}
	if top["logsource"] == nil {
		return rejectAt(top["filter"], "the filter has no logsource")
	}
	c.rule.condition = &expr{op: opOr, text: "filter"} // it matches no event by itself
	if err := c.identity(top); err != nil {
		return err
	}
	return c.logsource(top["logsource"])
}

// maxFilterRules is how many rules one filter may name.
const maxFilterRules = 10_000

func (c *compiler) filterRefs(f *Filter, rules *yaml.Node) error {
	list := []*yaml.Node{rules}
	if rules.Kind == yaml.SequenceNode {
		var err error
		if list, err = c.followAll(rules, 1); err != nil {
			return err
		}
	} else if strings.EqualFold(scalarOf(rules), "any") {
		return nil
	}
	for _, node := range list {
		name := strings.TrimSpace(scalarOf(node))
		if name == "" {
			return rejectAt(node, "rules takes \"any\", or ids or names of rules")
		}
		f.Refs, f.refs = append(f.Refs, name), append(f.refs, node)
	}
	if len(list) == 0 || len(list) > maxFilterRules {
		return rejectAt(rules, "a filter names between 1 and %d rules, or any", maxFilterRules)
	}
	return nil
}

// filterParts compiles a filter's selections and condition with the field names of the rule in hand.
func (c *compiler) filterParts(f *Filter) ([]selection, *expr, error) {
	var parts []selection
	var names []string
	for i := 0; i+1 < len(f.selections); i += 2 {
		key := f.selections[i]
		root, err := c.selection(f.selections[i+1], 1)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, selection{name: "filter " + f.Rule.Title + ": " + key.Value, root: root, line: key.Line})
		names = append(names, key.Value)
	}
	condition, err := c.conditionOf(f.condition, names)
	return parts, condition, err
}

// remarkFilter warns of a filter that was probably written in the other polarity.
func (c *compiler) remarkFilter(f *Filter) {
	source := strings.TrimSpace(scalarOf(f.condition))
	if source == "" || slices.ContainsFunc(conditionTokens(source), func(token string) bool { return strings.EqualFold(token, "not") }) {
		return
	}
	c.warn(f.condition, "the filter's condition has no \"not\": rules will match only where it is true, and everything else is hidden; a filter that takes something out says \"not\"")
	negated := "not " + source
	if len(strings.Fields(source)) > 1 && !strings.Contains(source, " of ") || len(strings.Fields(source)) > 3 {
		negated = "not (" + source + ")"
	}
	c.rule.Warnings[len(c.rule.Warnings)-1].Fix = "condition: " + negated
}

// applyFilters adds every filter to the rules it is for. What a filter names and is not there is a problem; the filter
// still works on the rest.
func (rs *Ruleset) applyFilters(c *compiler, filters []*Filter) {
	byName := make(map[string][]*Rule)
	for _, r := range rs.Rules {
		if r.Name != "" {
			byName[r.Name] = append(byName[r.Name], r)
		}
	}
	for _, f := range filters {
		targets, problems := rs.filterTargets(f, byName)
		for _, r := range targets {
			if err := c.applyFilter(f, r); err != nil {
				problems = append(problems, f.problemAt(f.condition, fmt.Sprintf("the filter cannot be added to the rule %s: %s", r.ID, err)))
				continue
			}
			f.Applied = append(f.Applied, r)
			r.Filters = append(r.Filters, f.Rule.ID)
		}
		rs.Problems = append(rs.Problems, problems...)
		if len(problems) > 0 {
			f.problem = problems[0].String()
		}
		if len(f.Applied) == 0 && len(problems) == 0 {
			f.Rule.Warnings = append(f.Rule.Warnings, f.problemAt(nil, "no rule is of the log source "+f.Rule.Logsource.String()+", so the filter does nothing"))
		}
		rs.Filters = append(rs.Filters, f)
	}
}

func (f *Filter) problemAt(node *yaml.Node, reason string) catalog.Problem {
	p := catalog.Problem{File: f.Rule.File, Line: f.Rule.Line, Reason: reason}
	if node != nil {
		p.Line, p.Column = node.Line, node.Column
	}
	return p
}

// filterTargets resolves what a filter is for. A rule whose log source does not fit the filter's is none of its business.
func (rs *Ruleset) filterTargets(f *Filter, byName map[string][]*Rule) (targets []*Rule, problems []catalog.Problem) {
	if len(f.Refs) == 0 {
		for _, r := range rs.Rules {
			if f.fits(r) {
				targets = append(targets, r)
			}
		}
		return targets, nil
	}
	for i, ref := range f.Refs {
		found := byName[ref]
		if r := rs.byID[ref]; r != nil {
			found = []*Rule{r}
		}
		if len(found) == 0 {
			problems = append(problems, f.problemAt(f.refs[i], fmt.Sprintf("no rule that can run has the id or the name %q", ref)))
		}
		for _, r := range found {
			switch {
			case r.correlation != nil || r.filter != nil:
				problems = append(problems, f.problemAt(f.refs[i], fmt.Sprintf("%q is not a rule about single events; filters are added to such only", ref)))
			case !f.fits(r):
				problems = append(problems, f.problemAt(f.refs[i], fmt.Sprintf("the rule %q is for %s, which the filter's log source %s does not include", ref, r.Logsource, f.Rule.Logsource)))
			case !slices.Contains(targets, r):
				targets = append(targets, r)
			}
		}
	}
	return targets, problems
}

// fits tells whether a rule is of the filter's log source, as its author has it or as pipelines left it.
func (f *Filter) fits(r *Rule) bool {
	return f.Rule.Logsource.includes(r.Logsource) || r.piped != nil && f.Rule.Logsource.includes(r.piped.of.written)
}

// includes tells whether everything that a log source asks is asked by another one too.
func (l Logsource) includes(other Logsource) bool {
	return (l.Product == "" || l.Product == other.Product) && (l.Category == "" || l.Category == other.Category) &&
		(l.Service == "" || l.Service == other.Service)
}

// applyFilter adds a filter to a rule.
func (c *compiler) applyFilter(f *Filter, r *Rule) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the compiler failed: %v", p)
		}
	}()
	warnings := r.Warnings
	c.rule, c.nodes, c.run = r, 0, r.piped // a filter names fields as the rule does, so it goes the same way
	c.file = catalog.File{Path: f.Rule.File, Origin: f.Rule.Origin}
	parts, condition, err := c.filterParts(f)
	c.run = nil
	r.Warnings = warnings // they were said of the filter itself
	if err != nil {
		if at, ok := errors.AsType[*rejection](err); ok {
			return errors.New(at.reason)
		}
		return err
	}
	offset := len(r.selections)
	shift(condition, offset, make(map[*expr]bool))
	r.selections = append(r.selections, parts...)
	r.noteUse(condition, true)
	for i := offset; i < len(r.selections); i++ {
		r.arrange(r.selections[i].root)
	}
	r.condition = &expr{op: opAnd, kids: []*expr{r.condition, condition}, text: "the rule's own condition and the filter's"}
	r.arrange(r.condition)
	return nil
}

// shift renumbers the selections that a condition means, which stand behind others now.
func shift(e *expr, by int, done map[*expr]bool) {
	if done[e] {
		return
	}
	done[e] = true
	if e.op == opName {
		e.name += by
	}
	for _, kid := range e.kids {
		shift(kid, by, done)
	}
}

// status describes a filter for the rules page.
func (f *Filter) status() vedette.RuleStatus {
	s := f.Rule.status(Setting{Stage: vedette.StageAlert})
	s.Problem = f.problem
	return s
}

// All returns every document that runs: rules, correlations and filters.
func (rs *Ruleset) All() []*Rule {
	all := slices.Clone(rs.Rules)
	for _, c := range rs.Correlations {
		all = append(all, c.Rule)
	}
	for _, f := range rs.Filters {
		all = append(all, f.Rule)
	}
	return all
}
