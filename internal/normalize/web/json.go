package web

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// The names that servers and their administrators give to the parts of a request in JSON access logs.
var (
	statusNames   = []string{"status", "status_code", "response_status", "DownstreamStatus", "response", "sc-status", "http_status"}
	clientNames   = []string{"remote_addr", "remote_ip", "client_ip", "clientip", "client", "remoteIP", "remote_host", "ClientHost", "c-ip", "ip", "host"}
	targetNames   = []string{"request_uri", "uri", "RequestPath", "path", "url", "cs-uri", "request_path"}
	methodNames   = []string{"request_method", "method", "RequestMethod", "verb", "cs-method"}
	agentNames    = []string{"http_user_agent", "user_agent", "userAgent", "agent", "request_User-Agent", "http_useragent", "cs-user-agent"}
	referrerNames = []string{"http_referer", "http_referrer", "referer", "referrer", "request_Referer", "cs-referer"}
	hostNames     = []string{"http_host", "server_name", "vhost", "RequestHost", "host", "cs-host"}
	userNames     = []string{"remote_user", "user", "ClientUsername", "auth"}
	bytesNames    = []string{"body_bytes_sent", "bytes_sent", "bytes", "size", "DownstreamContentSize", "response_size"}
	timeNames     = []string{"time_iso8601", "@timestamp", "timestamp", "time", "ts", "time_local", "StartUTC", "msec", "date"}
)

// parseJSON reads an access log line in JSON: it names a client, a method or a whole request line, and a status.
func parseJSON(in *normalize.Input, ev *vedette.Event) error {
	v, caddy := in.JSON, in.JSON.Get("request")
	if caddy == nil || caddy.Type() != normalize.TypeObject {
		caddy = nil
	}
	r := request{status: first(in, v, statusNames)}
	if len(r.status) != 3 || !normalize.IsNumber(r.status) {
		return normalize.ErrNotMine
	}
	if caddy != nil {
		r.client, r.method, r.target, r.host = first(in, caddy, clientNames), in.At(caddy, "method"), in.At(caddy, "uri"), in.At(caddy, "host")
		r.version = strings.TrimPrefix(in.At(caddy, "proto"), "HTTP/")
		r.agent, r.referrer = in.At(caddy, "headers", "User-Agent", "0"), in.At(caddy, "headers", "Referer", "0")
		r.user = in.At(v, "user_id")
	} else {
		r.method, r.target, r.version = first(in, v, methodNames), first(in, v, targetNames), ""
		if line := in.At(v, "request"); r.method == "" && line != "" {
			r.method, r.target, r.version = requestLine(line)
		}
		r.client, r.host = first(in, v, clientNames), first(in, v, hostNames)
		r.agent, r.referrer, r.user = first(in, v, agentNames), first(in, v, referrerNames), first(in, v, userNames)
	}
	if r.client == "" || !isMethod(r.method) || r.target == "" {
		return normalize.ErrNotMine
	}
	r.bytes = first(in, v, bytesNames)
	if r.host == r.client {
		r.host = ""
	}
	if t, ok := normalize.ParseTime(first(in, v, timeNames), in.Zone()); ok {
		ev.Time = t
	}
	name := server(in)
	if caddy != nil {
		name = "caddy"
	}
	file(ev, name, "webserver")
	if host := normalize.HostOnly(r.client); normalize.IsAddress(host) {
		r.client = host
	}
	r.add(ev)
	addGiven(ev, "src.cs-cookie", first(in, v, []string{"http_cookie", "cookie", "cookies", "request_Cookie"}))
	return in.Flatten(ev, v, in.Names("", "", "web.json"))
}

// first returns the first of these names that has a value.
func first(in *normalize.Input, v *normalize.Value, names []string) string {
	for _, name := range names {
		if text := in.At(v, name); text != "" && text != "-" {
			return text
		}
	}
	return ""
}
