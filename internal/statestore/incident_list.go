package statestore

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// IncidentFilter chooses incidents of one tenant. Empty fields do not choose.
type IncidentFilter struct {
	Tenant      string
	Status      []vedette.IncidentStatus
	MinSeverity vedette.Severity
	Owner       string
	Search      string // words that must all occur in the title, id, entities or rules, in any case
	EntityKind  string // with EntityName
	EntityName  string
	RuleID      string
	Since       time.Time // its last alert is not before
	Until       time.Time // its first alert is before
	Sort        string    // "score" (the default), "last" or "created"; highest and newest first
}

// statuses lists every status. Lists walk one index per status and merge, so that a hundred thousand closed incidents
// do not slow the search for the open ones.
func statuses() []vedette.IncidentStatus {
	return []vedette.IncidentStatus{vedette.StatusOpen, vedette.StatusWorking, vedette.StatusContained, vedette.StatusClosed}
}

// incidentOrders are the columns of each order; the row number at the end makes it total.
func incidentOrders(sort string) ([]string, error) {
	switch sort {
	case "", "score":
		return []string{"score", "last_time", "n"}, nil
	case "last":
		return []string{"last_time", "n"}, nil
	case "created":
		return []string{"created", "n"}, nil
	}
	return nil, vedette.Errorf(vedette.CodeInvalid, "incidents cannot be sorted by %q: use score, last or created", sort)
}

// Incidents lists incidents without their evidence, the cursor of the next page ("" on the last) and how many there are.
func (s *Store) Incidents(ctx context.Context, filter IncidentFilter, page Page) ([]vedette.Incident, string, int64, error) {
	list, err := s.incidentList(filter, page)
	if err != nil {
		return nil, "", 0, err
	}
	q := s.reading()
	total, err := list.count(ctx, q)
	if err != nil {
		return nil, "", 0, s.engine.failure("count incidents", err)
	}
	incidents, next, err := list.page(ctx, q)
	return incidents, next, total, s.engine.failure("list incidents", err)
}

// incidentList is a checked request for a page.
type incidentList struct {
	order  []string
	status []vedette.IncidentStatus
	where  condition // on the narrow row, status aside
	hits   condition // a query for the row numbers found by words, entity and rule; empty when none is asked for
	after  *cursor
	limit  int
	sort   string
}

func (s *Store) incidentList(filter IncidentFilter, page Page) (incidentList, error) {
	list := incidentList{status: statuses(), limit: page.limit(), sort: "incidents." + filter.Sort}
	var err error
	if list.order, err = incidentOrders(filter.Sort); err != nil {
		return list, err
	}
	if list.after, err = page.place(list.sort, len(list.order), 0); err != nil {
		return list, err
	}
	if len(filter.Status) > 0 {
		list.status = slices.Compact(slices.Sorted(slices.Values(filter.Status)))
		for _, status := range list.status {
			if err := (IncidentEdit{Status: &status}).check(); err != nil {
				return list, err
			}
		}
	}
	list.where.and("tenant = ?", key(filter.Tenant))
	if filter.MinSeverity > vedette.Info {
		list.where.and("severity >= ?", int64(filter.MinSeverity))
	}
	if filter.Owner != "" {
		list.where.and("owner = ?", key(filter.Owner))
	}
	if !filter.Since.IsZero() {
		list.where.and("last_time >= ?", micros(filter.Since))
	}
	if !filter.Until.IsZero() {
		list.where.and("first_time < ?", micros(filter.Until))
	}
	list.hits, err = s.incidentHits(filter)
	return list, err
}

// incidentHits is the query for the row numbers that the side tables know.
func (s *Store) incidentHits(filter IncidentFilter) (condition, error) {
	var hits condition
	tenant := key(filter.Tenant)
	narrow := func(query string, args ...any) {
		if hits.text != "" {
			hits.text += " INTERSECT "
		}
		hits.text += query
		hits.args = append(hits.args, args...)
	}
	if filter.EntityName != "" {
		where := condition{"tenant = ? AND name = ?", []any{tenant, key(filter.EntityName)}}
		if filter.EntityKind != "" {
			where.and("kind = ?", key(filter.EntityKind))
		}
		narrow("SELECT n FROM incident_entities WHERE "+where.text, where.args...)
	}
	if filter.RuleID != "" {
		narrow("SELECT n FROM incident_rules WHERE tenant = ? AND rule = ?", tenant, key(filter.RuleID))
	}
	words, err := searchWords(filter.Search)
	if len(words) > 0 {
		where := condition{"tenant = ?", []any{tenant}}
		s.engine.containing(&where, "words", words)
		narrow("SELECT n FROM incident_search WHERE "+where.text, where.args...)
	}
	return hits, err
}

// searchWords splits a search text into words in lower case.
func searchWords(text string) ([]string, error) {
	words := strings.Fields(strings.ToLower(cleanText(text)))
	if len(text) > maxSearch || len(words) > maxWords {
		return nil, vedette.Errorf(vedette.CodeInvalid, "a search has at most %d words and %d bytes", maxWords, maxSearch)
	}
	return words, nil
}

func (e engine) containing(where *condition, column string, words []string) {
	for _, word := range words {
		where.and(strings.Replace(e.contains, "%s", column, 1), word)
	}
}

func (l incidentList) count(ctx context.Context, q session) (int64, error) {
	where := l.where.with("status IN ("+marks(len(l.status))+")", anys(l.status)...)
	query, args := "SELECT count(*) FROM incidents WHERE "+where.text, where.args
	if l.hits.text != "" {
		query = "WITH hits (hit) AS MATERIALIZED (" + l.hits.text + ") SELECT count(*) FROM hits JOIN incidents ON n = hit WHERE " + where.text
		args = slices.Concat(l.hits.args, where.args)
	}
	var total int64
	_, err := q.one(ctx, []any{&total}, query, args...)
	return total, err
}

func (l incidentList) page(ctx context.Context, q session) ([]vedette.Incident, string, error) {
	places, args := l.places()
	descending := strings.Join(l.order, " DESC, ") + " DESC"
	query := places + `SELECT ` + incidentColumns + `, d.summary, i.score
		FROM places p JOIN incidents i ON i.n = p.n JOIN incident_documents d ON d.n = p.n
		ORDER BY i.` + strings.ReplaceAll(descending, ", ", ", i.")
	var last incidentRow
	var score int64
	rows := paged[vedette.Incident]{limit: l.limit}
	err := q.each(ctx, rows.adder(func(scan func(...any) error) (vedette.Incident, error) {
		last = incidentRow{}
		if err := scan(append(last.columns(), &score)...); err != nil {
			return vedette.Incident{}, err
		}
		return last.incident()
	}), query, args...)
	values := map[string]int64{"score": score, "last_time": last.last, "created": last.created, "n": last.n}
	next := cursor{List: l.sort}
	for _, column := range l.order {
		next.Times = append(next.Times, values[column])
	}
	return rows.items, rows.next(next), err
}

// places is a WITH clause that finds the row numbers of the page and of one row more.
func (l incidentList) places() (string, []any) {
	columns := strings.Join(l.order, ", ")
	order := " ORDER BY " + strings.Join(l.order, " DESC, ") + " DESC LIMIT ?"
	where := l.where
	if l.after != nil {
		where = where.with("("+columns+") < ("+marks(len(l.order))+")", anys(l.after.Times)...)
	}
	if l.hits.text != "" {
		where = where.with("status IN ("+marks(len(l.status))+")", anys(l.status)...)
		text := "WITH hits (hit) AS MATERIALIZED (" + l.hits.text + "), places AS (SELECT " + columns +
			" FROM hits JOIN incidents ON n = hit WHERE " + where.text + order + ") "
		return text, append(slices.Concat(l.hits.args, where.args), l.limit+1)
	}
	var parts []string
	var args []any
	for _, status := range l.status {
		one := where.with("status = ?", status)
		parts = append(parts, "SELECT * FROM (SELECT "+columns+" FROM incidents WHERE "+one.text+order+") AS "+string(status)+"_ones")
		args = append(append(args, one.args...), l.limit+1)
	}
	return "WITH places AS (SELECT * FROM (" + strings.Join(parts, " UNION ALL ") + ") AS every" + order + ") ", append(args, l.limit+1)
}

// anys turns a list into arguments.
func anys[T int64 | vedette.IncidentStatus | vedette.ActionState](list []T) []any {
	args := make([]any, len(list))
	for i, v := range list {
		args[i] = v
	}
	return args
}
