package statestore

import (
	"context"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxIndicatorBatch is how many indicators one MergeIndicators takes.
const MaxIndicatorBatch = 500

// maxIndicatorText bounds a stored value and a stored list of labels, in bytes.
const maxIndicatorText = 4096

// listSeparator stands between the items of a stored list; no item contains it.
const listSeparator = "\n"

const indicatorColumns = "id, kind, value, base, severity, tlp, labels, feeds, subdomains, revoked, valid_from, valid_until, ends, asserted, added, updated, hunted"

const indicatorMarks = 17

func scanIndicator(scan func(...any) error) (vedette.Indicator, error) {
	var in vedette.Indicator
	var severity, subdomains, revoked, from, until, ends, asserted, added, updated, hunted int64
	var labels, feeds string
	err := scan(&in.ID, &in.Kind, &in.Value, &in.Base, &severity, &in.TLP, &labels, &feeds, &subdomains, &revoked,
		&from, &until, &ends, &asserted, &added, &updated, &hunted)
	in.Severity, in.Subdomains = vedette.Severity(severity), subdomains != 0
	in.Labels, in.Feeds = splitList(labels), splitList(feeds)
	in.ValidFrom, in.ValidUntil, in.Ends, in.Asserted = moment(from), moment(until), moment(ends), moment(asserted)
	in.Added, in.Updated, in.Hunted = moment(added), moment(updated), moment(hunted)
	if revoked != 0 {
		in.State = vedette.IndicatorRevoked
	}
	return in, err
}

func indicatorArgs(in vedette.Indicator) []any {
	return []any{in.ID, string(in.Kind), in.Value, in.Base, int64(in.Severity), string(in.TLP), joinList(in.Labels), joinList(in.Feeds),
		in.Subdomains, in.State == vedette.IndicatorRevoked, in.ValidFrom, in.ValidUntil, in.Ends, in.Asserted, in.Added, in.Updated, in.Hunted}
}

// joinList writes a list as one text within bounds.
func joinList(list []string) string {
	var b strings.Builder
	for _, item := range list {
		item = strings.ReplaceAll(item, listSeparator, " ")
		if b.Len()+len(item) >= maxIndicatorText {
			break
		}
		if b.Len() > 0 {
			b.WriteString(listSeparator)
		}
		b.WriteString(item)
	}
	return b.String()
}

func splitList(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, listSeparator)
}

// EachIndicator calls fn for every stored indicator that is not revoked and ends after a time, in no order.
func (s *Store) EachIndicator(ctx context.Context, after time.Time, fn func(vedette.Indicator) error) error {
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		in, err := scanIndicator(scan)
		if err != nil {
			return err
		}
		return fn(in)
	}, "SELECT "+indicatorColumns+" FROM intel_indicators WHERE revoked = 0 AND ends > ?", after)
	return s.engine.failure("read the indicators", err)
}

// MergeIndicators changes indicators in one transaction. merge gets each of the ids with what is stored of it, its
// Assertions among it and ID empty when nothing is, and returns what shall be stored and whether that differs; an
// indicator returned without assertions is removed. At most MaxIndicatorBatch ids.
func (s *Store) MergeIndicators(ctx context.Context, ids []string, merge func(id string, have vedette.Indicator) (vedette.Indicator, bool)) error {
	if len(ids) > MaxIndicatorBatch {
		return vedette.Errorf(vedette.CodeTooLarge, "at most %d indicators are changed at once, not %d", MaxIndicatorBatch, len(ids))
	}
	if len(ids) == 0 {
		return nil
	}
	return s.transaction(ctx, "change indicators", func(q session) error {
		have, err := indicatorsByID(ctx, q, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			want, changed := merge(id, have[id])
			if !changed {
				continue
			}
			if err := putIndicator(ctx, q, have[id], want); err != nil {
				return err
			}
			have[id] = want
		}
		return nil
	})
}

// indicatorsByID reads indicators with their assertions.
func indicatorsByID(ctx context.Context, q session, ids []string) (map[string]vedette.Indicator, error) {
	found := make(map[string]vedette.Indicator, len(ids))
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	err := q.each(ctx, func(scan func(...any) error) error {
		in, err := scanIndicator(scan)
		found[in.ID] = in
		return err
	}, "SELECT "+indicatorColumns+" FROM intel_indicators WHERE id IN ("+marks(len(ids))+")", args...)
	if err != nil || len(found) == 0 {
		return found, err
	}
	err = q.each(ctx, func(scan func(...any) error) error {
		id, a, err := scanAssertion(scan)
		if in, ok := found[id]; ok {
			in.Assertions = append(in.Assertions, a)
			found[id] = in
		}
		return err
	}, "SELECT "+assertionColumns+" FROM intel_assertions WHERE indicator IN ("+marks(len(ids))+") ORDER BY indicator, feed", args...)
	return found, err
}

const assertionColumns = "indicator, feed, confidence, tlp, labels, subdomains, valid_from, valid_until, first_time, asserted, revoked, reference"

func scanAssertion(scan func(...any) error) (string, vedette.Assertion, error) {
	var a vedette.Assertion
	var id, labels string
	var subdomains, from, until, first, asserted, revoked int64
	err := scan(&id, &a.Feed, &a.Confidence, &a.TLP, &labels, &subdomains, &from, &until, &first, &asserted, &revoked, &a.Reference)
	a.Labels, a.Subdomains, a.Revoked = splitList(labels), subdomains != 0, revoked != 0
	a.ValidFrom, a.ValidUntil, a.First, a.Asserted = moment(from), moment(until), moment(first), moment(asserted)
	return id, a, err
}

// putIndicator writes what differs between two states of one indicator.
func putIndicator(ctx context.Context, q session, have, want vedette.Indicator) error {
	kept := map[string]bool{}
	for _, a := range want.Assertions {
		kept[a.Feed] = true
		_, err := q.exec(ctx, "INSERT INTO intel_assertions ("+assertionColumns+") VALUES ("+marks(12)+`)
			ON CONFLICT (indicator, feed) DO UPDATE SET confidence = excluded.confidence, tlp = excluded.tlp, labels = excluded.labels,
			subdomains = excluded.subdomains, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
			asserted = excluded.asserted, revoked = excluded.revoked, reference = excluded.reference`,
			want.ID, key(a.Feed), a.Confidence, string(a.TLP), joinList(a.Labels), a.Subdomains, a.ValidFrom, a.ValidUntil,
			a.First, a.Asserted, a.Revoked, key(a.Reference))
		if err != nil {
			return err
		}
	}
	for _, a := range have.Assertions {
		if kept[a.Feed] {
			continue
		}
		if _, err := q.exec(ctx, "DELETE FROM intel_assertions WHERE indicator = ? AND feed = ?", have.ID, a.Feed); err != nil {
			return err
		}
	}
	if len(want.Assertions) == 0 {
		_, err := q.exec(ctx, "DELETE FROM intel_indicators WHERE id = ?", have.ID)
		return err
	}
	if len(want.Value) > maxIndicatorText {
		return tooLong("the value of an indicator", len(want.Value), maxIndicatorText)
	}
	_, err := q.exec(ctx, "INSERT INTO intel_indicators ("+indicatorColumns+") VALUES ("+marks(indicatorMarks)+`)
		ON CONFLICT (id) DO UPDATE SET base = excluded.base, severity = excluded.severity, tlp = excluded.tlp, labels = excluded.labels,
		feeds = excluded.feeds, subdomains = excluded.subdomains, revoked = excluded.revoked, valid_from = excluded.valid_from,
		valid_until = excluded.valid_until, ends = excluded.ends, asserted = excluded.asserted, updated = excluded.updated,
		hunted = excluded.hunted`, indicatorArgs(want)...)
	return err
}

// Indicator returns one indicator with its assertions and how often a tenant saw it.
func (s *Store) Indicator(ctx context.Context, tenant, id string) (vedette.Indicator, error) {
	q := s.reading()
	found, err := indicatorsByID(ctx, q, []string{id})
	if err != nil {
		return vedette.Indicator{}, s.engine.failure("read an indicator", err)
	}
	in, ok := found[id]
	if !ok {
		return vedette.Indicator{}, missing("indicator", vedette.Shorten(id, 100))
	}
	list := []vedette.Indicator{in}
	err = countSightings(ctx, q, tenant, list)
	return list[0], s.engine.failure("read an indicator", err)
}
