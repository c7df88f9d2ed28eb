package entity

import (
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// maxCVEs bounds the weaknesses that one alert can name.
const maxCVEs = 4

// CVEs returns the identifiers of known weaknesses that an alert names, sorted, at most four: in its rule's tags, its rule's
// title, or the name that a sensor's signature gave.
func CVEs(a *vedette.Alert) []string {
	var found []string
	for _, tag := range a.Tags {
		if rest, ok := strings.CutPrefix(strings.ToLower(tag), "cve."); ok {
			tag = "cve-" + rest
		}
		found = appendCVEs(found, tag)
	}
	found = appendCVEs(found, a.RuleTitle)
	for _, name := range [...]string{"rule.name", "rule.id"} {
		found = appendCVEs(found, a.Matched[name])
	}
	slices.Sort(found)
	found = slices.Compact(found)
	return found[:min(len(found), maxCVEs)]
}

// appendCVEs finds CVE-2021-44228, in any case and also written with underscores.
func appendCVEs(found []string, text string) []string {
	text = strings.ToUpper(vedette.Cut(text, maxName))
	for rest := text; len(found) < maxCVEs*2; {
		at := strings.Index(rest, "CVE")
		if at < 0 {
			return found
		}
		rest = rest[at+len("CVE"):]
		year, after := digits(separated(rest))
		number, _ := digits(separated(after))
		if len(year) == 4 && len(number) >= 4 && len(number) <= 7 {
			found = append(found, "CVE-"+year+"-"+number)
		}
	}
	return found
}

func separated(s string) string {
	if s != "" && strings.IndexByte("-_ .", s[0]) >= 0 {
		return s[1:]
	}
	return ""
}

func digits(s string) (number, rest string) {
	end := len(s) - len(strings.TrimLeft(s, "0123456789"))
	return s[:end], s[end:]
}
