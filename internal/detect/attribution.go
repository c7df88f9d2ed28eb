package detect

import (
	"path"
	"strings"
)

// attribution says who wrote a rule, under which licence, and where it comes from, as the Detection Rule License asks of
// everything that shows what a rule found. It is empty for a rule of which neither author nor licence is known.
func attribution(author, license, origin string) string {
	if author == "" && license == "" {
		return ""
	}
	said := "Rule"
	if author != "" {
		said = "Rule by " + author
	}
	switch name := strings.TrimSpace(license); {
	case name == "":
		said += ", licence unknown"
	case strings.EqualFold(name, "DRL-1.1"), strings.EqualFold(name, "DRL 1.1"):
		said += ", DRL 1.1"
	default:
		said += ", " + name
	}
	if origin != "" {
		said += ", " + path.Base(strings.ReplaceAll(origin, `\`, "/"))
	}
	return said
}
