package api

import (
	"context"
	"embed"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"text/template"
)

//go:embed setup/*.tmpl
var setupFiles embed.FS

// client is a program that can send records here. Its template has the same name under setup/.
type client struct {
	Name, Title, File, Syntax, Docs string
	Over                            transport
}

// transport is how a client sends.
type transport int

const (
	overHTTP transport = iota
	overUDP
	overTCP
)

// clients is the list of clients, most frequent first.
func clients() []client {
	return []client{
		{"rsyslog-tcp", "rsyslog over TCP", "/etc/rsyslog.d/90-vedette.conf", "rsyslog", "https://www.rsyslog.com/doc/configuration/modules/omfwd.html", overTCP},
		{"rsyslog-udp", "rsyslog, network devices: UDP", "/etc/rsyslog.d/90-vedette.conf", "rsyslog", "https://www.rsyslog.com/doc/configuration/modules/omfwd.html", overUDP},
		{"rsyslog-omelasticsearch", "rsyslog over HTTP", "/etc/rsyslog.d/90-vedette.conf", "rsyslog", "https://www.rsyslog.com/doc/configuration/modules/omelasticsearch.html", overHTTP},
		{"syslog-ng", "syslog-ng", "/etc/syslog-ng/conf.d/vedette.conf", "syslog-ng", "https://syslog-ng.github.io/admin-guide/", overTCP},
		{"winlogbeat", "Winlogbeat (Windows)", `C:\ProgramData\Elastic\Beats\winlogbeat\winlogbeat.yml`, "yaml", "https://www.elastic.co/docs/reference/beats/winlogbeat", overHTTP},
		{"nxlog", "NXLog (Windows)", `C:\Program Files\nxlog\conf\nxlog.conf`, "apache", "https://docs.nxlog.co/", overTCP},
		{"filebeat", "Filebeat", "/etc/filebeat/filebeat.yml", "yaml", "https://www.elastic.co/docs/reference/beats/filebeat", overHTTP},
		{"fluent-bit", "Fluent Bit", "/etc/fluent-bit/fluent-bit.conf", "ini", "https://docs.fluentbit.io/manual/data-pipeline/outputs/http", overHTTP},
		{"vector", "Vector", "/etc/vector/vector.yaml", "yaml", "https://vector.dev/docs/reference/configuration/sinks/http/", overHTTP},
		{"curl", "curl, scripts", "", "shell", "https://curl.se/docs/manpage.html", overHTTP},
		{"elasticsearch-js", "Elasticsearch client for JavaScript", "", "javascript", "https://www.elastic.co/docs/reference/elasticsearch/clients/javascript", overHTTP},
	}
}

// address is what the templates know of this server.
type address struct {
	URL              string // scheme://host:port
	Host, Port       string
	TLS              bool
	UDPHost, UDPPort string
	TCPHost, TCPPort string
}

func (a *API) listSourceSetups(ctx context.Context, _ *nothing) (*bodyOutput[SourceSetups], error) {
	t, err := template.ParseFS(setupFiles, "setup/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("parse the client configurations: %w", err)
	}
	listening := a.deps.Listening()
	at := addressOf(listening, requestOf(ctx))
	var all SourceSetups
	for _, c := range clients() {
		s := SourceSetup{Client: c.Name, Title: c.Title, File: c.File, Syntax: c.Syntax, Docs: c.Docs, Token: c.Over == overHTTP}
		switch {
		case c.Over == overUDP && listening.SyslogUDP == "":
			s.Off = "this server does not listen for syslog over UDP"
		case c.Over == overTCP && listening.SyslogTCP == "":
			s.Off = "this server does not listen for syslog over TCP"
		}
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, c.Name+".tmpl", at); err != nil {
			return nil, fmt.Errorf("write the configuration for %s: %w", c.Name, err)
		}
		s.Config = b.String()
		all.Items = append(all.Items, s)
	}
	return &bodyOutput[SourceSetups]{Body: all}, nil
}

// plainHost is what may stand in a configuration; the Host header is the caller's word.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.:\[\]-]{1,255}$`)

// addressOf says where clients reach this server: as configured, or else as the one who asks did.
func addressOf(l Listening, q *request) address {
	at := address{URL: strings.TrimSuffix(l.URL, "/")}
	if at.URL == "" {
		host := q.r.Host
		if !plainHost.MatchString(host) {
			host = "localhost"
		}
		at.URL = "http://" + host
		if q.https {
			at.URL = "https://" + host
		}
	}
	if u, err := url.Parse(at.URL); err == nil {
		at.Host, at.Port, at.TLS = u.Hostname(), u.Port(), u.Scheme == "https"
	}
	if at.Port == "" {
		at.Port = "80"
		if at.TLS {
			at.Port = "443"
		}
	}
	at.UDPHost, at.UDPPort = endpoint(l.SyslogUDP, at.Host, "514")
	at.TCPHost, at.TCPPort = endpoint(l.SyslogTCP, at.Host, "514")
	return at
}

// endpoint takes a listener's address apart; a host that means any address becomes the one given.
func endpoint(listen, host, port string) (string, string) {
	h, p, err := net.SplitHostPort(listen)
	if err != nil {
		return host, port
	}
	if addr, err := netip.ParseAddr(h); h == "" || err == nil && addr.IsUnspecified() {
		h = host
	}
	return h, p
}
