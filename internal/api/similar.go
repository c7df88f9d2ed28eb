package api

import (
	"context"

	"github.com/vedette-soc/vedette"
)

type similarInput struct {
	ID    string `path:"id" maxLength:"64"`
	Limit int    `query:"limit" minimum:"1" maximum:"20" default:"10" doc:"How many at most"`
}

// SimilarIncident is an incident that is like another one.
type SimilarIncident struct {
	Incident vedette.Incident      `json:"incident" doc:"Without its evidence"`
	Likeness float64               `json:"likeness" minimum:"0" maximum:"1" doc:"Of the rules, entities and tactics that either has, the share that both have; what few incidents have weighs most"`
	Verdict  vedette.Verdict       `json:"verdict,omitempty" enum:"true_positive,benign_positive,false_positive,undetermined,duplicate"`
	Reason   vedette.VerdictReason `json:"reason,omitempty" enum:"scan_by_us,maintenance,expected_admin,test,misconfiguration,rule_too_broad,not_reproducible,duplicate_of,other"`
	Shared   []SharedTrait         `json:"shared" doc:"What both have, what is rarest first"`
}

// SharedTrait is a rule, an entity or a tactic that two incidents have in common.
type SharedTrait struct {
	Kind  string        `json:"kind" enum:"rule,tactic,host,user,address,file,process,domain,cloud_account"`
	Name  string        `json:"name" doc:"Id of the rule, name of the entity or tactic"`
	Title *vedette.Text `json:"title,omitempty" doc:"Of a rule"`
}

const maxShared = 12

func (a *API) listSimilar(ctx context.Context, in *similarInput) (*pageOutput[SimilarIncident], error) {
	found, err := a.deps.Store.SimilarIncidents(ctx, requestOf(ctx).principal.Tenant, in.ID, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]SimilarIncident, len(found))
	for i, f := range found {
		one := SimilarIncident{Incident: f.Incident, Likeness: f.Likeness, Verdict: f.Incident.Verdict, Reason: f.Incident.Why}
		for _, t := range f.Shared[:min(len(f.Shared), maxShared)] {
			one.Shared = append(one.Shared, SharedTrait{Kind: t.Kind, Name: t.Name, Title: titleOfRule(f.Incident.Rules, t.Kind, t.Name)})
		}
		items[i] = one
	}
	return &pageOutput[SimilarIncident]{Body: Page[SimilarIncident]{Items: items, Total: int64(len(items))}}, nil
}

func titleOfRule(rules []vedette.RuleCount, kind, id string) *vedette.Text {
	for _, r := range rules {
		if kind == "rule" && r.RuleID == id {
			return &vedette.Text{En: firstOf(r.Title, id), Zh: firstOf(r.TitleZh, r.Title, id)}
		}
	}
	return nil
}
