package detect

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
)

// compile reads a rule document into the rule in hand.
func (c *compiler) compile(doc *yaml.Node) error {
	if doc.Kind != yaml.MappingNode {
		return rejectAt(doc, "not a Sigma rule: the document is not a map")
	}
	top := make(map[string]*yaml.Node, len(doc.Content)/2)
	keys := make(map[string]*yaml.Node, len(doc.Content)/2)
	for i := 0; i+1 < len(doc.Content); i += 2 {
		key := doc.Content[i]
		if top[key.Value] != nil {
			return rejectAt(key, "the key %q stands twice", key.Value)
		}
		node, err := c.follow(doc.Content[i+1], 0)
		if err != nil {
			return err
		}
		top[key.Value], keys[key.Value] = node, key
	}
	c.describe(top)
	switch {
	case top["correlation"] != nil:
		return c.correlation(top)
	case top["filter"] != nil:
		return c.filterDocument(top)
	case top["action"] != nil:
		return rejectAt(keys["action"], "rule collections with \"action\" are not part of Sigma any more, since version 2; write each rule out as a document of its own")
	case top["detection"] == nil && top["logsource"] == nil:
		return rejectAt(doc, "not a Sigma rule: it has neither logsource nor detection")
	case top["detection"] == nil:
		return rejectAt(doc, "the rule has no detection")
	case top["logsource"] == nil:
		return rejectAt(doc, "the rule has no logsource")
	}
	if err := c.header(top); err != nil {
		return err
	}
	if err := c.beginPipelines(top); err != nil {
		return err
	}
	if err := c.detection(top["detection"]); err != nil {
		return err
	}
	return c.endPipelines()
}

// describe reads what people want to know of a rule, also of one that will be rejected.
func (c *compiler) describe(top map[string]*yaml.Node) {
	r := c.rule
	r.ID = strings.TrimSpace(scalarOf(top["id"]))
	r.Name = strings.TrimSpace(scalarOf(top["name"]))
	r.Title = scalarOf(top["title"])
	r.TitleZh = scalarOf(top["title_zh"])
	r.Description = strings.TrimSpace(scalarOf(top["description"]))
	r.Author = strings.Join(listOf(top["author"]), ", ")
	if r.License = scalarOf(top["license"]); r.License == "" {
		r.License = c.file.License
	}
	r.Attribution = attribution(r.Author, r.License, r.Origin)
	r.Status = strings.ToLower(scalarOf(top["status"]))
	r.Tags = listOf(top["tags"])
	r.Tactics, r.Techniques = attack(r.Tags)
	r.References = listOf(top["references"])
	r.FalsePositives = listOf(top["falsepositives"])
	r.Severity = vedette.Medium
	if level, err := vedette.ParseSeverity(scalarOf(top["level"])); err == nil {
		r.Severity = level
	}
	if r.Title == "" {
		r.Title = r.ID
	}
}

// maxID bounds a rule's id: it becomes part of addresses and keys.
const maxID = 200

// header checks what the engine must know before it looks at the detection of a rule or at a correlation.
func (c *compiler) header(top map[string]*yaml.Node) error {
	if err := c.identity(top); err != nil {
		return err
	}
	if err := c.grade(top); err != nil || top["correlation"] != nil {
		return err
	}
	return c.logsource(top["logsource"])
}

// identity checks what every document must have.
func (c *compiler) identity(top map[string]*yaml.Node) error {
	r := c.rule
	switch {
	case r.ID == "":
		r.ID = nameless(r.Source)
		c.warn(nil, "the rule has no id; a change of its text will make it another rule")
	case len(r.ID) > maxID || strings.ContainsFunc(r.ID, func(c rune) bool { return c <= ' ' || c == 0x7f }):
		return rejectAt(top["id"], "the id is longer than %d bytes or has blanks in it", maxID)
	}
	if r.Title == "" {
		return rejectAt(nil, "the rule has no title")
	}
	if r.Status == "deprecated" || r.Status == "unsupported" {
		if !c.opts.Retired {
			return rejectAt(top["status"], "its own status is %s", r.Status)
		}
	}
	if node := top["taxonomy"]; node != nil && !strings.EqualFold(scalarOf(node), "sigma") {
		return rejectAt(node, "the taxonomy %q is not known, so its field names are not either", scalarOf(node))
	}
	return nil
}

// grade checks what people judge a rule by.
func (c *compiler) grade(top map[string]*yaml.Node) error {
	if node := top["level"]; node != nil {
		if _, err := vedette.ParseSeverity(scalarOf(node)); err != nil {
			return rejectAt(node, "the level %q is not one of informational, low, medium, high, critical", scalarOf(node))
		}
	} else {
		c.warn(nil, "the rule has no level; it counts as medium")
	}
	if len(c.rule.FalsePositives) == 0 {
		c.warn(nil, "the rule says nothing under falsepositives")
	}
	return nil
}

func (c *compiler) logsource(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return rejectAt(node, "logsource is not a map")
	}
	l := &c.rule.Logsource
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, val := node.Content[i], node.Content[i+1]
		word := strings.ToLower(strings.TrimSpace(scalarOf(val)))
		if val.Kind != yaml.ScalarNode {
			word = ""
		}
		to := map[string]*string{"product": &l.Product, "category": &l.Category, "service": &l.Service}[key.Value]
		switch {
		case to == nil:
			continue // "definition" and custom words are for people
		case *to != "":
			return rejectAt(key, "logsource names %s twice", key.Value)
		case val.Kind != yaml.ScalarNode:
			return rejectAt(val, "logsource %s is not a single word", key.Value)
		}
		*to = word
	}
	if *l == (Logsource{}) {
		return rejectAt(node, "logsource names neither product, category nor service, so the rule would apply to nothing in particular")
	}
	return nil
}

// detection compiles the selections, then the condition over them.
func (c *compiler) detection(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return rejectAt(node, "detection is not a map")
	}
	r := c.rule
	var condition *yaml.Node
	var names []string
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		body, err := c.follow(node.Content[i+1], 1)
		if err != nil {
			return err
		}
		switch key.Value {
		case "condition":
			if condition != nil {
				return rejectAt(key, "the rule has two conditions")
			}
			condition = body
			continue
		case "timeframe":
			return rejectAt(key, "timeframe belongs to counting conditions, which Sigma replaced by correlation rules")
		}
		for _, s := range r.selections {
			if s.name == key.Value {
				return rejectAt(key, "the selection %q stands twice", key.Value)
			}
		}
		root, err := c.selection(body, 1)
		if err != nil {
			return err
		}
		r.selections = append(r.selections, selection{name: key.Value, root: root, line: key.Line})
		names = append(names, key.Value)
	}
	if condition == nil {
		return rejectAt(node, "the detection has no condition")
	}
	return c.conditions(condition, names)
}

// conditionOf compiles a condition over named selections; of a list, any may hold.
func (c *compiler) conditionOf(node *yaml.Node, names []string) (*expr, error) {
	sources := []*yaml.Node{node}
	if node.Kind == yaml.SequenceNode {
		var err error
		if sources, err = c.followAll(node, 2); err != nil {
			return nil, err
		}
	}
	var kids []*expr
	for _, source := range sources {
		if source.Kind != yaml.ScalarNode {
			return nil, rejectAt(source, "the condition is not text")
		}
		e, err := parseCondition(source.Value, names)
		if err != nil {
			return nil, rejectAt(source, "%s", err)
		}
		kids = append(kids, e)
	}
	if len(kids) == 0 {
		return nil, rejectAt(node, "the condition is an empty list")
	}
	return joined(opOr, kids, "any condition of the list"), nil
}

// conditions compiles the rule's condition and looks at what it uses.
func (c *compiler) conditions(node *yaml.Node, names []string) error {
	condition, err := c.conditionOf(node, names)
	if err != nil {
		return err
	}
	c.rule.condition = condition
	c.rule.noteUse(c.rule.condition, true)
	for i := range c.rule.selections {
		c.rule.arrange(c.rule.selections[i].root)
	}
	c.rule.arrange(c.rule.condition)
	for _, s := range c.rule.selections {
		if !s.used && !strings.HasPrefix(s.name, "_") {
			c.warn(&yaml.Node{Line: s.line, Column: 1}, "the condition never mentions the selection %q", s.name)
		}
	}
	return nil
}

// noteUse marks the selections that a condition mentions.
func (r *Rule) noteUse(e *expr, positive bool) {
	if e.op == opName {
		s := &r.selections[e.name]
		s.used = true
		s.positive = s.positive || positive
	}
	for _, kid := range e.kids {
		r.noteUse(kid, positive != (e.op == opNot))
	}
}

// scalarOf returns a node's text, "" for anything but a scalar that is not null.
func scalarOf(node *yaml.Node) string {
	if node == nil || node.Kind != yaml.ScalarNode || node.ShortTag() == "!!null" {
		return ""
	}
	return node.Value
}

// listOf returns the scalars of a list, or the one scalar that stands in its place.
func listOf(node *yaml.Node) []string {
	out := []string{}
	if s := scalarOf(node); s != "" {
		return append(out, s)
	}
	if node != nil && node.Kind == yaml.SequenceNode {
		for _, kid := range node.Content {
			if s := scalarOf(kid); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}
