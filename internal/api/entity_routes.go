package api

import "net/http"

const assetsBody = 8 << 20

func entityRoutes() []route {
	return []route{
		{ID: "listEntities", Method: http.MethodGet, Path: "/api/v1/entities", Needs: toRead, Tag: "entities", Errors: bad,
			Summary: "List hosts, users, addresses and other things that alerts and logons spoke of", Text: "Last seen first, or highest risk first."},
		{ID: "importEntities", Method: http.MethodPost, Path: "/api/v1/entities/import", Needs: toWrite, Audit: "entity.import", Tag: "entities", Body: assetsBody, Errors: creates,
			Summary: "Say of many entities how critical they are and whose", Text: assetsText},
		{ID: "getEntity", Method: http.MethodGet, Path: "/api/v1/entities/{kind}/{name}", Needs: toRead, Tag: "entities", Errors: missing,
			Summary: "One entity: risk, other names, peers, sessions, weaknesses"},
		{ID: "updateEntity", Method: http.MethodPatch, Path: "/api/v1/entities/{kind}/{name}", Needs: toWrite, Audit: "entity.update", Tag: "entities", Errors: edits,
			Summary: "Say how critical an entity is, and whose", Text: "Triage weighs alerts by it from then on."},
	}
}

const assetsText = "The body is CSV, at most 20,000 lines, whose first line names the columns: name, and any of kind (host, user, address, domain, cloud_account), " +
	"criticality (0 to 4 or a word), owner, department and tags (separated by ; or |), in English or Chinese. Comma, semicolon and tab separate; UTF-8 and GB 18030 are read. " +
	"Empty fields leave what was said before. Lines that cannot be used are told, all others are kept together."
