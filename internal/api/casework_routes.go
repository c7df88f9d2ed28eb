package api

import (
	"net/http"

	"github.com/vedette-soc/vedette"
)

// edited are the codes of what rearranges incidents.
func edited() []vedette.Code {
	return []vedette.Code{vedette.CodeInvalid, vedette.CodeNotFound, vedette.CodeConflict, vedette.CodeLimited}
}

func caseworkRoutes() []route {
	return []route{
		{ID: "mergeIncidents", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/merge", Needs: toWrite, Audit: "incident.merge", Tag: "incidents", Errors: edited(),
			Summary: "Let an incident absorb others", Text: mergeText},
		{ID: "previewMerge", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/merge/preview", Needs: toRead, Tag: "incidents", Errors: edited(),
			Summary: "What a merge would do", Text: "Computed as the merge itself is. Changes nothing and stores nothing."},
		{ID: "splitIncident", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/split", Needs: toWrite, Audit: "incident.split", Tag: "incidents", Errors: edited(),
			Summary: "Make a part of an incident one of its own", Text: "Later alerts of the kinds that went follow them. It can be undone."},
		{ID: "previewSplit", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/split/preview", Needs: toRead, Tag: "incidents", Errors: edited(),
			Summary: "What a split would do", Text: "Computed as the split itself is. Changes nothing and stores nothing."},
		{ID: "moveEvidence", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/move", Needs: toWrite, Audit: "incident.move", Tag: "incidents", Errors: edited(),
			Summary: "Move a part of an incident to another", Text: "Later alerts of the kinds that went follow them. It can be undone."},
		{ID: "previewMove", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/move/preview", Needs: toRead, Tag: "incidents", Errors: edited(),
			Summary: "What a move would do", Text: "Computed as the move itself is. Changes nothing and stores nothing."},
		{ID: "listIncidentChanges", Method: http.MethodGet, Path: "/api/v1/incidents/{id}/changes", Needs: toRead, Tag: "incidents", Errors: missing,
			Summary: "The merges, splits and moves that an incident was part of", Text: "Newest first."},
		{ID: "undoIncidentChange", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/changes/{change}/undo", Needs: toWrite, Audit: "incident.undo", Tag: "incidents", Errors: edited(),
			Summary: "Take a merge, a split or a move back", Text: undoText},
		{ID: "listEvidence", Method: http.MethodGet, Path: "/api/v1/incidents/{id}/evidence", Needs: toRead, Tag: "incidents", Errors: missing,
			Summary: "The ledger of an incident: everything that spoke for or against an attack", Text: "Oldest first; behind it the ledgers of the incidents merged into it. Lines are never changed, and each carries the hash of the one before it: the whole chain is checked with every answer."},
		{ID: "listSimilar", Method: http.MethodGet, Path: "/api/v1/incidents/{id}/similar", Needs: toRead, Tag: "incidents", Errors: missing,
			Summary: "Incidents like this one, open and closed, with what was decided about them", Text: "The most like first."},
		{ID: "listTasks", Method: http.MethodGet, Path: "/api/v1/incidents/{id}/tasks", Needs: toRead, Tag: "incidents", Errors: missing,
			Summary: "What is to be done about an incident", Text: "In the order in which it was written down."},
		{ID: "addTask", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/incidents/{id}/tasks", Needs: toWrite, Audit: "incident.task", Tag: "incidents", Errors: edited(),
			Summary: "Write down what is to be done"},
		{ID: "updateTask", Method: http.MethodPatch, Path: "/api/v1/incidents/{id}/tasks/{task}", Needs: toWrite, Audit: "incident.task", Tag: "incidents", Errors: edits,
			Summary: "Change a task, or say that it is done"},
		{ID: "deleteTask", Method: http.MethodDelete, Path: "/api/v1/incidents/{id}/tasks/{task}", Needs: toWrite, Audit: "incident.task", Tag: "incidents", Errors: edits,
			Summary: "Remove a task"},
	}
}

const (
	mergeText = "The absorbed incidents are closed as duplicates and point to the one that stays, which has their alerts, evidence and entities from then on; later alerts go there. It can be undone."
	undoText  = "Every incident is as it was before; what arrived since goes to the one that stayed. What people decided about that one in the meantime is kept. " +
		"A change that a later one stands on is a conflict: the later one has to be undone first."
)
