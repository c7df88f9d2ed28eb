package api

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/feedback"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
)

// Noise is the part of the running process that keeps noise out.
type Noise interface {
	// Settle reads suppressions, verdicts and budgets anew; when it returns they hold.
	Settle(ctx context.Context) error
	// Line is where the line of a team is and what it stands on, "" for nobody in particular; false when nobody asked for a
	// budget for just this team.
	Line(tenant, team string) (budget.Line, bool)
	// Replay puts the labelled world through triage and keeps what was found; a conflict while another one runs.
	Replay(ctx context.Context, tenant string) (vedette.Recall, error)
}

type noiseInput struct {
	Since time.Time `query:"since" doc:"Default: 28 days ago"`
}

// NoiseReport is what was folded away, why, and what it may have cost.
type NoiseReport struct {
	Since       time.Time        `json:"since"`
	Alerts      int64            `json:"alerts" doc:"Raised, also those that suppressions kept out of incidents"`
	Incidents   int64            `json:"incidents" doc:"Made of them, above and below the line"`
	Below       int64            `json:"below" doc:"Of the incidents, those under the line"`
	FoldedShare float64          `json:"folded_share" doc:"By how much fewer incidents above the line there are than alerts, 0 to 1"`
	Why         []NoiseWhy       `json:"why" doc:"Where the alerts went; together they are all alerts"`
	ByRule      []NoiseRule      `json:"by_rule" doc:"Most alerts first, at most 200"`
	Budget      BudgetReport     `json:"budget" doc:"Of the whole tenant but the teams with a budget of their own"`
	Teams       []TeamBudget     `json:"teams" doc:"In the order in which they claim incidents"`
	Recall      *vedette.Recall  `json:"recall,omitempty" doc:"Of the last replay; absent before the first"`
	Recalls     []vedette.Recall `json:"recalls" doc:"The last replays, newest first, at most 30"`
}

// NoiseWhy is why alerts did not become incidents of their own.
type NoiseWhy struct {
	Reason string       `json:"reason" enum:"suppressed,repeated,same_story,below,shown"`
	Alerts int64        `json:"alerts"`
	Text   vedette.Text `json:"text"`
}

// NoiseRule is what became of the alerts of one rule or detector.
type NoiseRule struct {
	RuleID     string                    `json:"rule_id"`
	Title      vedette.Text              `json:"title"`
	Severity   vedette.Severity          `json:"severity" enum:"info,low,medium,high,critical"`
	Alerts     int64                     `json:"alerts"`
	Incidents  int64                     `json:"incidents"`
	Below      int64                     `json:"below"`
	Suppressed int64                     `json:"suppressed"`
	Verdicts   map[vedette.Verdict]int64 `json:"verdicts"`
	FalseShare float64                   `json:"false_share" doc:"Of the verdicts that can tell, the share that called it false or expected, 0 to 1"`
	Judged     int64                     `json:"judged" doc:"How many verdicts can tell"`
	Factor     float64                   `json:"factor" doc:"By what verdicts multiply its weight; 1 when they say nothing"`
	FactorWhy  *vedette.Text             `json:"factor_why,omitempty"`
}

// BudgetReport is the number asked for beside the realised one.
type BudgetReport struct {
	Asked     float64            `json:"asked" doc:"Incidents a day that are no attack; 0 when nobody asked"`
	Realised  float64            `json:"realised" doc:"Incidents a day shown that nobody called an attack, over the whole days since"`
	Days      []BudgetDay        `json:"days"`
	Line      budget.Line        `json:"line"`
	JustBelow []vedette.Incident `json:"just_below" doc:"Open incidents under the line, highest first, without their evidence; at most 10"`
}

// BudgetDay is what was shown on one day.
type BudgetDay struct {
	Day          time.Time `json:"day"`
	Shown        int64     `json:"shown"`
	True         int64     `json:"true"`
	Benign       int64     `json:"benign"`
	False        int64     `json:"false"`
	Undetermined int64     `json:"undetermined" doc:"Not judged yet, or nobody could tell"`
	Below        int64     `json:"below"`
}

const (
	noiseDays = 28 * 24 * time.Hour
	maxNoise  = 180 * 24 * time.Hour
	justBelow = 10
	recalls   = 30
)

func (a *API) registerNoise() {
	register(a, "getNoise", a.getNoise)
	register(a, "getBudget", a.getBudget)
	register(a, "setBudget", a.setBudget)
	register(a, "runReplay", a.runReplay)
	register(a, "listSuppressions", a.listSuppressions)
	register(a, "createSuppression", a.createSuppression)
	register(a, "previewSuppression", a.previewSuppression)
	register(a, "listSuppressionProposals", a.listSuppressionProposals)
	register(a, "approveSuppression", a.approveSuppression)
	register(a, "rejectSuppression", a.rejectSuppression)
	register(a, "deleteSuppression", a.deleteSuppression)
}

func (a *API) getNoise(ctx context.Context, in *noiseInput) (*bodyOutput[NoiseReport], error) {
	tenant, now := requestOf(ctx).principal.Tenant, a.deps.Now().UTC()
	since := firstTime(in.Since, now.Add(-noiseDays)).UTC()
	if since.Before(now.Add(-maxNoise)) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "since is more than 180 days ago")
	}
	counts, err := a.deps.Store.Noise(ctx, tenant, since)
	if err != nil {
		return nil, err
	}
	out := NoiseReport{Since: since, Alerts: counts.Alerts + counts.Suppressed, Incidents: counts.Incidents, Below: counts.Below, Why: whyFolded(counts)}
	if out.Alerts > 0 {
		out.FoldedShare = max(0, 1-float64(counts.Incidents-counts.Below)/float64(out.Alerts))
	}
	if out.ByRule, err = a.noiseRules(ctx, tenant, counts.Rules); err != nil {
		return nil, err
	}
	if out.Budget, out.Teams, err = a.budgetReports(ctx, tenant, counts, since); err != nil {
		return nil, err
	}
	if out.Recalls, err = a.deps.Store.Recalls(ctx, tenant, recalls); err != nil {
		return nil, err
	}
	if len(out.Recalls) > 0 {
		out.Recall = &out.Recalls[0]
	}
	return &bodyOutput[NoiseReport]{Body: out}, nil
}

// whyFolded says where the alerts went. Each alert counts once: hidden, a repetition of its rule in its incident, another
// rule of the same story, or the one that began an incident below or above the line.
func whyFolded(c statestore.NoiseCounts) []NoiseWhy {
	pairs := max(c.Pairs, c.Incidents)
	return []NoiseWhy{
		{"suppressed", c.Suppressed, vedette.Text{En: "kept out of incidents by a suppression", Zh: "被抑制规则挡在事件之外"}},
		{"repeated", max(0, c.Alerts-pairs), vedette.Text{En: "the same rule again in the same incident", Zh: "同一事件中同一规则的重复告警"}},
		{"same_story", pairs - c.Incidents, vedette.Text{En: "another rule in the same story", Zh: "同一攻击故事中其他规则的告警"}},
		{"below", c.Below, vedette.Text{En: "began an incident that stays below the line", Zh: "形成的事件低于阈值线"}},
		{"shown", c.Incidents - c.Below, vedette.Text{En: "began an incident that people see", Zh: "形成了需要人看的事件"}},
	}
}

func (a *API) noiseRules(ctx context.Context, tenant string, counts []statestore.NoiseRule) ([]NoiseRule, error) {
	now := a.deps.Now()
	said, err := a.deps.Store.Judgements(ctx, tenant, now.Add(-maxNoise), statestore.MaxJudgements)
	if err != nil {
		return nil, err
	}
	weights, rs := feedback.New(said, now), a.deps.Rules.Ruleset()
	severities := map[string]vedette.Severity{}
	for _, s := range rs.StatusesFor(tenant) {
		severities[s.ID] = s.Severity
	}
	out := make([]NoiseRule, 0, len(counts))
	for _, c := range counts {
		r := NoiseRule{RuleID: c.RuleID, Title: vedette.Text{En: c.RuleID, Zh: c.RuleID}, Severity: severities[c.RuleID], Alerts: c.Alerts,
			Incidents: c.Incidents, Below: c.Below, Suppressed: c.Suppressed, Verdicts: c.Verdicts}
		if rule, has := rs.Rule(c.RuleID); has {
			r.Title = vedette.Text{En: rule.Title, Zh: firstOf(rule.TitleZh, rule.Title)}
		}
		wrong := c.Verdicts[vedette.VerdictFalse] + c.Verdicts[vedette.VerdictBenign]
		if r.Judged = wrong + c.Verdicts[vedette.VerdictTrue]; r.Judged > 0 {
			r.FalseShare = float64(wrong) / float64(r.Judged)
		}
		factor, why := weights.Factor(tenant, c.RuleID, nil)
		if r.Factor = math.Round(factor*100) / 100; why != nil {
			r.FactorWhy = new(why.Text())
		}
		out = append(out, r)
	}
	return out, nil
}

func (a *API) runReplay(ctx context.Context, _ *nothing) (*bodyOutput[vedette.Recall], error) {
	q := requestOf(ctx)
	got, err := a.deps.Noise.Replay(ctx, q.principal.Tenant)
	if err != nil {
		return nil, err
	}
	q.note(got.Set, fmt.Sprintf("%d of %d steps, %d of %d attacks", got.StepsFound, got.StepsTotal, got.AttacksFound, got.AttacksTotal))
	return &bodyOutput[vedette.Recall]{Body: got}, nil
}
