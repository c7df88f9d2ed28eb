package detect

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// test is one field, or the whole event, compared with values.
type test struct {
	field  string // as the rule writes it; empty for keywords
	key    string // with its modifiers
	shown  string // the name that events most likely carry the field under
	slots  []int32
	line   int
	exists bool // asks only whether the field is there
	want   bool // for exists: whether it must be
	cased  bool
	negate bool
	clock  bool // falls back to the event's time
	all    bool
	groups []choice // each must hold
}

// choice is matchers of which one must match.
type choice struct {
	matchers []matcher
	null     bool     // a missing or null field will do as well
	set      *scanner // finds most of the matchers at once, when they are many
	rest     []matcher
}

// item is a key of a selection, taken apart: "CommandLine|contains|all".
type item struct {
	test
	steps  []string // modifiers that change values, in order
	expand bool
}

// maxNodes bounds how many YAML nodes of a detection are followed, through anchors as well.
const maxNodes = 200_000

// selection compiles what a selection consists of: a map is "and", a list is "or", plain values are keywords.
func (c *compiler) selection(node *yaml.Node, depth int) (*expr, error) {
	node, err := c.follow(node, depth)
	if err != nil {
		return nil, err
	}
	switch node.Kind {
	case yaml.MappingNode:
		return c.mapping(node, depth)
	case yaml.SequenceNode:
		return c.sequence(node, depth)
	}
	return c.keywords(node, []*yaml.Node{node})
}

// keywords compiles plain words, which are looked for everywhere.
func (c *compiler) keywords(at *yaml.Node, words []*yaml.Node) (*expr, error) {
	if c.run != nil {
		e, err := c.piped(&pipelineItem{key: at, values: words})
		if err == nil && e == nil {
			err = rejectAt(at, "the pipelines drop all of these words")
		}
		return e, err
	}
	return c.item(item{test: test{line: at.Line}}, at, words)
}

func (c *compiler) mapping(node *yaml.Node, depth int) (*expr, error) {
	if len(node.Content) == 0 {
		return nil, rejectAt(node, "an empty map matches nothing in particular")
	}
	var kids []*expr
	seen := make(map[string]bool, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge":
			return nil, rejectAt(key, "a selection's key must be the name of a field")
		case seen[key.Value]:
			return nil, rejectAt(key, "%q stands twice in one map, so one of them would be lost", key.Value)
		}
		seen[key.Value] = true
		t, err := parseItem(key)
		if err != nil {
			return nil, err
		}
		val, err := c.follow(node.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		values := []*yaml.Node{val}
		if val.Kind == yaml.SequenceNode {
			if values, err = c.followAll(val, depth+1); err != nil {
				return nil, err
			}
			if len(values) == 0 {
				return nil, rejectAt(key, "%q has an empty list of values and could never match", key.Value)
			}
		}
		var e *expr
		if c.run != nil {
			e, err = c.piped(newPipelineItem(key, values))
		} else {
			e, err = c.item(t, key, values)
		}
		if err != nil {
			return nil, err
		}
		if e != nil {
			kids = append(kids, e)
		}
	}
	if len(kids) == 0 {
		return nil, rejectAt(node, "the pipelines drop everything in this map")
	}
	return joined(opAnd, kids, ""), nil
}

// sequence compiles a list: maps are alternatives, and all plain values of it together are one list of keywords.
func (c *compiler) sequence(node *yaml.Node, depth int) (*expr, error) {
	elements, err := c.followAll(node, depth+1)
	if err != nil {
		return nil, err
	}
	var kids []*expr
	var words []*yaml.Node
	for _, element := range elements {
		if element.Kind == yaml.ScalarNode {
			words = append(words, element)
			continue
		}
		e, err := c.selection(element, depth+1)
		if err != nil {
			return nil, err
		}
		kids = append(kids, e)
	}
	if len(words) > 0 {
		e, err := c.keywords(node, words)
		if err != nil {
			return nil, err
		}
		kids = append(kids, e)
	}
	if len(kids) == 0 {
		return nil, rejectAt(node, "an empty list could never match")
	}
	return joined(opOr, kids, ""), nil
}

// arraySelector is how a later version of Sigma may name elements of a list. Events have no field that is called so.
var arraySelector = regexp.MustCompile(`\[(?:any|all|[0-9]+)\](?:\.|$)`)

// parseItem takes a selection's key apart.
func parseItem(key *yaml.Node) (item, error) {
	field, rest, more := strings.Cut(key.Value, "|")
	t := item{test: test{field: strings.TrimSpace(field), key: key.Value, line: key.Line}}
	if selector := arraySelector.FindString(t.field); selector != "" {
		return item{}, rejectAt(key, "%q in %q selects elements of a list, which Sigma 2.1 does not know; without it any element may match", selector, t.field)
	}
	for more {
		var m string
		m, rest, more = strings.Cut(rest, "|")
		switch m {
		case "all":
			t.all = true
		case "neq":
			t.negate = !t.negate
		case "cased":
			t.cased = true
		case "expand":
			t.expand = true
		case "exists":
			t.exists = true
		default:
			if !isModifier(m) {
				return item{}, rejectAt(key, "unknown modifier %q in %q%s", m, key.Value, nearest(m))
			}
			t.steps = append(t.steps, m)
		}
	}
	if t.exists && (len(t.steps) > 0 || t.all || t.cased || t.expand || t.field == "") {
		return item{}, rejectAt(key, "exists takes no other modifier and needs a field: %q", key.Value)
	}
	return t, nil
}

// item compiles one test from its values.
func (c *compiler) item(t item, at *yaml.Node, values []*yaml.Node) (*expr, error) {
	if t.field != "" {
		t.slots, t.shown = c.resolve(t.field)
		t.clock = t.field == "@timestamp"
	}
	if t.exists {
		v, err := scalarValue(values[0])
		if err != nil {
			return nil, err
		}
		if len(values) != 1 || v.kind != valueBool {
			return nil, rejectAt(at, "exists needs true or false")
		}
		t.want = v.truth
		return &expr{op: opTest, test: &t.test, text: t.key}, nil
	}
	for _, node := range values {
		group, err := c.choice(t, node)
		if err != nil {
			return nil, err
		}
		if t.all || len(t.groups) == 0 {
			t.groups = append(t.groups, group)
			continue
		}
		only := &t.groups[0]
		only.matchers = append(only.matchers, group.matchers...)
		only.null = only.null || group.null
	}
	c.remark(t, at, values)
	return &expr{op: opTest, test: &t.test, text: t.key}, nil
}

// choice compiles one value, which its modifiers may turn into several alternatives.
func (c *compiler) choice(t item, node *yaml.Node) (choice, error) {
	v, err := scalarValue(node)
	if err != nil {
		return choice{}, err
	}
	if v.kind == valueNull {
		if len(t.steps) > 0 || t.field == "" {
			return choice{}, rejectAt(node, "null takes no modifiers and needs a field: %q", t.key)
		}
		return choice{null: true}, nil
	}
	values := []value{v}
	if t.expand {
		if values, err = c.expandValue(v, t.isExpression()); err != nil {
			return choice{}, rejectAt(node, "%s", err)
		}
	}
	for i, step := range t.steps {
		var next []value
		for _, v := range values {
			got, err := v.apply(step, i == 0)
			if err != nil {
				return choice{}, rejectAt(node, "%s in %q", err, t.key)
			}
			next = append(next, got...)
		}
		values = next
	}
	var out choice
	for _, v := range values {
		got, err := v.matchers(&t.test, c)
		if err != nil {
			return choice{}, rejectAt(node, "%s", err)
		}
		out.matchers = append(out.matchers, got...)
	}
	return out, nil
}

func (t item) isExpression() bool { return len(t.steps) > 0 && t.steps[0] == "re" }

func isModifier(name string) bool {
	for _, m := range modifierNames {
		if m == name {
			return true
		}
	}
	return false
}

// nearest suggests the modifier that was probably meant.
func nearest(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, m := range modifierNames {
		if m == name || len(m) > 3 && (strings.HasPrefix(m, name) && len(name) > 2 || strings.HasPrefix(name, m)) {
			return fmt.Sprintf("; did you mean %q?", m)
		}
	}
	return ""
}
