package console_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/vedette-soc/vedette/console"
)

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b strings.Builder
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}

func handler(t *testing.T) http.Handler {
	return console.HandlerOf(fstest.MapFS{
		"index.html":             {Data: []byte(`<meta name="csp-nonce" content="__CSP_NONCE__">`)},
		"assets/app-1a2b.js":     {Data: []byte("let app")},
		"assets/app-1a2b.js.gz":  {Data: zipped(t, "let app")},
		"assets/plain-1a2b.css":  {Data: []byte("a{}")},
		"favicon.svg":            {Data: []byte("<svg/>")},
		".gitkeep":               {Data: nil},
		"assets/secret/.hidden":  {Data: []byte("x")},
		"assets/deep/file-1.txt": {Data: []byte("deep")},
	})
}

func get(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPageCarriesAFreshNonce(t *testing.T) {
	h := handler(t)
	seen := map[string]bool{}
	for _, target := range []string{"/", "/index.html", "/incidents/I-7", "/entities/address/203.0.113.9", "/../../etc/passwd"} {
		res := get(h, "GET", target)
		page := body(t, res)
		m := regexp.MustCompile(`content="([A-Za-z0-9+/]{22})"`).FindStringSubmatch(page)
		if res.StatusCode != http.StatusOK || m == nil {
			t.Fatalf("%s: status %d, page %q", target, res.StatusCode, page)
		}
		if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "'nonce-"+m[1]+"'") || strings.Contains(strings.ReplaceAll(csp, "style-src-attr 'unsafe-inline'", ""), "unsafe") {
			t.Errorf("%s: policy %q does not go with nonce %q", target, csp, m[1])
		}
		if seen[m[1]] {
			t.Errorf("%s: nonce %q was used before", target, m[1])
		}
		seen[m[1]] = true
		if cc := res.Header.Get("Cache-Control"); cc != "no-store" {
			t.Errorf("%s: Cache-Control %q", target, cc)
		}
	}
}

func TestAssetsAreCachedAndCompressed(t *testing.T) {
	h := handler(t)
	plain := get(h, "GET", "/assets/app-1a2b.js")
	if got := body(t, plain); got != "let app" || plain.Header.Get("Content-Encoding") != "" {
		t.Errorf("plain: %q, encoding %q", got, plain.Header.Get("Content-Encoding"))
	}
	if cc := plain.Header.Get("Cache-Control"); !strings.Contains(cc, "immutable") {
		t.Errorf("Cache-Control %q", cc)
	}
	if ct := plain.Header.Get("Content-Type"); !strings.HasPrefix(ct, "text/javascript") {
		t.Errorf("Content-Type %q", ct)
	}
	packed := get(h, "GET", "/assets/app-1a2b.js", "Accept-Encoding", "br, gzip;q=0.8")
	if packed.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("encoding %q", packed.Header.Get("Content-Encoding"))
	}
	r, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "let app" {
		t.Errorf("unpacked %q, %v", b, err)
	}
	if enc := get(h, "GET", "/assets/app-1a2b.js", "Accept-Encoding", "gzip;q=0").Header.Get("Content-Encoding"); enc != "" {
		t.Errorf("refused gzip was used: %q", enc)
	}
	if cc := get(h, "GET", "/favicon.svg").Header.Get("Cache-Control"); cc != "no-cache" {
		t.Errorf("favicon: Cache-Control %q", cc)
	}
}

func TestWhatIsNotServed(t *testing.T) {
	h := handler(t)
	if s := get(h, "GET", "/assets/gone-9.js").StatusCode; s != 404 {
		t.Errorf("missing asset: %d", s)
	}
	if s := get(h, "POST", "/").StatusCode; s != 405 {
		t.Errorf("POST: %d", s)
	}
	for _, target := range []string{"/.gitkeep", "/assets/app-1a2b.js.gz", "/assets/secret/.hidden"} {
		if res := get(h, "GET", target); res.StatusCode == http.StatusOK && !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s is served as a file", target)
		}
	}
	if res := get(h, "HEAD", "/"); body(t, res) != "" || res.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD has a body or no length")
	}
}

func TestWithoutABuildThePageSaysHow(t *testing.T) {
	res := get(console.HandlerOf(fstest.MapFS{}), "GET", "/today")
	if page := body(t, res); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(page, "make console") || strings.Contains(page, "__CSP_NONCE__") {
		t.Errorf("status %d, page %q", res.StatusCode, page)
	}
	if console.Handler() == nil {
		t.Error("no handler")
	}
}
