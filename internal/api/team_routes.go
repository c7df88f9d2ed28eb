package api

import (
	"net/http"

	"github.com/vedette-soc/vedette"
)

func teamRoutes() []route {
	return []route{
		{ID: "listTeams", Method: http.MethodGet, Path: "/api/v1/teams", Needs: toRead, Tag: "teams", Errors: bad,
			Summary: "List teams", Text: "In the order in which they claim incidents."},
		{ID: "createTeam", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/teams", Needs: toWrite, Audit: "team.create", Tag: "teams",
			Errors:  []vedette.Code{vedette.CodeInvalid, vedette.CodeConflict, vedette.CodeLimited},
			Summary: "Make a team", Text: teamText},
		{ID: "updateTeam", Method: http.MethodPatch, Path: "/api/v1/teams/{name}", Needs: toWrite, Audit: "team.update", Tag: "teams", Errors: edits,
			Summary: "Change a team", Text: teamText},
		{ID: "deleteTeam", Status: http.StatusNoContent, Method: http.MethodDelete, Path: "/api/v1/teams/{name}", Needs: toWrite, Audit: "team.delete", Tag: "teams", Errors: missing,
			Summary: "Remove a team", Text: "Its budget goes with it; its incidents go to the teams that own what they are about, or to nobody in particular."},
		{ID: "dropBudget", Status: http.StatusNoContent, Method: http.MethodDelete, Path: "/api/v1/noise/budget", Needs: toWrite, Audit: "budget.drop", Tag: "noise", Errors: missing,
			Summary: "Take a number of incidents a day back", Text: "A team then has its tenant's line, and a tenant the one that was built in."},
	}
}

const teamText = "An incident belongs to the team that owns the most telling of its hosts, users and addresses: the most critical one, then what acts, then what is attacked. " +
	"Of several teams that own it the one with the lowest place has the incident. Open incidents and those of the last 28 days follow at once, but those that a person gave to a team."
