package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

type incidentsInput struct {
	Status   []string  `query:"status" enum:"open,working,contained,closed" maxItems:"4" doc:"Any of these, separated by commas"`
	Severity string    `query:"severity" enum:"info,low,medium,high,critical" doc:"At least this severe"`
	Owner    string    `query:"owner" maxLength:"128" doc:"User name of who works on it"`
	Team     string    `query:"team" maxLength:"64" doc:"Name of the team that it belongs to; - for nobody in particular"`
	Q        string    `query:"q" maxLength:"256" doc:"Words that all occur in the title, the id, the entities or the rules"`
	Entity   string    `query:"entity" maxLength:"1024" doc:"kind:name" example:"host:db-02"`
	Rule     string    `query:"rule" maxLength:"128" doc:"Id of a rule that fired in it"`
	Since    time.Time `query:"since" doc:"Whose last alert is not older"`
	Until    time.Time `query:"until" doc:"Whose first alert is older"`
	Line     string    `query:"line" enum:"above,below" doc:"Only what is above or below the line of the budget"`
	Sort     string    `query:"sort" enum:"score,last,created" default:"score" doc:"Highest or newest first"`
	PageParams
}

type incidentInput struct {
	ID string `path:"id" maxLength:"64"`
}

// IncidentEdit is what people may change about an incident. What is left out stays.
type IncidentEdit struct {
	Status  *vedette.IncidentStatus `json:"status,omitempty" enum:"open,working,contained,closed"`
	Owner   *string                 `json:"owner,omitempty" maxLength:"128" doc:"User name; empty for nobody"`
	Team    *string                 `json:"team,omitempty" maxLength:"64" doc:"Name of the team that it belongs to from now on, whatever the teams own; empty for nobody in particular"`
	Verdict *vedette.Verdict        `json:"verdict,omitempty" enum:"true_positive,benign_positive,false_positive,undetermined,duplicate" doc:"Needed to close"`
	// Reason keeps taking free text, as before there were codes.
	Reason      string `json:"reason,omitempty" maxLength:"2000" doc:"Why: with a verdict one of the codes scan_by_us, maintenance, expected_admin, test, misconfiguration, rule_too_broad, not_reproducible, duplicate_of, other. Any other text counts as reason_text"`
	ReasonText  string `json:"reason_text,omitempty" maxLength:"2000" doc:"Why, in one's own words; kept as a note and in the audit log"`
	DuplicateOf string `json:"duplicate_of,omitempty" maxLength:"64" doc:"With the verdict duplicate: the incident that it repeats"`
}

type incidentEditInput struct {
	ID      string `path:"id" maxLength:"64"`
	IfMatch string `header:"If-Match" maxLength:"64" doc:"ETag or version of the incident as you saw it; without it the edit applies to any version"`
	Body    IncidentEdit
}

type incidentBatchInput struct {
	Body struct {
		IDs  []string     `json:"ids" minItems:"1" maxItems:"500" uniqueItems:"true"`
		Edit IncidentEdit `json:"edit"`
	}
}

// BatchResult says what became of each incident of a batch.
type BatchResult struct {
	Items   []BatchItem `json:"items" doc:"In the order asked"`
	Changed int64       `json:"changed"`
	Failed  int64       `json:"failed"`
}

// BatchItem says what became of one incident of a batch: the incident, or the problem.
type BatchItem struct {
	ID       string            `json:"id"`
	Incident *vedette.Incident `json:"incident,omitempty" doc:"As it is now, without its evidence"`
	Problem  *Problem          `json:"problem,omitempty"`
}

func (a *API) registerCases() {
	register(a, "listIncidents", a.listIncidents)
	register(a, "updateIncidents", a.updateIncidents)
	register(a, "getIncident", a.getIncident)
	register(a, "updateIncident", a.updateIncident)
	register(a, "listNotes", a.listNotes)
	register(a, "addNote", a.addNote)
	register(a, "listIncidentLog", a.listIncidentLog)
	register(a, "listAlerts", a.listAlerts)
	register(a, "getAlert", a.getAlert)
}

func (a *API) listIncidents(ctx context.Context, in *incidentsInput) (*pageOutput[vedette.Incident], error) {
	filter := statestore.IncidentFilter{
		Tenant: requestOf(ctx).principal.Tenant, Owner: in.Owner, Team: in.Team, Search: in.Q, RuleID: in.Rule,
		Since: in.Since, Until: in.Until, Line: in.Line, Sort: in.Sort,
	}
	for _, s := range in.Status {
		filter.Status = append(filter.Status, vedette.IncidentStatus(s))
	}
	var err error
	if filter.MinSeverity, err = atLeast(in.Severity); err != nil {
		return nil, err
	}
	if filter.EntityKind, filter.EntityName, err = entityOf(in.Entity); err != nil {
		return nil, err
	}
	items, next, total, err := a.deps.Store.Incidents(ctx, filter, in.page())
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.Incident]{Body: Page[vedette.Incident]{Items: items, Next: next, Total: total}}, nil
}

// atLeast reads a lowest severity; none is the lowest.
func atLeast(word string) (vedette.Severity, error) {
	if word == "" {
		return vedette.Info, nil
	}
	return vedette.ParseSeverity(word)
}

// entityOf reads kind:name.
func entityOf(s string) (kind, name string, err error) {
	if s == "" {
		return "", "", nil
	}
	kind, name, ok := strings.Cut(s, ":")
	if !ok || kind == "" || name == "" {
		return "", "", vedette.Errorf(vedette.CodeInvalid, "entity %q is not kind:name, such as host:db-02", vedette.Shorten(s, 100))
	}
	return kind, name, nil
}

func (a *API) getIncident(ctx context.Context, in *incidentInput) (*versionedOutput[vedette.Incident], error) {
	tenant := requestOf(ctx).principal.Tenant
	incident, err := a.deps.Store.Incident(ctx, tenant, in.ID)
	if err != nil {
		return nil, err
	}
	if silent := a.silentBy(tenant, incident.Last); len(silent) > 0 {
		incident.WhyNot = append(incident.WhyNot, advise.Unseen(silent))
	}
	return versioned(incident, incident.Version), nil
}

// silentBy lists the sources that were silent already at a time, and still are.
func (a *API) silentBy(tenant string, at time.Time) []string {
	var names []string
	for _, s := range a.deps.Sources(tenant) {
		if s.State == vedette.SourceSilent && s.Last.Add(time.Duration(s.SilentAfterSecs)*time.Second).Before(at) {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return names
}

func (a *API) updateIncident(ctx context.Context, in *incidentEditInput) (*versionedOutput[vedette.Incident], error) {
	version, err := versionIn(in.IfMatch)
	if err != nil {
		return nil, err
	}
	incident, err := a.edit(ctx, in.ID, version, in.Body)
	if err != nil {
		return nil, err
	}
	requestOf(ctx).kept = true
	return versioned(incident, incident.Version), nil
}

func (a *API) updateIncidents(ctx context.Context, in *incidentBatchInput) (*bodyOutput[BatchResult], error) {
	q := requestOf(ctx)
	var result BatchResult
	for _, id := range in.Body.IDs {
		item := BatchItem{ID: id}
		incident, err := a.edit(ctx, id, 0, in.Body.Edit)
		if err != nil {
			item.Problem = a.problem(q, "updateIncidents", err)
			a.audit(ctx, vedette.AuditEntry{What: "incident.update", Object: id, Detail: item.Problem.Detail, Failed: true})
			result.Failed++
		} else {
			incident.Evidence = nil
			item.Incident = &incident
			result.Changed++
		}
		result.Items = append(result.Items, item)
	}
	q.note("", fmt.Sprintf("%d changed, %d failed; %s", result.Changed, result.Failed, editText(in.Body.Edit)))
	return &bodyOutput[BatchResult]{Body: result}, nil
}

// edit changes one incident, keeps the reason as a note, and tells who listens.
func (a *API) edit(ctx context.Context, id string, version int64, edit IncidentEdit) (vedette.Incident, error) {
	q := requestOf(ctx)
	if edit.Status == nil && edit.Owner == nil && edit.Verdict == nil && edit.Team == nil {
		return vedette.Incident{}, vedette.Errorf(vedette.CodeInvalid, "nothing to change: give status, owner, team or verdict")
	}
	if err := a.checkEdit(ctx, q.principal.Tenant, id, edit); err != nil {
		return vedette.Incident{}, err
	}
	why, text := edit.why()
	change := statestore.IncidentEdit{Status: edit.Status, Owner: edit.Owner, Team: edit.Team, By: q.principal.Name, Verdict: edit.Verdict, Why: why, WhyText: text, Same: edit.DuplicateOf}
	if edit.Verdict != nil {
		said := verdictText(q.principal.Name, edit, why, text)
		change.Evidence = []vedette.EvidenceEntry{verdictLine(q.principal.Tenant, id, q.principal.Name, *edit.Verdict, a.deps.Now(), said)}
	}
	incident, err := a.audited(ctx, "incident.update", id, editText(edit)).EditIncident(ctx, q.principal.Tenant, id, version, change)
	if err != nil {
		return vedette.Incident{}, err
	}
	a.followed(ctx, edit, incident)
	a.hub.Publish(KindIncident, incident.ID, incident)
	if text == "" {
		return incident, nil
	}
	if _, err := a.write(ctx, a.deps.Store, id, text, ""); err != nil {
		a.deps.Log.Error("the reason of an edit is missing from the notes", "incident", id, "error", err)
	}
	return incident, nil
}

// followed lets triage know that people closed an incident, or opened it again.
func (a *API) followed(ctx context.Context, edit IncidentEdit, incident vedette.Incident) {
	if edit.Status == nil {
		return
	}
	if err := a.deps.Triage.Reload(ctx, incident.Tenant, incident.ID); err != nil {
		a.deps.Log.Error("triage does not know yet what people did with an incident", "incident", incident.ID, "error", err)
	}
}

// why is the reason of an edit: the code that goes with a verdict, and the words.
func (e IncidentEdit) why() (vedette.VerdictReason, string) {
	code := vedette.VerdictReason(e.Reason)
	if e.Verdict != nil && slices.Contains(vedette.VerdictReasons(), code) {
		return code, e.ReasonText
	}
	return "", strings.TrimSpace(e.Reason + "\n" + e.ReasonText)
}

// checkEdit refuses an edit that leaves a closed incident without a verdict, and an owner who does not exist.
func (a *API) checkEdit(ctx context.Context, tenant, id string, edit IncidentEdit) error {
	duplicate := edit.Verdict != nil && *edit.Verdict == vedette.VerdictDuplicate
	switch {
	case duplicate && edit.DuplicateOf == "":
		return vedette.Errorf(vedette.CodeInvalid, "a duplicate repeats another incident: give its id in duplicate_of")
	case !duplicate && edit.DuplicateOf != "":
		return vedette.Errorf(vedette.CodeInvalid, "duplicate_of goes with the verdict duplicate only")
	}
	if edit.Status != nil && *edit.Status == vedette.StatusClosed && edit.Verdict == nil {
		incident, err := a.deps.Store.Incident(ctx, tenant, id)
		if err != nil {
			return err
		}
		if incident.Verdict == "" {
			return vedette.Errorf(vedette.CodeInvalid, "an incident is closed with a verdict: true_positive, benign_positive, false_positive, undetermined or duplicate")
		}
	}
	if edit.Owner == nil {
		return nil
	}
	return a.checkOwner(ctx, tenant, *edit.Owner)
}

// checkOwner refuses an owner who does not exist; nobody is fine, and so is whoever asks.
func (a *API) checkOwner(ctx context.Context, tenant, name string) error {
	if name == "" || name == requestOf(ctx).principal.Name {
		return nil
	}
	owner, err := a.deps.Store.UserByName(ctx, name)
	if vedette.CodeOf(err) == vedette.CodeNotFound || err == nil && (owner.Tenant != tenant || owner.Disabled) {
		return vedette.Errorf(vedette.CodeInvalid, "there is no user %q who could own it", name)
	}
	return err
}

// editText is an edit in the words of the audit log.
func editText(edit IncidentEdit) string {
	var parts []string
	if edit.Status != nil {
		parts = append(parts, "status "+string(*edit.Status))
	}
	if edit.Owner != nil {
		parts = append(parts, "owner "+strconv.Quote(*edit.Owner))
	}
	if edit.Team != nil {
		parts = append(parts, "team "+strconv.Quote(*edit.Team))
	}
	if edit.Verdict != nil {
		parts = append(parts, "verdict "+string(*edit.Verdict))
	}
	if edit.DuplicateOf != "" {
		parts = append(parts, "the same as "+edit.DuplicateOf)
	}
	why, text := edit.why()
	if why != "" {
		parts = append(parts, "reason "+string(why))
	}
	if text != "" {
		parts = append(parts, "because "+strconv.Quote(text))
	}
	return strings.Join(parts, ", ")
}
