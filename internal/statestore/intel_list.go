package statestore

import (
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// IndicatorFilter chooses indicators. Empty fields do not choose.
type IndicatorFilter struct {
	Tenant string // whose sightings are shown
	Kind   vedette.IndicatorKind
	Feed   string
	Search string // words that must all occur in value or labels, in any case
	State  string // live, expired or revoked, by their validity alone
	MaxTLP vedette.TLP
	Now    time.Time // what State is judged by
}

func (s *Store) indicatorCondition(f IndicatorFilter) (condition, error) {
	where := condition{text: "1 = 1"}
	if f.Kind != "" {
		where.and("kind = ?", string(f.Kind))
	}
	if f.Feed != "" {
		where.and("id IN (SELECT indicator FROM intel_assertions WHERE feed = ?)", key(f.Feed))
	}
	switch f.State {
	case "":
	case "live":
		where.and("revoked = 0 AND valid_from <= ? AND valid_until > ?", f.Now, f.Now)
	case "expired":
		where.and("revoked = 0 AND ends <= ?", f.Now)
	case "revoked":
		where.and("revoked = 1")
	default:
		return where, vedette.Errorf(vedette.CodeInvalid, "the state %q of indicators is not live, expired or revoked", f.State)
	}
	if f.MaxTLP != "" {
		var open []any
		for _, t := range []vedette.TLP{vedette.TLPClear, vedette.TLPGreen, vedette.TLPAmber, vedette.TLPAmberStrict, vedette.TLPRed} {
			if t.Level() <= f.MaxTLP.Level() {
				open = append(open, string(t))
			}
		}
		if f.MaxTLP.Level() >= vedette.TLPAmber.Level() {
			open = append(open, "") // what nobody marked is passed on as if it were amber
		}
		where.and("tlp IN ("+marks(len(open))+")", open...)
	}
	words, err := searchWords(f.Search)
	s.engine.containing(&where, "lower(value || ' ' || labels)", words)
	return where, err
}

// Indicators lists indicators, newest first, with the cursor of the next page and how many there are.
func (s *Store) Indicators(ctx context.Context, f IndicatorFilter, page Page) ([]vedette.Indicator, string, int64, error) {
	after, err := page.place("indicators", 1, 1)
	if err != nil {
		return nil, "", 0, err
	}
	where, err := s.indicatorCondition(f)
	if err != nil {
		return nil, "", 0, err
	}
	q := s.reading()
	var total int64
	if _, err := q.one(ctx, []any{&total}, "SELECT count(*) FROM intel_indicators WHERE "+where.text, slices.Clone(where.args)...); err != nil {
		return nil, "", 0, s.engine.failure("count indicators", err)
	}
	if after != nil {
		where.and("(added, id) < (?, ?)", after.Times[0], after.Names[0])
	}
	rows := paged[vedette.Indicator]{limit: page.limit()}
	err = q.each(ctx, rows.adder(scanIndicator), "SELECT "+indicatorColumns+" FROM intel_indicators WHERE "+where.text+
		" ORDER BY added DESC, id DESC LIMIT ?", append(where.args, rows.limit+1)...)
	if err != nil || len(rows.items) == 0 {
		return nil, "", total, s.engine.failure("list indicators", err)
	}
	if err := countSightings(ctx, q, f.Tenant, rows.items); err != nil {
		return nil, "", 0, s.engine.failure("count sightings", err)
	}
	last := rows.items[len(rows.items)-1]
	return rows.items, rows.next(cursor{List: "indicators", Times: []int64{micros(last.Added)}, Names: []string{last.ID}}), total, nil
}

// countSightings fills in how often a tenant saw each.
func countSightings(ctx context.Context, q session, tenant string, list []vedette.Indicator) error {
	args, places := []any{key(tenant)}, make(map[string]int, len(list))
	for i := range list {
		args, places[list[i].ID] = append(args, list[i].ID), i
	}
	return q.each(ctx, func(scan func(...any) error) error {
		var id string
		var count, first, last int64
		err := scan(&id, &count, &first, &last)
		if i, ok := places[id]; ok {
			list[i].Sightings, list[i].FirstSeen, list[i].LastSeen = count, moment(first), moment(last)
		}
		return err
	}, "SELECT indicator, count, first_time, last_time FROM intel_sightings WHERE tenant = ? AND indicator IN ("+marks(len(list))+")", args...)
}

// IndicatorsOf returns up to limit ids of the indicators that a feed names, in the order of ids, behind an id.
func (s *Store) IndicatorsOf(ctx context.Context, feed, after string, limit int) ([]string, error) {
	return s.indicatorIDs(ctx, "list the indicators of a feed",
		"SELECT indicator FROM intel_assertions WHERE feed = ? AND indicator > ? ORDER BY indicator LIMIT ?", key(feed), after, limit)
}

// IndicatorsInGaps returns up to limit ids of indicators whose validity ended between two times, while another feed
// still holds a later one.
func (s *Store) IndicatorsInGaps(ctx context.Context, from, to time.Time, limit int) ([]string, error) {
	return s.indicatorIDs(ctx, "find indicators that become valid again",
		"SELECT id FROM intel_indicators WHERE valid_until > ? AND valid_until <= ? AND ends > valid_until AND revoked = 0 LIMIT ?", from, to, limit)
}

func (s *Store) indicatorIDs(ctx context.Context, doing, query string, args ...any) ([]string, error) {
	var ids []string
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, query, args...)
	return ids, s.engine.failure(doing, err)
}

// UnhuntedIndicators returns up to limit indicators that are valid at a time and were never hunted back, newest first.
func (s *Store) UnhuntedIndicators(ctx context.Context, now time.Time, limit int) ([]vedette.Indicator, error) {
	var list []vedette.Indicator
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		in, err := scanIndicator(scan)
		list = append(list, in)
		return err
	}, "SELECT "+indicatorColumns+" FROM intel_indicators WHERE hunted = 0 AND revoked = 0 AND valid_from <= ? AND valid_until > ? ORDER BY added DESC LIMIT ?", now, now, limit)
	return list, s.engine.failure("list indicators to hunt for", err)
}

// SetHunted records that stored events were searched for indicators.
func (s *Store) SetHunted(ctx context.Context, ids []string, at time.Time) error {
	args := []any{at}
	for _, id := range ids {
		args = append(args, id)
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := s.change(ctx, "record a hunt", "UPDATE intel_indicators SET hunted = ? WHERE id IN ("+marks(len(ids))+")", args...)
	return err
}

// PruneIndicators removes indicators whose last assertion ended before a time, at most limit of them, and returns how
// many went.
func (s *Store) PruneIndicators(ctx context.Context, before time.Time, limit int) (int64, error) {
	var gone int64
	err := s.transaction(ctx, "remove indicators that ended long ago", func(q session) (err error) {
		const old = "(SELECT id FROM intel_indicators WHERE ends < ? ORDER BY id LIMIT ?)"
		if _, err = q.exec(ctx, "DELETE FROM intel_assertions WHERE indicator IN "+old, before, limit); err != nil {
			return err
		}
		gone, err = q.exec(ctx, "DELETE FROM intel_indicators WHERE id IN "+old, before, limit)
		return err
	})
	return gone, err
}
