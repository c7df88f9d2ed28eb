package api

import "net/http"

const indicatorsBody = 64 << 20

func intelRoutes() []route {
	return []route{
		{ID: "listIndicators", Method: http.MethodGet, Path: "/api/v1/intel/indicators", Needs: toRead, Tag: "intel", Errors: bad,
			Summary: "List indicators", Text: "Newest first. Each says whether it fires now, and why not."},
		{ID: "importIndicators", Method: http.MethodPost, Path: "/api/v1/intel/indicators", Needs: toWrite, Audit: "indicator.import", Tag: "intel", Body: indicatorsBody, Errors: creates,
			Summary: "Add indicators", Text: importText},
		{ID: "getIndicator", Method: http.MethodGet, Path: "/api/v1/intel/indicators/{id}", Needs: toRead, Tag: "intel", Errors: missing,
			Summary: "One indicator, with what each feed says of it"},
		{ID: "deleteIndicator", Method: http.MethodDelete, Path: "/api/v1/intel/indicators/{id}", Needs: toWrite, Audit: "indicator.delete", Tag: "intel", Errors: edits,
			Summary: "Remove an indicator", Text: "A feed that still names it brings it back; the allow-list silences it for good."},
		{ID: "exportIndicators", Method: http.MethodGet, Path: "/api/v1/intel/export", Needs: toRead, Tag: "intel", Errors: bad,
			Summary: "Live indicators as a STIX 2.1 bundle", Text: "Only what its marking lets out: at most the marking asked for, and never TLP:RED. What nobody marked counts as amber. X-Next-Cursor continues the list."},
		{ID: "listSightings", Method: http.MethodGet, Path: "/api/v1/intel/sightings", Needs: toRead, Tag: "intel", Errors: bad,
			Summary: "Which indicators were seen", Text: "Last seen first."},
		{ID: "listFeeds", Method: http.MethodGet, Path: "/api/v1/intel/feeds", Needs: toRead, Tag: "intel", Errors: bad,
			Summary: "List feeds of indicators, with how their last poll went"},
		{ID: "createFeed", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/intel/feeds", Needs: toAdmin, Audit: "feed.create", Tag: "intel", Errors: creates,
			Summary: "Add a feed", Text: "It is polled at once. Secrets are kept and never shown again."},
		{ID: "updateFeed", Method: http.MethodPatch, Path: "/api/v1/intel/feeds/{name}", Needs: toAdmin, Audit: "feed.update", Tag: "intel", Errors: edits,
			Summary: "Change a feed", Text: "Its secrets have to be given again when its URL changes."},
		{ID: "pollFeed", Method: http.MethodPost, Path: "/api/v1/intel/feeds/{name}/poll", Needs: toWrite, Audit: "feed.poll", Tag: "intel", Errors: edits,
			Summary: "Poll a feed now"},
		{ID: "deleteFeed", Method: http.MethodDelete, Path: "/api/v1/intel/feeds/{name}", Needs: toAdmin, Audit: "feed.delete", Tag: "intel", Errors: edits,
			Summary: "Remove a feed", Text: "What it said of indicators is removed soon after."},
		{ID: "listAllowances", Method: http.MethodGet, Path: "/api/v1/intel/allow", Needs: toRead, Tag: "intel", Errors: bad,
			Summary: "The allow-list: what never fires, and why"},
		{ID: "createAllowance", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/intel/allow", Needs: toWrite, Audit: "allow.create", Tag: "intel", Errors: creates,
			Summary: "Put a value on the allow-list", Text: "In force when the answer comes."},
		{ID: "deleteAllowance", Method: http.MethodDelete, Path: "/api/v1/intel/allow/{id}", Needs: toWrite, Audit: "allow.delete", Tag: "intel", Errors: edits,
			Summary: "Take a value off the allow-list"},
	}
}

const importText = "The body is one indicator as JSON ({\"value\": \"203.0.113.9\"} and what else is known of it), a STIX 2.1 bundle, MISP events or attributes, a plain list or CSV. " +
	"What cannot be kept is told with the reason; the rest is added and looked for at once."
