package api

import (
	"net/http"

	"github.com/vedette-soc/vedette"
)

func factRoutes() []route {
	return []route{
		{ID: "listFacts", Method: http.MethodGet, Path: "/api/v1/facts", Needs: toRead, Tag: "noise", Errors: bad,
			Summary: "List what is known that speaks against attacks", Text: "Newest first: changes, maintenance windows, scanners of the house's own, weaknesses that are not there, second factors."},
		{ID: "createFact", Status: http.StatusCreated, Method: http.MethodPost, Path: "/api/v1/facts", Needs: toWrite, Audit: "fact.create", Tag: "noise",
			Errors:  []vedette.Code{vedette.CodeInvalid, vedette.CodeConflict, vedette.CodeLimited},
			Summary: "Write down something that speaks against attacks", Text: factText},
		{ID: "importFacts", Method: http.MethodPost, Path: "/api/v1/facts/import", Needs: toWrite, Audit: "fact.import", Tag: "noise", Body: testBody, Errors: bad,
			Summary: "Write down many facts at once", Text: "For ticket systems and scanners: at most 1,000, in one transaction. What is known already is passed over, what cannot be is named, all else is kept."},
		{ID: "previewFact", Method: http.MethodPost, Path: "/api/v1/facts/preview", Needs: toRead, Tag: "noise", Errors: bad,
			Summary: "What a fact would do to the open incidents", Text: "Changes nothing and stores nothing."},
		{ID: "endFact", Method: http.MethodDelete, Path: "/api/v1/facts/{id}", Needs: toWrite, Audit: "fact.end", Tag: "noise", Errors: edits,
			Summary: "Take a fact back", Text: "It explains nothing any more, and is kept with the name of who ended it."},
	}
}

const factText = "It takes points off every open and later incident of which it explains everything, and shows among the contributions. " +
	"The word of one source alone takes no incident out of the queue: another source, written down by somebody else, has to say so too."
