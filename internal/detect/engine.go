package detect

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// Config is what an engine needs beside its rules. The zero value works.
type Config struct {
	// Now is the clock that stamps alerts; time.Now when nil.
	Now func() time.Time
	// Entities names what an event speaks about; entity.Of when nil.
	Entities func(*vedette.Event) []vedette.EntityRef
	// Budget is how long one evaluation of a rule may take on average; DefaultBudget when 0, unbounded when negative.
	Budget time.Duration
	// OnFault hears of a rule that panicked or was too slow, and was taken out of service. It may be called from any goroutine that
	// detects, once per rule.
	OnFault func(Fault)
}

// Fault is a rule that the engine stopped running.
type Fault struct {
	RuleID    string
	RuleTitle string
	File      string
	EventID   string
	Reason    string
}

// Engine runs the rules over events. All of its methods may be called from any number of goroutines.
type Engine struct {
	cfg     Config
	rules   atomic.Pointer[Ruleset]
	witness witness
}

// New returns an engine that runs a ruleset.
func New(cfg Config, rs *Ruleset) *Engine {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Entities == nil {
		cfg.Entities = entity.Of
	}
	if cfg.Budget == 0 {
		cfg.Budget = DefaultBudget
	}
	if cfg.OnFault == nil {
		cfg.OnFault = func(Fault) {}
	}
	e := &Engine{cfg: cfg}
	e.witness.sources.Store(&map[seenKey]*seenSource{})
	e.Swap(rs)
	return e
}

// Swap puts another ruleset in place. An event is judged wholly by the one that was there when its turn came; none is
// missed.
func (e *Engine) Swap(rs *Ruleset) {
	e.warm(rs)
	if old := e.rules.Swap(rs); old != nil {
		rs.shield.inherit(old.shield)
	}
}

// Ruleset returns what the engine runs now.
func (e *Engine) Ruleset() *Ruleset { return e.rules.Load() }

// timedEvery is of how many events one is timed.
const timedEvery = 32

// Match is a rule that matched an event, told to those who watch what several rules find over time.
type Match struct {
	Rule  *Rule
	Place int // of the rule among Ruleset.Rules
	Event *vedette.Event
}

// Detect runs every rule that fits the event's log source and calls fn for each that raises an alert, in the order of the
// rules. The event is only read. Nothing is allocated when nothing matches.
func (e *Engine) Detect(ev *vedette.Event, fn func(vedette.Alert)) { e.Run(ev, fn, nil) }

// Run does what Detect does, and calls match, unless it is nil, for each rule that matches and is used by a correlation,
// whether or not that rule raises alerts of its own. A match that an exception hides is told to nobody.
func (e *Engine) Run(ev *vedette.Event, alert func(vedette.Alert), match func(Match)) {
	rs := e.rules.Load()
	v := rs.view(ev)
	v.events++
	p := pass{rs: rs, v: v, decided: rs.decidedFor(ev.Tenant), candidates: rs.index.collect(v), timed: v.events%timedEvery == 0}
	e.witness.observe(ev, rs.names, p.timed, e.cfg.Now)
	for p.next < len(p.candidates) {
		raised, ok := e.first(&p)
		if !ok {
			continue
		}
		if match != nil && rs.linked[p.hit] {
			match(Match{Rule: rs.Rules[p.hit], Place: int(p.hit), Event: ev})
		}
		if !p.decided.silent[p.hit] {
			raised.Detected = e.cfg.Now()
			raised.Entities = e.cfg.Entities(ev)
			alert(raised)
		}
	}
	rs.release(v)
}

// pass is one event on its way through the candidates.
type pass struct {
	rs         *Ruleset
	v          *view
	decided    *decided
	candidates []int32
	next       int   // the candidate whose turn it is
	hit        int32 // the rule that matched last
	timed      bool
}

// first evaluates candidates up to the first that matches, and builds its alert unless a correlation speaks for it. A
// panic ends it early and costs only the rule at fault.
func (e *Engine) first(p *pass) (alert vedette.Alert, ok bool) {
	var r *Rule
	defer func() {
		if cause := recover(); cause != nil {
			ok = false
			e.fault(r, p.v.ev, cause)
		}
	}()
	for p.next < len(p.candidates) {
		place := p.candidates[p.next]
		p.next++
		if r = p.rs.Rules[place]; p.decided.off[place] || r.broken.Load() != nil {
			continue
		}
		var matched bool
		if p.timed || r.watched.Load() {
			matched = e.timed(r, p.v)
		} else {
			matched = r.matches(p.v)
		}
		if !matched || p.rs.shield.hides(place, p.v.ev, e.cfg.Now) {
			continue
		}
		if p.hit = place; p.decided.silent[place] {
			return vedette.Alert{}, true
		}
		alert = r.alert(p.v)
		alert.Auto, alert.Shadow, alert.Severity = p.decided.auto[place], p.decided.shadow[place], p.decided.severity[place]
		return alert, true
	}
	return vedette.Alert{}, false
}

// fault takes a rule out of service, once.
func (e *Engine) fault(r *Rule, ev *vedette.Event, cause any) {
	reason := fmt.Sprintf("stopped after a panic: %v%s", cause, panicPlace())
	if r.broken.CompareAndSwap(nil, &reason) {
		e.cfg.OnFault(Fault{RuleID: r.ID, RuleTitle: r.Title, File: r.File, EventID: ev.ID(), Reason: reason})
	}
}

// panicPlace names the innermost line of this package in the stack of a panic.
func panicPlace() string {
	lines := strings.Split(string(debug.Stack()), "\n")
	seen := false
	for _, line := range lines {
		seen = seen || strings.HasPrefix(line, "panic(")
		if at := strings.Index(line, "/internal/detect/"); seen && at >= 0 {
			place, _, _ := strings.Cut(line[at+1:], " ")
			return " at " + place
		}
	}
	return ""
}
