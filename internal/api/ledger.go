package api

import (
	"context"
	"net/http"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
)

// ledgerSpan is what the ledger shows when nobody says since when, and the margin that lets "now" be within.
const (
	ledgerSpan = 24 * time.Hour
	ledgerSoon = time.Second
)

// LedgerRange is the time that the ledger is asked about. It is exported because huma looks into exported fields only.
type LedgerRange struct {
	Since time.Time `query:"since" doc:"Default: 24 hours before until"`
	Until time.Time `query:"until" doc:"Default: now"`
}

func (r LedgerRange) span(now time.Time) (since, until time.Time) {
	since, until = r.Since.UTC(), r.Until.UTC()
	if r.Until.IsZero() || until.After(now) {
		until = now.Add(ledgerSoon)
	}
	if r.Since.IsZero() {
		since = until.Add(-ledgerSpan)
	}
	return since, until
}

type ledgerInput struct {
	LedgerRange
	Rule   string `query:"rule" maxLength:"256" doc:"Id of a rule: only kinds of records that it is for, with its own state"`
	Source string `query:"source" maxLength:"512"`
	State  string `query:"state" enum:"evaluated,pending,failed,disabled,capped,no_data"`
	PageParams
}

type ledgerOverviewInput struct {
	LedgerRange
	Source string `query:"source" maxLength:"512"`
	Step   int    `query:"step" minimum:"60" maximum:"86400" doc:"Seconds in each step, whole minutes; default: so that about 120 fit"`
}

type ledgerGapsInput struct {
	LedgerRange
	Kind  string `query:"kind" enum:"silent,unparsed,dropped,backlog,stopped,failed,rejected,capped,slow"`
	Open  bool   `query:"open" doc:"Only those that last"`
	Blind int    `query:"blind" minimum:"0" maximum:"5000" default:"20" doc:"How many of the blind rules are named in each"`
	PageParams
}

// LedgerOverview is every source over time.
type LedgerOverview struct {
	Since   time.Time              `json:"since" doc:"Begin of the first step"`
	Step    int64                  `json:"step_seconds"`
	Ruleset string                 `json:"ruleset" doc:"Short name for what the rules say now"`
	Sources []vedette.LedgerSource `json:"sources" doc:"The worst off first"`
}

func ledgerRoutes() []route {
	return []route{
		{ID: "listLedger", Method: http.MethodGet, Path: "/api/v1/ledger", Needs: toRead, Tag: "ledger", Errors: missing,
			Summary: "What was looked at, by source and kind of record", Text: "Minutes of arrival; adjacent ones in the same state are one row."},
		{ID: "getLedgerOverview", Method: http.MethodGet, Path: "/api/v1/ledger/overview", Needs: toRead, Tag: "ledger", Errors: bad,
			Summary: "Every source over time: events, and the worst state in each step"},
		{ID: "listGaps", Method: http.MethodGet, Path: "/api/v1/ledger/gaps", Needs: toRead, Tag: "ledger", Errors: bad,
			Summary: "When rules were blind, which, and why", Text: "Those that last come first, then the newest."},
	}
}

func (a *API) registerLedger() {
	register(a, "listLedger", a.listLedger)
	register(a, "getLedgerOverview", a.ledgerOverview)
	register(a, "listGaps", a.listGaps)
}

func (a *API) listLedger(ctx context.Context, in *ledgerInput) (*pageOutput[vedette.LedgerRow], error) {
	since, until := in.span(a.deps.Now())
	rows, err := a.deps.Ledger.Rows(ctx, ledger.Query{Tenant: requestOf(ctx).principal.Tenant, Since: since, Until: until,
		Rule: in.Rule, Source: in.Source, State: vedette.LedgerState(in.State)})
	if err != nil {
		return nil, err
	}
	page, err := slicePage(rows, in.PageParams)
	return &pageOutput[vedette.LedgerRow]{Body: page}, err
}

func (a *API) ledgerOverview(ctx context.Context, in *ledgerOverviewInput) (*bodyOutput[LedgerOverview], error) {
	since, until := in.span(a.deps.Now())
	view, err := a.deps.Ledger.Overview(ctx, ledger.Query{Tenant: requestOf(ctx).principal.Tenant, Since: since, Until: until, Source: in.Source},
		time.Duration(in.Step)*time.Second)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[LedgerOverview]{Body: LedgerOverview{Since: view.Since, Step: int64(view.Step / time.Second), Ruleset: view.Ruleset, Sources: view.Sources}}, nil
}

func (a *API) listGaps(ctx context.Context, in *ledgerGapsInput) (*pageOutput[vedette.LedgerGap], error) {
	since, until := in.span(a.deps.Now())
	if !until.After(since) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "until is not after since")
	}
	gaps, err := a.deps.Ledger.Gaps(ctx, requestOf(ctx).principal.Tenant, since, until)
	if err != nil {
		return nil, err
	}
	kept := gaps[:0]
	for _, g := range gaps {
		if (in.Kind == "" || string(g.Kind) == in.Kind) && (!in.Open || g.Until.IsZero()) {
			kept = append(kept, g)
		}
	}
	page, err := slicePage(kept, in.PageParams)
	if err != nil {
		return nil, err
	}
	a.deps.Ledger.Blind(page.Items, in.Blind)
	return &pageOutput[vedette.LedgerGap]{Body: page}, nil
}
