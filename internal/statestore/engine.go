package statestore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
)

// engine is everything in which the two databases differ.
type engine struct {
	name     string // the folder of its migrations
	numbered bool   // placeholders are $1, $2 instead of ?
	contains string // condition, with %s for a column, that it contains a text given as pattern
	pattern  *strings.Replacer
	lock     string // what makes a SELECT lock its rows until the transaction ends
	code     func(error) (vedette.Code, bool)
}

// bind turns each ? into the engine's placeholder. Our statements have no question mark in quotes.
func (e engine) bind(query string) string {
	if !e.numbered {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 16)
	n := 0
	for i := range len(query) {
		if query[i] != '?' {
			b.WriteByte(query[i])
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// failure gives an engine's error its code; doing is a verb phrase. Errors that carry a code already keep it.
func (e engine) failure(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*vedette.Error](err); ok {
		return err
	}
	code, known := e.code(err)
	if !known {
		code = vedette.CodeInternal
		if outOfReach(err) {
			code = vedette.CodeUnavailable
		}
	}
	return vedette.Errorf(code, "%s: %w", doing, err)
}

func outOfReach(err error) bool {
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// handle is what a pool and a transaction have in common.
type handle interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// session runs statements on a pool or within a transaction.
type session struct {
	engine engine
	on     handle
}

func (s *Store) reading() session { return session{s.engine, s.read} }

// transaction runs do; everything in it is stored, with the view's audit entry, or nothing.
func (s *Store) transaction(ctx context.Context, doing string, do func(session) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return s.engine.failure(doing, err)
	}
	q := session{s.engine, tx}
	if err = do(q); err == nil && s.entry != nil {
		err = appendAudit(ctx, q, *s.entry, s.now())
	}
	if err != nil {
		_ = tx.Rollback() // the error that led here says more
		return s.engine.failure(doing, err)
	}
	return s.engine.failure(doing, tx.Commit())
}

// change runs one statement and returns how many rows it changed.
func (s *Store) change(ctx context.Context, doing, query string, args ...any) (int64, error) {
	var changed int64
	err := s.transaction(ctx, doing, func(q session) (err error) {
		changed, err = q.exec(ctx, query, args...)
		return err
	})
	return changed, err
}

// remove deletes the one row of a thing; when there is none it is missing.
func (s *Store) remove(ctx context.Context, what, id, query string, args ...any) error {
	return s.transaction(ctx, "remove the "+what, func(q session) error {
		changed, err := q.exec(ctx, query, args...)
		if err == nil && changed == 0 {
			return missing(what, id)
		}
		return err
	})
}

// exec runs a statement and returns how many rows it changed.
func (q session) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := q.on.ExecContext(ctx, q.engine.bind(query), storable(args)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// each calls row with the scan function of every row.
func (q session) each(ctx context.Context, row func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := q.on.QueryContext(ctx, q.engine.bind(query), storable(args)...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err has told
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one scans the only row, and tells whether there was one.
func (q session) one(ctx context.Context, into []any, query string, args ...any) (bool, error) {
	found := false
	err := q.each(ctx, func(scan func(...any) error) error {
		found = true
		return scan(into...)
	}, query, args...)
	return found, err
}

// marks returns n placeholders for a list.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// missing is the error for something that is not there.
func missing(what, id string) error {
	return vedette.Errorf(vedette.CodeNotFound, "there is no %s %q", what, id)
}

// moved is the error for a version that is no longer current.
func moved(what, id string, version, current int64) error {
	return vedette.Errorf(vedette.CodeConflict, "%s %q was changed meanwhile: it is at version %d, not %d", what, id, current, version)
}

func tooLong(what string, size, limit int) error {
	return vedette.Errorf(vedette.CodeTooLarge, "%s has %d bytes; at most %d are kept", what, size, limit)
}
