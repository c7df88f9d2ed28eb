package vedette

import (
	"maps"
	"slices"
)

// kinProducts says which products of rules events answer to beside their own: what a framework writes its platform
// wrote as well, and the errors of a database surface in the logs of applications.
var kinProducts = map[string][]string{
	"spring":        {"jvm", "sql"},
	"velocity":      {"jvm", "sql"},
	"jvm":           {"sql"},
	"django":        {"python", "sql"},
	"python":        {"sql"},
	"ruby_on_rails": {"sql"},
	"nodejs":        {"sql"},
	"php":           {"sql"},
	"fortigate":     {"fortios"},
	"fortios":       {"fortigate"},
}

// kinServices says which services of rules events answer to beside their own, by product. The services of Microsoft 365
// are one log, which the rules themselves tell apart by its workload.
var kinServices = map[string]map[string][]string{
	"windows": {"microsoft-servicebus-client": {"servicebus-client"}},
	"m365":    {"audit": {"exchange", "threat_detection", "threat_management"}},
	"linux":   {"sshd": {"auth"}, "sudo": {"auth"}},
}

// Products lists the products of rules that events of this source answer to, the empty one first.
func (l Logsource) Products() []string {
	return append([]string{"", l.Product}, kinProducts[l.Product]...)
}

// Services lists the services of rules that events of this source answer to, the empty one first.
func (l Logsource) Services() []string {
	return append([]string{"", l.Service}, kinServices[l.Product][l.Service]...)
}

// ProductsFor lists the products of events that a rule's product stands for, its own first.
func ProductsFor(product string) []string {
	out := []string{product}
	for _, of := range slices.Sorted(maps.Keys(kinProducts)) {
		if slices.Contains(kinProducts[of], product) {
			out = append(out, of)
		}
	}
	return out
}

// ServicesFor lists the services of events that a rule's service stands for, its own first. The rule may name no product.
func ServicesFor(product, service string) []string {
	out := []string{service}
	for _, of := range slices.Sorted(maps.Keys(kinServices)) {
		if product != "" && product != of {
			continue
		}
		for _, known := range slices.Sorted(maps.Keys(kinServices[of])) {
			if slices.Contains(kinServices[of][known], service) {
				out = append(out, known)
			}
		}
	}
	return out
}
