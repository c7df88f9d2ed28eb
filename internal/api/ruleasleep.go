package api

import (
	"cmp"
	"context"
	"slices"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// AsleepRules are the rules that can never fire here, and what would wake them.
type AsleepRules struct {
	Items []AsleepRule `json:"items"`
	Wakes []Wake       `json:"wakes" doc:"What would wake most rules comes first"`
	Total int64        `json:"total" doc:"How many rules are asleep"`
	Rules int64        `json:"rules" doc:"How many rules there are"`
}

// AsleepRule is a rule that can never fire here.
type AsleepRule struct {
	RuleID   string           `json:"rule_id"`
	Title    string           `json:"title"`
	Severity vedette.Severity `json:"severity" enum:"info,low,medium,high,critical" doc:"The author's"`
	Source   string           `json:"logsource" doc:"What it is written for" example:"windows/process_creation"`
	Lacks    string           `json:"lacks" enum:"source,field" doc:"No event is of its log source, or none has the fields that it needs"`
	Fields   []string         `json:"fields" doc:"Those that no event has, as the rule names them"`
	Reason   string           `json:"reason"`
	Wake     string           `json:"wake,omitempty" doc:"What would wake it, when that is known"`
}

// Wake is a log source, or fields of one, that would wake rules.
type Wake struct {
	Source string   `json:"logsource"`
	Fields []string `json:"fields" doc:"Empty when the source itself is missing"`
	Rules  int64    `json:"rules" doc:"How many it would wake"`
	How    string   `json:"how,omitempty"`
}

func (a *API) listAsleep(context.Context, *nothing) (*bodyOutput[AsleepRules], error) {
	rs := a.deps.Rules.Ruleset()
	out := AsleepRules{Rules: int64(len(rs.Rules))}
	places := make(map[string]int)
	for _, s := range rs.Asleep(a.deps.Rules.Seen()) {
		one := AsleepRule{
			RuleID: s.Rule.ID, Title: s.Rule.Title, Severity: s.Rule.Severity, Source: s.Rule.Logsource.String(),
			Lacks: s.Lacks, Fields: s.Fields, Reason: s.Reason, Wake: s.Wake,
		}
		out.Items = append(out.Items, one)
		key := one.Source
		for _, f := range s.Fields {
			key += "\x00" + f
		}
		place, ok := places[key]
		if !ok {
			place = len(out.Wakes)
			places[key] = place
			out.Wakes = append(out.Wakes, Wake{Source: one.Source, Fields: s.Fields, How: s.Wake})
		}
		out.Wakes[place].Rules++
	}
	out.Total = int64(len(out.Items))
	slices.SortStableFunc(out.Wakes, func(x, y Wake) int { return cmp.Compare(y.Rules, x.Rules) })
	return &bodyOutput[AsleepRules]{Body: out}, nil
}

// asleepReasons says of each rule that can never fire here why, and what would wake it.
func asleepReasons(e *detect.Engine) map[string]string {
	out := make(map[string]string)
	for _, s := range e.Ruleset().Asleep(e.Seen()) {
		out[s.Rule.ID] = s.Reason
		if s.Wake != "" {
			out[s.Rule.ID] += "; it would wake with: " + s.Wake
		}
	}
	return out
}
