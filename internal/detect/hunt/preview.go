package hunt

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Preview is what an exception would have hidden.
type Preview struct {
	Report
	Hidden   int64 // of Matched
	Days     []Day
	Examples []Example
}

// Preview finds what a rule matched in the past, or all rules when the exception concerns them all, and which of it the
// exception would have hidden. Exceptions in force do not count.
func (h *Hunter) Preview(ctx context.Context, rs *detect.Ruleset, x vedette.Exception, span Span) (Preview, error) {
	var out Preview
	if err := rs.CheckException(x); err != nil {
		return out, err
	}
	span, err := h.fill(span)
	if err != nil {
		return out, err
	}
	var rules []*detect.Rule
	if x.RuleID != "" {
		r, ok := rs.Rule(x.RuleID)
		if !ok || r.Correlation() != nil {
			return out, vedette.Errorf(vedette.CodeInvalid, "a correlation has no exceptions of its own: make one for the rules that it refers to")
		}
		rules = []*detect.Rule{r}
	}
	x.Expires = h.cfg.Now().Add(time.Hour)
	t := newTally(h, span)
	t.shield = &shield{rs: rs, list: []vedette.Exception{x}, compiled: make(map[shieldKey]*detect.Judge)}
	leave, err := h.enter()
	if err != nil {
		return out, err
	}
	defer leave()
	out.Report, err = h.hunt(ctx, batches(rs, rules), span, func(m Match) error {
		t.add(m, t.shield.hides(m))
		return nil
	})
	var all Backtest
	t.finish(&all)
	out.Hidden, out.Days, out.Examples = all.Hidden, all.Days, all.Examples
	return out, err
}

// shield is exceptions, compiled for the log sources of rules as they are met.
type shield struct {
	rs       *detect.Ruleset
	list     []vedette.Exception
	compiled map[shieldKey]*detect.Judge
}

type shieldKey struct {
	place  int
	source detect.Logsource
}

// newShield holds the exceptions that a ruleset runs under and that are in force for a tenant.
func newShield(rs *detect.Ruleset, tenant string, now time.Time) *shield {
	s := &shield{rs: rs, compiled: make(map[shieldKey]*detect.Judge)}
	for _, x := range rs.Settings().Exceptions {
		if (x.Tenant == "" || x.Tenant == tenant) && now.Before(x.Expires) {
			s.list = append(s.list, x)
		}
	}
	return s
}

// hides tells whether an exception covers a match. One that cannot be compiled hides nothing, as in the engine.
func (s *shield) hides(m Match) (hidden bool) {
	for i, x := range s.list {
		if x.RuleID != "" && x.RuleID != m.Rule.ID {
			continue
		}
		key := shieldKey{i, m.Rule.Logsource}
		judge, known := s.compiled[key]
		if !known {
			if r, err := s.rs.ExceptionRule(x, m.Rule.Logsource); err == nil {
				judge = detect.NewJudge([]*detect.Rule{r})
			}
			s.compiled[key] = judge
		}
		if judge != nil {
			judge.Matches(m.Event, func(*detect.Rule) { hidden = true })
		}
	}
	return hidden
}

func queryAll(span Span) eventstore.Query {
	return eventstore.Query{Tenant: span.Tenant, Kind: eventstore.KindEvent, Since: span.Since, Until: span.Until}
}
