package detect

import (
	"github.com/vedette-soc/vedette"
)

// Setting is what an operator decided about a rule. The zero value leaves everything as the author and the installation
// have it: a rule nobody decided about raises alerts of its author's severity and does not respond by itself.
type Setting struct {
	Stage    vedette.RuleStage // how far it may go; empty for no decision
	Severity *vedette.Severity // of its alerts, in place of the author's; nil for no decision
}

// Settings is what operators decided about all rules, by rule id: for the whole installation, and for single tenants,
// whose decisions come first, part by part.
type Settings struct {
	Default map[string]Setting
	Tenants map[string]map[string]Setting
	// Exceptions hide what rules find. Those whose time is over hide nothing; one without a tenant holds for all.
	Exceptions []vedette.Exception
}

// over lays a setting over another: what it decides counts, the rest is the other's.
func (s Setting) over(other Setting) Setting {
	if s.Stage == "" {
		s.Stage = other.Stage
	}
	if s.Severity == nil {
		s.Severity = other.Severity
	}
	return s
}

// Of returns what holds for one rule and tenant; its Stage is never empty.
func (s Settings) Of(tenant, ruleID string) Setting {
	return s.Tenants[tenant][ruleID].over(s.Default[ruleID]).over(Setting{Stage: vedette.StageAlert})
}

// decided is the settings of one tenant, by place among the rules, as the engine looks them up.
type decided struct {
	off, shadow, auto []bool
	silent            []bool // a correlation speaks for it
	severity          []vedette.Severity
	quiet             []bool // by place among the correlations: another one speaks for it
}

func (rs *Ruleset) decide(s Settings, tenant string) *decided {
	n := len(rs.Rules)
	flags := make([]bool, 4*n)
	d := &decided{off: flags[:n:n], shadow: flags[n : 2*n : 2*n], auto: flags[2*n : 3*n : 3*n], silent: flags[3*n:], severity: make([]vedette.Severity, n)}
	for i, r := range rs.Rules {
		one := s.Of(tenant, r.ID)
		d.off[i] = one.Stage == vedette.StageOff
		d.shadow[i] = one.Stage == vedette.StageShadow
		d.auto[i] = one.Stage == vedette.StageAuto
		if d.severity[i] = r.Severity; one.Severity != nil {
			d.severity[i] = *one.Severity
		}
		d.silent[i] = s.spokenFor(tenant, rs.speakers[i], d.severity[i])
	}
	d.quiet = make([]bool, len(rs.Correlations))
	for i, c := range rs.Correlations {
		severity := c.Rule.Severity
		if one := s.Of(tenant, c.Rule.ID); one.Severity != nil {
			severity = *one.Severity
		}
		d.quiet[i] = s.spokenFor(tenant, rs.above[i], severity)
	}
	return d
}

// decidedFor returns what holds for a tenant.
func (rs *Ruleset) decidedFor(tenant string) *decided {
	if d := rs.tenants[tenant]; d != nil {
		return d
	}
	return rs.general
}

// With returns the same rules under other settings. Rules without one raise alerts, and do not respond by themselves.
func (rs *Ruleset) With(s Settings) *Ruleset {
	out := *rs
	out.settings = s
	out.shield = newShield(rs.Rules, rs.opts, s.Exceptions)
	out.general = rs.decide(s, "")
	out.tenants = make(map[string]*decided, len(s.Tenants))
	for tenant := range s.Tenants {
		out.tenants[tenant] = rs.decide(s, tenant)
	}
	return &out
}

// Settings returns what the ruleset runs under.
func (rs *Ruleset) Settings() Settings { return rs.settings }

// Options returns what the rules were compiled with, so that others can be compiled alike.
func (rs *Ruleset) Options() Options { return rs.opts }
