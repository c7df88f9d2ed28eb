package detect

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette/internal/catalog"
)

// advice is a warning about how a rule is written. When the mending is safe, replacing old by new on its line does it.
type advice struct {
	catalog.Problem
	old, new string
}

// adviser reads rule documents as their authors wrote them and says what could be better. It never keeps a rule from
// running.
type adviser struct {
	file   catalog.File
	out    []advice
	titles map[string]string // title → the file that had it first
}

// maxAdvice bounds what is said about one file.
const maxAdvice = 200

// advise looks at every document of the files.
func advise(files []catalog.File) []advice {
	a := &adviser{titles: make(map[string]string)}
	var all []advice
	for _, f := range files {
		a.file, a.out = f, nil
		a.read()
		all = append(all, a.out...)
	}
	return all
}

func (a *adviser) read() {
	dec := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(a.file.Data, []byte("\ufeff"))))
	for {
		doc := new(yaml.Node)
		if err := dec.Decode(doc); err != nil {
			return // the compiler reports what is not YAML
		}
		if len(doc.Content) == 1 && doc.Content[0].Kind == yaml.MappingNode {
			a.document(doc.Content[0])
		}
	}
}

func (a *adviser) document(doc *yaml.Node) {
	top := mapOf(doc)
	a.keys(doc)
	a.identity(doc, top)
	a.dates(doc, top)
	a.words(doc, top)
	a.tags(top["tags"])
	a.related(top["related"])
	if top["detection"] != nil && top["detection"].Kind == yaml.MappingNode {
		a.logsource(top["logsource"])
		a.selections(top["detection"], logsourceOf(top["logsource"]))
	}
}

// say adds a warning; a nil node stands for the whole document in hand.
func (a *adviser) say(at *yaml.Node, fix, format string, args ...any) *advice {
	if len(a.out) >= maxAdvice {
		return &advice{}
	}
	p := catalog.Problem{File: a.file.Path, Reason: fmt.Sprintf(format, args...), Fix: fix}
	if at != nil {
		p.Line, p.Column = at.Line, at.Column
	}
	a.out = append(a.out, advice{Problem: p})
	return &a.out[len(a.out)-1]
}

// safely marks the last warning as one that replacing a word on its line mends.
func (v *advice) safely(old, replacement string) { v.old, v.new = old, replacement }

// mapOf gives the values of a map by key; of a key that stands twice the first.
func mapOf(node *yaml.Node) map[string]*yaml.Node {
	out := make(map[string]*yaml.Node)
	if node == nil || node.Kind != yaml.MappingNode {
		return out
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if key := node.Content[i].Value; out[key] == nil {
			out[key] = node.Content[i+1]
		}
	}
	return out
}

func logsourceOf(node *yaml.Node) Logsource {
	top := mapOf(node)
	word := func(name string) string { return strings.ToLower(strings.TrimSpace(scalarOf(top[name]))) }
	return Logsource{Product: word("product"), Category: word("category"), Service: word("service")}
}

// Mend applies the advice that is safe to apply to one rule file: words that are replaced where they stand, such as a
// date with slashes or a tag that has a successor. It returns the new text and how many places changed; the text is
// given back as it was when the rules in it would no longer load as before.
func Mend(opts Options, file catalog.File) ([]byte, int) {
	lines := strings.SplitAfter(string(file.Data), "\n")
	n := 0
	for _, one := range advise([]catalog.File{file}) {
		if one.old == "" || one.Line < 1 || one.Line > len(lines) || strings.Count(lines[one.Line-1], one.old) != 1 {
			continue
		}
		lines[one.Line-1] = strings.Replace(lines[one.Line-1], one.old, one.new, 1)
		n++
	}
	if n == 0 {
		return file.Data, 0
	}
	mended := file
	mended.Data = []byte(strings.Join(lines, ""))
	before, after := CompileWith(opts, []catalog.File{file}), CompileWith(opts, []catalog.File{mended})
	if len(after.Rules) < len(before.Rules) || len(after.Problems) > len(before.Problems) {
		return file.Data, 0
	}
	return mended.Data, n
}
