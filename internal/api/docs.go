package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page and its style
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsPage string

//go:embed docs.css
var docsStyle string

// docsOperation is an operation as the page shows it.
type docsOperation struct {
	*huma.Operation
	Requests  []docsMedia
	Responses []docsResponse
}

type docsResponse struct {
	Status string
	Text   string
	Media  []docsMedia
}

type docsMedia struct {
	Type, Schema string
}

// renderDocs makes the page that explains the surface. It needs no script and nothing from elsewhere.
func renderDocs(doc *huma.OpenAPI) (page []byte, policy string, err error) {
	byTag := map[string][]docsOperation{}
	for _, r := range routes() {
		for _, op := range operations(doc) {
			if op.OperationID == r.ID {
				byTag[r.Tag] = append(byTag[r.Tag], docsOf(op))
			}
		}
	}
	t, err := template.New("docs").Funcs(template.FuncMap{"lines": func(s string) []string { return strings.Split(s, "\n\n") }}).Parse(docsPage)
	if err != nil {
		return nil, "", fmt.Errorf("parse the page of the API: %w", err)
	}
	schemas := doc.Components.Schemas.Map()
	names := make([]string, 0, len(schemas))
	for name := range schemas {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{
		"Info": doc.Info, "Tags": doc.Tags, "ByTag": byTag, "Codes": codeText, "Names": names, "Schemas": schemas,
		"Security": doc.Components.SecuritySchemes, "Style": template.CSS(docsStyle),
	})
	if err != nil {
		return nil, "", fmt.Errorf("render the page of the API: %w", err)
	}
	sum := sha256.Sum256([]byte(docsStyle))
	policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	return b.Bytes(), policy, nil
}

func docsOf(op *huma.Operation) docsOperation {
	d := docsOperation{Operation: op}
	if op.RequestBody != nil {
		d.Requests = mediaOf(op.RequestBody.Content)
	}
	for status, r := range op.Responses {
		d.Responses = append(d.Responses, docsResponse{Status: status, Text: r.Description, Media: mediaOf(r.Content)})
	}
	slices.SortFunc(d.Responses, func(a, b docsResponse) int { return strings.Compare(a.Status, b.Status) })
	return d
}

func mediaOf(content map[string]*huma.MediaType) []docsMedia {
	var all []docsMedia
	for kind, m := range content {
		all = append(all, docsMedia{Type: kind, Schema: strings.TrimPrefix(m.Schema.Ref, "#/components/schemas/")})
	}
	slices.SortFunc(all, func(a, b docsMedia) int { return strings.Compare(a.Type, b.Type) })
	return all
}

func (a *API) docs(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", a.docsPolicy)
	_, _ = w.Write(a.docsPage) // a client that has gone away needs no page
}

func (a *API) openapi(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	_, _ = w.Write(a.yaml) // as above
}
