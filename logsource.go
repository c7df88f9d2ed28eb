package vedette

import (
	"slices"
	"strings"
)

// Logsource says what kind of record an event is, in Sigma's terms. A rule applies to an event when each of product,
// category and service that the rule names is the event's.
type Logsource struct {
	Product    string
	Service    string
	Categories []string // an event can be in several: a Sysmon event 13 is registry_event and registry_set
}

// Fits tells whether a rule with these three words, any of which may be empty, applies to events of this source.
func (l Logsource) Fits(product, category, service string) bool {
	if product != "" && product != l.Product && !slices.Contains(kinProducts[l.Product], product) ||
		service != "" && service != l.Service && !slices.Contains(kinServices[l.Product][l.Service], service) {
		return false
	}
	if category == "" {
		return true
	}
	for _, c := range l.Categories {
		if c == category {
			return true
		}
	}
	return false
}

// CanonicalField gives the name under which events keep the field that their source, and Sigma rules for it, call name.
// A name with no canonical counterpart stays reachable under "src.". It is the one table of field names in the house:
// parsers write by it and rules are compiled by it, so the two cannot drift apart.
//
// A source field is moved to its canonical name only when its value is kept byte for byte; where a parser derives
// something (a domain split off a user name), the source field stays under "src." and the derived one is added beside it.
func CanonicalField(product, category, service, name string) string {
	if to := fieldTable(product, category, service)[name]; to != "" {
		return to
	}
	if KeyOf(name) != 0 || strings.HasPrefix(name, SourcePrefix) {
		return name
	}
	return SourcePrefix + name
}

// fieldTable chooses the table: by product where that settles what a record looks like, else by category.
func fieldTable(product, category, service string) map[string]string {
	switch product {
	case "windows":
		if service == "iis" {
			return webFields
		}
		return windowsFields
	case "linux", "macos":
		switch {
		case service == "auditd":
			return auditdFields
		case category == "dns":
			return dnsFields
		case category == "firewall":
			return firewallFields
		}
		return unixFields
	case "zeek":
		return zeekFields
	case "suricata":
		return suricataFields
	case "aws", "azure", "gcp", "m365", "okta", "github", "kubernetes", "bitbucket", "onelogin":
		return cloudFields
	case "fortigate", "fortios", "cisco", "pfsense", "checkpoint", "juniper", "huawei", "sonicwall", "paloalto":
		return firewallFields
	}
	switch category {
	case "webserver", "proxy":
		return webFields
	case "dns":
		return dnsFields
	case "firewall":
		return firewallFields
	case "antivirus":
		return antivirusFields
	case "process_creation", "file_event", "network_connection":
		return windowsFields
	}
	return webFields
}
