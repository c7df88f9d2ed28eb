package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
)

// Rules are fetched over https only, within a bound, and from where redirections may lead.
func TestFetchRules(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/rule.yml":
			_, _ = w.Write([]byte("title: x"))
		case "/moved":
			http.Redirect(w, r, "/rule.yml", http.StatusFound)
		case "/down":
			http.Redirect(w, r, plain.URL, http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/large":
			w.Header().Set("Content-Length", "999999999999")
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	for path, want := range map[string]string{
		"/rule.yml": "", "/moved": "", "/down": "led to http://", "/round": "led to", "/large": "larger than 128 MiB", "/none": "404",
	} {
		data, err := fetchWith(context.Background(), s.Client(), s.URL+path)
		switch {
		case want == "" && (err != nil || string(data) != "title: x"):
			t.Errorf("%s: %q %v", path, data, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := fetchWith(context.Background(), s.Client(), plain.URL); err == nil || vedette.CodeOf(err) == vedette.CodeUnavailable {
		t.Errorf("%v", err)
	}
}
