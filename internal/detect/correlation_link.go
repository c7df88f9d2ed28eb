package detect

import (
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

// correlationHeader checks what people should know of a correlation.
func (c *compiler) correlationHeader(top map[string]*yaml.Node) error {
	for _, key := range []string{"detection", "logsource"} {
		if top[key] != nil {
			return rejectAt(top[key], "a correlation has no %s of its own; write the rule as a document of its own and name it under rules", key)
		}
	}
	c.rule.condition = &expr{op: opOr, text: "correlation"} // it matches no event by itself
	return c.header(top)
}

// linker finds what correlations refer to.
type linker struct {
	rs     *Ruleset
	byName map[string][]*Rule
	state  map[*Correlation]linkState
	failed map[*Correlation]catalog.Problem
}

type linkState uint8

const (
	linkNew linkState = iota
	linkOpen
	linkDone
	linkFailed
)

// link resolves the references of all correlations, orders them and marks the rules that they use. Those that cannot be
// resolved become problems.
func (rs *Ruleset) link(found []*Correlation) {
	l := &linker{
		rs: rs, byName: make(map[string][]*Rule),
		state: make(map[*Correlation]linkState), failed: make(map[*Correlation]catalog.Problem),
	}
	for _, r := range rs.Rules {
		l.name(r)
	}
	for _, c := range found {
		l.name(c.Rule)
	}
	for _, c := range found {
		l.visit(c, 0)
	}
	for _, c := range found {
		if problem, ok := l.failed[c]; ok {
			if rs.byID[c.Rule.ID] == c.Rule {
				delete(rs.byID, c.Rule.ID)
			}
			rs.add(outcome{rule: c.Rule, problem: problem})
		}
	}
	rs.silence()
}

func (l *linker) name(r *Rule) {
	if r.Name != "" {
		l.byName[r.Name] = append(l.byName[r.Name], r)
	}
}

// maxChain is how many correlations may build upon one another.
const maxChain = 32

// visit links one correlation behind those it refers to.
func (l *linker) visit(c *Correlation, depth int) {
	if l.state[c] != linkNew {
		return
	}
	l.state[c] = linkOpen
	if err := l.resolve(c, depth); err != nil {
		l.state[c] = linkFailed
		problem := catalog.Problem{File: c.Rule.File, Line: c.Rule.Line, Reason: err.Error()}
		if r, ok := errors.AsType[*rejection](err); ok && r.line > 0 {
			problem.Line, problem.Column = r.line, r.column
		}
		l.failed[c] = problem
		return
	}
	l.state[c] = linkDone
	c.Place = len(l.rs.Correlations)
	l.rs.Correlations = append(l.rs.Correlations, c)
}

func (l *linker) resolve(c *Correlation, depth int) error {
	var seen []*Rule
	for i := range c.Refs {
		ref, at := &c.Refs[i], c.source.rules[i]
		r, err := l.find(ref.Name, at)
		if err != nil {
			return err
		}
		if slices.Contains(seen, r) {
			return rejectAt(at, "%q is a rule that is listed already, under another name", ref.Name)
		}
		seen = append(seen, r)
		if ref.Rule = r; r.correlation != nil {
			ref.Rule, ref.Correlation = nil, r.correlation
			if depth == maxChain {
				return rejectAt(at, "more than %d correlations build upon one another", maxChain)
			}
			l.visit(r.correlation, depth+1)
			switch l.state[r.correlation] {
			case linkOpen:
				return rejectAt(at, "the correlation refers to itself, by way of %q", ref.Name)
			case linkFailed:
				return rejectAt(at, "the correlation %q, which it refers to, cannot run", ref.Name)
			}
		}
		if err := c.fields(ref, at); err != nil {
			return err
		}
	}
	return nil
}

// find looks a reference up, as an id first.
func (l *linker) find(name string, at *yaml.Node) (*Rule, error) {
	if r := l.rs.byID[name]; r != nil && r.filter == nil {
		return r, nil
	}
	switch named := l.byName[name]; len(named) {
	case 1:
		return named[0], nil
	case 0:
		return nil, rejectAt(at, "no rule that can run has the id or the name %q", name)
	default:
		return nil, rejectAt(at, "the name %q belongs to several rules: %s, %s", name, named[0].ID, named[1].ID)
	}
}

// fields resolves group-by and field for one of the rules.
func (c *Correlation) fields(ref *CorrelationRef, at *yaml.Node) error {
	ref.Group, ref.Fields = nil, nil
	for i, list := range [][]string{c.GroupBy, c.Fields} {
		for _, name := range list {
			for _, alias := range c.aliases {
				if alias.Name == name {
					name = alias.Fields[ref.Name]
				}
			}
			path := FieldPath{Group: -1}
			if ref.Correlation == nil {
				c.doubt(ref, name, at)
				var names []string
				for _, piped := range ref.Rule.piped.names(name) {
					found, _ := fieldNames(ref.Rule.Logsource, piped)
					names = append(names, found...)
				}
				path = newFieldPath(names)
			} else if path.Group = slices.Index(ref.Correlation.GroupBy, name); path.Group < 0 {
				return rejectAt(at, "the correlation %q has no %q: what it raises carries only what it is grouped by", ref.Name, name)
			}
			if i == 0 {
				ref.Group = append(ref.Group, path)
			} else {
				ref.Fields = append(ref.Fields, path)
			}
		}
	}
	return nil
}

// doubt remarks on a name that is probably misspelt: events without the field would never be counted.
func (c *Correlation) doubt(ref *CorrelationRef, name string, at *yaml.Node) {
	l := ref.Rule.Logsource
	near := misspelt(name, vedette.SourceFields(l.Product, l.Category, l.Service))
	if near == "" || len(c.Rule.Warnings) >= maxWarnings {
		return
	}
	c.Rule.Warnings = append(c.Rule.Warnings, catalog.Problem{
		File: c.Rule.File, Line: at.Line, Column: at.Column, Fix: near,
		Reason: fmt.Sprintf("events of %q have no field %q, but %q; matches without it are not counted", ref.Name, shorten(name), near),
	})
}

// silence marks the rules whose matches are told to correlations, and which correlations speak for those that raise no
// alert of their own for it. A rule that one correlation wants to hear from and another silences raises its alerts.
func (rs *Ruleset) silence() {
	rs.linked, rs.speakers = make([]bool, len(rs.Rules)), make([][]*Correlation, len(rs.Rules))
	places := make(map[*Rule]int, len(rs.Rules))
	for i, r := range rs.Rules {
		places[r] = i
	}
	loud := make(map[*Rule]bool)
	rs.above = make([][]*Correlation, len(rs.Correlations))
	for _, c := range rs.Correlations {
		for i := range c.Refs {
			if child := c.Refs[i].Correlation; child != nil {
				rs.above[child.Place] = append(rs.above[child.Place], c)
				loud[child.Rule] = loud[child.Rule] || c.Generate
				continue
			}
			r := c.Refs[i].Rule
			at := places[r]
			rs.linked[at], rs.speakers[at] = true, append(rs.speakers[at], c)
			loud[r] = loud[r] || c.Generate
		}
	}
	for i, r := range rs.Rules {
		if loud[r] {
			rs.speakers[i] = nil
		}
	}
	for i, c := range rs.Correlations {
		if loud[c.Rule] {
			rs.above[i] = nil
		}
	}
}

// spokenFor tells whether a rule of some severity leaves its alerts to those correlations. One that is off or on trial
// speaks for nobody: adding it must not hide what reached people before. Informational rules are never meant to alarm by
// themselves, so they stay silent.
func (s Settings) spokenFor(tenant string, by []*Correlation, severity vedette.Severity) bool {
	if len(by) > 0 && severity == vedette.Info {
		return true
	}
	return slices.ContainsFunc(by, func(c *Correlation) bool {
		stage := s.Of(tenant, c.Rule.ID).Stage
		return stage == vedette.StageAlert || stage == vedette.StageAuto
	})
}

// Silent tells whether a rule, by its place, raises no alert of its own because a correlation speaks for it.
func (rs *Ruleset) Silent(place int) bool { return rs.general.silent[place] }

// Quiet tells whether a correlation, by its place, raises no alert of its own because another one speaks for it.
func (rs *Ruleset) Quiet(place int) bool { return rs.general.quiet[place] }

// QuietFor tells the same under the settings of a tenant.
func (rs *Ruleset) QuietFor(tenant string, place int) bool { return rs.decidedFor(tenant).quiet[place] }

// Correlation says which correlation the rule stands for, nil for a rule about single events.
func (r *Rule) Correlation() *Correlation { return r.correlation }
