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
	Team        string // "-" for those of nobody in particular
	Search      string // words that must all occur in the title, id, entities or rules, in any case
	EntityKind  string // with EntityName
	EntityName  string
	RuleID      string
	Since       time.Time // its last alert is not before
	Until       time.Time // its first alert is before
	Line        string    // "above" or "below" the line of the budget; empty for both
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
	incidents, next, total, err := list.page(ctx, q)
	if err == nil && total < 0 {
		total, err = list.count(ctx, q)
	}
	return incidents, next, total, s.engine.failure("list incidents", err)
}

// incidentList is a checked request for a page.
type incidentList struct {
	sort   string
	order  []string
	status []vedette.IncidentStatus
	where  condition // on the row, status and tenant aside
	tenant string
	words  condition // on the row: the words that must occur
	hits   condition // a query for the row numbers with the entity and the rule; empty when none is asked for
	after  *cursor
	limit  int
}

func (s *Store) incidentList(filter IncidentFilter, page Page) (incidentList, error) {
	list := incidentList{status: statuses(), tenant: key(filter.Tenant), limit: page.limit(), sort: "incidents." + filter.Sort}
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
	if filter.MinSeverity > vedette.Info {
		list.where.and("severity >= ?", int64(filter.MinSeverity))
	}
	if filter.Owner != "" {
		list.where.and("owner = ?", key(filter.Owner))
	}
	if filter.Team != "" {
		list.where.and("team = ?", key(strings.TrimPrefix(filter.Team, "-")))
	}
	if !filter.Since.IsZero() {
		list.where.and("last_time >= ?", micros(filter.Since))
	}
	if !filter.Until.IsZero() {
		list.where.and("first_time < ?", micros(filter.Until))
	}
	switch filter.Line {
	case "":
	case "above":
		list.where.and("below = 0")
	case "below":
		list.where.and("below = 1")
	default:
		return list, vedette.Errorf(vedette.CodeInvalid, "an incident lies above or below the line, not %q", filter.Line)
	}
	list.hits = incidentHits(filter)
	words, err := searchWords(filter.Search)
	s.engine.containing(&list.words, "words", words)
	return list, err
}

// incidentHits is the query for the row numbers that the tables beside the incidents know.
func incidentHits(filter IncidentFilter) condition {
	var hits condition
	tenant := key(filter.Tenant)
	if filter.EntityName != "" {
		hits = condition{"SELECT n FROM incident_entities WHERE tenant = ? AND name = ?", []any{tenant, key(filter.EntityName)}}
		if filter.EntityKind != "" {
			hits.and("kind = ?", key(filter.EntityKind))
		}
	}
	if filter.RuleID != "" {
		if hits.text != "" {
			hits.text += " INTERSECT "
		}
		hits.text += "SELECT n FROM incident_rules WHERE tenant = ? AND rule = ?"
		hits.args = append(hits.args, tenant, key(filter.RuleID))
	}
	if filter.EntityName != "" && filter.EntityKind == "" && filter.RuleID == "" {
		hits.text = "SELECT DISTINCT n" + strings.TrimPrefix(hits.text, "SELECT n") // one name can be of two kinds
	}
	return hits
}

// searched tells whether the list is found by words, entity or rule, and not by walking the indexes in order.
func (l incidentList) searched() bool { return l.hits.text != "" || l.words.text != "" }

// count counts a list that is not searched.
func (l incidentList) count(ctx context.Context, q session) (int64, error) {
	if l.searched() {
		l.limit, l.after = 1, nil
		_, _, total, err := l.page(ctx, q)
		return total, err
	}
	where := condition{"tenant = ?", []any{l.tenant}}
	where.and("status IN ("+marks(len(l.status))+")", anys(l.status)...)
	where.join(l.where)
	var total int64
	_, err := q.one(ctx, []any{&total}, "SELECT count(*) FROM incidents WHERE "+where.text, where.args...)
	return total, err
}

// page reads the page. The total is -1 when the query did not learn it.
func (l incidentList) page(ctx context.Context, q session) ([]vedette.Incident, string, int64, error) {
	places, total := l.walk(), "-1"
	if l.searched() {
		places, total = l.search(), "(SELECT count(*) FROM found)"
	}
	var last incidentRow
	var score int64
	count := int64(-1)
	if l.searched() && l.after == nil {
		count = 0 // unless a row says otherwise
	}
	rows := paged[vedette.Incident]{limit: l.limit}
	err := q.each(ctx, rows.adder(func(scan func(...any) error) (vedette.Incident, error) {
		last = incidentRow{}
		if err := scan(append(last.columns(), &score, &count)...); err != nil {
			return vedette.Incident{}, err
		}
		return last.incident()
	}), places.text+" SELECT "+incidentColumns+", d.summary, i.score, "+total+
		" FROM places p JOIN incidents i ON i.n = p.n JOIN incident_documents d ON d.n = p.n ORDER BY i."+strings.Join(l.order, " DESC, i.")+" DESC",
		places.args...)
	values := map[string]int64{"score": score, "last_time": last.last, "created": last.created, "n": last.n}
	next := cursor{List: l.sort}
	for _, column := range l.order {
		next.Times = append(next.Times, values[column])
	}
	return rows.items, rows.next(next), count, err
}
