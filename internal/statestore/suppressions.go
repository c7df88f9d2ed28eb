package statestore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxSuppressions is how many suppressions a tenant can have.
const MaxSuppressions = 1000

const suppressionColumns = "tenant, id, rule, entities, state, critical, reason, owner, proposed_by, approved_by, second_by, rejected_by, proposal, created, expires, hidden, last_hidden, version"

// Suppressions returns the suppressions of a tenant, the newest first, also those that are over; "" asks for those of all
// tenants. One whose time is over reads as expired, whatever else was decided.
func (s *Store) Suppressions(ctx context.Context, tenant string) ([]vedette.Suppression, error) {
	if tenant == "" {
		return s.suppressions(ctx, s.reading(), "")
	}
	return s.suppressions(ctx, s.reading(), " WHERE tenant = ?", key(tenant))
}

func (s *Store) suppressions(ctx context.Context, q session, where string, args ...any) ([]vedette.Suppression, error) {
	var all []vedette.Suppression
	now := s.now()
	err := q.each(ctx, func(scan func(...any) error) error {
		var x vedette.Suppression
		var entities string
		var critical, created, expires, last int64
		if err := scan(&x.Tenant, &x.ID, &x.RuleID, &entities, &x.State, &critical, &x.Reason, &x.Owner, &x.ProposedBy, &x.ApprovedBy,
			&x.SecondBy, &x.RejectedBy, &x.Proposal, &created, &expires, &x.Hidden, &last, &x.Version); err != nil {
			return err
		}
		x.Critical, x.Created, x.Expires, x.LastHidden = critical != 0, moment(created), moment(expires), moment(last)
		if x.State != vedette.SuppressionRejected && !x.Expires.After(now) {
			x.State = vedette.SuppressionExpired
		}
		if err := json.Unmarshal([]byte(entities), &x.Entities); err != nil {
			return fmt.Errorf("decode the scope of suppression %s: %w", x.ID, err)
		}
		all = append(all, x)
		return nil
	}, "SELECT "+suppressionColumns+" FROM suppressions"+where+" ORDER BY n DESC", args...)
	return all, s.engine.failure("read suppressions", err)
}

// Suppression returns one suppression.
func (s *Store) Suppression(ctx context.Context, tenant, id string) (vedette.Suppression, error) {
	return s.suppression(ctx, s.reading(), tenant, id)
}

func (s *Store) suppression(ctx context.Context, q session, tenant, id string) (vedette.Suppression, error) {
	found, err := s.suppressions(ctx, q, " WHERE tenant = ? AND id = ?", key(tenant), key(id))
	if err == nil && len(found) == 0 {
		err = missing("suppression", id)
	}
	if err != nil {
		return vedette.Suppression{}, err
	}
	return found[0], nil
}

// AddSuppression keeps a new suppression and returns it as it is kept: in force at once, or, when it is critical, waiting
// for a second person. One without a rule, an entity, a reason, an owner or a proposer, or that would not end within
// [vedette.MaxSuppressionTime], is invalid; another one of the same scope that is not over is a conflict.
func (s *Store) AddSuppression(ctx context.Context, x vedette.Suppression) (vedette.Suppression, error) {
	x.ID, x.Created = "sup-"+randomHex(8), s.now()
	x.ApprovedBy, x.SecondBy, x.RejectedBy, x.Hidden, x.LastHidden, x.Version = x.ProposedBy, "", "", 0, time.Time{}, 1
	x.State = vedette.SuppressionActive
	if x.Critical {
		x.State, x.ApprovedBy = vedette.SuppressionWaiting, ""
	}
	if err := s.checkSuppression(x); err != nil {
		return x, err
	}
	scope, err := json.Marshal(x.Entities)
	if err != nil {
		return x, fmt.Errorf("encode the scope of a suppression: %w", err)
	}
	err = s.transaction(ctx, "add a suppression", func(q session) error {
		var count, same int64
		if _, err := q.one(ctx, []any{&count}, "SELECT count(*) FROM suppressions WHERE tenant = ?", key(x.Tenant)); err != nil {
			return err
		}
		if count >= MaxSuppressions {
			return vedette.Errorf(vedette.CodeLimited, "there are %d suppressions; remove some that are over", count)
		}
		if _, err := q.one(ctx, []any{&same}, "SELECT count(*) FROM suppressions WHERE tenant = ? AND rule = ? AND entities = ? AND expires > ? AND state <> ?",
			key(x.Tenant), key(x.RuleID), string(scope), x.Created, string(vedette.SuppressionRejected)); err != nil {
			return err
		}
		if same > 0 {
			return vedette.Errorf(vedette.CodeConflict, "there is a suppression of this rule at these entities already")
		}
		_, err := q.exec(ctx, "INSERT INTO suppressions ("+suppressionColumns+") VALUES ("+marks(18)+")",
			key(x.Tenant), key(x.ID), key(x.RuleID), string(scope), string(x.State), x.Critical, x.Reason, key(x.Owner), key(x.ProposedBy),
			key(x.ApprovedBy), "", "", key(x.Proposal), x.Created, x.Expires, int64(0), int64(0), int64(1))
		return err
	})
	x.Created, x.Expires = moment(micros(x.Created)), moment(micros(x.Expires))
	return x, err
}

func (s *Store) checkSuppression(x vedette.Suppression) error {
	now := s.now()
	switch {
	case x.RuleID == "" || len(x.Entities) == 0:
		return vedette.Errorf(vedette.CodeInvalid, "a suppression needs a rule or a detector, and at least one entity: a rule that is wrong everywhere is to be mended")
	case len(x.Entities) > vedette.MaxSuppressionEntities:
		return vedette.Errorf(vedette.CodeInvalid, "a suppression names at most %d entities", vedette.MaxSuppressionEntities)
	case x.Reason == "" || x.Owner == "" || x.ProposedBy == "":
		return vedette.Errorf(vedette.CodeInvalid, "a suppression needs a reason and an owner")
	case len(x.Reason) > MaxExceptionText || len(x.Owner) > MaxExceptionText:
		return tooLong("the reason or the owner", max(len(x.Reason), len(x.Owner)), MaxExceptionText)
	case !x.Expires.After(now):
		return vedette.Errorf(vedette.CodeInvalid, "a suppression needs a time of expiry that is still to come")
	case x.Expires.After(now.Add(vedette.MaxSuppressionTime)):
		return vedette.Errorf(vedette.CodeInvalid, "a suppression is in force for %d days at most; it can be made again", int(vedette.MaxSuppressionTime.Hours()/24))
	}
	for _, e := range x.Entities {
		if e.Kind == "" || e.Name == "" || len(e.Name) > 4*MaxKey {
			return vedette.Errorf(vedette.CodeInvalid, "an entity of a suppression needs a kind and a name of at most %d bytes", 4*MaxKey)
		}
	}
	return nil
}

// ApproveSuppression puts one that waits in force. Whoever proposed it cannot be the second person: that is denied.
func (s *Store) ApproveSuppression(ctx context.Context, tenant, id, who string) (vedette.Suppression, error) {
	return s.decideSuppression(ctx, tenant, id, func(x *vedette.Suppression) error {
		if x.ProposedBy == who {
			return vedette.Errorf(vedette.CodeDenied, "a critical suppression needs a second person: %s proposed it", who)
		}
		x.State, x.ApprovedBy, x.SecondBy = vedette.SuppressionActive, x.ProposedBy, who
		return nil
	})
}

// RejectSuppression ends one that waits without it ever having been in force.
func (s *Store) RejectSuppression(ctx context.Context, tenant, id, who string) (vedette.Suppression, error) {
	return s.decideSuppression(ctx, tenant, id, func(x *vedette.Suppression) error {
		x.State, x.RejectedBy = vedette.SuppressionRejected, who
		return nil
	})
}

func (s *Store) decideSuppression(ctx context.Context, tenant, id string, decide func(*vedette.Suppression) error) (x vedette.Suppression, err error) {
	err = s.transaction(ctx, "decide about a suppression", func(q session) error {
		if x, err = s.suppression(ctx, q, tenant, id); err != nil {
			return err
		}
		if x.State != vedette.SuppressionWaiting {
			return vedette.Errorf(vedette.CodeConflict, "the suppression waits for nobody: it is %s", x.State)
		}
		if err := decide(&x); err != nil {
			return err
		}
		changed, err := q.exec(ctx, "UPDATE suppressions SET state = ?, approved_by = ?, second_by = ?, rejected_by = ?, version = ? WHERE tenant = ? AND id = ? AND version = ?",
			string(x.State), key(x.ApprovedBy), key(x.SecondBy), key(x.RejectedBy), x.Version+1, key(tenant), key(id), x.Version)
		if err == nil && changed == 0 {
			return moved("suppression", id, x.Version, x.Version+1)
		}
		x.Version++
		return err
	})
	return x, err
}

// DeleteSuppression removes a suppression: what it hid from now on goes into incidents again.
func (s *Store) DeleteSuppression(ctx context.Context, tenant, id string) error {
	return s.remove(ctx, "suppression", id, "DELETE FROM suppressions WHERE tenant = ? AND id = ?", key(tenant), key(id))
}

// CountSuppressed adds to what suppressions have hidden; Hidden and LastHidden are the news. One that is gone is passed
// over, but the day keeps its count.
func (s *Store) CountSuppressed(ctx context.Context, counts []vedette.Suppression) error {
	if len(counts) == 0 {
		return nil
	}
	return s.transaction(ctx, "count what suppressions hid", func(q session) error {
		for _, c := range counts {
			if _, err := q.exec(ctx, `UPDATE suppressions SET hidden = hidden + ?, last_hidden = CASE WHEN last_hidden > ? THEN last_hidden ELSE ? END
				WHERE tenant = ? AND id = ?`, c.Hidden, c.LastHidden, c.LastHidden, key(c.Tenant), key(c.ID)); err != nil {
				return err
			}
			if _, err := q.exec(ctx, `INSERT INTO suppressed_days (tenant, day, rule, suppression, hidden) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (tenant, day, rule, suppression) DO UPDATE SET hidden = suppressed_days.hidden + excluded.hidden`,
				key(c.Tenant), dayOf(c.LastHidden), key(c.RuleID), key(c.ID), c.Hidden); err != nil {
				return err
			}
		}
		return nil
	})
}
