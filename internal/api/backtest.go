package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/hunt"
)

type backtestInput struct {
	Body struct {
		RuleID string    `json:"rule_id,omitempty" maxLength:"256" doc:"A rule or correlation that is loaded; or give yaml; or neither, for all rules"`
		YAML   string    `json:"yaml,omitempty" maxLength:"262144" doc:"Rules that are being written; a correlation may refer to rules that are loaded"`
		Since  time.Time `json:"since,omitzero" doc:"Default: 30 days ago"`
		Until  time.Time `json:"until,omitzero" doc:"Default: up to the newest"`
	}
}

type previewInput struct {
	Body struct {
		RuleID    string    `json:"rule_id" maxLength:"256" doc:"The rule it would concern; empty for all rules"`
		Selection string    `json:"selection" minLength:"1" maxLength:"8192" doc:"YAML, as in an exception" example:"user.name: backup"`
		Since     time.Time `json:"since,omitzero" doc:"Default: 30 days ago"`
		Until     time.Time `json:"until,omitzero" doc:"Default: up to the newest"`
	}
}

// HuntCost says what looking through the past took, and whether it is the whole answer.
type HuntCost struct {
	Query    string    `json:"query" doc:"The filter in LogsQL that the store was asked with; what it finds is judged by the engine itself. Of several, the first"`
	Queries  int       `json:"queries" doc:"How many such filters there were, for each day"`
	RowsRead int64     `json:"rows_read" doc:"Events that were judged"`
	Looked   int64     `json:"rows_looked" doc:"Events in parts of the store that could not be ruled out"`
	Matched  int64     `json:"matched" doc:"How often a rule matched an event"`
	Complete bool      `json:"complete" doc:"False when a limit ended it: counts are then those of a part"`
	Reason   string    `json:"reason,omitempty" doc:"Why it is not complete"`
	Covered  time.Time `json:"covered_since" doc:"From when on everything was looked at; days are gone through from the newest"`
	TookMS   int64     `json:"took_ms"`
}

// Backtest is what rules would have said of the past.
type Backtest struct {
	HuntCost
	CostUS       float64          `json:"cost_us_per_event" doc:"Microseconds to judge one event, with fetching it"`
	Alerts       int64            `json:"alerts" doc:"That would have been raised"`
	Hidden       int64            `json:"hidden" doc:"Matches that exceptions in force now hide"`
	AlertsPerDay float64          `json:"alerts_per_day"`
	Severity     vedette.Severity `json:"severity" enum:"info,low,medium,high,critical" doc:"The worst of the alerts"`
	Days         []BacktestDay    `json:"days" doc:"Oldest first, in UTC"`
	Entities     []BacktestEntity `json:"entities" doc:"Those that most alerts would have named"`
	Rules        []BacktestRule   `json:"rules" doc:"Those that would have raised alerts, most first"`
	Examples     []HuntExample    `json:"examples" doc:"Newest first"`
}

// BacktestDay is one day of UTC.
type BacktestDay struct {
	Day    time.Time `json:"day"`
	Count  int64     `json:"count" doc:"Alerts"`
	Hidden int64     `json:"hidden" doc:"Matches that an exception hides"`
}

// BacktestEntity is an entity that alerts would have named.
type BacktestEntity struct {
	Kind  vedette.EntityKind `json:"kind" enum:"host,user,address,file,process,domain,cloud_account"`
	Name  string             `json:"name"`
	Count int64              `json:"count"`
}

// BacktestRule is a rule that would have raised alerts.
type BacktestRule struct {
	ID       string           `json:"id"`
	Title    string           `json:"title"`
	Severity vedette.Severity `json:"severity" enum:"info,low,medium,high,critical"`
	Count    int64            `json:"count"`
}

// HuntExample is an event that a rule matches.
type HuntExample struct {
	RuleID  string            `json:"rule_id"`
	EventID string            `json:"event_id"`
	Time    time.Time         `json:"time"`
	Source  string            `json:"source"`
	Matched map[string]string `json:"matched" doc:"The fields and values that made the rule match"`
	Hidden  bool              `json:"hidden,omitempty" doc:"An exception hides it"`
}

// ExceptionPreview is what an exception would have hidden.
type ExceptionPreview struct {
	HuntCost
	Hidden   int64         `json:"hidden" doc:"Of what matched"`
	Days     []BacktestDay `json:"days" doc:"Oldest first, in UTC; count is what would still come through"`
	Examples []HuntExample `json:"examples" doc:"Newest first"`
}

func (a *API) registerHunts() {
	register(a, "backtestRules", a.backtestRules)
	register(a, "previewException", a.previewException)
}

func (a *API) backtestRules(ctx context.Context, in *backtestInput) (*bodyOutput[Backtest], error) {
	rs, targets, err := a.rulesToBacktest(ctx, in)
	if err != nil {
		return nil, err
	}
	span := hunt.Span{Tenant: requestOf(ctx).principal.Tenant, Since: in.Body.Since, Until: in.Body.Until}
	got, err := a.deps.Hunter.Backtest(ctx, rs, targets, span)
	if err != nil {
		return nil, err
	}
	out := Backtest{
		HuntCost: costOf(got.Report), CostUS: float64(got.Cost.Nanoseconds()) / 1e3, Alerts: got.Alerts, Hidden: got.Hidden,
		AlertsPerDay: got.AlertsPerDay, Severity: got.Severity, Days: daysOf(got.Days), Examples: examplesOf(got.Examples),
	}
	for _, e := range got.Entities {
		out.Entities = append(out.Entities, BacktestEntity(e))
	}
	const most = 500
	for _, r := range got.Rules[:min(len(got.Rules), most)] {
		out.Rules = append(out.Rules, BacktestRule(r))
	}
	return &bodyOutput[Backtest]{Body: out}, nil
}

// rulesToBacktest returns the rules that are meant, nil for all of a set. Those that are being written are compiled
// together with the running ones that they refer to.
func (a *API) rulesToBacktest(ctx context.Context, in *backtestInput) (*detect.Ruleset, []*detect.Rule, error) {
	rs := a.deps.Rules.Ruleset()
	switch {
	case in.Body.RuleID != "" && in.Body.YAML != "":
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "give rule_id or yaml, or neither for all rules")
	case in.Body.RuleID != "":
		r, ok := rs.Rule(in.Body.RuleID)
		if !ok {
			return nil, nil, vedette.Errorf(vedette.CodeNotFound, "there is no rule %q that runs", vedette.Shorten(in.Body.RuleID, 100))
		}
		return rs, []*detect.Rule{r}, nil
	case in.Body.YAML == "":
		return rs, nil, nil
	}
	leave, err := a.compileTurn(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	text := catalog.File{Path: lintName, Origin: testOrigin, Data: []byte(in.Body.YAML)}
	compiled := detect.CompileWith(rs.Options(), append([]catalog.File{text}, a.referred(text)...))
	if problems := problemsOf(compiled.Problems); len(problems) > 0 {
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "line %d: the rule cannot run: %s", max(problems[0].Line, 1), problems[0].Reason)
	}
	var targets []*detect.Rule
	for place, r := range compiled.Rules {
		if r.File == lintName && !compiled.Silent(place) {
			targets = append(targets, r)
		}
	}
	for _, c := range compiled.Correlations {
		if c.Rule.File == lintName && !compiled.Quiet(c.Place) {
			targets = append(targets, c.Rule)
		}
	}
	if len(targets) == 0 {
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "there is no rule in this text that raises alerts")
	}
	return compiled.With(rs.Settings()), targets, nil
}

func (a *API) previewException(ctx context.Context, in *previewInput) (*bodyOutput[ExceptionPreview], error) {
	tenant := requestOf(ctx).principal.Tenant
	x := vedette.Exception{ID: "preview", Tenant: tenant, RuleID: in.Body.RuleID, Selection: in.Body.Selection}
	span := hunt.Span{Tenant: tenant, Since: in.Body.Since, Until: in.Body.Until}
	got, err := a.deps.Hunter.Preview(ctx, a.deps.Rules.Ruleset(), x, span)
	if err != nil {
		return nil, err
	}
	out := ExceptionPreview{HuntCost: costOf(got.Report), Hidden: got.Hidden, Days: daysOf(got.Days), Examples: examplesOf(got.Examples)}
	return &bodyOutput[ExceptionPreview]{Body: out}, nil
}

func costOf(r hunt.Report) HuntCost {
	return HuntCost{
		Query: vedette.Shorten(r.Query, 16<<10), Queries: r.Queries, RowsRead: r.Read, Looked: r.Looked, Matched: r.Matched,
		Complete: r.Complete, Reason: r.Reason, Covered: r.Since.UTC(), TookMS: r.Took.Milliseconds(),
	}
}

func daysOf(all []hunt.Day) []BacktestDay {
	out := make([]BacktestDay, 0, len(all))
	for _, d := range all {
		out = append(out, BacktestDay(d))
	}
	return out
}

func examplesOf(all []hunt.Example) []HuntExample {
	out := make([]HuntExample, 0, len(all))
	for _, e := range all {
		out = append(out, HuntExample{RuleID: e.RuleID, EventID: e.EventID, Time: e.Time.UTC(), Source: e.Source, Matched: e.Matched, Hidden: e.Hidden})
	}
	return out
}
