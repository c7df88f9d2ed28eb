// Package web understands what web servers and proxies write about requests: access logs of nginx, Apache, IIS, Caddy,
// Traefik, Squid and other proxies, the W3C extended format, and the error logs of nginx and Apache.
package web

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes access and error logs.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "web".
func (*Parser) Name() string { return "web" }

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	if in.JSON != nil {
		return parseJSON(in, ev)
	}
	text := in.Text
	if len(text) < 20 || text[0] == '#' {
		return normalize.ErrNotMine
	}
	if in.Record.Parser == "" && in.Header != nil && server(in) == "" && !maybeAccess(text) {
		return normalize.ErrNotMine
	}
	for _, read := range [...]func(*normalize.Input, string, *vedette.Event) bool{parseW3C, parseAccess, parseNginxError, parseApacheError, parseProxyMain, parseIIS, parseSquid, parseProxyPairs} {
		if read(in, text, ev) {
			return nil
		}
	}
	return normalize.ErrNotMine
}

// maybeAccess tells whether a syslog message with a foreign tag can still be an access log line.
func maybeAccess(text string) bool {
	return strings.Contains(text[:min(len(text), 512)], "] \"") || strings.Contains(text, "url=") && strings.Contains(text, "method=")
}

// server names the web server that wrote the record, as far as its tag or file says.
func server(in *normalize.Input) string {
	hints := in.Record.Peer
	if in.Header != nil && in.Header.App != "" {
		hints = in.Header.App
	}
	hints = strings.ToLower(hints)
	for _, name := range [...][2]string{
		{"nginx", "nginx"}, {"apache", "apache"}, {"httpd", "apache"}, {"squid", "squid"}, {"caddy", "caddy"},
		{"traefik", "traefik"}, {"haproxy", "haproxy"}, {"lighttpd", "lighttpd"},
	} {
		if strings.Contains(hints, name[0]) {
			return name[1]
		}
	}
	return ""
}

// request is what every kind of access log says about one request. Empty means "not said".
type request struct {
	client, user, method, target, version, status, bytes, referrer, agent, host string
}

// add writes a request into the event.
func (r request) add(ev *vedette.Event) {
	normalize.AddAddress(ev, "source", r.client)
	addGiven(ev, "user.name", r.user)
	addGiven(ev, "http.request.method", r.method)
	if r.target != "" {
		normalize.AddURL(ev, r.target)
	}
	if host := normalize.HostOnly(r.host); host != "-" && host != "" {
		if _, has := ev.Get("url.domain"); !has {
			ev.Add("url.domain", host)
		}
	}
	addGiven(ev, "http.version", r.version)
	normalize.AddNumber(ev, "http.response.status_code", r.status)
	normalize.AddNumber(ev, "http.response.bytes", r.bytes)
	addGiven(ev, "http.request.referrer", r.referrer)
	addGiven(ev, "user_agent.original", r.agent)
	ev.Add("event.category", "web")
	ev.Add("event.action", "request")
	if normalize.IsNumber(r.status) {
		normalize.AddOutcome(ev, r.status < "400")
	}
	normalize.Classify(ev, normalize.ClassHTTP, normalize.HTTPActivity(r.method))
}

// addGiven adds a value unless the server wrote "-" for it.
func addGiven(ev *vedette.Event, name, value string) {
	if value != "" && value != "-" {
		ev.Add(name, value)
	}
}

// file files the event as an access log of a server.
func file(ev *vedette.Event, name, category string) {
	ev.Logsource = vedette.Logsource{Product: name, Service: name, Categories: []string{category}}
	if name == "" {
		name = "web"
	}
	ev.Dataset = name + ".access"
}
