package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// How long a session lasts.
const (
	SessionIdle = 12 * time.Hour     // without use
	SessionLife = 7 * 24 * time.Hour // at the most
)

const (
	seenEvery   = time.Minute     // how exactly the last use of a session or token is kept
	rememberFor = 5 * time.Second // how long another process's changes may go unnoticed
	rememberMax = 4096            // sessions, tokens and users each
)

// Gate lets people and programs in. Its methods may be called from any goroutine.
type Gate struct {
	store    *statestore.Store
	now      func() time.Time
	hasher   *hasher
	guesses  guesses
	sessions *recent[statestore.Session]
	tokens   *recent[statestore.Token]
	users    *recent[statestore.User]
}

// New makes a gate over the users, sessions and tokens of the store.
func New(store *statestore.Store, now func() time.Time) *Gate {
	return &Gate{
		store: store, now: now, hasher: newHasher(), guesses: newGuesses(),
		sessions: newRecent[statestore.Session](rememberFor, rememberMax),
		tokens:   newRecent[statestore.Token](rememberFor, rememberMax),
		users:    newRecent[statestore.User](rememberFor, rememberMax),
	}
}

// newSecret returns 256 random bits as text.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

func hashOf(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// maxSecret bounds what is hashed at all; ours have 43 to 64 bytes.
const maxSecret = 256

func unauthenticated(text string) error {
	return &vedette.Error{Code: vedette.CodeUnauthenticated, Message: text}
}

func notFound(err error) bool { return err != nil && vedette.CodeOf(err) == vedette.CodeNotFound }

// allowed refuses changes by those who are no administrators.
func allowed(by By) error {
	if !by.Principal.May(Admin) {
		return vedette.Errorf(vedette.CodeDenied, "only an administrator may do this")
	}
	return nil
}

// entry is what the audit log says of a change.
func (by By) entry(what, object, detail string) vedette.AuditEntry {
	return vedette.AuditEntry{Tenant: by.Principal.Tenant, Who: by.Principal.Name, From: by.From, What: what, Object: object, Detail: detail}
}

// refused completes the error of a change that failed with what the audit log had to say against it.
func refused(err, logged error) error {
	if logged == nil {
		return err
	}
	return errors.Join(err, logged)
}
