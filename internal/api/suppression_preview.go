package api

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

type suppressionPreviewInput struct {
	Body struct {
		SuppressionScope
		Since time.Time `json:"since,omitzero" doc:"Default: 30 days ago"`
	}
}

// SuppressionPreview is what a suppression would have done to the alerts that are stored.
type SuppressionPreview struct {
	WouldHide Hides           `json:"would_hide"`
	TrueLost  []LostAlerts    `json:"true_lost" doc:"Incidents that people called an attack, now or before, with alerts that it would have hidden"`
	Days      []PreviewDay    `json:"days" doc:"Alerts that it would have hidden on each day, oldest first, without gaps"`
	Examples  []vedette.Alert `json:"examples" doc:"The newest it would have hidden, at most 5"`
	Critical  bool            `json:"critical" doc:"It would need a second person"`
	Why       string          `json:"critical_why,omitempty" enum:"rule,alert,incident,attack,unknown,incomplete" doc:"What makes it critical; unknown: no rule has that name and no stored alert is of it; incomplete: not all of them could be looked at"`
	Looked    int             `json:"looked" doc:"Alerts of the rule that were looked at"`
	Complete  bool            `json:"complete" doc:"False when a limit ended it: counts are then those of the newest alerts"`
	Since     time.Time       `json:"since" doc:"From when on everything was looked at"`
}

// Hides counts what would have been hidden.
type Hides struct {
	Alerts    int `json:"alerts"`
	Touched   int `json:"touched" doc:"Incidents that would have lost an alert"`
	Incidents int `json:"incidents" doc:"Of those, the ones that would not have come to be at all"`
}

// LostAlerts is an incident that people called an attack.
type LostAlerts struct {
	Incident string          `json:"incident"`
	Title    vedette.Text    `json:"title"`
	Verdict  vedette.Verdict `json:"verdict"`
	Alerts   int             `json:"alerts" doc:"Of its alerts that would have been hidden"`
}

// PreviewDay counts the alerts of one day.
type PreviewDay struct {
	Day    time.Time `json:"day"`
	Alerts int       `json:"alerts"`
}

// Bounds on looking back.
const (
	previewSpan      = 30 * 24 * time.Hour
	previewAlerts    = 20_000
	previewTime      = 5 * time.Second
	previewIncidents = 2000
	previewExamples  = 5
)

func (a *API) previewSuppression(ctx context.Context, in *suppressionPreviewInput) (*bodyOutput[SuppressionPreview], error) {
	s, err := a.scoped(ctx, in.Body.SuppressionScope)
	if err != nil {
		return nil, err
	}
	got, err := a.lookBack(ctx, s, in.Body.Since)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[SuppressionPreview]{Body: got}, nil
}

// lookBack looks through the stored alerts of the rule, the newest first, and at what people said of their incidents.
func (a *API) lookBack(ctx context.Context, s vedette.Suppression, since time.Time) (SuppressionPreview, error) {
	begin := a.deps.Now()
	out := SuppressionPreview{Since: firstTime(since, begin.Add(-previewSpan)).UTC(), Complete: true}
	if out.Since.Before(begin.Add(-maxNoise)) {
		return out, vedette.Errorf(vedette.CodeInvalid, "since is more than 180 days ago")
	}
	filter := eventstore.AlertFilter{Tenant: s.Tenant, RuleID: s.RuleID, Since: out.Since, Limit: 1000}
	in, days := map[string]int{}, map[int64]int{}
	worst := vedette.Info
	for {
		alerts, next, err := a.deps.Reader.Alerts(ctx, filter)
		if err != nil {
			return out, err
		}
		for i := range alerts {
			out.Looked++
			if !s.Covers(&alerts[i]) {
				continue
			}
			worst = max(worst, alerts[i].Severity)
			out.take(&alerts[i], in, days)
		}
		if next == "" {
			break
		}
		if out.Looked >= previewAlerts || a.deps.Now().Sub(begin) > previewTime || len(in) > previewIncidents {
			out.Complete = false
			if len(alerts) > 0 {
				out.Since = alerts[len(alerts)-1].Time.UTC()
			}
			break
		}
		filter.Cursor = next
	}
	for day := out.Since.Truncate(24 * time.Hour); !day.After(begin); day = day.Add(24 * time.Hour) {
		out.Days = append(out.Days, PreviewDay{Day: day, Alerts: days[day.Unix()]})
	}
	return out, a.weighLoss(ctx, s, &out, in, worst)
}

func (p *SuppressionPreview) take(alert *vedette.Alert, in map[string]int, days map[int64]int) {
	p.WouldHide.Alerts++
	days[alert.Time.UTC().Truncate(24*time.Hour).Unix()]++
	if alert.IncidentID != "" {
		in[alert.IncidentID]++
	}
	if len(p.Examples) < previewExamples {
		p.Examples = append(p.Examples, *alert)
	}
}

// weighLoss tells what the incidents would have lost, and whether a second person is needed.
func (a *API) weighLoss(ctx context.Context, s vedette.Suppression, p *SuppressionPreview, in map[string]int, worst vedette.Severity) error {
	ids := slices.Sorted(maps.Keys(in))
	found, err := a.survivors(ctx, s.Tenant, ids)
	if err != nil {
		return err
	}
	attacks, err := a.deps.Store.EverJudged(ctx, s.Tenant, slices.Sorted(maps.Keys(found)), vedette.VerdictTrue)
	if err != nil {
		return err
	}
	p.WouldHide.Touched = len(ids)
	critical, lost := vedette.Info, map[string]int{}
	for _, id := range ids {
		incident, has := found[id]
		if !has {
			continue
		}
		if int64(in[id]) >= incident.Alerts && incident.Merged == "" {
			p.WouldHide.Incidents++
		}
		now := survivor(found, incident)
		attack := now.Verdict == vedette.VerdictTrue || attacks[id] || attacks[now.ID]
		if attack {
			lost[now.ID] += in[id]
		}
		if attack || now.Verdict != vedette.VerdictFalse && now.Verdict != vedette.VerdictBenign {
			critical = max(critical, incident.Severity, now.Severity)
		}
	}
	for id, alerts := range lost {
		p.TrueLost = append(p.TrueLost, LostAlerts{Incident: id, Title: found[id].Title, Verdict: found[id].Verdict, Alerts: alerts})
	}
	slices.SortFunc(p.TrueLost, func(a, b LostAlerts) int {
		return cmp.Or(cmp.Compare(b.Alerts, a.Alerts), cmp.Compare(a.Incident, b.Incident))
	})
	p.Why = a.criticalWhy(s, p, worst, critical)
	p.Critical = p.Why != ""
	return nil
}

// mostMerges is how many merges are followed, one behind the other.
const mostMerges = 8

// survivors returns incidents, and those that they were merged into.
func (a *API) survivors(ctx context.Context, tenant string, ids []string) (map[string]vedette.Incident, error) {
	found := map[string]vedette.Incident{}
	for range mostMerges {
		more, err := a.deps.Store.IncidentsNamed(ctx, tenant, ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(found, more)
		ids = ids[:0:0]
		for _, in := range more {
			if _, has := found[in.Merged]; in.Merged != "" && !has && !slices.Contains(ids, in.Merged) {
				ids = append(ids, in.Merged)
			}
		}
		if len(ids) == 0 {
			break
		}
	}
	return found, nil
}

// survivor is the incident that one is part of by now.
func survivor(found map[string]vedette.Incident, in vedette.Incident) vedette.Incident {
	for range mostMerges {
		next, has := found[in.Merged]
		if !has {
			break
		}
		in = next
	}
	return in
}

func (a *API) criticalWhy(s vedette.Suppression, p *SuppressionPreview, alert, incident vedette.Severity) string {
	rule, known := vedette.Info, p.Looked > 0 || strings.HasPrefix(s.RuleID, "anomaly.")
	for _, status := range a.deps.Rules.Ruleset().StatusesFor(s.Tenant) {
		if status.ID == s.RuleID {
			rule, known = max(status.Severity, status.Level), true
		}
	}
	switch {
	case len(p.TrueLost) > 0:
		return "attack"
	case rule >= vedette.Critical:
		return "rule"
	case alert >= vedette.Critical:
		return "alert"
	case incident >= vedette.Critical:
		return "incident"
	case !p.Complete:
		return "incomplete"
	case !known:
		return "unknown"
	}
	return ""
}
