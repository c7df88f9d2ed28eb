package statestore

import (
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// sampleSize bounds the incidents that a median is taken of; maxHours the hours that are counted one by one.
const (
	sampleSize = 10_000
	maxHours   = 31 * 24
)

// SeverityCounts is how many there are of each severity, by its number.
type SeverityCounts [vedette.Critical + 1]int64

func (c *SeverityCounts) add(severity, count int64) {
	c[max(0, min(severity, int64(vedette.Critical)))] += count
}

// TodayCounts is what the Today screen says of incidents and actions.
type TodayCounts struct {
	Open, Working, Contained int64          // incidents that are so now, whatever their age; open ones above the line
	Closed                   int64          // incidents closed since
	BySeverity               SeverityCounts // incidents that are not closed
	Incidents                int64          // incidents created since
	Below                    int64          // of those, under the line
	Alerts                   int64          // alerts folded into those
	DetectSeconds            float64        // median from the first event to the first rule, newest 10,000 incidents created since
	Detected                 int64          // how many incidents that median is of; 0: there is none
	RespondSeconds           float64        // median from the first rule to the first action applied (no dry run), incidents created since
	Responded                int64          // how many incidents that median is of; 0: there is none
	ByHour                   []HourCount    // hours with incidents created since, oldest first, at most the last 31 days
	Waiting                  int64          // actions that wait for approval
	OldestWaiting            time.Time      // since when the oldest of them waits; zero when none does
}

// HourCount is how many incidents were created in the hour that begins at Time.
type HourCount struct {
	Time       time.Time
	BySeverity SeverityCounts
}

// Today counts for the Today screen.
func (s *Store) Today(ctx context.Context, tenant string, since time.Time) (TodayCounts, error) {
	c := counting{q: s.reading(), tenant: key(tenant), since: micros(since), now: s.now()}
	for _, count := range []func(context.Context) error{c.states, c.closed, c.hours, c.detect, c.respond, c.waiting} {
		if err := count(ctx); err != nil {
			return TodayCounts{}, s.engine.failure("count for today", err)
		}
	}
	return c.out, nil
}

type counting struct {
	q      session
	tenant string
	since  int64
	now    time.Time
	out    TodayCounts
}

func (c *counting) states(ctx context.Context) error {
	return c.q.each(ctx, func(scan func(...any) error) error {
		var status vedette.IncidentStatus
		var severity, count int64
		if err := scan(&status, &severity, &count); err != nil {
			return err
		}
		c.out.BySeverity.add(severity, count)
		switch status {
		case vedette.StatusOpen:
			c.out.Open += count
		case vedette.StatusWorking:
			c.out.Working += count
		case vedette.StatusContained:
			c.out.Contained += count
		}
		return nil
	}, "SELECT status, severity, count(*) FROM incidents WHERE tenant = ? AND status IN (?, ?, ?) AND (below = 0 OR status <> ?) AND merged = '' GROUP BY status, severity",
		c.tenant, vedette.StatusOpen, vedette.StatusWorking, vedette.StatusContained, vedette.StatusOpen)
}

func (c *counting) closed(ctx context.Context) error {
	_, err := c.q.one(ctx, []any{&c.out.Closed}, "SELECT count(*) FROM incidents WHERE tenant = ? AND closed >= ?", c.tenant, max(c.since, 1))
	return err
}

const hourMicros = int64(time.Hour / time.Microsecond)

func (c *counting) hours(ctx context.Context) error {
	oldest := c.now.UnixMicro()/hourMicros - maxHours
	return c.q.each(ctx, func(scan func(...any) error) error {
		var hour, severity, count, below, alerts int64
		if err := scan(&hour, &severity, &count, &below, &alerts); err != nil {
			return err
		}
		c.out.Incidents += count
		c.out.Below += below
		c.out.Alerts += alerts
		if hour <= oldest {
			return nil
		}
		start := time.UnixMicro(hour * hourMicros).UTC()
		if n := len(c.out.ByHour); n == 0 || !c.out.ByHour[n-1].Time.Equal(start) {
			c.out.ByHour = append(c.out.ByHour, HourCount{Time: start})
		}
		c.out.ByHour[len(c.out.ByHour)-1].BySeverity.add(severity, count)
		return nil
	}, `SELECT created / 3600000000, severity, count(*), CAST(sum(below) AS BIGINT), CAST(sum(alerts) AS BIGINT) FROM incidents
		WHERE tenant = ? AND created >= ? GROUP BY 1, 2 ORDER BY 1, 2`, c.tenant, c.since)
}

func (c *counting) detect(ctx context.Context) (err error) {
	c.out.DetectSeconds, c.out.Detected, err = c.median(ctx, `SELECT first_time, detected FROM incidents
		WHERE tenant = ? AND created >= ? ORDER BY created DESC LIMIT ?`, c.tenant, c.since, sampleSize)
	return err
}

func (c *counting) respond(ctx context.Context) (err error) {
	c.out.RespondSeconds, c.out.Responded, err = c.median(ctx, `SELECT i.detected, a.applied FROM incidents i JOIN (
			SELECT incident, min(applied) AS applied FROM actions WHERE tenant = ? AND applied >= ? AND incident <> '' GROUP BY incident
		) AS a ON i.id = a.incident WHERE i.tenant = ? AND i.created >= ? ORDER BY i.created DESC LIMIT ?`,
		c.tenant, max(c.since, 1), c.tenant, c.since, sampleSize)
	return err
}

// median runs a query for pairs of times and returns the median of their distances in seconds and how many there are.
// Pairs without a time do not count; a clock that runs behind counts as no distance.
func (c *counting) median(ctx context.Context, query string, args ...any) (float64, int64, error) {
	var distances []int64
	err := c.q.each(ctx, func(scan func(...any) error) error {
		var from, to int64
		if err := scan(&from, &to); err != nil {
			return err
		}
		if from != 0 && to != 0 {
			distances = append(distances, max(0, to-from))
		}
		return nil
	}, query, args...)
	n := len(distances)
	if err != nil || n == 0 {
		return 0, 0, err
	}
	slices.Sort(distances)
	middle := float64(distances[(n-1)/2]+distances[n/2]) / 2
	return middle / 1e6, int64(n), nil
}

func (c *counting) waiting(ctx context.Context) error {
	var oldest int64
	_, err := c.q.one(ctx, []any{&c.out.Waiting, &oldest}, "SELECT count(*), coalesce(min(created), 0) FROM actions WHERE state = ? AND tenant = ?",
		vedette.ActionProposed, c.tenant)
	c.out.OldestWaiting = moment(oldest)
	return err
}
