package generic

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// mark is a text that only one platform of applications writes.
type mark struct{ product, text string }

// marks are asked in order, frameworks before the platforms that they run on.
var marks = [...]mark{
	{"django", "django."}, {"django", "/django/"}, {"django", "SuspiciousOperation"}, {"django", "DisallowedHost"},
	{"ruby_on_rails", "ActionController::"}, {"ruby_on_rails", "ActiveRecord::"}, {"ruby_on_rails", "ActionView::"}, {"ruby_on_rails", "ActionDispatch::"},
	{"velocity", "org.apache.velocity"},
	{"spring", "org.springframework"}, {"spring", "springframework.security"},
	{"nodejs", "node:internal/"}, {"nodejs", "node:child_process"}, {"nodejs", "node:events"}, {"nodejs", "at Module._compile"}, {"nodejs", "/node_modules/"},
	{"python", "Traceback (most recent call last)"}, {"python", ".py\", line "}, {"python", "sqlalchemy.exc."}, {"python", "psycopg2."},
	{"python", "sqlite3."}, {"python", "MySQLdb."}, {"python", "pymysql.err."},
	{"jvm", "java.lang."}, {"jvm", "java.io."}, {"jvm", "java.util."}, {"jvm", "java.net."}, {"jvm", "javax."}, {"jvm", "jakarta."}, {"jvm", "com.sun."},
	{"jvm", "org.apache."}, {"jvm", "org.xml.sax."}, {"jvm", "org.w3c.dom."}, {"jvm", ".java:"}, {"jvm", "Exception in thread \""},
	{"php", "PHP Fatal error:"}, {"php", "PHP Warning:"},
	{"sql", "SQL syntax"}, {"sql", "quoted string not properly terminated"}, {"sql", "Unclosed quotation mark"}, {"sql", "SQLSTATE["}, {"sql", "ORA-0"},
	{"sql", ": syntax error"}, {"sql", "of UNION do not have the same number of result columns"},
}

// maxMarked is how much of a text is looked at for marks.
const maxMarked = 16 << 10

// Application tells which platform wrote a line, in the words of Sigma's category application; empty when none shows.
func Application(text string) (product string) {
	text = text[:min(len(text), maxMarked)]
	if strings.IndexByte(text, '.') < 0 && strings.IndexByte(text, ':') < 0 && !strings.Contains(text, "quot") && !strings.Contains(text, "UNION") &&
		!strings.Contains(text, "SQL") && !strings.Contains(text, "Suspicious") && !strings.Contains(text, "DisallowedHost") {
		return ""
	}
	for i := range marks {
		if strings.Contains(text, marks[i].text) {
			return marks[i].product
		}
	}
	return ""
}

// fileApplication files an event under the platform that wrote the text, unless its log source is known.
func fileApplication(text string, ev *vedette.Event) {
	if ev.Logsource.Product != "" || len(ev.Logsource.Categories) > 0 {
		return
	}
	if product := Application(text); product != "" {
		ev.Logsource.Product, ev.Logsource.Categories = product, []string{"application"}
	}
}

// shapes tells the log source of objects that only one product writes.
func shapes(in *normalize.Input, v *normalize.Value) (l vedette.Logsource, ok bool) {
	has := func(names ...string) bool {
		for _, name := range names {
			if !v.Exists(name) {
				return false
			}
		}
		return true
	}
	switch {
	case has("logtype", "node_id") || has("logtype", "logdata") || has("logtype", "src_host", "dst_port"):
		return vedette.Logsource{Product: "opencanary", Categories: []string{"application"}}, true
	case v.Exists("host", "scan") || v.Exists("host.scan.vuln") || v.Exists("host.scan.vuln_name"):
		return vedette.Logsource{Product: "qualys"}, true
	case has("InterfaceUuid", "OpNum") || in.At(v, "EventLog") == "RPCFW":
		return vedette.Logsource{Product: "rpc_firewall", Categories: []string{"application"}}, true
	case isFlow(in, v):
		return vedette.Logsource{Service: "netflow", Categories: []string{"firewall"}}, true
	case has("Signature", "Filename") || has("Signature", "FileName"):
		return vedette.Logsource{Categories: []string{"antivirus"}}, true
	case isWeb(v):
		category := "webserver"
		if v.Exists("c-uri") || v.Exists("r-dns") || v.Exists("c-useragent") || v.Exists("c-uri-extension") {
			category = "proxy"
		}
		return vedette.Logsource{Categories: []string{category}}, true
	case has("query", "record_type") || has("query", "answer"):
		return vedette.Logsource{Categories: []string{"dns"}}, true
	case isStatement(v):
		return vedette.Logsource{Categories: []string{"database"}}, true
	case (has("src_ip", "dst_ip") || has("src_ip", "dst_port")) && (has("action") || has("blocked")):
		return vedette.Logsource{Categories: []string{"firewall"}}, true
	}
	return l, false
}

// isFlow knows flows of collectors: goflow2 and nfdump.
func isFlow(in *normalize.Input, v *normalize.Value) bool {
	kind := strings.ToUpper(in.At(v, "type"))
	return strings.HasPrefix(kind, "NETFLOW_") || strings.HasPrefix(kind, "IPFIX") || strings.HasPrefix(kind, "SFLOW_") ||
		kind == "FLOW" && v.Exists("dst_port") || v.Exists("sampler_address") && v.Exists("dst_port")
}

// isWeb knows objects with the names of the W3C extended log format.
func isWeb(v *normalize.Value) bool {
	n := 0
	for _, name := range [...]string{"cs-method", "c-uri", "cs-uri-query", "cs-uri-stem", "cs-uri", "sc-status", "c-ip", "cs-host", "c-useragent", "cs-user-agent", "r-dns"} {
		if v.Exists(name) {
			n++
		}
	}
	return n >= 2
}

// isStatement knows audit records of databases: the statement and where it ran.
func isStatement(v *normalize.Value) bool {
	for _, name := range [...]string{"statement", "sql", "sql_text", "SQL_TEXT", "query", "command_text"} {
		if v.Exists(name) && (v.Exists("database") || v.Exists("database_name") || v.Exists("dbname") || v.Exists("db") || v.Exists("DB_NAME") || v.Exists("object_schema")) {
			return true
		}
	}
	return false
}
