package statestore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/vedette-soc/vedette"
)

// ProgressLedger is the name of the watermark that SaveLedger moves: the last journal sequence that is counted.
const ProgressLedger = "ledger"

// maxLedgerRows bounds what one question to the ledger reads of intervals and of gaps.
const maxLedgerRows = 20_000

// LedgerPair is a source and a kind of record that it sends. Rhythm is the ledger's own, as JSON.
type LedgerPair struct {
	ID                 int64
	Tenant, Source     string
	Product, Service   string
	Categories, Rhythm string
	Last               time.Time
}

// LedgerBlock holds the counts of one minute, or of the 60 minutes of an hour, in the ledger's own code. Start is in
// minutes since 1970. A block without data is removed.
type LedgerBlock struct {
	Start   int64
	Minutes int64
	Data    []byte
}

// LedgerInterval is a time in which a rule was in a state; Until is zero while it lasts.
type LedgerInterval struct {
	Tenant, Rule    string
	State           vedette.LedgerState
	Since, Until    time.Time
	Reason, Ruleset string
}

// LedgerSave is what the ledger writes down at once. Everything in it replaces what is stored under the same key.
type LedgerSave struct {
	Through   uint64
	Pairs     []LedgerPair
	Blocks    []LedgerBlock
	Intervals []LedgerInterval
	Gaps      []vedette.LedgerGap
}

// SaveLedger stores all of it, with the watermark, or nothing.
func (s *Store) SaveLedger(ctx context.Context, save LedgerSave) error {
	return s.transaction(ctx, "write the ledger down", func(q session) error {
		for _, write := range []func(context.Context, session, LedgerSave) error{saveLedgerPairs, saveLedgerBlocks, saveLedgerIntervals, saveLedgerGaps} {
			if err := write(ctx, q, save); err != nil {
				return err
			}
		}
		return setProgress(ctx, q, ProgressLedger, save.Through)
	})
}

func saveLedgerPairs(ctx context.Context, q session, save LedgerSave) error {
	for _, p := range save.Pairs {
		_, err := q.exec(ctx, `INSERT INTO ledger_pairs (id, tenant, source, product, categories, service, last_time, rhythm) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET last_time = excluded.last_time, rhythm = excluded.rhythm`,
			p.ID, key(p.Tenant), key(p.Source), key(p.Product), key(p.Categories), key(p.Service), p.Last, p.Rhythm)
		if err != nil {
			return err
		}
	}
	return nil
}

func saveLedgerBlocks(ctx context.Context, q session, save LedgerSave) error {
	for _, b := range save.Blocks {
		var err error
		if len(b.Data) == 0 {
			_, err = q.exec(ctx, "DELETE FROM ledger_blocks WHERE start = ?", b.Start)
		} else {
			_, err = q.exec(ctx, `INSERT INTO ledger_blocks (start, minutes, data) VALUES (?, ?, ?)
				ON CONFLICT (start) DO UPDATE SET minutes = excluded.minutes, data = excluded.data`, b.Start, b.Minutes, b.Data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func saveLedgerIntervals(ctx context.Context, q session, save LedgerSave) error {
	for _, i := range save.Intervals {
		_, err := q.exec(ctx, `INSERT INTO ledger_states (tenant, rule, since, state, until, reason, ruleset) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (tenant, rule, since, state) DO UPDATE SET until = excluded.until, reason = excluded.reason`,
			key(i.Tenant), key(i.Rule), i.Since, string(i.State), i.Until, i.Reason, i.Ruleset)
		if err != nil {
			return err
		}
	}
	return nil
}

func saveLedgerGaps(ctx context.Context, q session, save LedgerSave) error {
	for _, g := range save.Gaps {
		g.Blind = nil // those of now are worked out when they are asked for
		document, err := json.Marshal(g)
		if err != nil {
			return err
		}
		_, err = q.exec(ctx, `INSERT INTO ledger_gaps (tenant, id, since, until, document) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (tenant, id) DO UPDATE SET until = excluded.until, document = excluded.document`,
			key(g.Tenant), key(g.ID), g.Since, g.Until, string(document))
		if err != nil {
			return err
		}
	}
	return nil
}

// LedgerPairs returns every pair that is known.
func (s *Store) LedgerPairs(ctx context.Context) ([]LedgerPair, error) {
	var list []LedgerPair
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var p LedgerPair
		var last int64
		err := scan(&p.ID, &p.Tenant, &p.Source, &p.Product, &p.Categories, &p.Service, &last, &p.Rhythm)
		p.Last = moment(last)
		list = append(list, p)
		return err
	}, "SELECT id, tenant, source, product, categories, service, last_time, rhythm FROM ledger_pairs ORDER BY id")
	return list, s.engine.failure("read the ledger's sources", err)
}

// LedgerBlocks calls fn with every block that begins at from or later and before until, oldest first.
func (s *Store) LedgerBlocks(ctx context.Context, from, until int64, fn func(LedgerBlock) error) error {
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var b LedgerBlock
		if err := scan(&b.Start, &b.Minutes, &b.Data); err != nil {
			return err
		}
		return fn(b)
	}, "SELECT start, minutes, data FROM ledger_blocks WHERE start >= ? AND start < ? ORDER BY start", from, until)
	return s.engine.failure("read the ledger", err)
}

// LedgerIntervals returns the states of rules that touch a span, oldest first; those that last have no end. At most
// 20,000 are returned.
func (s *Store) LedgerIntervals(ctx context.Context, tenant string, since, until time.Time) ([]LedgerInterval, error) {
	var list []LedgerInterval
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		i := LedgerInterval{Tenant: tenant}
		var from, to int64
		err := scan(&i.Rule, &from, &i.State, &to, &i.Reason, &i.Ruleset)
		i.Since, i.Until = moment(from), moment(to)
		list = append(list, i)
		return err
	}, `SELECT rule, since, state, until, reason, ruleset FROM ledger_states
		WHERE tenant = ? AND since < ? AND (until = 0 OR until > ?) ORDER BY since, rule LIMIT ?`, key(tenant), until, since, maxLedgerRows)
	return list, s.engine.failure("read the states of rules", err)
}

// LedgerGaps returns the gaps that touch a span, of one tenant or of all, newest first; at most 20,000.
func (s *Store) LedgerGaps(ctx context.Context, tenant string, since, until time.Time) ([]vedette.LedgerGap, error) {
	var list []vedette.LedgerGap
	where := condition{}
	where.and("since < ?", until)
	where.and("(until = 0 OR until > ?)", since)
	if tenant != "" {
		where.and("tenant = ?", key(tenant))
	}
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var document string
		if err := scan(&document); err != nil {
			return err
		}
		var g vedette.LedgerGap
		err := json.Unmarshal([]byte(document), &g)
		list = append(list, g)
		return err
	}, "SELECT document FROM ledger_gaps WHERE "+where.text+" ORDER BY since DESC, id LIMIT ?", append(where.args, maxLedgerRows)...)
	return list, s.engine.failure("read the gaps", err)
}

// PruneLedger forgets what ended before a time.
func (s *Store) PruneLedger(ctx context.Context, before time.Time) error {
	return s.transaction(ctx, "remove old minutes from the ledger", func(q session) error {
		for _, one := range []struct {
			query string
			arg   int64
		}{
			{"DELETE FROM ledger_blocks WHERE start + minutes <= ?", before.Unix() / 60},
			{"DELETE FROM ledger_pairs WHERE last_time < ?", micros(before)},
			{"DELETE FROM ledger_states WHERE until <> 0 AND until < ?", micros(before)},
			{"DELETE FROM ledger_gaps WHERE until <> 0 AND until < ?", micros(before)},
		} {
			if _, err := q.exec(ctx, one.query, one.arg); err != nil {
				return err
			}
		}
		return nil
	})
}
