package detect_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/detect"
)

// Little text must not become a giant rule.
func TestRulesAreBounded(t *testing.T) {
	list := make([]string, 10_000)
	for i := range list {
		list[i] = fmt.Sprintf("value %d", i)
	}
	var fields, selections strings.Builder
	for i := range 100 {
		fmt.Fprintf(&fields, "  f%d|expand|contains: '%%list%%'\n", i)
	}
	for i := range 1000 {
		fmt.Fprintf(&selections, "s%d: {a: %d}\n", i, i)
	}
	for name, c := range map[string][2]string{
		"product of lists":    {"s:\n  a|expand: '%list%%list%%list%'\ncondition: s", "expands to more than 10000 values"},
		"lists in all fields": {"s:\n" + fields.String() + "condition: s", "expand to more than 200000 values"},
		"patterns":            {selections.String() + "condition: " + strings.Repeat("1 of s* and ", 1000) + "all of s*", "more than 50000 selections"},
	} {
		rs := compile(t, detect.Options{Placeholders: map[string][]string{"list": list}}, ruleOf(c[0]))
		if len(rs.Problems) != 1 || !strings.Contains(rs.Problems[0].Reason, c[1]) {
			t.Errorf("%s: %.200v, want %q", name, rs.Problems, c[1])
		}
	}
}
