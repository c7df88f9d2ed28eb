package detect

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette/internal/catalog"
)

// Options say what a rule may rely on beside its own text.
type Options struct {
	// Placeholders gives the values of %name% in rules that use expand.
	Placeholders map[string][]string
	// Retired lets rules run whose own status says deprecated or unsupported. They are rejected otherwise, because
	// another rule took their place or they never worked as written.
	Retired bool
	// Pipelines change rules before they are compiled, in the order of their priorities.
	Pipelines []*Pipeline
}

// compiler turns one file's documents into rules.
type compiler struct {
	opts  Options
	names *names
	file  catalog.File
	lines []string // of the file, when there was reason to count them
	rule  *Rule
	nodes int // how many YAML nodes of this rule were followed

	expanded int // values that its placeholders became

	pipelines []*Pipeline  // in their order
	run       *pipelineRun // through the rule in hand; nil when there are none
}

// outcome is what one document became: a rule, or a problem with as much of the rule as could be read.
type outcome struct {
	rule    *Rule
	ok      bool
	problem catalog.Problem
}

// file compiles every document of a file.
func (c *compiler) compileFile() []outcome {
	c.lines = nil
	var out []outcome
	dec := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(c.file.Data, []byte("\ufeff"))))
	var docs []*yaml.Node
	var broken error
	for {
		doc := new(yaml.Node)
		if err := dec.Decode(doc); err != nil {
			if !errors.Is(err, io.EOF) {
				broken = err
			}
			break
		}
		if len(doc.Content) > 0 && doc.Content[0].ShortTag() != "!!null" {
			docs = append(docs, doc.Content[0])
		}
	}
	for i, doc := range docs {
		last := 0
		if i+1 < len(docs) {
			last = docs[i+1].Line
		}
		out = append(out, c.document(doc, last, len(docs) == 1 && broken == nil))
	}
	if broken != nil {
		line, reason := yamlTrouble(broken)
		out = append(out, outcome{rule: c.blank(), problem: catalog.Problem{File: c.file.Path, Line: line, Reason: reason}})
	} else if len(docs) == 0 {
		out = append(out, outcome{rule: c.blank(), problem: catalog.Problem{File: c.file.Path, Reason: "the file holds no rule"}})
	}
	return out
}

func (c *compiler) blank() *Rule {
	return &Rule{File: c.file.Path, Origin: c.file.Origin, names: c.names}
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// yamlTrouble takes the line out of a YAML error.
func yamlTrouble(err error) (line int, reason string) {
	s := err.Error()
	if m := yamlLine.FindStringSubmatch(s); m != nil {
		line, _ = strconv.Atoi(m[1])
		s = s[len(m[0]):]
	}
	return line, "not valid YAML: " + s
}

// document compiles one rule. A defect of the compiler itself is a problem of that rule only.
func (c *compiler) document(doc *yaml.Node, next int, whole bool) (out outcome) {
	c.rule, c.nodes, c.run = c.blank(), 0, nil
	c.rule.Line = doc.Line
	c.rule.Source = c.sourceOf(doc.Line, next, whole)
	out.rule, c.expanded = c.rule, 0
	defer func() {
		if p := recover(); p != nil {
			out.ok, out.problem = false, catalog.Problem{File: c.file.Path, Line: doc.Line, Reason: fmt.Sprintf("the compiler failed: %v", p)}
		}
	}()
	err := c.compile(doc)
	if err == nil {
		out.ok = true
		return out
	}
	out.problem = catalog.Problem{File: c.file.Path, Line: doc.Line, Reason: err.Error()}
	if r, ok := errors.AsType[*rejection](err); ok && r.line > 0 {
		out.problem.Line, out.problem.Column = r.line, r.column
	}
	return out
}

// sourceOf cuts the document out of its file.
func (c *compiler) sourceOf(line, next int, whole bool) string {
	if whole {
		return string(c.file.Data)
	}
	if c.lines == nil {
		c.lines = strings.SplitAfter(string(c.file.Data), "\n")
	}
	lines := c.lines
	if next <= 0 || next > len(lines) {
		next = len(lines) + 1
	}
	if line < 1 || line >= next {
		return ""
	}
	text := strings.Join(lines[line-1:next-1], "")
	return strings.TrimSuffix(strings.TrimRight(text, "\n"), "\n---") + "\n"
}

// nameless gives a rule without an id one that depends on its text alone.
func nameless(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "unnamed-" + hex.EncodeToString(sum[:8])
}

// follow resolves an anchor and counts against the bounds.
func (c *compiler) follow(node *yaml.Node, depth int) (*yaml.Node, error) {
	if c.nodes++; c.nodes > maxNodes {
		return nil, rejectAt(node, "the detection has more than %d parts", maxNodes)
	}
	if depth > maxNesting {
		return nil, rejectAt(node, "the detection is nested deeper than %d levels", maxNesting)
	}
	for hops := 0; node.Kind == yaml.AliasNode; hops++ {
		if node.Alias == nil || hops > maxNesting {
			return nil, rejectAt(node, "the YAML anchor leads nowhere")
		}
		node = node.Alias
	}
	return node, nil
}

func (c *compiler) followAll(list *yaml.Node, depth int) ([]*yaml.Node, error) {
	out := make([]*yaml.Node, 0, len(list.Content))
	for _, node := range list.Content {
		node, err := c.follow(node, depth)
		if err != nil {
			return nil, err
		}
		out = append(out, node)
	}
	return out, nil
}
