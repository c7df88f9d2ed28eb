package detect

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	mitre "github.com/vedette-soc/vedette/internal/catalog/attack"
)

// knownKeys are the keys of a rule document in the specification, with those that the house adds.
var knownKeys = [...]string{
	"title", "id", "name", "related", "taxonomy", "status", "description", "license", "author", "references", "date", "modified",
	"logsource", "detection", "fields", "falsepositives", "level", "tags", "scope", "correlation", "filter", "generate", "title_zh",
	"custom", "aliases",
}

// keys finds keys that are nearly, but not quite, those of the specification: what stands under them is never read.
func (a *adviser) keys(doc *yaml.Node) {
	for i := 0; i+1 < len(doc.Content); i += 2 {
		key := doc.Content[i]
		if slices.Contains(knownKeys[:], key.Value) {
			continue
		}
		if near := closest(key.Value, knownKeys[:], 2); near != "" {
			a.say(key, near+":", "the key %q is not one of Sigma's, so what it says is lost", key.Value).safely(key.Value+":", near+":")
		}
	}
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// identity looks at what a rule is known by.
func (a *adviser) identity(doc *yaml.Node, top map[string]*yaml.Node) {
	if id := scalarOf(top["id"]); id != "" && !uuid.MatchString(id) {
		a.say(top["id"], "id: "+uuidOf(id), "the id %q is not a UUID, so other programs may refuse the rule", shorten(id))
	}
	title := scalarOf(top["title"])
	if key := strings.ToLower(title); key != "" && top["detection"] != nil {
		if first, ok := a.titles[key]; ok {
			a.say(top["title"], "a title that says what is different", "another rule has the same title: %s", first)
		} else {
			a.titles[key] = a.file.Path
		}
	}
	if len(title) > 256 {
		a.say(top["title"], "a shorter title; details belong in the description", "the title is longer than 256 characters")
	}
	if strings.TrimSpace(scalarOf(top["description"])) == "" {
		a.say(doc, "description: what it finds, and why that matters", "the rule has no description")
	}
}

// uuidOf makes a UUID that depends on a text alone, so that the same advice is given every time.
func uuidOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80 // version 8: by a method of our own
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

func (a *adviser) dates(doc *yaml.Node, top map[string]*yaml.Node) {
	if top["date"] == nil && top["detection"] != nil {
		a.say(doc, "date: 2026-01-31, the day on which it was written", "the rule has no date")
	}
	var when [2]time.Time
	for i, key := range []string{"date", "modified"} {
		node := top[key]
		if node == nil {
			continue
		}
		t, err := time.Parse(time.DateOnly, node.Value)
		if when[i] = t; err == nil {
			continue
		}
		if old, err := time.Parse("2006/01/02", node.Value); err == nil {
			good := old.Format(time.DateOnly)
			a.say(node, key+": "+good, "the %s is not written as YYYY-MM-DD", key).safely(node.Value, good)
			when[i] = old
			continue
		}
		a.say(node, key+": 2026-01-31", "the %s %q is not a day written as YYYY-MM-DD", key, shorten(node.Value))
	}
	if !when[0].IsZero() && !when[1].IsZero() && when[1].Before(when[0]) {
		a.say(top["modified"], "", "the rule was modified before it was written")
	}
}

// words looks at the keys that take one of a few words.
func (a *adviser) words(doc *yaml.Node, top map[string]*yaml.Node) {
	statuses := []string{"stable", "test", "experimental", "deprecated", "unsupported"}
	node := top["status"]
	switch {
	case node == nil && top["detection"] != nil:
		a.say(doc, "status: experimental", "the rule has no status")
	case node != nil && !slices.Contains(statuses, node.Value):
		a.oneOf(node, "status", statuses)
	}
	levels := []string{"informational", "low", "medium", "high", "critical"}
	if node := top["level"]; node != nil && !slices.Contains(levels, node.Value) {
		a.oneOf(node, "level", levels)
	}
}

func (a *adviser) oneOf(node *yaml.Node, key string, words []string) {
	near := closest(node.Value, words, 3)
	if near == "" {
		a.say(node, key+": "+words[len(words)/2], "the %s %q is not one of %s", key, shorten(node.Value), strings.Join(words, ", "))
		return
	}
	a.say(node, key+": "+near, "the %s %q is not one of %s", key, shorten(node.Value), strings.Join(words, ", ")).safely(node.Value, near)
}

// tagSpaces are the words that tags may begin with.
var tagSpaces = [...]string{"attack", "car", "cve", "d3fend", "detection", "stp", "tlp"}

var cveTag = regexp.MustCompile(`^\d{4}[.-]\d{4,}$`)

func (a *adviser) tags(list *yaml.Node) {
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	seen := make(map[string]bool)
	for _, node := range list.Content {
		if node.Kind != yaml.ScalarNode {
			continue
		}
		tag := strings.ToLower(node.Value)
		if seen[tag] {
			a.say(node, "one of them", "the tag %q stands twice", shorten(node.Value))
		}
		seen[tag] = true
		space, rest, ok := strings.Cut(tag, ".")
		switch {
		case !ok:
			a.say(node, "attack.t1059, or another namespace before a point", "the tag %q has no namespace", shorten(node.Value))
		case !slices.Contains(tagSpaces[:], space):
			near := closest(space, tagSpaces[:], 2)
			a.say(node, hint(near, near+"."+rest), "the namespace of the tag %q is not one of %s", shorten(node.Value), strings.Join(tagSpaces[:], ", "))
		case space == "attack":
			a.attackTag(node, rest)
		case space == "cve" && !cveTag.MatchString(rest):
			a.say(node, "cve.2021-44228", "the tag %q is not the number of a CVE", shorten(node.Value))
		}
	}
}

func hint(known, text string) string {
	if known == "" {
		return ""
	}
	return text
}

// attackTag looks at what stands behind "attack.".
func (a *adviser) attackTag(node *yaml.Node, word string) {
	switch {
	case techniqueTag.MatchString(word):
		t, ok := mitre.Find(word)
		next := "attack." + strings.ToLower(t.Replaced)
		switch {
		case !ok:
			a.say(node, "", "ATT&CK knows no technique %s", strings.ToUpper(word))
		case t.Replaced != "":
			a.say(node, next, "the technique %s was replaced by %s, %s", t.ID, t.Replaced, mitre.Title(t.Replaced)).safely(node.Value, next)
		case t.Gone:
			a.say(node, "", "ATT&CK gave the technique %s up", t.ID)
		}
	case otherTag.MatchString(word):
	case word != strings.ReplaceAll(word, "_", "-") && mitre.IsTactic(word):
		good := "attack." + strings.ReplaceAll(word, "_", "-")
		a.say(node, good, "tactics are written with hyphens").safely(node.Value, good)
	case word == mitre.Retired:
		a.say(node, "attack.stealth or attack.defense-impairment", "ATT&CK 19 split the tactic defense-evasion in two")
	case !mitre.IsTactic(word):
		var names []string
		for _, t := range mitre.Tactics() {
			names = append(names, t.Name)
		}
		near := closest(word, names, 3)
		a.say(node, hint(near, "attack."+near), "%q is neither a tactic nor a technique of ATT&CK", shorten(node.Value))
	}
}

// related looks at what a rule says of others.
func (a *adviser) related(list *yaml.Node) {
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	kinds := []string{"derived", "obsolete", "merged", "renamed", "similar"}
	for _, one := range list.Content {
		top := mapOf(one)
		if kind := top["type"]; kind == nil {
			a.say(one, "type: similar", "the related rule has no type")
		} else if !slices.Contains(kinds, kind.Value) {
			near := closest(kind.Value, kinds, 3)
			if kind.Value == "obsoletes" {
				near = "obsolete"
			}
			a.say(kind, hint(near, "type: "+near), "the relation %q is not one of %s", shorten(kind.Value), strings.Join(kinds, ", "))
		}
		if id := top["id"]; id == nil || !uuid.MatchString(id.Value) {
			a.say(one, "", "the related rule has no id that is a UUID")
		}
	}
}
