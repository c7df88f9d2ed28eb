package statestore

import (
	"slices"
	"strings"
)

// ordered is the end of a query for the rows of the page and one more.
func (l incidentList) ordered() string {
	return " ORDER BY " + strings.Join(l.order, " DESC, ") + " DESC LIMIT ?"
}

// behind narrows a condition to rows behind the cursor.
func (l incidentList) behind(where condition) condition {
	if l.after == nil {
		return where
	}
	return where.with("("+strings.Join(l.order, ", ")+") < ("+marks(len(l.order))+")", anys(l.after.Times)...)
}

// walk finds the page along one index per status.
func (l incidentList) walk() condition {
	var parts []string
	var args []any
	columns := strings.Join(l.order, ", ")
	for _, status := range l.status {
		where := condition{"tenant = ? AND status = ?", []any{l.tenant, status}}
		where.join(l.where)
		where = l.behind(where)
		parts = append(parts, "SELECT * FROM (SELECT "+columns+" FROM incidents WHERE "+where.text+l.ordered()+") AS "+string(status)+"_ones")
		args = append(append(args, where.args...), l.limit+1)
	}
	return condition{"WITH places AS (SELECT * FROM (" + strings.Join(parts, " UNION ALL ") + ") AS every" + l.ordered() + ")", append(args, l.limit+1)}
}

// search finds all rows that match, once, and among them the page. The row numbers come from the tables beside the
// incidents, or else every row's words are looked through: then the tenant is compared in a way that no index serves,
// because reading the rows one after the other is several times faster than by an index.
func (l incidentList) search() condition {
	where := condition{"tenant || '' = ?", []any{l.tenant}}
	where.and("status || '' IN ("+marks(len(l.status))+")", anys(l.status)...)
	where.join(l.where)
	where.join(l.words)
	text, from, args := "WITH ", "incidents", []any(nil)
	if l.hits.text != "" {
		text += "hits (hit) AS MATERIALIZED (" + l.hits.text + "), "
		from = "hits CROSS JOIN incidents"
		args = l.hits.args
		where = where.with("n = hit")
	}
	columns := strings.Join(l.order, ", ")
	place := l.behind(condition{"0 = 0", nil})
	text += "found AS MATERIALIZED (SELECT " + columns + " FROM " + from + " WHERE " + where.text + "), " +
		"places AS (SELECT * FROM found WHERE " + place.text + l.ordered() + ")"
	return condition{text, append(slices.Concat(args, where.args, place.args), l.limit+1)}
}
