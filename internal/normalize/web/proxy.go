package web

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// proxyNames says which part of a request a key of a proxy's log is, in lower case: Zscaler's and others'.
var proxyNames = map[string]string{
	"url": "target", "c-uri": "target", "cs-uri": "target", "request": "target", "uri": "target", "eurl": "target",
	"host": "host", "hostname": "host", "cs-host": "host", "ehost": "host",
	"clientip": "client", "cip": "client", "clt_sip": "client", "srcip": "client", "src": "client", "c-ip": "client", "client_ip": "client", "cintip": "client",
	"serverip": "server", "sip": "server", "srv_dip": "server", "dstip": "server", "dst": "server", "s-ip": "server", "server_ip": "server",
	"requestmethod": "method", "reqmethod": "method", "method": "method", "cs-method": "method",
	"status": "status", "respcode": "status", "responsecode": "status", "sc-status": "status", "statuscode": "status",
	"useragent": "agent", "user_agent": "agent", "c-useragent": "agent", "ua": "agent", "cs-user-agent": "agent", "eua": "agent",
	"refererurl": "referrer", "referer": "referrer", "referrer": "referrer", "ereferer": "referrer", "cs-referrer": "referrer", "cs-referer": "referrer",
	"user": "user", "login": "user", "elogin": "user", "cs-username": "user", "username": "user",
	"responsesize": "bytes", "respsize": "bytes", "sc-bytes": "bytes", "time": "time", "datetime": "time", "recordtime": "time",
	"contenttype": "mime", "cookie": "cookie", "cs-cookie": "cookie",
}

// parseProxyPairs reads key=value lines of a web proxy, with tabs or blanks between them:
//
//	action=Blocked	url=example.net/x	requestmethod=GET	status=403	clientip=10.0.0.7	useragent=Mozilla/5.0 (X11)
func parseProxyPairs(in *normalize.Input, text string, ev *vedette.Event) bool {
	if strings.Count(text, "=") < 5 {
		return false
	}
	found := map[string]string{}
	rest := make([][2]string, 0, 16)
	take := func(key, value string) {
		part := proxyNames[strings.ToLower(key)]
		switch {
		case part != "" && found[part] == "" && value != "" && value != "None" && value != "-":
			found[part] = value
		case key != "" && len(key) <= 64 && len(rest) < 128:
			rest = append(rest, [2]string{key, value})
		}
	}
	if strings.Contains(text, "\t") {
		for pair := range strings.SplitSeq(text, "\t") {
			if key, value, ok := strings.Cut(pair, "="); ok && !strings.ContainsAny(key, " \"") {
				take(key, strings.Trim(value, `"`))
			}
		}
	} else {
		normalize.Pairs(text, func(key, value string, _ byte) { take(key, value) })
	}
	if !isMethod(found["method"]) || found["target"] == "" || found["client"] == "" && found["user"] == "" {
		return false
	}
	if found["time"] == "" && len(text) > 19 && text[4] == '-' {
		found["time"] = text[:19]
	}
	if t, ok := normalize.ParseTime(found["time"], in.Zone()); ok {
		ev.Time = t
	}
	r := request{client: found["client"], user: found["user"], method: found["method"], target: found["target"], host: found["host"],
		status: found["status"], bytes: found["bytes"], referrer: found["referrer"], agent: found["agent"]}
	if !strings.Contains(r.target, "://") && !strings.HasPrefix(r.target, "/") {
		r.target = "http://" + r.target
	}
	file(ev, "proxy", "proxy")
	r.add(ev)
	normalize.AddAddress(ev, "destination", found["server"])
	addGiven(ev, "http.response.mime_type", found["mime"])
	addGiven(ev, "src.cs-cookie", found["cookie"])
	for _, pair := range rest {
		ev.Add(vedette.SourcePrefix+pair[0], pair[1])
	}
	return true
}
