package detect_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

const spokenRules = `
title: Base
id: base
name: base
level: low
logsource: {product: testos}
detection: {s: {A: 1}, condition: s}
---
title: Block
id: block
name: block
level: informational
logsource: {product: testos}
detection: {s: {A: 1}, condition: s}
---
title: Many
id: many
name: many
level: high
correlation: {type: event_count, rules: [base, block], timespan: 5m, condition: {gte: 3}}
---
title: Chain
id: chain
level: high
correlation: {type: event_count, rules: [many], timespan: 5m, condition: {gte: 1}}
`

// A correlation on trial, or switched off, must not hide what its rules would tell people by themselves.
func TestACorrelationSpeaksOnlyWhenItIsHeard(t *testing.T) {
	all := compileText(spokenRules)
	for _, c := range []struct {
		many, chain vedette.RuleStage
		fires       string
		quiet       bool
	}{
		{"", "", "", true},
		{vedette.StageAuto, vedette.StageAuto, "", true},
		{vedette.StageShadow, "", "base", true},
		{vedette.StageOff, "", "base", true},
		{"", vedette.StageShadow, "", false},
		{"", vedette.StageOff, "", false},
	} {
		decided := map[string]detect.Setting{"many": {Stage: c.many}, "chain": {Stage: c.chain}}
		for _, s := range []detect.Settings{{Default: decided}, {Tenants: map[string]map[string]detect.Setting{"t1": decided}}} {
			rs := all.With(s)
			ev := eventOf("A=1")
			if ev.Tenant = ""; s.Tenants != nil {
				ev.Tenant = "t1"
			}
			var ids []string
			for _, a := range fires(rs, ev) {
				ids = append(ids, a.RuleID)
			}
			if got := strings.Join(ids, " "); got != c.fires || rs.QuietFor(ev.Tenant, 0) != c.quiet {
				t.Errorf("many %q, chain %q, tenant %q: %q fire, quiet %v", c.many, c.chain, ev.Tenant, got, rs.QuietFor(ev.Tenant, 0))
			}
			if ev.Tenant = "t2"; s.Tenants != nil && (len(fires(rs, ev)) != 0 || !rs.QuietFor("t2", 0)) {
				t.Error("one tenant's decision changes another's")
			}
		}
	}
}

func TestMisspeltGroups(t *testing.T) {
	rs := compileText(twoRules + correlationOf("c", "type: event_count\nrules: [a]\ngroup-by: [commandline]\ntimespan: 5m\ncondition: {gte: 3}"))
	i := slices.IndexFunc(rs.Correlations[0].Rule.Warnings, func(p catalog.Problem) bool { return strings.Contains(p.Reason, `"commandline"`) })
	if i < 0 || rs.Correlations[0].Rule.Warnings[i].Fix != "CommandLine" {
		t.Errorf("warnings %v", rs.Correlations[0].Rule.Warnings)
	}
}
