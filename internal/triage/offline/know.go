package offline

import (
	"slices"
	"strings"
	"unicode"

	vedette "github.com/vedette-soc/vedette"
)

// Knowledge is what words in the name of an alert tell about it.
type Knowledge struct {
	Severity   vedette.Severity
	Families   []vedette.Family // what kinds of evidence it is
	Tactics    []string
	Techniques []string
}

// FamilyTag begins a tag of an alert that names a family of evidence, such as family.exfiltration.
const FamilyTag = "family."

// The most that one name gives.
const (
	maxTactics    = 4
	maxTechniques = 6
	maxFamilies   = 3
)

// Know reads the name of an alert. Of several words that say something the strongest severity counts; a name that says
// nothing is low, and one that only tells of daily business is info.
func Know(name string) Knowledge {
	var k Knowledge
	text := plain(name)
	said, daily := false, false
	for i := range words {
		w := &words[i]
		if !w.in(text) {
			continue
		}
		if w.daily {
			daily = true
			continue
		}
		said = true
		k.Severity = max(k.Severity, w.severity)
		k.Families = addUpTo(maxFamilies, k.Families, w.family)
		k.Tactics = addUpTo(maxTactics, k.Tactics, w.tactic)
		for technique := range strings.FieldsSeq(w.techniques) {
			k.Techniques = addUpTo(maxTechniques, k.Techniques, technique)
		}
	}
	switch {
	case said && daily:
		k.Severity = min(k.Severity, vedette.Low)
	case !said && !daily:
		k.Severity = vedette.Low
	}
	return k
}

// Named makes an alert of another product from its name: what comes before ": " names the product.
func Named(name string) vedette.Alert {
	k := Know(name)
	product := "alerts"
	if before, _, found := strings.Cut(name, ": "); found && len(before) <= 40 {
		product = slug(before)
	}
	return foreign(product, slug(name), name, k)
}

// foreign makes the alert of a product that is not ours.
func foreign(product, rule, title string, k Knowledge) vedette.Alert {
	a := vedette.Alert{
		Tenant: vedette.DefaultTenant, RuleID: rule, RuleTitle: title, Severity: k.Severity, Source: product, Dataset: product + ".alerts",
		Tactics: k.Tactics, Techniques: k.Techniques,
	}
	for _, technique := range k.Techniques {
		a.Tags = append(a.Tags, "attack."+strings.ToLower(technique))
	}
	for _, family := range k.Families {
		a.Tags = append(a.Tags, FamilyTag+string(family))
	}
	return a
}

// addUpTo adds what is new and not zero, while there is room.
func addUpTo[T ~string](limit int, to []T, value T) []T {
	if value == "" || len(to) >= limit || slices.Contains(to, value) {
		return to
	}
	return append(to, value)
}

// plain writes a name as lower-case words, with a blank before each and after the last.
func plain(name string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for word := range strings.FieldsFuncSeq(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		b.WriteString(word)
		b.WriteByte(' ')
	}
	return b.String()
}

// slug writes a name as letters, digits and single dashes.
func slug(name string) string {
	return strings.ReplaceAll(strings.Trim(vedette.Cut(plain(name), 120), " "), " ", "-")
}
