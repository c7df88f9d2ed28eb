package vedette

import (
	"strings"
	"testing"
)

// Every table leads to a canonical name or to a source field; anything else would be a name that no event has.
func TestTablesLeadSomewhere(t *testing.T) {
	for name, table := range map[string]map[string]string{
		"unix": unixFields, "auditd": auditdFields, "zeek": zeekFields, "suricata": suricataFields, "cloud": cloudFields,
		"web": webFields, "dns": dnsFields, "firewall": firewallFields, "windows": windowsFields, "antivirus": antivirusFields,
	} {
		for from, to := range table {
			if KeyOf(to) == 0 && (!strings.HasPrefix(to, SourcePrefix) || len(to) == len(SourcePrefix)) {
				t.Errorf("%s: %q leads to %q", name, from, to)
			}
		}
	}
}

func TestCanonicalField(t *testing.T) {
	for _, c := range [...]struct{ product, category, service, name, want string }{
		{"linux", "process_creation", "", "Image", "process.executable"},
		{"linux", "", "auditd", "exe", "src.exe"},
		{"linux", "", "sudo", "USER", "src.USER"},
		{"", "webserver", "", "cs-uri-query", "url.original"},
		{"", "proxy", "", "c-uri-extension", "url.extension"},
		{"", "dns", "", "query", "dns.question.name"},
		{"zeek", "", "dns", "query", "dns.question.name"},
		{"zeek", "", "smb_files", "path", "src.path"},
		{"", "firewall", "", "dst_port", "destination.port"},
		{"fortigate", "", "event", "cfgpath", "src.cfgpath"},
		{"aws", "", "cloudtrail", "userIdentity.arn", "src.userIdentity.arn"},
		{"aws", "", "cloudtrail", "eventName", "event.action"},
		{"kubernetes", "application", "audit", "verb", "event.action"},
		{"", "", "netflow", "destination.port", "destination.port"},
		{"opencanary", "application", "", "logtype", "src.logtype"},
	} {
		if got := CanonicalField(c.product, c.category, c.service, c.name); got != c.want {
			t.Errorf("%s/%s/%s %s: %q, want %q", c.product, c.category, c.service, c.name, got, c.want)
		}
	}
}
