package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// Bounds of what is kept of feeds and of the allow-list.
const (
	MaxFeeds      = 200
	MaxAllowances = 10_000
	maxFeedText   = 64 << 10
)

// Feed is a source of indicators as it is kept. Settings and State are documents of the room that reads them.
type Feed struct {
	Name     string
	Managed  bool // people made it, and may change it; else it stands in the configuration
	Settings string
	Secret   string // what opens the feed; never shown
	State    string
	Created  time.Time
	Updated  time.Time
}

// Feeds returns the feeds by name.
func (s *Store) Feeds(ctx context.Context) ([]Feed, error) {
	var feeds []Feed
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var f Feed
		var managed, created, updated int64
		err := scan(&f.Name, &managed, &f.Settings, &f.Secret, &f.State, &created, &updated)
		f.Managed, f.Created, f.Updated = managed != 0, moment(created), moment(updated)
		feeds = append(feeds, f)
		return err
	}, "SELECT name, managed, settings, secret, state, created, updated FROM intel_feeds ORDER BY name")
	return feeds, s.engine.failure("read the feeds", err)
}

// SaveFeed keeps a feed's settings and secret; the state of one that exists stays. More than MaxFeeds are limited.
func (s *Store) SaveFeed(ctx context.Context, f Feed) error {
	if err := named("a feed", f.Name); err != nil {
		return err
	}
	if len(f.Settings)+len(f.Secret) > maxFeedText {
		return tooLong("feed "+f.Name, len(f.Settings)+len(f.Secret), maxFeedText)
	}
	return s.transaction(ctx, "keep a feed", func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO intel_feeds (name, managed, settings, secret, state, created, updated) VALUES (?, ?, ?, ?, '', ?, ?)
			ON CONFLICT (name) DO UPDATE SET managed = excluded.managed, settings = excluded.settings, secret = excluded.secret, updated = excluded.updated`,
			f.Name, f.Managed, f.Settings, f.Secret, s.now(), s.now())
		if err != nil {
			return err
		}
		return atMost(ctx, q, MaxFeeds, "feeds", "SELECT count(*) FROM intel_feeds")
	})
}

// SaveFeedState keeps what is known of a feed's last poll. A feed that is gone is not_found.
func (s *Store) SaveFeedState(ctx context.Context, name, state string) error {
	if len(state) > maxFeedText {
		return tooLong("the state of feed "+name, len(state), maxFeedText)
	}
	changed, err := s.change(ctx, "keep the state of a feed", "UPDATE intel_feeds SET state = ? WHERE name = ?", state, key(name))
	if err == nil && changed == 0 {
		return missing("feed", name)
	}
	return err
}

// DeleteFeed removes a feed. What it said of indicators stays until it is removed by MergeIndicators.
func (s *Store) DeleteFeed(ctx context.Context, name string) error {
	return s.remove(ctx, "feed", name, "DELETE FROM intel_feeds WHERE name = ?", key(name))
}

// Allowances returns what people put on the allow-list, newest first.
func (s *Store) Allowances(ctx context.Context) ([]vedette.Allowance, error) {
	var list []vedette.Allowance
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		a := vedette.Allowance{Origin: "person"}
		var below, created int64
		err := scan(&a.ID, &a.Kind, &a.Value, &below, &a.Reason, &a.By, &created)
		a.Below, a.Created = below != 0, moment(created)
		list = append(list, a)
		return err
	}, "SELECT id, kind, value, below, reason, author, created FROM intel_allow ORDER BY created DESC, id")
	return list, s.engine.failure("read the allow-list", err)
}

// SaveAllowance keeps an entry of the allow-list. More than MaxAllowances are limited.
func (s *Store) SaveAllowance(ctx context.Context, a vedette.Allowance) error {
	if err := named("an entry of the allow-list", a.ID); err != nil {
		return err
	}
	if len(a.Value)+len(a.Reason) > maxIndicatorText {
		return tooLong("an entry of the allow-list", len(a.Value)+len(a.Reason), maxIndicatorText)
	}
	return s.transaction(ctx, "keep an entry of the allow-list", func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO intel_allow (id, kind, value, below, reason, author, created) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET below = excluded.below, reason = excluded.reason, author = excluded.author`,
			a.ID, a.Kind, a.Value, a.Below, a.Reason, key(a.By), a.Created)
		if err != nil {
			return err
		}
		return atMost(ctx, q, MaxAllowances, "entries of the allow-list", "SELECT count(*) FROM intel_allow")
	})
}

// DeleteAllowance removes an entry of the allow-list.
func (s *Store) DeleteAllowance(ctx context.Context, id string) error {
	return s.remove(ctx, "entry of the allow-list", id, "DELETE FROM intel_allow WHERE id = ?", key(id))
}

// atMost refuses what makes a table grow beyond its bound.
func atMost(ctx context.Context, q session, most int64, what, query string) error {
	var count int64
	if _, err := q.one(ctx, []any{&count}, query); err != nil {
		return err
	}
	if count > most {
		return vedette.Errorf(vedette.CodeLimited, "there are %d %s; there is no room for more", most, what)
	}
	return nil
}

// AddSightings adds to what is known of sightings: counts are summed, first and last widened.
func (s *Store) AddSightings(ctx context.Context, tenant string, list []vedette.IndicatorSightings) error {
	if len(list) == 0 {
		return nil
	}
	return s.transaction(ctx, "count sightings", func(q session) error {
		for _, one := range list {
			_, err := q.exec(ctx, `INSERT INTO intel_sightings (tenant, indicator, kind, value, count, first_time, last_time, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (tenant, indicator) DO UPDATE SET count = intel_sightings.count + excluded.count,
				event = CASE WHEN excluded.last_time >= intel_sightings.last_time THEN excluded.event ELSE intel_sightings.event END,
				first_time = CASE WHEN excluded.first_time < intel_sightings.first_time THEN excluded.first_time ELSE intel_sightings.first_time END,
				last_time = CASE WHEN excluded.last_time > intel_sightings.last_time THEN excluded.last_time ELSE intel_sightings.last_time END`,
				key(tenant), one.IndicatorID, string(one.Kind), one.Value, one.Count, one.First, one.Last, key(one.EventID))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Sightings lists what a tenant saw, last seen first.
func (s *Store) Sightings(ctx context.Context, tenant string, page Page) ([]vedette.IndicatorSightings, string, int64, error) {
	after, err := page.place("sightings", 1, 1)
	if err != nil {
		return nil, "", 0, err
	}
	q, where := s.reading(), condition{"tenant = ?", []any{key(tenant)}}
	var total int64
	if _, err := q.one(ctx, []any{&total}, "SELECT count(*) FROM intel_sightings WHERE tenant = ?", key(tenant)); err != nil {
		return nil, "", 0, s.engine.failure("count sightings", err)
	}
	if after != nil {
		where.and("(last_time, indicator) < (?, ?)", after.Times[0], after.Names[0])
	}
	rows := paged[vedette.IndicatorSightings]{limit: page.limit()}
	err = q.each(ctx, rows.adder(func(scan func(...any) error) (vedette.IndicatorSightings, error) {
		var one vedette.IndicatorSightings
		var first, last int64
		err := scan(&one.IndicatorID, &one.Kind, &one.Value, &one.Count, &first, &last, &one.EventID)
		one.First, one.Last = moment(first), moment(last)
		return one, err
	}), "SELECT indicator, kind, value, count, first_time, last_time, event FROM intel_sightings WHERE "+where.text+
		" ORDER BY last_time DESC, indicator DESC LIMIT ?", append(where.args, rows.limit+1)...)
	if err != nil || len(rows.items) == 0 {
		return nil, "", total, s.engine.failure("list sightings", err)
	}
	end := rows.items[len(rows.items)-1]
	return rows.items, rows.next(cursor{List: "sightings", Times: []int64{micros(end.Last)}, Names: []string{end.IndicatorID}}), total, nil
}
