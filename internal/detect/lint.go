package detect

import (
	"cmp"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

// Report is what a linter says of rule files: problems keep a rule from running, warnings do not.
type Report struct {
	Rules    int               `json:"rules"` // how many can run
	Problems []catalog.Problem `json:"problems"`
	Warnings []catalog.Problem `json:"warnings"`
}

// Lint compiles rule files and reports everything that is wrong or doubtful in them.
func Lint(opts Options, files []catalog.File) Report {
	rs := CompileWith(opts, files)
	out := Report{Rules: len(rs.Rules), Problems: remedied(slices.Clone(rs.Problems)), Warnings: []catalog.Problem{}}
	for _, r := range rs.All() {
		out.Warnings = append(out.Warnings, remedied(slices.Clone(r.Warnings))...)
	}
	for _, one := range advise(files) {
		out.Warnings = append(out.Warnings, one.Problem)
	}
	slices.SortStableFunc(out.Warnings, func(a, b catalog.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return out
}

// maxWarnings bounds the warnings of one rule.
const maxWarnings = 50

func (c *compiler) warn(at *yaml.Node, format string, args ...any) {
	if len(c.rule.Warnings) >= maxWarnings {
		return
	}
	p := catalog.Problem{File: c.file.Path, Line: c.rule.Line, Reason: fmt.Sprintf(format, args...)}
	if at != nil {
		p.Line, p.Column = at.Line, at.Column
	}
	c.rule.Warnings = append(c.rule.Warnings, p)
}

// remark looks at a compiled test for what its author may not have meant.
func (c *compiler) remark(t item, at *yaml.Node, values []*yaml.Node) {
	if t.all && len(values) == 1 {
		c.warn(at, "%q has one value only, so \"all\" does nothing", t.key)
	}
	if t.field != "" && c.unheardOf(t.shown) {
		c.warn(at, "no parser of this log source has a name for the field %q; it is looked for as %s", t.field, t.shown)
	}
	for _, node := range values {
		if node.ShortTag() == "!!null" && len(values) > 1 {
			c.warn(node, "null in a list of values is not portable; write a selection of its own")
		}
		if t.isExpression() && len(t.steps) == 1 {
			if better := plainer(node.Value); better != "" {
				c.warn(node, "the regular expression %q is plain text; %s is faster and clearer", node.Value, better)
			}
		}
	}
}

// unheardOf tells whether a field of a log source with a table of names is in no table. Windows events have hundreds of
// fields that keep their own name, so there nothing is doubtful.
func (c *compiler) unheardOf(name string) bool {
	switch c.rule.Logsource.Product {
	case "windows", "linux", "macos":
		return false
	}
	switch c.rule.Logsource.Category {
	case "webserver", "proxy", "firewall", "dns", "process_creation", "network_connection":
	default:
		return false
	}
	return strings.HasPrefix(name, vedette.SourcePrefix)
}

// plainer names the modifier that does the same as a regular expression without any operator in it.
func plainer(pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	subs := []*syntax.Regexp{re}
	if re.Op == syntax.OpConcat {
		subs = re.Sub
	}
	start, end := false, false
	literals := 0
	for i, sub := range subs {
		switch {
		case sub.Op == syntax.OpLiteral && sub.Flags&syntax.FoldCase == 0:
			literals++
		case i == 0 && sub.Op == syntax.OpBeginText:
			start = true
		case i == len(subs)-1 && sub.Op == syntax.OpEndText:
			end = true
		case sub.Op == syntax.OpStar && (sub.Sub[0].Op == syntax.OpAnyChar || sub.Sub[0].Op == syntax.OpAnyCharNotNL) && (i == 0 || i == len(subs)-1):
		default:
			return ""
		}
	}
	switch {
	case literals != 1:
		return ""
	case start && end:
		return "cased"
	case start:
		return "startswith|cased"
	case end:
		return "endswith|cased"
	}
	return "contains|cased"
}
