package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// maxSessions is how many sessions a user keeps; a new one ends the oldest beyond it.
const maxSessions = 32

// Session is a signed-in browser. Only the hash of its secret is kept.
type Session struct {
	Hash    [32]byte // SHA-256 of the secret
	User    string
	From    string // address that signed in
	Created time.Time
	Seen    time.Time
	Expires time.Time
	Version int64 // the user's version when it began
}

// CreateSession keeps a session. Beyond 32 of one user the oldest end.
func (s *Store) CreateSession(ctx context.Context, fresh Session) error {
	return s.transaction(ctx, "begin a session", func(q session) error {
		_, err := q.exec(ctx, "INSERT INTO sessions (hash, user_name, from_address, created, seen, expires, user_version) VALUES (?, ?, ?, ?, ?, ?, ?)",
			fresh.Hash[:], key(fresh.User), key(fresh.From), fresh.Created, fresh.Seen, fresh.Expires, fresh.Version)
		if err != nil {
			return err
		}
		_, err = q.exec(ctx, `DELETE FROM sessions WHERE user_name = ? AND hash NOT IN
			(SELECT hash FROM sessions WHERE user_name = ? ORDER BY created DESC, hash LIMIT ?)`, key(fresh.User), key(fresh.User), maxSessions)
		return err
	})
}

// SessionByHash returns one session, expired or not.
func (s *Store) SessionByHash(ctx context.Context, hash [32]byte) (Session, error) {
	found := Session{Hash: hash}
	var created, seen, expires int64
	ok, err := s.reading().one(ctx, []any{&found.User, &found.From, &created, &seen, &expires, &found.Version},
		"SELECT user_name, from_address, created, seen, expires, user_version FROM sessions WHERE hash = ?", hash[:])
	if err == nil && !ok {
		return Session{}, vedette.Errorf(vedette.CodeNotFound, "there is no such session")
	}
	found.Created, found.Seen, found.Expires = moment(created), moment(seen), moment(expires)
	return found, s.engine.failure("read a session", err)
}

// SeenSession records that a session was used.
func (s *Store) SeenSession(ctx context.Context, hash [32]byte, seen time.Time) error {
	_, err := s.change(ctx, "record the use of a session", "UPDATE sessions SET seen = ? WHERE hash = ?", seen, hash[:])
	return err
}

// DeleteSession removes a session; one that does not exist is no error.
func (s *Store) DeleteSession(ctx context.Context, hash [32]byte) error {
	_, err := s.change(ctx, "end a session", "DELETE FROM sessions WHERE hash = ?", hash[:])
	return err
}

// DeleteSessionsOf removes every session of a user.
func (s *Store) DeleteSessionsOf(ctx context.Context, user string) error {
	_, err := s.change(ctx, "end the sessions of a user", "DELETE FROM sessions WHERE user_name = ?", key(user))
	return err
}
