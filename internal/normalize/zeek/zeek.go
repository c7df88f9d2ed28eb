// Package zeek understands the logs of Zeek: in JSON, one record per line, its log named by "_path" or known by its
// columns; and separated by tabs, as whole files with their header or as lines of the usual columns.
package zeek

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes Zeek records, as JSON objects or as lines with tabs between their columns.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "zeek".
func (*Parser) Name() string { return "zeek" }

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	v := in.JSON
	if v == nil {
		return parseTSV(in, ev)
	}
	if v.Exists("event_type") && v.Exists("flow_id") {
		return normalize.ErrNotMine
	}
	log := logName(in, v)
	if log == "" {
		return normalize.ErrNotMine
	}
	if t, ok := normalize.ParseTime(in.At(v, "ts"), time.UTC); ok {
		ev.Time = t
	}
	k := kinds[log]
	ev.Dataset = "zeek." + log
	ev.Logsource = vedette.Logsource{Product: "zeek", Service: log, Categories: k.categories}
	if err := in.Flatten(ev, v, in.Names("zeek", "", log)); err != nil {
		return err
	}
	derive(log, k, ev)
	in.AddObserver(ev)
	return nil
}

// logName names the log of a record. The name comes from the network: one that is not a word is "other".
func logName(in *normalize.Input, v *normalize.Value) string {
	if name := in.At(v, "_path"); name != "" && v.Exists("ts") {
		if len(name) > 32 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return "other"
		}
		return name
	}
	if !v.Exists("ts") {
		return ""
	}
	flow := v.Exists("uid") && v.Exists("id.orig_h")
	for _, s := range signatures {
		if s.flow && !flow {
			continue
		}
		all := true
		for _, column := range s.columns {
			all = all && v.Exists(column)
		}
		if all {
			return s.log
		}
	}
	if flow {
		return "other"
	}
	return ""
}

// signatures are columns by which a log is known when it does not say its name. The first that fits wins.
var signatures = [...]struct {
	log     string
	flow    bool
	columns []string
}{
	{"conn", true, []string{"conn_state"}},
	{"dns", true, []string{"trans_id", "rejected"}},
	{"dns", true, []string{"query", "AA"}},
	{"http", true, []string{"trans_depth", "method"}},
	{"http", true, []string{"trans_depth", "uri"}},
	{"http", true, []string{"trans_depth", "status_code"}},
	{"smtp", true, []string{"trans_depth", "mailfrom"}},
	{"smtp", true, []string{"trans_depth", "path"}},
	{"ssh", true, []string{"auth_attempts"}},
	{"ssh", true, []string{"client", "server", "cipher_alg"}},
	{"ssl", true, []string{"resumed"}},
	{"kerberos", true, []string{"request_type"}},
	{"dce_rpc", true, []string{"endpoint", "operation"}},
	{"smb_files", true, []string{"action", "name"}},
	{"smb_mapping", true, []string{"path", "share_type"}},
	{"ntlm", true, []string{"ntlm_username"}},
	{"ntlm", true, []string{"server_nb_computer_name"}},
	{"rdp", true, []string{"cookie"}},
	{"rdp", true, []string{"security_protocol"}},
	{"rdp", true, []string{"cert_count"}},
	{"ftp", true, []string{"user", "command"}},
	{"dhcp", false, []string{"uids", "msg_types"}},
	{"sip", true, []string{"call_id"}},
	{"snmp", true, []string{"community"}},
	{"socks", true, []string{"request_p"}},
	{"tunnel", true, []string{"tunnel_type"}},
	{"dpd", true, []string{"analyzer", "failure_reason"}},
	{"files", false, []string{"fuid", "analyzers"}},
	{"x509", false, []string{"certificate.serial"}},
	{"notice", false, []string{"note", "actions"}},
	{"weird", false, []string{"name", "notice", "peer"}},
	{"intel", false, []string{"seen.indicator"}},
	{"pe", false, []string{"is_exe", "machine"}},
	{"software", false, []string{"software_type", "unparsed_version"}},
	{"known_hosts", false, []string{"host", "host_p"}},
}
