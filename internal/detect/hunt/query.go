package hunt

import (
	"maps"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// maxQuery is how long a query may be; a condition that needs more is not narrowed beyond its log source.
const maxQuery = 256 << 10

// maxListed is how many fields are asked for lists by name; of more, either list will do.
const maxListed = 24

// query is what the store is asked for rules of one log source.
type query struct {
	source detect.Logsource
	rules  []*detect.Rule
	body   filter // narrowed, with what makes up for rows that filters cannot look into
	wide   bool   // nothing but the log source narrows it
}

// Query returns the filter in LogsQL by which a rule is looked for among rows.
func Query(r *detect.Rule) string { return compile(r).text(false) }

// compile makes the query of one rule.
func compile(r *detect.Rule) query {
	n := &narrowing{fields: make(map[string]bool)}
	plan := r.Plan()
	q := query{source: r.Logsource, rules: []*detect.Rule{r}}
	q.body = or(n.over(&plan), n.beyond())
	if q.wide = q.body.op == matchAll; !q.wide && len(q.body.String()) > maxQuery {
		q.body, q.wide = filter{}, true
	}
	return q
}

// beyond finds rows that filters cannot look into: cut ones, and those with several values of a field asked for.
func (n *narrowing) beyond() filter {
	cut := leaf(eventstore.FieldTruncated, "*", costWord)
	if n.fields[anyField] || len(n.fields) > maxListed {
		return or(cut, leaf(eventstore.FieldShape, quote(strings.TrimSuffix(eventstore.ShapeList, ":")), costWord))
	}
	either := []filter{cut}
	for _, field := range slices.Sorted(maps.Keys(n.fields)) {
		either = append(either, shapeWord(eventstore.ShapeList, field))
	}
	return or(either...)
}

// text writes the query. unmarked says that there are rows which do not tell their log source: they all pass.
func (q query) text(unmarked bool) string {
	guard := guardOf(q.source)
	if unmarked && guard.op != matchAll {
		guard = or(guard, unmarkedRows())
	}
	parts := make([]string, 0, 2)
	for _, f := range []filter{guard, q.body} {
		if f.op != matchAll {
			parts = append(parts, f.within())
		}
	}
	if len(parts) == 0 {
		return "*"
	}
	return strings.Join(parts, " ")
}

// guardOf finds the rows of a log source, under whatever words events answer to it.
func guardOf(l detect.Logsource) filter {
	word := func(kind string, values ...string) filter {
		out := filter{op: matchNone}
		for _, value := range values {
			if value == "" {
				return filter{}
			}
			out = or(out, leaf(eventstore.FieldLogsource, quote(kind+"="+value), costWord))
		}
		return out
	}
	return and(word("product", vedette.ProductsFor(l.Product)...), word("service", vedette.ServicesFor(l.Product, l.Service)...),
		word("category", l.Category))
}

// unmarkedRows finds rows that do not tell their log source.
func unmarkedRows() filter { return leaf(eventstore.FieldLogsource, `""`, costWord) }
