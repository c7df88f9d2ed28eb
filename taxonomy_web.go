package vedette

// webFields names the fields of Sigma's categories webserver and proxy, which are those of the W3C extended log format.
// The authors of rules write whole targets under cs-uri-query as often as under c-uri, so it is the whole target here.
var webFields = map[string]string{
	"c-ip":            "source.ip",
	"src_ip":          "source.ip",
	"dst_ip":          "destination.ip",
	"s-ip":            "destination.ip",
	"s-port":          "destination.port",
	"c-uri":           "url.original",
	"cs-uri":          "url.original",
	"cs-uri-query":    "url.original",
	"r-dns":           "url.domain",
	"cs-host":         "url.domain",
	"cs-uri-stem":     "url.path",
	"c-uri-path":      "url.path",
	"c-uri-stem":      "url.path",
	"cs-uri-path":     "url.path",
	"c-uri-query":     "url.query",
	"c-uri-extension": "url.extension",
	"cs-method":       "http.request.method",
	"cs-bytes":        "http.request.bytes",
	"cs-referer":      "http.request.referrer",
	"cs-referrer":     "http.request.referrer",
	"cs-version":      "http.version",
	"cs-user-agent":   "user_agent.original",
	"c-useragent":     "user_agent.original",
	"cs-username":     "user.name",
	"sc-status":       "http.response.status_code",
	"sc-bytes":        "http.response.bytes",
	"cs-content-type": "http.response.mime_type",
}
