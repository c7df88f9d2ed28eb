package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// EnvPrefix stands before the name of every setting in the environment.
const EnvPrefix = "VEDETTE_"

// maxFile bounds the configuration file, in bytes.
const maxFile = 1 << 20

// Origin says where a value came from.
type Origin struct {
	Path  string // "http.listen"
	Value string // as it would be written; secrets are hidden
	From  string // "default", "vedette.yaml:12" or "env VEDETTE_HTTP_LISTEN"
}

// Problem is one thing that is wrong with the configuration.
type Problem struct {
	File         string
	Line, Column int
	Message      string
}

// Error writes the problem as file:line:column: message.
func (p Problem) Error() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// Load fills tree, a pointer to a struct that holds the defaults, from the file and the environment. An empty file name
// means no file. It returns where each value came from, in the order of the tree, and all problems joined in one error.
func Load(file string, lookup func(string) (string, bool), tree any) ([]Origin, error) {
	l := &loader{file: file, lookup: lookup, from: map[string]string{}}
	root := reflect.ValueOf(tree).Elem()
	if file != "" {
		l.readFile(root)
	}
	l.readEnv(root, "")
	if err := errors.Join(l.problems...); err != nil {
		return nil, err
	}
	var origins []Origin
	leaves(root, "", func(path string, v reflect.Value) {
		from := l.from[path]
		if from == "" {
			from = "default"
		}
		origins = append(origins, Origin{Path: path, Value: show(v), From: from})
	})
	return origins, nil
}

type loader struct {
	file     string
	lookup   func(string) (string, bool)
	from     map[string]string
	problems []error
}

func (l *loader) readFile(root reflect.Value) {
	info, err := os.Stat(l.file)
	if err != nil {
		l.problems = append(l.problems, Problem{File: l.file, Message: err.Error()})
		return
	}
	if info.Size() > maxFile {
		l.problems = append(l.problems, Problem{File: l.file, Message: "the file is larger than 1 MiB"})
		return
	}
	tree, err := parser.ParseFile(l.file, 0)
	if err != nil {
		l.problems = append(l.problems, Problem{File: l.file, Message: err.Error()})
		return
	}
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			l.mapping(doc.Body, root, "")
		}
	}
}

// mapping reads the keys of a YAML mapping into a struct.
func (l *loader) mapping(node ast.Node, to reflect.Value, path string) {
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	case *ast.NullNode, *ast.CommentGroupNode:
		return
	default:
		l.fail(node.GetToken(), "%s must be a mapping of keys to values", orRoot(path))
		return
	}
	seen := map[string]bool{}
	for _, pair := range pairs {
		key := pair.Key.GetToken().Value
		field, ok := fieldByKey(to, key)
		switch {
		case !ok:
			l.fail(pair.Key.GetToken(), "unknown key %q%s", join(path, key), didYouMean(key, to))
		case seen[key]:
			l.fail(pair.Key.GetToken(), "key %q stands twice", join(path, key))
		default:
			l.value(pair.Value, field, join(path, key))
		}
		seen[key] = true
	}
}

func (l *loader) value(node ast.Node, to reflect.Value, path string) {
	if isBranch(to.Type()) {
		l.mapping(node, to, path)
		return
	}
	if to.Kind() == reflect.Slice && isBranch(to.Type().Elem()) {
		l.sequence(node, to, path)
		return
	}
	if err := decode(node, to); err != nil {
		l.fail(node.GetToken(), "%s: %s", path, err)
		return
	}
	l.from[path] = fmt.Sprintf("%s:%d", l.file, node.GetToken().Position.Line)
}

// sequence reads a YAML list into a slice of structs, so that their keys are checked too.
func (l *loader) sequence(node ast.Node, to reflect.Value, path string) {
	seq, ok := node.(*ast.SequenceNode)
	if !ok {
		l.fail(node.GetToken(), "%s must be a list", path)
		return
	}
	list := reflect.MakeSlice(to.Type(), len(seq.Values), len(seq.Values))
	for i, item := range seq.Values {
		l.mapping(item, list.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	to.Set(list)
	l.from[path] = fmt.Sprintf("%s:%d", l.file, node.GetToken().Position.Line)
}

func (l *loader) readEnv(root reflect.Value, path string) {
	leaves(root, path, func(path string, v reflect.Value) {
		name := EnvName(path)
		text, ok := l.lookup(name)
		if !ok {
			return
		}
		if err := decodeText(text, v); err != nil {
			l.problems = append(l.problems, Problem{File: name, Message: err.Error()})
			return
		}
		l.from[path] = "env " + name
	})
}

// EnvName is the name of a setting in the environment.
func EnvName(path string) string {
	return EnvPrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(path))
}

func (l *loader) fail(at *token.Token, format string, args ...any) {
	p := Problem{File: l.file, Message: fmt.Sprintf(format, args...)}
	if at != nil && at.Position != nil {
		p.Line, p.Column = at.Position.Line, at.Position.Column
	}
	l.problems = append(l.problems, p)
}

func orRoot(path string) string {
	if path == "" {
		return "the file"
	}
	return path
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
