package detect

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

// Bounds on exceptions.
const (
	MaxExceptions         = 1000    // that are in force at one time, over all tenants
	MaxExceptionSelection = 8 << 10 // bytes of one selection
	maxExceptionParts     = 2000    // YAML nodes of one selection
	maxForAll             = 100     // exceptions that concern all rules
	maxSelections         = 1 << 20 // bytes of all selections
	maxSelectionsForAll   = 16 << 10
)

// room counts exceptions. One that concerns all rules is compiled for every log source, so there is less room for those.
type room struct{ all, forAll, bytes, bytesForAll int }

// take counts one more, unless it does not fit; the error is limited.
func (r *room) take(x vedette.Exception) error {
	more := *r
	more.all++
	more.bytes += len(x.Selection)
	if x.RuleID == "" {
		more.forAll++
		more.bytesForAll += len(x.Selection)
	}
	switch {
	case more.all > MaxExceptions:
		return vedette.Errorf(vedette.CodeLimited, "%d exceptions are in force; there is no room for more", r.all)
	case more.forAll > maxForAll:
		return vedette.Errorf(vedette.CodeLimited, "%d exceptions concern all rules; there is no room for more", r.forAll)
	case more.bytes > maxSelections:
		return vedette.Errorf(vedette.CodeLimited, "the selections of all exceptions would be larger than %d KiB", maxSelections>>10)
	case more.bytesForAll > maxSelectionsForAll:
		return vedette.Errorf(vedette.CodeLimited, "the selections of exceptions that concern all rules would be larger than %d KiB: name the rule that it is for", maxSelectionsForAll>>10)
	}
	*r = more
	return nil
}

// HiddenCount is how many alerts an exception has hidden since the last count, and when the last.
type HiddenCount struct {
	Tenant, ID string
	Count      int64
	Last       time.Time
}

// shield is the exceptions of a ruleset. They have field names and views of their own, so that they can change while
// events are being looked at.
type shield struct {
	byPlace  [][]*exception // by place among the rules; nil when there are none at all
	names    *names
	views    sync.Pool
	tallies  map[string]*tally // by tenant and id
	problems []catalog.Problem
}

// exception is a selection that hides what one rule finds.
type exception struct {
	id, tenant string
	expires    time.Time
	rule       *Rule // a rule that consists of the selection
	tally      *tally
}

type tally struct {
	hidden, last atomic.Int64
}

// newShield compiles the exceptions for the rules of a ruleset. One that cannot be used hides nothing and is a problem.
func newShield(rules []*Rule, opts Options, list []vedette.Exception) *shield {
	s := &shield{tallies: make(map[string]*tally)}
	if len(list) == 0 {
		return s
	}
	s.names = newNames()
	s.byPlace = make([][]*exception, len(rules))
	var r room
	for _, given := range list {
		if err := r.take(given); err != nil {
			s.problem(given, err)
			continue
		}
		s.add(rules, opts, given)
	}
	s.views.New = func() any { return newView(s.names, 0) }
	return s
}

func (s *shield) problem(given vedette.Exception, err error) {
	s.problems = append(s.problems, catalog.Problem{File: "exception " + given.ID, Reason: err.Error()})
}

// add puts an exception before each rule that it concerns. Fields go by the names that the rule's log source gives them,
// so it is compiled once for each.
func (s *shield) add(rules []*Rule, opts Options, given vedette.Exception) {
	t := &tally{}
	compiled := make(map[Logsource]*exception)
	found := false
	for place, r := range rules {
		if given.RuleID != "" && given.RuleID != r.ID {
			continue
		}
		found = true
		x := compiled[r.Logsource]
		if x == nil {
			rule, err := compileException(opts, s.names, r.Logsource, given)
			if err != nil {
				s.problem(given, err)
				return
			}
			x = &exception{id: given.ID, tenant: given.Tenant, expires: given.Expires, rule: rule, tally: t}
			compiled[r.Logsource] = x
		}
		s.byPlace[place] = append(s.byPlace[place], x)
	}
	if !found && given.RuleID != "" {
		s.problem(given, vedette.Errorf(vedette.CodeNotFound, "there is no rule %q that runs", vedette.Shorten(given.RuleID, 100)))
		return
	}
	s.tallies[given.Tenant+"\x00"+given.ID] = t
}

// compileException makes a rule of an exception's selection.
func compileException(opts Options, n *names, l Logsource, given vedette.Exception) (*Rule, error) {
	if len(given.Selection) > MaxExceptionSelection {
		return nil, vedette.Errorf(vedette.CodeTooLarge, "the selection is larger than %d KiB", MaxExceptionSelection>>10)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(given.Selection), &doc); err != nil {
		line, reason := yamlTrouble(err)
		return nil, vedette.Errorf(vedette.CodeInvalid, "line %d: %s", max(line, 1), reason)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind == yaml.ScalarNode {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the selection is neither a map of fields nor a list of such maps")
	}
	c := &compiler{opts: opts, names: n, nodes: maxNodes - maxExceptionParts, file: catalog.File{Path: "exception " + given.ID}}
	c.rule = &Rule{ID: "exception " + given.ID, Title: "Exception " + given.ID, Logsource: l, names: n}
	root, err := c.selection(doc.Content[0], 1)
	if err != nil {
		if r, ok := err.(*rejection); ok && r.line > 0 { //nolint:errorlint // the compiler never wraps them
			return nil, vedette.Errorf(vedette.CodeInvalid, "line %d: %s", r.line, r.reason)
		}
		return nil, vedette.Errorf(vedette.CodeInvalid, "%s", err)
	}
	r := c.rule
	r.selections = []selection{{name: "exception", root: root, used: true, positive: true}}
	r.condition = &expr{op: opName, name: 0, text: "exception"}
	r.arrange(r.condition)
	return r, nil
}

// CheckException tells whether an exception could be used with these rules, and why not.
func (rs *Ruleset) CheckException(given vedette.Exception) error {
	l := Logsource{}
	if given.RuleID != "" {
		r, ok := rs.byID[given.RuleID]
		if !ok {
			return vedette.Errorf(vedette.CodeNotFound, "there is no rule %q about single events that runs", vedette.Shorten(given.RuleID, 100))
		}
		l = r.Logsource
	}
	_, err := rs.ExceptionRule(given, l)
	return err
}

// ExceptionRule makes of an exception's selection a rule that matches exactly the events which the exception hides from
// rules of that log source. It stands alone: to explain, to preview and to hunt with.
func (rs *Ruleset) ExceptionRule(given vedette.Exception, l Logsource) (*Rule, error) {
	return compileException(rs.opts, newNames(), l, given)
}

// ExceptionProblems says which exceptions cannot be used, and why.
func (rs *Ruleset) ExceptionProblems() []catalog.Problem { return rs.shield.problems }

// hides tells whether some exception covers the event for the rule at a place, and counts it.
func (s *shield) hides(place int32, ev *vedette.Event, now func() time.Time) bool {
	if s.byPlace == nil || len(s.byPlace[place]) == 0 {
		return false
	}
	at := now()
	v := s.views.Get().(*view)
	v.bind(ev)
	hidden := slices.ContainsFunc(s.byPlace[place], func(x *exception) bool {
		if x.tenant != "" && x.tenant != ev.Tenant || !at.Before(x.expires) || x.rule.broken.Load() != nil || !x.covers(v) {
			return false
		}
		x.tally.hidden.Add(1)
		x.tally.last.Store(at.UnixMicro())
		return true
	})
	v.release()
	s.views.Put(v)
	return hidden
}

// covers evaluates the selection. One that panics hides nothing, now and later.
func (x *exception) covers(v *view) (yes bool) {
	defer func() {
		if cause := recover(); cause != nil {
			reason := fmt.Sprintf("stopped after a panic: %v%s", cause, panicPlace())
			x.rule.broken.CompareAndSwap(nil, &reason)
			yes = false
		}
	}()
	return x.rule.matches(v)
}

// inherit goes on counting where an earlier shield stopped.
func (s *shield) inherit(from *shield) {
	if from == nil || from == s {
		return
	}
	for id, t := range from.tallies {
		if mine := s.tallies[id]; mine != nil && mine != t {
			mine.hidden.Add(t.hidden.Swap(0))
			mine.last.Store(max(mine.last.Load(), t.last.Load()))
		}
	}
}

// TakeHidden returns what the exceptions have hidden since it was called last.
func (e *Engine) TakeHidden() []HiddenCount {
	var out []HiddenCount
	for id, t := range e.rules.Load().shield.tallies {
		if n := t.hidden.Swap(0); n > 0 {
			tenant, name, _ := strings.Cut(id, "\x00")
			out = append(out, HiddenCount{Tenant: tenant, ID: name, Count: n, Last: time.UnixMicro(t.last.Load()).UTC()})
		}
	}
	return out
}

// RoomForException tells whether one more exception can be in force beside others; the error is limited.
func RoomForException(inForce []vedette.Exception, more vedette.Exception) error {
	var r room
	for _, x := range inForce {
		if err := r.take(x); err != nil {
			return err
		}
	}
	return r.take(more)
}
