package api

import (
	"net/http"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
)

// permission is what a caller needs for an operation: one of access's, or one of these two.
type permission string

// owner is a room that writes to the audit log by itself.
type owner int

const (
	byDoor    owner = iota // nobody does; this room writes the line
	byAccess               // access writes a line for everything that reaches it
	byRespond              // respond writes a line for everything that it decides: not for input that it cannot use
)

const (
	anyone  permission = ""      // no session needed: logging in
	someone permission = "known" // any session, even one that must change its password first

	toRead    = permission(access.Read)
	toWrite   = permission(access.Write)
	toRespond = permission(access.Respond)
	toAdmin   = permission(access.Admin)
)

// route is one operation of the surface. Everything about it that is not its handler stands here.
type route struct {
	ID      string // operation id, stable: clients' method names are made from it
	Method  string
	Path    string
	Needs   permission
	Audit   string // what the audit log calls it; empty for operations that change nothing
	Own     owner  // which room audits it by itself
	Tag     string
	Summary string
	Text    string
	Status  int            // of success, when it is not 200
	Body    int64          // most bytes that its body may have; 0 is defaultBody
	Errors  []vedette.Code // beside those that every operation can give
}

const (
	defaultBody = 256 << 10
	testBody    = 1 << 20
	uploadBody  = 16 << 20
)

// Frequent sets of codes, beside those that every operation of that method has. Read-only.
var (
	bad     = []vedette.Code{vedette.CodeInvalid}
	missing = []vedette.Code{vedette.CodeInvalid, vedette.CodeNotFound}
	edits   = []vedette.Code{vedette.CodeInvalid, vedette.CodeNotFound, vedette.CodeConflict}
	creates = []vedette.Code{vedette.CodeConflict}
	hunts   = []vedette.Code{vedette.CodeInvalid, vedette.CodeNotFound, vedette.CodeLimited}
)

// routes is the whole surface. The order is the order of the document.
func routes() []route {
	var all []route
	for _, part := range [][]route{sessionRoutes(), caseRoutes(), caseworkRoutes(), eventRoutes(), actionRoutes(), ruleRoutes(), coverageRoutes(), exceptionRoutes(), noiseRoutes(), factRoutes(), teamRoutes(), placeRoutes(), entityRoutes(), intelRoutes(), ledgerRoutes(), peopleRoutes()} {
		all = append(all, part...)
	}
	return all
}

func sessionRoutes() []route {
	return []route{
		{ID: "login", Method: http.MethodPost, Path: "/api/v1/session", Needs: anyone, Audit: "session.login", Own: byAccess, Tag: "session",
			Summary: "Log in", Text: "Sets the session cookie. Guessing is slowed per name and address."},
		{ID: "currentSession", Method: http.MethodGet, Path: "/api/v1/session", Needs: someone, Tag: "session",
			Summary: "Who am I, and what may I do"},
		{ID: "logout", Method: http.MethodDelete, Path: "/api/v1/session", Needs: someone, Audit: "session.logout", Own: byAccess, Tag: "session",
			Summary: "Log out"},
		{ID: "changePassword", Method: http.MethodPost, Path: "/api/v1/session/password", Needs: someone, Audit: "session.password", Own: byAccess, Tag: "session",
			Summary: "Change one's own password", Text: "Ends every session of that person and gives this client a new one."},
		{ID: "getToday", Method: http.MethodGet, Path: "/api/v1/today", Needs: toRead, Tag: "today", Errors: bad,
			Summary: "What needs a person, and how the machine is"},
		{ID: "openStream", Method: http.MethodGet, Path: "/api/v1/stream", Needs: toRead, Tag: "stream",
			Summary: "Changes as they happen", Text: streamText},
	}
}

func caseRoutes() []route {
	return []route{
		{ID: "listIncidents", Method: http.MethodGet, Path: "/api/v1/incidents", Needs: toRead, Tag: "incidents", Errors: bad,
			Summary: "List incidents", Text: "Rows come without their evidence."},
		{ID: "updateIncidents", Method: http.MethodPost, Path: "/api/v1/incidents/batch", Needs: toWrite, Audit: "incident.batch", Tag: "incidents", Errors: creates,
			Summary: "Edit several incidents alike", Text: "Each incident succeeds or fails by itself; the answer says which. Every one has its own line in the audit log."},
		{ID: "getIncident", Method: http.MethodGet, Path: "/api/v1/incidents/{id}", Needs: toRead, Tag: "incidents", Errors: missing,
			Summary: "One incident with its evidence"},
		{ID: "updateIncident", Method: http.MethodPatch, Path: "/api/v1/incidents/{id}", Needs: toWrite, Audit: "incident.update", Tag: "incidents", Errors: edits,
			Summary: "Change status, owner, team or verdict", Text: "With If-Match, the edit is refused as a conflict when the incident has changed since. Closing needs a verdict."},
		{ID: "listNotes", Method: http.MethodGet, Path: "/api/v1/incidents/{id}/notes", Needs: toRead, Tag: "incidents", Errors: missing,
			Summary: "What people wrote on an incident", Text: "Oldest first."},
		{ID: "addNote", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/incidents/{id}/notes", Needs: toWrite, Audit: "incident.note", Tag: "incidents", Errors: edits,
			Summary: "Write a note on an incident"},
		{ID: "listIncidentLog", Method: http.MethodGet, Path: "/api/v1/incidents/{id}/log", Needs: toRead, Tag: "incidents", Errors: missing,
			Summary: "What was done to an incident, by whom", Text: "Newest first."},
		{ID: "listAlerts", Method: http.MethodGet, Path: "/api/v1/alerts", Needs: toRead, Tag: "alerts", Errors: bad,
			Summary: "List alerts", Text: "Newest first."},
		{ID: "getAlert", Method: http.MethodGet, Path: "/api/v1/alerts/{id}", Needs: toRead, Tag: "alerts", Errors: missing,
			Summary: "One alert with the event that it speaks about"},
	}
}

func eventRoutes() []route {
	return []route{
		{ID: "searchEvents", Method: http.MethodGet, Path: "/api/v1/events", Needs: toRead, Tag: "events", Errors: bad,
			Summary: "Search events", Text: searchText},
		{ID: "histogramEvents", Method: http.MethodGet, Path: "/api/v1/events/histogram", Needs: toRead, Tag: "events", Errors: bad,
			Summary: "How many events a search finds, over time"},
		{ID: "listEventFields", Method: http.MethodGet, Path: "/api/v1/events/fields", Needs: toRead, Tag: "events", Errors: bad,
			Summary: "Which fields the events of a search have"},
		{ID: "listEventValues", Method: http.MethodGet, Path: "/api/v1/events/values", Needs: toRead, Tag: "events", Errors: bad,
			Summary: "The most frequent values of a field in a search"},
		{ID: "getEvent", Method: http.MethodGet, Path: "/api/v1/events/{id}", Needs: toRead, Tag: "events", Errors: missing,
			Summary: "One event with all its fields"},
	}
}

func actionRoutes() []route {
	return []route{
		{ID: "listActions", Method: http.MethodGet, Path: "/api/v1/actions", Needs: toRead, Tag: "actions", Errors: bad,
			Summary: "List actions", Text: "Newest first."},
		{ID: "proposeAction", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/actions", Needs: toWrite, Audit: "action.propose", Own: byRespond, Tag: "actions", Errors: creates,
			Summary: "Propose an action", Text: "Nothing is changed until somebody approves. A guardrail may refuse it at once: the code then is denied, detail names the guardrail, and the refused action is listed."},
		{ID: "getAction", Method: http.MethodGet, Path: "/api/v1/actions/{id}", Needs: toRead, Tag: "actions", Errors: missing,
			Summary: "One action"},
		{ID: "approveAction", Method: http.MethodPost, Path: "/api/v1/actions/{id}/approve", Needs: toRespond, Audit: "action.approve", Own: byRespond, Tag: "actions", Errors: edits,
			Summary: "Approve a proposed action", Text: "It is carried out before the answer is given."},
		{ID: "rejectAction", Method: http.MethodPost, Path: "/api/v1/actions/{id}/reject", Needs: toRespond, Audit: "action.reject", Own: byRespond, Tag: "actions", Errors: edits,
			Summary: "Reject a proposed action"},
		{ID: "undoAction", Method: http.MethodPost, Path: "/api/v1/actions/{id}/undo", Needs: toRespond, Audit: "action.undo", Own: byRespond, Tag: "actions", Errors: edits,
			Summary: "Take an action back before it ends by itself"},
	}
}

func ruleRoutes() []route {
	return []route{
		{ID: "listRules", Method: http.MethodGet, Path: "/api/v1/rules", Needs: toRead, Tag: "rules", Errors: bad,
			Summary: "List rules", Text: "Rejected rules are listed with the reason."},
		{ID: "uploadRules", Method: http.MethodPost, Path: "/api/v1/rules", Needs: toWrite, Audit: "rule.upload", Tag: "rules", Body: uploadBody, Errors: creates,
			Summary: "Add rules", Text: uploadText},
		{ID: "testRule", Method: http.MethodPost, Path: "/api/v1/rules/test", Needs: toRead, Tag: "rules", Body: testBody, Errors: missing,
			Summary: "Does this rule match this record, and why", Text: "Changes nothing and stores nothing."},
		{ID: "backtestRules", Method: http.MethodPost, Path: "/api/v1/rules/backtest", Needs: toRead, Tag: "rules", Body: testBody, Errors: hunts,
			Summary: "What alerts rules would have raised", Text: "Looks through the stored events, at most for 50 seconds, and judges them by the engine itself. Two at a time. Changes nothing and stores nothing."},
		{ID: "getRule", Method: http.MethodGet, Path: "/api/v1/rules/{id}", Needs: toRead, Tag: "rules", Errors: missing,
			Summary: "One rule with its text"},
		{ID: "updateRule", Method: http.MethodPatch, Path: "/api/v1/rules/{id}", Needs: toWrite, Audit: "rule.update", Tag: "rules", Errors: edits,
			Summary: "Say how far a rule may go, and how severe its alerts are", Text: "Letting a rule respond without a person needs the permission respond."},
		{ID: "deleteRule", Method: http.MethodDelete, Path: "/api/v1/rules/{id}", Needs: toWrite, Audit: "rule.delete", Tag: "rules", Errors: edits,
			Summary: "Remove an uploaded rule", Text: "Rules that came with the program or from a configured path can only be switched off."},
		{ID: "listRuleVersions", Method: http.MethodGet, Path: "/api/v1/rules/{id}/versions", Needs: toRead, Tag: "rules", Errors: missing,
			Summary: "What was uploaded as this rule", Text: "Newest first, also after it was removed; the last 50 are kept."},
		{ID: "listAsleep", Method: http.MethodGet, Path: "/api/v1/rules/asleep", Needs: toRead, Tag: "rules",
			Summary: "Rules that can never fire here", Text: "For lack of events of their log source, or of fields that they need, as far as what came in so far tells."},
		{ID: "lintRules", Method: http.MethodPost, Path: "/api/v1/rules/lint", Needs: toRead, Tag: "rules", Body: testBody, Errors: bad,
			Summary: "What is wrong or doubtful about these rules", Text: "Correlations and filters may refer to rules that are loaded. Changes nothing and stores nothing."},
	}
}

func exceptionRoutes() []route {
	return []route{
		{ID: "listExceptions", Method: http.MethodGet, Path: "/api/v1/exceptions", Needs: toRead, Tag: "exceptions", Errors: bad,
			Summary: "List exceptions", Text: "Newest first, also those whose time is over."},
		{ID: "createException", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/exceptions", Needs: toWrite, Audit: "exception.create", Tag: "exceptions",
			Errors:  []vedette.Code{vedette.CodeInvalid, vedette.CodeNotFound, vedette.CodeConflict, vedette.CodeLimited},
			Summary: "Hide what a rule finds in a harmless case", Text: "It is in force at once, ends by itself, and counts what it hides."},
		{ID: "previewException", Method: http.MethodPost, Path: "/api/v1/exceptions/preview", Needs: toRead, Tag: "exceptions", Errors: hunts,
			Summary: "What an exception would have hidden", Text: "Looks through the stored events as a backtest does. Changes nothing and stores nothing."},
		{ID: "updateException", Method: http.MethodPatch, Path: "/api/v1/exceptions/{id}", Needs: toWrite, Audit: "exception.update", Tag: "exceptions", Errors: edits,
			Summary: "Change or renew an exception"},
		{ID: "deleteException", Method: http.MethodDelete, Path: "/api/v1/exceptions/{id}", Needs: toWrite, Audit: "exception.delete", Tag: "exceptions", Errors: edits,
			Summary: "Remove an exception", Text: "What it hid comes through again."},
	}
}

func placeRoutes() []route {
	return []route{
		{ID: "listSources", Method: http.MethodGet, Path: "/api/v1/sources", Needs: toRead, Tag: "sources",
			Summary: "Who sends records, and how they are doing"},
		{ID: "listSourceSetups", Method: http.MethodGet, Path: "/api/v1/sources/setup", Needs: toRead, Tag: "sources",
			Summary: "How to make each kind of client send here", Text: "Each configuration carries this server's address and is ready to paste."},
	}
}

func peopleRoutes() []route {
	return []route{
		{ID: "listUsers", Method: http.MethodGet, Path: "/api/v1/users", Needs: toAdmin, Tag: "users",
			Summary: "List users"},
		{ID: "createUser", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/users", Needs: toAdmin, Audit: "user.create", Own: byAccess, Tag: "users", Errors: creates,
			Summary: "Add a user"},
		{ID: "updateUser", Method: http.MethodPatch, Path: "/api/v1/users/{name}", Needs: toAdmin, Audit: "user.update", Own: byAccess, Tag: "users", Errors: edits,
			Summary: "Change a user's role, or disable a user"},
		{ID: "resetPassword", Method: http.MethodPost, Path: "/api/v1/users/{name}/password", Needs: toAdmin, Audit: "user.password", Own: byAccess, Tag: "users", Errors: edits,
			Summary: "Give a user a one-time password", Text: "Ends the user's sessions."},
		{ID: "deleteUser", Method: http.MethodDelete, Path: "/api/v1/users/{name}", Needs: toAdmin, Audit: "user.delete", Own: byAccess, Tag: "users", Errors: edits,
			Summary: "Remove a user"},
		{ID: "listTokens", Method: http.MethodGet, Path: "/api/v1/tokens", Needs: toAdmin, Tag: "tokens",
			Summary: "List API tokens"},
		{ID: "createToken", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/tokens", Needs: toAdmin, Audit: "token.create", Own: byAccess, Tag: "tokens", Errors: creates,
			Summary: "Make an API token", Text: "The secret is in this answer and nowhere else."},
		{ID: "deleteToken", Method: http.MethodDelete, Path: "/api/v1/tokens/{id}", Needs: toAdmin, Audit: "token.delete", Own: byAccess, Tag: "tokens", Errors: edits,
			Summary: "Remove an API token", Text: "It stops working at once."},
		{ID: "listAudit", Method: http.MethodGet, Path: "/api/v1/audit", Needs: toAdmin, Tag: "audit", Errors: bad,
			Summary: "The audit log", Text: "Newest first."},
	}
}

const (
	streamText = "Server-sent events. Event names: hello when the stream is open; incident, action, alert, source and stats carry the object as JSON; " +
		"reset says that changes were missed and everything shown has to be fetched again. After a broken connection send " +
		"the last id as Last-Event-ID to get what came since."
	searchText = "Newest first. Accept: text/csv or application/x-ndjson exports the whole search as one stream instead of " +
		"a page; an export that breaks off ends without its final chunk, so a client can tell."
	uploadText = "The body is one Sigma rule or several as YAML, a tar.gz or zip of such files, or a form with files. " +
		"Each rule is compiled before it is kept: what cannot run is rejected with the reason, and the others are added. A rule with the id of an uploaded one replaces it."
)
