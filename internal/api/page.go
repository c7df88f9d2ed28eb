package api

import (
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// Page is one piece of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last one"`
	Total int64  `json:"total" doc:"How many there are in all pages, as far as the filter goes"`
}

// pageOutput is an answer that is one page.
type pageOutput[T any] struct {
	Body Page[T]
}

// bodyOutput is an answer that is one object.
type bodyOutput[T any] struct {
	Body T
}

// versionedOutput is an answer that is one object with its version, to send back in If-Match.
type versionedOutput[T any] struct {
	ETag string `header:"ETag" doc:"Version of the object; send it back in If-Match"`
	Body T
}

// PageParams are the query parameters of every list. It is exported because huma looks into exported fields only.
type PageParams struct {
	Cursor string `query:"cursor" maxLength:"1024" doc:"Cursor from the next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many items at most"`
}

func (p PageParams) page() statestore.Page { return statestore.Page{Limit: p.Limit, Cursor: p.Cursor} }

// versioned is an answer with its version as ETag.
func versioned[T any](body T, version int64) *versionedOutput[T] {
	return &versionedOutput[T]{ETag: strconv.Quote(strconv.FormatInt(version, 10)), Body: body}
}

// versionIn reads the version out of If-Match: an ETag of ours, a bare number, or * for any. 0 is any.
func versionIn(ifMatch string) (int64, error) {
	word := strings.Trim(strings.TrimPrefix(strings.TrimSpace(ifMatch), "W/"), `"`)
	if word == "" || word == "*" {
		return 0, nil
	}
	version, err := strconv.ParseInt(word, 10, 64)
	if err != nil || version < 1 {
		return 0, vedette.Errorf(vedette.CodeInvalid, "If-Match %q is not a version", ifMatch)
	}
	return version, nil
}
