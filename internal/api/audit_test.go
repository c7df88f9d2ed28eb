package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/intel"
)

// sample is a request that makes an operation write.
type sample struct {
	path   string
	body   any
	status int
}

func samples(t *testing.T, h *house) map[string]sample {
	c := h.people["admin"]
	action := func(target string) string {
		body := map[string]any{"kind": "block_address", "target": target, "ttl_seconds": 60, "reason": "r"}
		return into[vedette.Action](t, c.do("POST", "/api/v1/actions", body).want(t, 201)).ID
	}
	undo := action("203.0.113.3")
	c.do("POST", "/api/v1/actions/"+undo+"/approve", "{}").want(t, 200)
	exception := func() map[string]any {
		return map[string]any{"rule_id": "", "selection": "user.name: backup", "reason": "r", "expires": time.Now().Add(time.Hour)}
	}
	hidden := into[vedette.Exception](t, c.do("POST", "/api/v1/exceptions", exception()).want(t, 201)).ID
	token := into[api.NewToken](t, c.do("POST", "/api/v1/tokens", map[string]any{"name": "gone", "scopes": []string{"read"}}).want(t, 201)).ID
	allowed, err := intel.NewAllowance(vedette.Allowance{Value: "good.example", Reason: "ours"})
	must(t, err)
	return arranged(t, h, hushed(t, h, map[string]sample{
		"createUser":      {"/api/v1/users", map[string]any{"name": "ada", "role": "viewer"}, 201},
		"updateUser":      {"/api/v1/users/ada", map[string]any{"role": "analyst"}, 200},
		"resetPassword":   {"/api/v1/users/ada/password", nil, 200},
		"deleteUser":      {"/api/v1/users/ada", nil, 204},
		"createToken":     {"/api/v1/tokens", map[string]any{"name": "t", "scopes": []string{"read"}}, 201},
		"deleteToken":     {"/api/v1/tokens/" + token, nil, 204},
		"updateIncident":  {"/api/v1/incidents/inc-1", map[string]any{"status": "working"}, 200},
		"updateIncidents": {"/api/v1/incidents/batch", map[string]any{"ids": []string{"inc-1"}, "edit": map[string]any{"status": "open"}}, 200},
		"addNote":         {"/api/v1/incidents/inc-1/notes", map[string]any{"text": "n"}, 201},
		"proposeAction":   {"/api/v1/actions", map[string]any{"kind": "block_address", "target": "203.0.113.9", "ttl_seconds": 60, "reason": "r"}, 201},
		"approveAction":   {"/api/v1/actions/" + action("203.0.113.1") + "/approve", "{}", 200},
		"rejectAction":    {"/api/v1/actions/" + action("203.0.113.2") + "/reject", map[string]any{"reason": "no"}, 200},
		"undoAction":      {"/api/v1/actions/" + undo + "/undo", map[string]any{"reason": "wrong"}, 200},
		"uploadRules":     {"/api/v1/rules", uploaded("uploaded-1", "high"), 200},
		"updateRule":      {"/api/v1/rules/uploaded-1", map[string]any{"stage": "off"}, 200},
		"deleteRule":      {"/api/v1/rules/uploaded-1", nil, 204},
		"createException": {"/api/v1/exceptions", exception(), 201},
		"updateException": {"/api/v1/exceptions/" + hidden, map[string]any{"reason": "another"}, 200},
		"deleteException": {"/api/v1/exceptions/" + hidden, nil, 204},

		"updateEntity":     {"/api/v1/entities/host/db-02", map[string]any{"criticality": 4}, 200},
		"importEntities":   {"/api/v1/entities/import", "name,criticality\ndb-02,4\n", 200},
		"importIndicators": {"/api/v1/intel/indicators", map[string]any{"value": "evil.example"}, 200},
		"deleteIndicator":  {"/api/v1/intel/indicators/" + intel.IndicatorID(vedette.IndicatorDomain, "evil.example"), nil, 204},
		"createFeed":       {"/api/v1/intel/feeds", map[string]any{"name": "f", "kind": "list", "url": "https://feed.example/"}, 201},
		"updateFeed":       {"/api/v1/intel/feeds/f", map[string]any{"confidence": 60}, 200},
		"pollFeed":         {"/api/v1/intel/feeds/f/poll", nil, 200},
		"deleteFeed":       {"/api/v1/intel/feeds/f", nil, 204},
		"createAllowance":  {"/api/v1/intel/allow", map[string]any{"value": "good.example", "reason": "ours"}, 201},
		"deleteAllowance":  {"/api/v1/intel/allow/" + allowed.ID, nil, 204},
	}))
}

// hushed adds the samples that keep noise out.
func hushed(t *testing.T, h *house, all map[string]sample) map[string]sample {
	waiting := vedette.Suppression{Tenant: vedette.DefaultTenant, RuleID: "r", Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "a"}}, Critical: true,
		Reason: "r", Owner: "ann", ProposedBy: "ann", Expires: time.Now().Add(time.Hour)}
	kept, err := h.store.AddSuppression(t.Context(), waiting)
	must(t, err)
	body := map[string]any{"detector": "first-seen", "entities": []map[string]any{{"kind": "host", "name": "a"}}, "reason": "r"}
	all["createSuppression"] = sample{"/api/v1/suppressions", body, 201}
	all["rejectSuppression"] = sample{"/api/v1/suppressions/" + kept.ID + "/reject", nil, 200}
	all["deleteSuppression"] = sample{"/api/v1/suppressions/" + kept.ID, nil, 204}
	all["setBudget"] = sample{"/api/v1/noise/budget", map[string]any{"per_day": 3}, 200}
	all["dropBudget"] = sample{"/api/v1/noise/budget", nil, 204}
	all["createTeam"] = sample{"/api/v1/teams", map[string]any{"name": "clinic"}, 201}
	all["updateTeam"] = sample{"/api/v1/teams/clinic", map[string]any{"place": 2}, 200}
	all["deleteTeam"] = sample{"/api/v1/teams/clinic", nil, 204}
	all["runReplay"] = sample{"/api/v1/noise/replay", nil, 200}
	fact := map[string]any{"kind": "maintenance", "entities": []map[string]any{{"kind": "host", "name": "a"}}, "until": time.Now().Add(time.Hour), "text": "Disks are replaced", "source": "calendar"}
	written, err := h.store.AddFact(t.Context(), vedette.Fact{Tenant: vedette.DefaultTenant, Kind: vedette.FactChange, Entities: waiting.Entities, From: time.Now(),
		Until: time.Now().Add(time.Hour), Text: "Patches", Source: "tickets", By: "ann"})
	must(t, err)
	all["createFact"] = sample{"/api/v1/facts", fact, 201}
	all["importFacts"] = sample{"/api/v1/facts/import", map[string]any{"facts": []any{fact}}, 200}
	all["endFact"] = sample{"/api/v1/facts/" + written.ID, nil, 200}
	return all
}

// arranged adds the samples that rearrange incidents.
func arranged(t *testing.T, h *house, all map[string]sample) map[string]sample {
	c := h.people["admin"]
	a, b := h.two()
	merged := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+a+"/merge", map[string]any{"with": []string{b}}).want(t, 200)).Change.ID
	task := into[vedette.Task](t, c.do("POST", "/api/v1/incidents/"+a+"/tasks", map[string]any{"title": "look"}).want(t, 201)).ID
	all["undoIncidentChange"] = sample{"/api/v1/incidents/" + a + "/changes/" + merged + "/undo", nil, 200}
	all["splitIncident"] = sample{"/api/v1/incidents/" + a + "/split", map[string]any{"alerts": []string{"alert-three-10"}}, 200}
	all["moveEvidence"] = sample{"/api/v1/incidents/" + a + "/move", map[string]any{"alerts": []string{"alert-four-20"}, "to": b}, 200}
	all["mergeIncidents"] = sample{"/api/v1/incidents/" + a + "/merge", map[string]any{"with": []string{b}}, 200}
	all["addTask"] = sample{"/api/v1/incidents/" + a + "/tasks", map[string]any{"title": "ask"}, 201}
	all["updateTask"] = sample{"/api/v1/incidents/" + a + "/tasks/" + task, map[string]any{"done": true}, 200}
	all["deleteTask"] = sample{"/api/v1/incidents/" + a + "/tasks/" + task, nil, 204}
	return all
}

// Every operation that writes leaves one line when it works, and one when it is refused.
func TestEveryWriteIsInTheAuditLog(t *testing.T) {
	h := open(t)
	h.fold(incident("inc-1", 90))
	all := samples(t, h)
	order := []string{"createUser", "updateUser", "resetPassword", "deleteUser", "createToken", "deleteToken", "updateIncident", "updateIncidents",
		"addNote", "proposeAction", "approveAction", "rejectAction", "undoAction", "uploadRules", "updateRule", "deleteRule", "createException", "updateException", "deleteException",
		"importEntities", "updateEntity", "importIndicators", "deleteIndicator", "createFeed", "updateFeed", "pollFeed", "deleteFeed", "createAllowance", "deleteAllowance",
		"undoIncidentChange", "splitIncident", "moveEvidence", "mergeIncidents", "addTask", "updateTask", "deleteTask",
		"setBudget", "dropBudget", "createTeam", "updateTeam", "deleteTeam", "runReplay", "createSuppression", "rejectSuppression", "deleteSuppression", "createFact", "importFacts", "endFact"}
	elsewhere := map[string]bool{"login": true, "logout": true, "changePassword": true, "testRule": true, "lintRules": true, "backtestRules": true, "previewException": true, "previewSuppression": true, "approveSuppression": true,
		"previewMerge": true, "previewSplit": true, "previewMove": true, "previewFact": true} // sessions have their own test
	ops := map[string]operation{}
	for _, op := range documented(t) {
		if _, ok := all[op.ID]; op.Method != http.MethodGet && !ok && !elsewhere[op.ID] {
			t.Errorf("%s writes, and no sample shows that it is audited", op.ID)
		}
		ops[op.ID] = op
	}
	for _, id := range order {
		s, op := all[id], ops[id]
		what := op.between("Audited as ", " ")
		what = strings.TrimSuffix(strings.TrimSpace(what), ".")
		before := count(h.audited(t), what, false)
		headers := []string{}
		if id == "uploadRules" {
			headers = append(headers, "Content-Type", "application/yaml")
		}
		h.people["admin"].do(op.Method, s.path, s.body, headers...).want(t, s.status)
		if got := count(h.audited(t), what, false) - before; got != 1 {
			t.Errorf("%s left %d lines called %s", id, got, what)
		}
		h.people["viewer"].do(op.Method, s.path, s.body, headers...).want(t, http.StatusForbidden)
		entries := h.audited(t)
		if e, ok := find(entries, what); !ok || !e.Failed || e.Who != "token:viewer" || e.From == "" || !strings.Contains(e.Detail, "permission") {
			t.Errorf("%s, refused, left %+v", id, e)
		}
		before = len(entries)
		h.anon.do(op.Method, s.path, s.body, headers...).want(t, http.StatusUnauthorized)
		if got := len(h.audited(t)); got != before {
			t.Errorf("%s by nobody left %d lines", id, got-before)
		}
	}
}

func count(entries []vedette.AuditEntry, what string, failed bool) int {
	n := 0
	for _, e := range entries {
		if e.What == what && e.Failed == failed && e.Who == "token:admin" {
			n++
		}
	}
	return n
}

func TestAuditLogPages(t *testing.T) {
	h := open(t)
	h.fold(incident("inc-1", 90))
	for range 5 {
		h.people["analyst"].do("POST", "/api/v1/incidents/inc-1/notes", map[string]any{"text": "n"}).want(t, 201)
	}
	c := h.people["admin"]
	page := into[api.Page[vedette.AuditEntry]](t, c.do("GET", "/api/v1/audit?object=inc-1&limit=2", nil).want(t, 200))
	if page.Total != 5 || len(page.Items) != 2 || page.Next == "" {
		t.Errorf("%+v", page)
	}
	if page := into[api.Page[vedette.AuditEntry]](t, c.do("GET", "/api/v1/audit?who=token:analyst&limit=100", nil).want(t, 200)); page.Total != 5 {
		t.Errorf("%d lines by the analyst", page.Total)
	}
}
