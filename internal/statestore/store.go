package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// Config says where the state is kept.
type Config struct {
	// URL is "sqlite:///path/to/file.db" or "postgres://user@host/database".
	URL string
	// MaxBytes bounds the size of a SQLite file; 0 leaves the disk as the only bound. Beyond it writes are unavailable.
	MaxBytes int64
	// Now is the clock of edits and audit entries; nil is time.Now.
	Now func() time.Time
}

// Store is the state database. Its methods may be called from any goroutine.
type Store struct {
	now func() time.Time
}

// Open opens the database, creates it when it is missing, and brings its schema up to date.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	return nil, unfinished()
}

// Close releases the database. Nothing may be called after it.
func (s *Store) Close() error { return nil }

func unfinished() error {
	return vedette.Errorf(vedette.CodeUnavailable, "the state store is not ready")
}
