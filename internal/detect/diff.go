package detect

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette/internal/catalog"
)

// RuleDiff is a rule that is not the same in two collections.
type RuleDiff struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	File    string       `json:"file"` // in the new collection, or in the old when it was removed
	Change  string       `json:"change" enum:"added,removed,changed"`
	Details []RuleChange `json:"details,omitempty"` // of a changed rule, in the order of a rule's parts
}

// RuleChange is one part of a rule that changed. Old and New are YAML, empty for a part that is missing.
type RuleChange struct {
	Part string `json:"part"` // title, level, logsource, condition, "selection NAME", tags, correlation …, state
	Old  string `json:"old"`
	New  string `json:"new"`
}

// parts are the parts of a rule that a reader wants to know of, in the order of a rule. Selections stand before the
// condition.
var parts = [...]string{"title", "title_zh", "level", "status", "logsource", "detection", "correlation", "filter", "tags", "falsepositives", "license"}

// Diff compares two collections by the ids of their rules, correlations and filters; of documents without one, by title.
// The result is in the order of titles.
func Diff(opts Options, before, after []catalog.File) []RuleDiff {
	x, y := documentsOf(opts, before), documentsOf(opts, after)
	out := []RuleDiff{}
	for key, old := range x {
		if _, ok := y[key]; !ok {
			out = append(out, RuleDiff{ID: old.id, Title: old.title, File: old.file, Change: "removed"})
		}
	}
	for key, now := range y {
		old, ok := x[key]
		d := RuleDiff{ID: now.id, Title: now.title, File: now.file, Change: "added"}
		if ok {
			d.Change, d.Details = "changed", changes(old, now)
			if len(d.Details) == 0 {
				continue
			}
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b RuleDiff) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID), cmp.Compare(a.File, b.File))
	})
	return out
}

// ruleText is a document of a collection.
type ruleText struct {
	id, title, file string
	problem         string // why it cannot run
	top             map[string]*yaml.Node
}

func documentsOf(opts Options, files []catalog.File) map[string]ruleText {
	out := make(map[string]ruleText)
	for _, f := range files {
		dec := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(f.Data, []byte("\ufeff"))))
		for {
			doc := new(yaml.Node)
			if dec.Decode(doc) != nil {
				break
			}
			if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
				continue
			}
			top := mapOf(doc.Content[0])
			t := ruleText{id: strings.TrimSpace(scalarOf(top["id"])), title: scalarOf(top["title"]), file: f.Path, top: top}
			if key := cmp.Or(t.id, t.title); key != "" {
				if _, twice := out[key]; !twice {
					out[key] = t
				}
			}
		}
	}
	for _, status := range CompileWith(opts, files).Statuses() {
		if t, ok := out[status.ID]; ok && status.Problem != "" {
			t.problem = strings.TrimPrefix(status.Problem, t.file+":")
			out[status.ID] = t
		}
	}
	return out
}

func changes(old, now ruleText) []RuleChange {
	var out []RuleChange
	add := func(part, was, is string) {
		if was != is {
			out = append(out, RuleChange{part, was, is})
		}
	}
	for _, part := range parts {
		was, is := old.top[part], now.top[part]
		switch part {
		case "detection", "correlation", "filter":
			a, b := mapOf(was), mapOf(is)
			for _, key := range keysOfBoth(was, is) {
				name := part + " " + key
				if part == "detection" && key == "condition" {
					name = key
				} else if part == "detection" {
					name = "selection " + key
				}
				add(name, plainYAML(a[key]), plainYAML(b[key]))
			}
		default:
			add(part, plainYAML(was), plainYAML(is))
		}
	}
	add("state", old.problem, now.problem)
	return out
}

// keysOfBoth lists the keys of two maps, in the order of the second, the condition last.
func keysOfBoth(a, b *yaml.Node) []string {
	var out []string
	for _, node := range []*yaml.Node{b, a} {
		if node == nil || node.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if key := node.Content[i].Value; key != "condition" && !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return append(out, "condition")
}

// plainYAML writes a part without its comments and in one style, so that only what it says counts.
func plainYAML(node *yaml.Node) string {
	if node == nil {
		return ""
	}
	if node.Kind == yaml.ScalarNode {
		return node.Value
	}
	text, err := yaml.Marshal(plainNode(node, 0))
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(text), "\n")
}

func plainNode(node *yaml.Node, depth int) *yaml.Node {
	if depth > maxNesting {
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "…"}
	}
	if node.Kind == yaml.AliasNode {
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "*" + node.Value}
	}
	out := &yaml.Node{Kind: node.Kind, Tag: node.ShortTag(), Value: node.Value}
	for _, kid := range node.Content {
		out.Content = append(out.Content, plainNode(kid, depth+1))
	}
	return out
}
