package console

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/base64"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed all:dist
var built embed.FS

// noncePlace stands in index.html where the nonce of the response goes.
const noncePlace = "__CSP_NONCE__"

// Built tells whether the binary contains the console.
func Built() bool {
	_, err := fs.Stat(built, "dist/index.html")
	return err == nil
}

// Handler serves the console that the binary contains, or a page that says how to build it.
func Handler() http.Handler {
	dist, err := fs.Sub(built, "dist")
	if err != nil { // fs.Sub fails only for a malformed name
		return &handler{index: []byte(missingPage)}
	}
	return HandlerOf(dist)
}

// HandlerOf serves a console built into a folder: index.html, and assets below it, each perhaps with a .gz beside it.
func HandlerOf(dist fs.FS) http.Handler {
	index, err := fs.ReadFile(dist, "index.html")
	if err != nil {
		return &handler{index: []byte(missingPage), missing: true}
	}
	return &handler{dist: dist, index: index}
}

type handler struct {
	dist    fs.FS
	index   []byte
	missing bool
}

// ServeHTTP answers GET and HEAD: a file of the console by its name, the console's page for every other path.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "The console is only read: use GET.", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	switch {
	case name == "" || name == "index.html":
		h.page(w, r)
	case h.dist != nil && h.asset(w, r, name):
	case path.Ext(name) != "" && strings.HasPrefix(name, "assets/"):
		http.Error(w, "No such file.", http.StatusNotFound)
	default:
		h.page(w, r)
	}
}

// page writes the console's only page with a nonce of its own.
func (h *handler) page(w http.ResponseWriter, r *http.Request) {
	nonce := newNonce()
	body := bytes.ReplaceAll(h.index, []byte(noncePlace), []byte(nonce))
	head := w.Header()
	security(head)
	head.Set("Content-Security-Policy", policy(nonce))
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Length", strconv.Itoa(len(body)))
	if h.missing {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the client has gone: nobody is left to tell
	}
}

// asset writes a file of the console and reports whether there is one of that name.
func (h *handler) asset(w http.ResponseWriter, r *http.Request, name string) bool {
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	data, err := fs.ReadFile(h.dist, name)
	if err != nil || strings.HasPrefix(path.Base(name), ".") || strings.HasSuffix(name, ".gz") {
		return false
	}
	head := w.Header()
	security(head)
	head.Set("Content-Type", kind)
	head.Set("Vary", "Accept-Encoding")
	head.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") { // named by content
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if zipped, err := fs.ReadFile(h.dist, name+".gz"); err == nil && acceptsGzip(r) {
		head.Set("Content-Encoding", "gzip")
		data = zipped
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return true
}

// security sets the headers that every answer carries.
func security(head http.Header) {
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

// policy lets a page load what this server serves and nothing else. Scripts come only from files of this server: nothing
// inline, no eval, no nonce to steal. Style sheets made at run time need the nonce of the response. Style attributes are
// allowed: CodeMirror's editors keep their text editable by the browser itself, which writes style attributes when text is
// typed over or pasted, and there is no nonce for an attribute. Unlike a style sheet, an attribute has no selectors and
// cannot look at the rest of the page, and with images and fonts from this server only it has nowhere to send anything.
func policy(nonce string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce + "'; style-src-attr 'unsafe-inline'; img-src 'self' data:; " +
		"font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // documented never to fail
	return base64.RawStdEncoding.EncodeToString(b[:])
}

// acceptsGzip reads Accept-Encoding as far as browsers use it: a list of codings, "gzip;q=0" refusing it.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		weight = strings.ReplaceAll(weight, " ", "")
		if coding == "gzip" && weight != "q=0" && weight != "q=0.0" {
			return true
		}
	}
	return false
}
