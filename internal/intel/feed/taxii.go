package feed

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/stix"
)

// What TAXII 2.1 fixes (https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html).
const (
	taxiiMedia  = "application/taxii+json;version=2.1"
	lastAdded   = "X-TAXII-Date-Added-Last"
	pageObjects = "1000"
)

// Bounds of one TAXII poll.
const (
	maxPages       = 10_000
	maxCollections = 200
	maxRoots       = 20
	maxDocument    = 4 << 20 // bytes of a discovery or a list of collections
)

// document is what the resources of a TAXII server have in common with what is needed of them.
type document struct {
	Default     string       `json:"default"`
	Roots       []string     `json:"api_roots"`
	Versions    []string     `json:"versions"`
	Collections []collection `json:"collections"`
	ID          string       `json:"id"`
	Title       string       `json:"title"`
	CanRead     *bool        `json:"can_read"`
	More        bool         `json:"more"`
	Next        string       `json:"next"`
}

type collection struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	CanRead bool   `json:"can_read"`
	url     *url.URL
}

// taxii polls a TAXII server. cursors hold, for each collection, since when its objects are new; they move on with every
// page, so that a poll that breaks off is continued.
type taxii struct {
	*client
	cursors map[string]string
}

func (t *taxii) poll(ctx context.Context, yield func(intel.Item) error) (intel.Report, error) {
	var all intel.Report
	list, err := t.collections(ctx)
	if err != nil {
		return all, err
	}
	for _, c := range list {
		report, err := t.objects(ctx, c, yield)
		all.Merge(report)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// collections finds out what the configured URL is, and lists the collections that are wanted.
func (t *taxii) collections(ctx context.Context) ([]collection, error) {
	start := withSlash(t.base)
	doc, err := t.document(ctx, start)
	if err != nil {
		return nil, err
	}
	var roots []*url.URL
	switch {
	case doc.CanRead != nil: // one collection
		return []collection{{ID: doc.ID, Title: doc.Title, url: start}}, nil
	case len(doc.Collections) > 0:
		return t.wanted(doc.Collections, start), nil
	case len(doc.Roots) > 0:
		for _, ref := range doc.Roots[:min(len(doc.Roots), maxRoots)] {
			u, err := t.resolve(ref)
			if err != nil {
				return nil, err
			}
			roots = append(roots, withSlash(u))
		}
	case len(doc.Versions) > 0:
		roots = []*url.URL{start}
	default:
		return nil, vedette.Errorf(vedette.CodeInvalid, "feed %s: the URL is neither a discovery, an API root nor a collection", t.cfg.Name)
	}
	var list []collection
	for _, root := range roots {
		at := root.JoinPath("collections/")
		doc, err := t.document(ctx, at)
		if err != nil {
			if vedette.CodeOf(err) == vedette.CodeNotFound || vedette.CodeOf(err) == vedette.CodeDenied && len(roots) > 1 {
				continue // a root that is not for us
			}
			return nil, err
		}
		list = append(list, t.wanted(doc.Collections, at)...)
	}
	if len(list) == 0 {
		return nil, vedette.Errorf(vedette.CodeNotFound, "feed %s has no collection that is wanted and can be read", t.cfg.Name)
	}
	return list[:min(len(list), maxCollections)], nil
}

func (t *taxii) wanted(all []collection, at *url.URL) []collection {
	var list []collection
	for _, c := range all {
		named := len(t.cfg.Collections) == 0 || slices.ContainsFunc(t.cfg.Collections, func(name string) bool { return name == c.ID || name == c.Title })
		if c.CanRead && named && c.ID != "" {
			c.url = at.JoinPath(url.PathEscape(c.ID) + "/")
			list = append(list, c)
		}
	}
	return list
}

func (t *taxii) document(ctx context.Context, u *url.URL) (doc document, err error) {
	err = t.get(ctx, u, taxiiMedia, func(h http.Header, body io.Reader) error {
		if err := t.media(h); err != nil {
			return err
		}
		if err := json.NewDecoder(io.LimitReader(body, maxDocument)).Decode(&doc); err != nil {
			return vedette.Errorf(vedette.CodeInvalid, "feed %s answers with broken JSON", t.cfg.Name)
		}
		return nil
	})
	return doc, err
}

// media refuses answers that are no JSON at all, such as a page that asks to log in.
func (t *taxii) media(h http.Header) error {
	kind := h.Get("Content-Type")
	if !strings.Contains(kind, "json") {
		return vedette.Errorf(vedette.CodeInvalid, "feed %s answers with %q, not with %s", t.cfg.Name, vedette.Shorten(kind, 60), taxiiMedia)
	}
	return nil
}

// objects reads all new objects of a collection, page by page.
func (t *taxii) objects(ctx context.Context, c collection, yield func(intel.Item) error) (intel.Report, error) {
	var all intel.Report
	key := c.url.Path
	since, next := t.cursors[key], ""
	for range maxPages {
		query := url.Values{"limit": {pageObjects}, "match[type]": {"indicator,marking-definition"}}
		if since != "" {
			query.Set("added_after", since)
		}
		if next != "" {
			query.Set("next", next)
		}
		u := *c.url.JoinPath("objects/")
		u.RawQuery = query.Encode()
		var env stix.Envelope
		var last string
		err := t.get(ctx, &u, taxiiMedia, func(h http.Header, body io.Reader) (err error) {
			if err = t.media(h); err != nil {
				return err
			}
			last = h.Get(lastAdded)
			var report intel.Report
			report, env, err = stix.Read(body, yield)
			all.Merge(report)
			return err
		})
		if err != nil {
			return all, err
		}
		if _, err := time.Parse(time.RFC3339, last); err == nil {
			t.cursors[key] = last
		}
		switch {
		case !env.More:
			return all, nil
		case env.Next != "" && env.Next != next:
			next = env.Next
		case env.Next == "" && last != "" && last != since: // servers that page by time alone
			since, next = last, ""
		default:
			return all, vedette.Errorf(vedette.CodeUnavailable, "feed %s says that there is more and does not say where", t.cfg.Name)
		}
	}
	return all, vedette.Errorf(vedette.CodeTooLarge, "feed %s has more than %d pages", t.cfg.Name, maxPages)
}

func withSlash(u *url.URL) *url.URL {
	v := *u
	if !strings.HasSuffix(v.Path, "/") {
		v.Path += "/"
		v.RawPath = ""
	}
	return &v
}

// trimCursors bounds what is remembered of collections.
func trimCursors(cursors map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(cursors)) {
		if len(cursors) <= maxCollections {
			return
		}
		delete(cursors, key)
	}
}
