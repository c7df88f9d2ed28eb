package statestore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxLinks is how many pairs of things a tenant's people can have spoken about; beyond it those that were not spoken of
// for longest are forgotten.
const MaxLinks = 10_000

// pair is two things in the one order in which they are stored.
type pair struct{ a, b vedette.EntityRef }

func pairOf(l vedette.LinkFeedback) pair {
	p := pair{vedette.EntityRef{Kind: l.A.Kind, Name: key(l.A.Name)}, vedette.EntityRef{Kind: l.B.Kind, Name: key(l.B.Name)}}
	if cmp.Or(cmp.Compare(p.a.Kind, p.b.Kind), cmp.Compare(p.a.Name, p.b.Name)) > 0 {
		p.a, p.b = p.b, p.a
	}
	return p
}

// addLinks adds what people said, times by: 1 when they say it, -1 when they take it back.
func addLinks(ctx context.Context, q session, links []vedette.LinkFeedback, by int64, now time.Time) error {
	links = slices.Clone(links)
	for i := range links {
		p := pairOf(links[i])
		links[i].A, links[i].B = p.a, p.b
	}
	slices.SortFunc(links, func(x, y vedette.LinkFeedback) int {
		return cmp.Or(cmp.Compare(x.Tenant, y.Tenant), cmp.Compare(x.A.Kind, y.A.Kind), cmp.Compare(x.A.Name, y.A.Name),
			cmp.Compare(x.B.Kind, y.B.Kind), cmp.Compare(x.B.Name, y.B.Name))
	})
	for _, l := range links {
		_, err := q.exec(ctx, `INSERT INTO link_feedback (tenant, a_kind, a_name, b_kind, b_name, together, apart, last_time)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (tenant, a_kind, a_name, b_kind, b_name) DO UPDATE SET
			together = CASE WHEN link_feedback.together + ? < 0 THEN 0 ELSE link_feedback.together + ? END,
			apart = CASE WHEN link_feedback.apart + ? < 0 THEN 0 ELSE link_feedback.apart + ? END, last_time = excluded.last_time`,
			key(l.Tenant), string(l.A.Kind), l.A.Name, string(l.B.Kind), l.B.Name, max(by*l.Together, 0), max(by*l.Apart, 0), now,
			by*l.Together, by*l.Together, by*l.Apart, by*l.Apart)
		if err != nil {
			return err
		}
	}
	if len(links) == 0 {
		return nil
	}
	tenant := key(links[0].Tenant)
	if _, err := q.exec(ctx, "DELETE FROM link_feedback WHERE tenant = ? AND together = 0 AND apart = 0", tenant); err != nil {
		return err
	}
	_, err := q.exec(ctx, `DELETE FROM link_feedback WHERE tenant = ? AND last_time <
		(SELECT last_time FROM link_feedback WHERE tenant = ? ORDER BY last_time DESC LIMIT 1 OFFSET ?)`, tenant, tenant, MaxLinks-1)
	return err
}

// LinkFeedback returns what people said about things that belong together or apart, the newest first, at most limit pairs
// of each tenant.
func (s *Store) LinkFeedback(ctx context.Context, limit int) ([]vedette.LinkFeedback, error) {
	var all []vedette.LinkFeedback
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var l vedette.LinkFeedback
		var a, b string
		var last int64
		err := scan(&l.Tenant, &a, &l.A.Name, &b, &l.B.Name, &l.Together, &l.Apart, &last)
		l.A.Kind, l.B.Kind, l.Last = vedette.EntityKind(a), vedette.EntityKind(b), moment(last)
		all = append(all, l)
		return err
	}, `SELECT tenant, a_kind, a_name, b_kind, b_name, together, apart, last_time FROM (SELECT *, row_number() OVER
			(PARTITION BY tenant ORDER BY last_time DESC, a_kind, a_name, b_kind, b_name) AS place FROM link_feedback) AS latest
		WHERE place <= ? ORDER BY last_time DESC, tenant, a_kind, a_name, b_kind, b_name`, max(limit, 0))
	return all, s.engine.failure("read what people said about links", err)
}
