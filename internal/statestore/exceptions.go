package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// Bounds on exceptions.
const (
	MaxExceptions         = 1000     // that a tenant can have
	MaxExceptionSelection = 64 << 10 // bytes
	MaxExceptionText      = 4 << 10  // bytes of a reason or an owner
)

// ExceptionEdit is what people change about an exception; nil leaves a part as it is.
type ExceptionEdit struct {
	Selection, Reason, Owner *string
	Expires                  *time.Time
}

const exceptionColumns = "tenant, id, rule, selection, reason, owner, created, expires, hidden, last_hidden, version"

// Exceptions returns the exceptions of a tenant, the newest first, also those whose time is over; "" asks for those of
// all tenants.
func (s *Store) Exceptions(ctx context.Context, tenant string) ([]vedette.Exception, error) {
	if tenant == "" {
		return s.exceptions(ctx, s.reading(), "")
	}
	return s.exceptions(ctx, s.reading(), " WHERE tenant = ?", key(tenant))
}

func (s *Store) exceptions(ctx context.Context, q session, where string, args ...any) ([]vedette.Exception, error) {
	var all []vedette.Exception
	err := q.each(ctx, func(scan func(...any) error) error {
		var x vedette.Exception
		var created, expires, last int64
		err := scan(&x.Tenant, &x.ID, &x.RuleID, &x.Selection, &x.Reason, &x.Owner, &created, &expires, &x.Hidden, &last, &x.Version)
		x.Created, x.Expires, x.LastHidden = moment(created), moment(expires), moment(last)
		all = append(all, x)
		return err
	}, "SELECT "+exceptionColumns+" FROM exceptions"+where+" ORDER BY n DESC", args...)
	return all, s.engine.failure("read exceptions", err)
}

// Exception returns one exception.
func (s *Store) Exception(ctx context.Context, tenant, id string) (vedette.Exception, error) {
	return s.exception(ctx, s.reading(), tenant, id)
}

func (s *Store) exception(ctx context.Context, q session, tenant, id string) (vedette.Exception, error) {
	found, err := s.exceptions(ctx, q, " WHERE tenant = ? AND id = ?", key(tenant), key(id))
	if err == nil && len(found) == 0 {
		err = missing("exception", id)
	}
	if err != nil {
		return vedette.Exception{}, err
	}
	return found[0], nil
}

// AddException keeps a new exception and returns it as it is kept. An empty ID and a zero Created are filled in. One that
// lacks a reason, an owner or a selection, or that would not end within [vedette.MaxExceptionTime], is invalid.
func (s *Store) AddException(ctx context.Context, x vedette.Exception) (vedette.Exception, error) {
	if x.ID == "" {
		x.ID = "exc-" + randomHex(8)
	}
	if x.Created.IsZero() {
		x.Created = s.now()
	}
	if err := s.checkException(x); err != nil {
		return x, err
	}
	x.Hidden, x.LastHidden, x.Version = 0, time.Time{}, 1
	err := s.transaction(ctx, "add an exception", func(q session) error {
		var count int64
		if _, err := q.one(ctx, []any{&count}, "SELECT count(*) FROM exceptions WHERE tenant = ?", key(x.Tenant)); err != nil {
			return err
		}
		if count >= MaxExceptions {
			return vedette.Errorf(vedette.CodeLimited, "there are %d exceptions; there is no room for more", count)
		}
		_, err := q.exec(ctx, "INSERT INTO exceptions ("+exceptionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 1)",
			key(x.Tenant), key(x.ID), key(x.RuleID), x.Selection, x.Reason, key(x.Owner), x.Created, x.Expires)
		return err
	})
	x.Created, x.Expires = moment(micros(x.Created)), moment(micros(x.Expires))
	return x, err
}

func (s *Store) checkException(x vedette.Exception) error {
	now := s.now()
	switch {
	case x.Selection == "", x.Reason == "", x.Owner == "":
		return vedette.Errorf(vedette.CodeInvalid, "an exception needs a selection, a reason and an owner")
	case len(x.Selection) > MaxExceptionSelection:
		return tooLong("the selection", len(x.Selection), MaxExceptionSelection)
	case len(x.Reason) > MaxExceptionText || len(x.Owner) > MaxExceptionText:
		return tooLong("the reason or the owner", max(len(x.Reason), len(x.Owner)), MaxExceptionText)
	case !x.Expires.After(now):
		return vedette.Errorf(vedette.CodeInvalid, "an exception needs a time of expiry that is still to come")
	case x.Expires.After(now.Add(vedette.MaxExceptionTime)):
		return vedette.Errorf(vedette.CodeInvalid, "an exception is in force for %d days at most; it can be renewed", int(vedette.MaxExceptionTime.Hours()/24))
	}
	return nil
}

// EditException changes an exception and returns it as it is now. The bounds of AddException hold. version is the one
// that the caller saw, 0 for any; another is a conflict.
func (s *Store) EditException(ctx context.Context, tenant, id string, version int64, e ExceptionEdit) (x vedette.Exception, err error) {
	err = s.transaction(ctx, "change an exception", func(q session) error {
		if x, err = s.exception(ctx, q, tenant, id); err != nil {
			return err
		}
		if version != 0 && version != x.Version {
			return vedette.Errorf(vedette.CodeConflict, "somebody changed this exception meanwhile: it is at version %d, not %d", x.Version, version)
		}
		for to, from := range map[*string]*string{&x.Selection: e.Selection, &x.Reason: e.Reason, &x.Owner: e.Owner} {
			if from != nil {
				*to = *from
			}
		}
		if e.Expires != nil {
			x.Expires = moment(micros(*e.Expires))
		}
		if err := s.checkException(x); err != nil {
			return err
		}
		x.Version++
		_, err := q.exec(ctx, "UPDATE exceptions SET selection = ?, reason = ?, owner = ?, expires = ?, version = ? WHERE tenant = ? AND id = ?",
			x.Selection, x.Reason, key(x.Owner), x.Expires, x.Version, key(tenant), key(id))
		return err
	})
	return x, err
}

// DeleteException removes an exception: what it hid comes through again.
func (s *Store) DeleteException(ctx context.Context, tenant, id string) error {
	return s.remove(ctx, "exception", id, "DELETE FROM exceptions WHERE tenant = ? AND id = ?", key(tenant), key(id))
}

// CountHidden adds to what an exception has hidden. One that is gone is passed over.
func (s *Store) CountHidden(ctx context.Context, counts []vedette.Exception) error {
	if len(counts) == 0 {
		return nil
	}
	return s.transaction(ctx, "count what exceptions hid", func(q session) error {
		for _, c := range counts {
			if _, err := q.exec(ctx, `UPDATE exceptions SET hidden = hidden + ?, last_hidden = CASE WHEN last_hidden > ? THEN last_hidden ELSE ? END
				WHERE tenant = ? AND id = ?`, c.Hidden, c.LastHidden, c.LastHidden, key(c.Tenant), key(c.ID)); err != nil {
				return err
			}
		}
		return nil
	})
}
