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

// fieldNames returns the names under which events that a rule may meet carry a field. A rule that names a product with a
// table of its own gets one name. Any other rule may meet events of several parsers, so it gets the name that each of
// them uses.
func fieldNames(product, category, service, field string) []string {
	out := []string{vedette.CanonicalField(product, category, service, field)}
	add := func(product, category, service string) {
		name := vedette.CanonicalField(product, category, service, field)
		if !strings.HasPrefix(name, vedette.SourcePrefix) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	switch product {
	case "windows", "zeek", "suricata", "aws", "azure", "gcp", "m365", "okta", "github":
		return out
	case "linux", "macos":
		if service == "" {
			add(product, category, "auditd")
		}
		return out
	}
	for _, p := range tableProbes {
		add(p.product, p.category, p.service)
	}
	if own := vedette.SourcePrefix + field; !slices.Contains(out, own) && product == "" {
		out = append(out, own)
	}
	return out
}

// resolve gives the slots and names of a field for the rule in hand.
func (c *compiler) resolve(field string) ([]int32, []string) {
	l := &c.rule.Logsource
	found := fieldNames(l.Product, l.Category, l.Service, field)
	slots := make([]int32, 0, len(found))
	for _, name := range found {
		slots = append(slots, c.names.slot(name))
	}
	return slots, found
}
