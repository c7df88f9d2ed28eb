package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/feedback"
)

type suppressionsInput struct {
	Rule  string `query:"rule" maxLength:"256" doc:"Only those of this rule"`
	State string `query:"state" enum:"waiting,active,rejected,expired" doc:"Only those in this state"`
	PageParams
}

type suppressionInput struct {
	ID string `path:"id" maxLength:"64"`
}

// SuppressionScope is what a suppression covers.
type SuppressionScope struct {
	RuleID   string              `json:"rule_id,omitempty" maxLength:"256" doc:"The rule; or give detector"`
	Detector string              `json:"detector,omitempty" maxLength:"128" doc:"A detector of the unknown, such as first-seen"`
	Entities []vedette.EntityRef `json:"entities" minItems:"1" maxItems:"16" doc:"All of them must be in an alert; the role does not matter"`
}

type newSuppressionInput struct {
	Body struct {
		SuppressionScope
		Reason   string    `json:"reason" minLength:"1" maxLength:"4096" doc:"Why what it hides is harmless"`
		Owner    string    `json:"owner,omitempty" maxLength:"128" doc:"Who answers for it; left out, whoever asks"`
		Expires  time.Time `json:"expires,omitzero" doc:"Default: in 30 days; 90 days ahead at most"`
		Proposal string    `json:"proposal,omitempty" maxLength:"64" doc:"The proposal that it is made from"`
	}
}

// SuppressionProposal is a suppression that verdicts speak for, with what it would have done.
type SuppressionProposal struct {
	feedback.Proposal
	Preview *SuppressionPreview `json:"preview,omitempty" doc:"Absent for proposals behind the tenth: ask for it"`
}

func (a *API) listSuppressions(ctx context.Context, in *suppressionsInput) (*pageOutput[vedette.Suppression], error) {
	all, err := a.deps.Store.Suppressions(ctx, requestOf(ctx).principal.Tenant)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(x vedette.Suppression) bool {
		return in.Rule != "" && x.RuleID != in.Rule || in.State != "" && string(x.State) != in.State
	})
	page, err := slicePage(all, in.PageParams)
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.Suppression]{Body: page}, nil
}

// scoped makes a suppression of a scope, and tells whether there is such a rule.
func (a *API) scoped(ctx context.Context, in SuppressionScope) (vedette.Suppression, error) {
	s := vedette.Suppression{Tenant: requestOf(ctx).principal.Tenant, RuleID: in.RuleID}
	switch {
	case (in.RuleID == "") == (in.Detector == ""):
		return s, vedette.Errorf(vedette.CodeInvalid, "a suppression needs either rule_id or detector")
	case in.Detector != "":
		s.RuleID = "anomaly." + strings.TrimPrefix(in.Detector, "anomaly.")
	}
	for _, e := range in.Entities {
		if e.Name == "" || e.Kind == "" {
			return s, vedette.Errorf(vedette.CodeInvalid, "an entity of a suppression needs a kind and a name")
		}
		s.Entities = append(s.Entities, vedette.EntityRef{Kind: e.Kind, Name: e.Name})
	}
	return s, nil
}

func (a *API) createSuppression(ctx context.Context, in *newSuppressionInput) (*bodyOutput[vedette.Suppression], error) {
	q := requestOf(ctx)
	given, err := a.scoped(ctx, in.Body.SuppressionScope)
	if err != nil {
		return nil, err
	}
	preview, err := a.lookBack(ctx, given, time.Time{})
	if err != nil {
		return nil, err
	}
	if preview.Critical && q.principal.Role == "" {
		return nil, vedette.Errorf(vedette.CodeDenied, "what this covers is critical: a person must propose it, not a token")
	}
	given.Critical, given.Reason, given.Proposal = preview.Critical, in.Body.Reason, in.Body.Proposal
	given.Owner, given.ProposedBy = firstOf(in.Body.Owner, q.principal.Name), q.principal.Name
	given.Expires = firstTime(in.Body.Expires, a.deps.Now().Add(vedette.DefaultSuppressionTime))
	detail := fmt.Sprintf("%s, until %s: %s; would have hidden %d alerts", entitiesText(given.Entities), given.Expires.UTC().Format(time.RFC3339), given.Reason, preview.WouldHide.Alerts)
	kept, err := a.audited(ctx, "suppression.create", given.RuleID, detail).AddSuppression(ctx, given)
	if err != nil {
		return nil, err
	}
	return a.hushed(ctx, kept)
}

// hushed makes the corridor use what was kept.
func (a *API) hushed(ctx context.Context, kept vedette.Suppression) (*bodyOutput[vedette.Suppression], error) {
	requestOf(ctx).kept = true
	if err := a.deps.Noise.Settle(ctx); err != nil {
		return nil, fmt.Errorf("use the suppression: %w", err)
	}
	return &bodyOutput[vedette.Suppression]{Body: kept}, nil
}

func entitiesText(all []vedette.EntityRef) string {
	var parts []string
	for _, e := range all {
		parts = append(parts, string(e.Kind)+":"+e.Name)
	}
	return strings.Join(parts, " ")
}

func (a *API) approveSuppression(ctx context.Context, in *suppressionInput) (*bodyOutput[vedette.Suppression], error) {
	q := requestOf(ctx)
	if _, err := a.deps.Store.Suppression(ctx, q.principal.Tenant, in.ID); err != nil {
		return nil, err
	}
	if q.principal.Role == "" {
		return nil, vedette.Errorf(vedette.CodeDenied, "a critical suppression needs a second person, not a token")
	}
	kept, err := a.audited(ctx, "suppression.approve", in.ID, "").ApproveSuppression(ctx, q.principal.Tenant, in.ID, q.principal.Name)
	if err != nil {
		return nil, err
	}
	return a.hushed(ctx, kept)
}

func (a *API) rejectSuppression(ctx context.Context, in *suppressionInput) (*bodyOutput[vedette.Suppression], error) {
	q := requestOf(ctx)
	kept, err := a.audited(ctx, "suppression.reject", in.ID, "").RejectSuppression(ctx, q.principal.Tenant, in.ID, q.principal.Name)
	if err != nil {
		return nil, err
	}
	return a.hushed(ctx, kept)
}

func (a *API) deleteSuppression(ctx context.Context, in *suppressionInput) (*nothing, error) {
	q := requestOf(ctx)
	had, err := a.deps.Store.Suppression(ctx, q.principal.Tenant, in.ID)
	if err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("rule %s at %s, hid %d", had.RuleID, entitiesText(had.Entities), had.Hidden)
	if err := a.audited(ctx, "suppression.delete", in.ID, detail).DeleteSuppression(ctx, q.principal.Tenant, in.ID); err != nil {
		return nil, err
	}
	if _, err := a.hushed(ctx, had); err != nil {
		return nil, err
	}
	return nil, nil
}

// previewed is how many proposals come with figures.
const previewed = 10

func (a *API) listSuppressionProposals(ctx context.Context, _ *nothing) (*pageOutput[SuppressionProposal], error) {
	tenant, now := requestOf(ctx).principal.Tenant, a.deps.Now()
	said, err := a.deps.Store.Judgements(ctx, tenant, now.Add(-maxNoise), statestore.MaxJudgements)
	if err != nil {
		return nil, err
	}
	have, err := a.deps.Store.Suppressions(ctx, tenant)
	if err != nil {
		return nil, err
	}
	page := Page[SuppressionProposal]{}
	for _, p := range feedback.Propose(said, now) {
		if answered(p, have, now) {
			continue
		}
		out := SuppressionProposal{Proposal: p}
		if len(page.Items) < previewed {
			got, err := a.lookBack(ctx, vedette.Suppression{Tenant: tenant, RuleID: p.RuleID, Entities: p.Entities}, time.Time{})
			if err != nil {
				return nil, err
			}
			out.Preview = &got
		}
		page.Items = append(page.Items, out)
	}
	page.Total = int64(len(page.Items))
	return &pageOutput[SuppressionProposal]{Body: page}, nil
}

// answered tells whether people decided about a proposal: one that is turned down comes again after 30 days.
func answered(p feedback.Proposal, have []vedette.Suppression, now time.Time) bool {
	return slices.ContainsFunc(have, func(s vedette.Suppression) bool {
		if s.RuleID != p.RuleID || s.State == vedette.SuppressionExpired || s.State == vedette.SuppressionRejected && now.Sub(s.Created) > vedette.DefaultSuppressionTime {
			return false
		}
		probe := vedette.Alert{Tenant: p.Tenant, RuleID: p.RuleID, Entities: p.Entities}
		return s.Covers(&probe)
	})
}
