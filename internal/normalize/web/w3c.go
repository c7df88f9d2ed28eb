package web

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Logs in the W3C extended format say in a header what their columns are, and fill blanks of values with plus signs.

// w3cState is the header of the file that is being taken apart.
type w3cState struct{ columns []string }

func w3cOf(in *normalize.Input) *w3cState {
	return in.Own("web", func() any { return &w3cState{} }).(*w3cState) //nolint:forcetypeassert // made here only
}

// maxColumns is how many columns are read.
const maxColumns = 64

// Split takes a file with a header apart: one event per line.
func (*Parser) Split(in *normalize.Input, fn func(sub *normalize.Input) error) error {
	_, fields, ok := strings.Cut(in.Text, "#Fields: ")
	fields, _, _ = strings.Cut(fields, "\n")
	if in.JSON != nil || !ok || in.Text[0] != '#' || !strings.Contains(fields, "cs-method") && !strings.Contains(fields, "cs-uri") {
		return normalize.ErrNotMine
	}
	state := w3cOf(in)
	defer func() { state.columns = nil }()
	lines := 0
	for line := range strings.Lines(in.Text) {
		line = strings.TrimSpace(line)
		if fields, ok := strings.CutPrefix(line, "#Fields:"); ok {
			state.columns = strings.Fields(fields)
			state.columns = state.columns[:min(len(state.columns), maxColumns)]
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		lines++
		if err := fn(&normalize.Input{Record: in.Record, Header: in.Header, Text: line}); err != nil {
			return err
		}
	}
	if lines == 0 {
		return normalize.ErrNotMine
	}
	return nil
}

// parseW3C reads a line of a file whose header is known.
func parseW3C(in *normalize.Input, text string, ev *vedette.Event) bool {
	columns := w3cOf(in).columns
	if len(columns) < 4 {
		return false
	}
	values := w3cValues(text, len(columns))
	if len(values) != len(columns) {
		return false
	}
	if isProxy(columns) {
		file(ev, "proxy", "proxy")
	} else {
		file(ev, "iis", "webserver")
		ev.Logsource.Product = "windows"
	}
	fillW3C(in, columns, values, ev)
	return true
}

// isProxy tells the log of a proxy from that of a server: only a proxy has asked another for the content.
func isProxy(columns []string) bool {
	for _, column := range columns {
		switch column {
		case "c-uri", "cs-uri", "r-dns", "r-ip", "r-host", "s-action", "sc-filter-result", "rs(Content-Type)", "cs-uri-scheme", "s-hierarchy", "s-supplier-name":
			return true
		}
	}
	return false
}

// proxyColumns are the columns of a proxy's main format that are usual where the header is not at hand.
const proxyColumns = "date time time-taken c-ip cs-username cs-auth-group x-exception-id sc-filter-result cs-categories cs(Referer) sc-status " +
	"s-action cs-method rs(Content-Type) cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query cs-uri-extension cs(User-Agent) s-ip " +
	"sc-bytes cs-bytes x-virus-id"

// parseProxyMain reads a line of the main format of ProxySG that stands alone.
func parseProxyMain(in *normalize.Input, text string, ev *vedette.Event) bool {
	if len(text) < 60 || text[4] != '-' || text[10] != ' ' {
		return false
	}
	columns := strings.Fields(proxyColumns)
	values := w3cValues(text, len(columns)+4)
	if n := len(values); n < len(columns)-1 || n > len(columns)+4 || !normalize.IsAddress(values[3]) || !isMethod(values[12]) ||
		!strings.Contains(values[7], "OBSERVED") && !strings.Contains(values[7], "DENIED") && !strings.Contains(values[7], "PROXIED") {
		return false
	}
	columns = columns[:min(len(columns), len(values))]
	file(ev, "bluecoat", "proxy")
	fillW3C(in, columns, values[:len(columns)], ev)
	return true
}

// w3cValues takes a line apart, at most into n values and the rest. Values may stand in double quotes.
func w3cValues(text string, n int) []string {
	out := make([]string, 0, n)
	for text = strings.TrimLeft(text, " \t"); text != "" && len(out) <= n; text = strings.TrimLeft(text, " \t") {
		if text[0] == '"' {
			if end := strings.IndexByte(text[1:], '"'); end >= 0 {
				out, text = append(out, text[1:1+end]), text[end+2:]
				continue
			}
		}
		end := strings.IndexAny(text, " \t")
		if end < 0 {
			end = len(text)
		}
		out, text = append(out, text[:end]), text[end:]
	}
	return out
}

// fillW3C adds the columns of a line: the request as every access log has it, and each column that is left under its own
// name, in the spelling of rules: cs(User-Agent) is cs-user-agent.
func fillW3C(in *normalize.Input, columns, values []string, ev *vedette.Event) {
	r, stem, query := request{}, "", ""
	date, clock, address, port, mime, scheme := "", "", "", "", "", ""
	to := map[string]*string{
		"date": &date, "time": &clock, "c-ip": &r.client, "cs-username": &r.user, "cs-method": &r.method, "sc-status": &r.status,
		"sc-bytes": &r.bytes, "cs-referer": &r.referrer, "cs-user-agent": &r.agent, "cs-host": &r.host, "r-dns": &r.host, "cs-uri-scheme": &scheme, "cs-version": &r.version,
		"cs-uri-stem": &stem, "cs-uri-path": &stem, "cs-uri-query": &query, "c-uri": &r.target, "cs-uri": &r.target,
		"s-ip": &address, "s-port": &port, "cs-uri-port": &port, "rs-content-type": &mime, "sc-content-type": &mime,
	}
	names := in.Names("", "proxy", "w3c")
	for i, column := range columns {
		name, value := w3cName(column), values[i]
		if strings.Contains(column, "(User-Agent)") || name == "cs-cookie" || name == "cs-referer" {
			value = strings.ReplaceAll(value, "+", " ")
		}
		if place := to[name]; place != nil {
			if *place == "" && value != "-" {
				*place = value
			}
			continue
		}
		if value != "-" && name != "" && name != "cs-uri-extension" {
			ev.Add(names.Of([]byte(name)), value)
		}
	}
	if t, ok := normalize.ParseTime(date+" "+clock, in.Zone()); ok {
		ev.Time = t
	}
	if r.target == "" && stem != "" {
		r.target = stem
		if query != "" {
			r.target += "?" + strings.TrimPrefix(query, "?")
		}
		if scheme != "" && r.host != "" && strings.HasPrefix(r.target, "/") {
			r.target = scheme + "://" + r.host + r.target
		}
	}
	r.version = strings.TrimPrefix(r.version, "HTTP/")
	r.add(ev)
	normalize.AddAddress(ev, "destination", address)
	normalize.AddNumber(ev, "destination.port", port)
	addGiven(ev, "http.response.mime_type", mime)
}

// w3cName is the name of a column in the spelling of rules.
func w3cName(column string) string {
	if len(column) > 64 {
		return ""
	}
	column = strings.ToLower(strings.NewReplacer("(", "-", ")", "").Replace(column))
	return column
}
