package vedette

import (
	"maps"
	"slices"
)

// SourceFields lists the source names of fields that the table of a log source knows, in alphabetical order: what a rule
// for it may write and have translated. Fields beyond the table keep their own name and work as well.
func SourceFields(product, category, service string) []string {
	return slices.Sorted(maps.Keys(fieldTable(product, category, service)))
}

// WindowsServices lists the services that Windows channels are known under, in alphabetical order.
func WindowsServices() []string {
	out := slices.Sorted(maps.Values(windowsServices))
	return slices.Compact(out)
}
