package detect

import (
	"regexp"
	"strings"

	"github.com/vedette-soc/vedette/internal/catalog"
)

// remedies say what to write instead, by what the compiler says. $1 and so on are parts of that.
var remedies = []struct {
	reason *regexp.Regexp
	fix    string
}{
	{regexp.MustCompile(`^the rule has no id`), "id: a UUID of its own, such as uuidgen makes"},
	{regexp.MustCompile(`^the rule has no level`), "level: medium"},
	{regexp.MustCompile(`^the rule says nothing under falsepositives`), "falsepositives: [what harmless thing looks the same]"},
	{regexp.MustCompile(`^the rule has no title`), "title: what it finds, in a few words"},
	{regexp.MustCompile(`^the rule has no logsource`), "logsource: {product: windows, category: process_creation}"},
	{regexp.MustCompile(`^the detection has no condition`), "condition: selection"},
	{regexp.MustCompile(`^the condition never mentions the selection "(.*)"`), `use $1 in the condition, or name it _$1 when it is meant as an anchor`},
	{regexp.MustCompile(`^"(.*)\|all" has one value only`), "$1"},
	{regexp.MustCompile(`is plain text; (\S+) is faster`), "the modifiers $1 in place of re"},
	{regexp.MustCompile(`^null in a list of values`), "a selection of its own with the value null, joined by or"},
	{regexp.MustCompile(`^unknown modifier "equalsfield"`), "fieldref"},
	{regexp.MustCompile(`^unknown modifier "(ends|starts)withfield"`), "fieldref|$1with"},
	{regexp.MustCompile(`^unknown modifier "containsfield"`), "fieldref|contains"},
	{regexp.MustCompile(`^unknown modifier .*did you mean "(.*)"\?`), "$1"},
	{regexp.MustCompile(`^unknown modifier `), "one of " + strings.Join(modifierNames[:], ", ")},
	{regexp.MustCompile(`^the condition uses the pipe`), "a correlation rule of type event_count or value_count"},
	{regexp.MustCompile(`^timeframe belongs to`), "a correlation rule with timespan"},
	{regexp.MustCompile(`^the placeholder %(.*)% has no values`), "give $1 values: rules.placeholders in the configuration, or --placeholders FILE"},
	{regexp.MustCompile(`^another rule has the same id`), "an id of its own for one of the two"},
	{regexp.MustCompile(`^no rule that can run has the id or the name`), "the id or the name of a rule that is loaded together with it"},
	{regexp.MustCompile(`^its own status is (.*)$`), "the rule that took its place, or another status when it is still good"},
	{regexp.MustCompile(`^the level ".*" is not one of`), "level: medium"},
	{regexp.MustCompile(`^rule collections with "action"`), "each rule as a document of its own, parted by ---"},
	{regexp.MustCompile(`has an empty list of values`), "a value, or no such field at all"},
	{regexp.MustCompile(`stands twice in one map`), "both values under one key as a list, or two selections"},
	{regexp.MustCompile(`^logsource names neither`), "logsource: {product: windows, category: process_creation}"},
}

// remedy finds what to do about a problem or a warning of the compiler; empty when nothing short can be said.
func remedy(p catalog.Problem) string {
	for _, r := range remedies {
		if m := r.reason.FindStringSubmatchIndex(p.Reason); m != nil {
			return string(r.reason.ExpandString(nil, r.fix, p.Reason, m))
		}
	}
	return ""
}

// remedied fills in what to do.
func remedied(problems []catalog.Problem) []catalog.Problem {
	for i := range problems {
		if problems[i].Fix == "" {
			problems[i].Fix = remedy(problems[i])
		}
	}
	return problems
}
