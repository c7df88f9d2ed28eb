package api

import (
	"context"

	"github.com/vedette-soc/vedette"
)

type evidenceInput struct {
	ID string `path:"id" maxLength:"64"`
	PageParams
}

// EvidencePage is one piece of the ledger of an incident, with the result of checking all of it.
type EvidencePage struct {
	Items   []vedette.EvidenceEntry `json:"items"`
	Next    string                  `json:"next,omitempty" doc:"Cursor of the next page; absent on the last one"`
	Total   int64                   `json:"total" doc:"How many lines there are, with those of the incidents that were merged into it"`
	Intact  bool                    `json:"intact" doc:"Every line is as it was written, and none is missing"`
	Head    string                  `json:"head,omitempty" doc:"Hash of the newest line: keep it elsewhere to prove later that none was changed"`
	Broken  *EvidenceBreak          `json:"broken,omitempty" doc:"The first line that is not as it was written"`
	Omitted int64                   `json:"omitted" doc:"Lines that found no room"`
}

// EvidenceBreak is where a ledger was tampered with.
type EvidenceBreak struct {
	Incident string `json:"incident_id"`
	Number   int64  `json:"number"`
	Problem  string `json:"problem"`
}

func (a *API) listEvidence(ctx context.Context, in *evidenceInput) (*bodyOutput[EvidencePage], error) {
	tenant := requestOf(ctx).principal.Tenant
	if _, err := a.deps.Store.Incident(ctx, tenant, in.ID); err != nil {
		return nil, err
	}
	proof, err := a.deps.Store.VerifyEvidence(ctx, tenant, in.ID)
	if err != nil {
		return nil, err
	}
	items, next, total, err := a.deps.Store.Evidence(ctx, tenant, in.ID, in.page())
	if err != nil {
		return nil, err
	}
	page := EvidencePage{Items: items, Next: next, Total: total, Intact: proof.Intact(), Head: proof.Head, Omitted: proof.Omitted}
	if !page.Intact {
		page.Broken = &EvidenceBreak{Incident: proof.Incident, Number: proof.Broken, Problem: proof.Problem}
	}
	return &bodyOutput[EvidencePage]{Body: page}, nil
}
