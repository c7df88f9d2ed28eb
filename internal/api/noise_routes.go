package api

import (
	"net/http"

	"github.com/vedette-soc/vedette"
)

func noiseRoutes() []route {
	replays := []vedette.Code{vedette.CodeInvalid, vedette.CodeConflict}
	return []route{
		{ID: "getNoise", Method: http.MethodGet, Path: "/api/v1/noise", Needs: toRead, Tag: "noise", Errors: bad,
			Summary: "What was folded away and why, and what it may have cost", Text: "The share of alerts that nobody had to look at always comes with the recall of the last replay."},
		{ID: "getBudget", Method: http.MethodGet, Path: "/api/v1/noise/budget", Needs: toRead, Tag: "noise", Errors: bad,
			Summary: "How many incidents a day that are no attack are shown", Text: "With per_day it answers what that budget would do, and changes nothing."},
		{ID: "setBudget", Method: http.MethodPut, Path: "/api/v1/noise/budget", Needs: toWrite, Audit: "budget.set", Tag: "noise", Errors: bad,
			Summary: "Ask for a number of incidents a day", Text: "The line is found at once; open incidents that nobody has touched, and all below it that reach it, change sides with it."},
		{ID: "runReplay", Method: http.MethodPost, Path: "/api/v1/noise/replay", Needs: toWrite, Audit: "noise.replay", Tag: "noise", Errors: replays,
			Summary: "Replay the labelled world", Text: "Puts a world of known attacks through triage as it is configured now and keeps what was found. It also happens every night."},
		{ID: "listSuppressions", Method: http.MethodGet, Path: "/api/v1/suppressions", Needs: toRead, Tag: "noise", Errors: bad,
			Summary: "List suppressions", Text: "Newest first, also those that are over."},
		{ID: "createSuppression", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/suppressions", Needs: toWrite, Audit: "suppression.create", Tag: "noise",
			Errors:  []vedette.Code{vedette.CodeInvalid, vedette.CodeNotFound, vedette.CodeConflict, vedette.CodeLimited},
			Summary: "Keep the alerts of a rule about certain entities out of incidents", Text: suppressionText},
		{ID: "previewSuppression", Method: http.MethodPost, Path: "/api/v1/suppressions/preview", Needs: toRead, Tag: "noise", Errors: missing,
			Summary: "What a suppression would have hidden", Text: "Looks through the stored alerts and what people said of their incidents. Changes nothing and stores nothing."},
		{ID: "listSuppressionProposals", Method: http.MethodGet, Path: "/api/v1/suppressions/proposals", Needs: toRead, Tag: "noise", Errors: bad,
			Summary: "Suppressions that verdicts speak for", Text: "With the narrowest scope that covers the verdicts, and what each would have hidden and lost."},
		{ID: "approveSuppression", Method: http.MethodPost, Path: "/api/v1/suppressions/{id}/approve", Needs: toWrite, Audit: "suppression.approve", Tag: "noise", Errors: edits,
			Summary: "Put a critical suppression in force as the second person", Text: "Whoever proposed it cannot, nor can a token."},
		{ID: "rejectSuppression", Method: http.MethodPost, Path: "/api/v1/suppressions/{id}/reject", Needs: toWrite, Audit: "suppression.reject", Tag: "noise", Errors: edits,
			Summary: "Turn a suppression down that waits for a second person"},
		{ID: "deleteSuppression", Method: http.MethodDelete, Path: "/api/v1/suppressions/{id}", Needs: toWrite, Audit: "suppression.delete", Tag: "noise", Errors: edits,
			Summary: "Remove a suppression", Text: "What it hid goes into incidents again."},
	}
}

const suppressionText = "The alerts are stored and searchable as ever. It is in force at once and ends by itself; when the rule or an incident that it covers is critical, " +
	"or an alert that it covers was called an attack, it waits for a second person."
