package detect

import (
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
)

// tableProbes are log sources that between them reach every table of field names.
var tableProbes = [...]struct{ product, category, service string }{
	{product: "windows"}, {product: "linux"}, {product: "linux", service: "auditd"}, {product: "zeek"},
	{product: "suricata"}, {product: "aws"}, {category: "webserver"}, {category: "dns"}, {category: "firewall"},
}

// fieldNames returns the names under which events that a rule may meet carry a field, most telling first; of those that
// an event has, the first counts.
//
// A parser keeps a source field under its own name when the canonical one is taken already, so that comes first. A rule
// whose product has a table of names gets the name of that table. Any other rule may meet events of several parsers and
// gets the name that each of them uses.
func fieldNames(l Logsource, field string) (names []string, likely string) {
	likely = vedette.CanonicalField(l.Product, l.Category, l.Service, field)
	names = []string{vedette.SourcePrefix + field}
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	add(likely)
	switch l.Product {
	case "windows", "zeek", "suricata", "aws", "azure", "gcp", "m365", "okta", "github", "kubernetes", "bitbucket", "onelogin":
		return names, likely
	case "linux", "macos":
		if l.Service == "" {
			add(vedette.CanonicalField(l.Product, l.Category, "auditd", field))
		}
		return names, likely
	}
	for _, p := range tableProbes {
		name := vedette.CanonicalField(p.product, p.category, p.service, field)
		if !strings.HasPrefix(name, vedette.SourcePrefix) {
			add(name)
		}
	}
	return names, likely
}

// resolve gives the slots of a field for the rule in hand, and the name that people should read.
func (c *compiler) resolve(field string) (slots []int32, likely string) {
	found, likely := fieldNames(c.rule.Logsource, field)
	for _, name := range found {
		slots = append(slots, c.names.slot(name))
	}
	return slots, likely
}
