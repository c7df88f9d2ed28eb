package statestore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/vedette-soc/vedette"
)

//go:embed sqlite/*.sql postgres/*.sql
var migrations embed.FS

// Config says where the state is kept.
type Config struct {
	// URL is "sqlite:///path/to/file.db" or "postgres://user@host/database". The folder of a SQLite file is made when
	// it is missing; the file can be read by its owner alone.
	URL string
	// MaxBytes bounds the size of a SQLite file; 0 leaves the disk as the only bound. Beyond it writes are unavailable.
	MaxBytes int64
	// Now is the clock of edits and audit entries; nil is time.Now.
	Now func() time.Time
}

// Store is the state database. Its methods may be called from any goroutine.
type Store struct {
	engine engine
	write  *sql.DB // SQLite: one connection, so that writers queue here and not at the file's lock
	read   *sql.DB // PostgreSQL: the same pool as write
	now    func() time.Time
	entry  *vedette.AuditEntry // what a view by Audited writes with each change
}

// Open opens the database, creates it when it is missing, and brings its schema up to date. A URL that cannot be right
// is invalid; a database that cannot be reached is unavailable; one written by a newer Vedette is a conflict.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	scheme, _, found := strings.Cut(cfg.URL, "://")
	if !found {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the state database needs a URL such as sqlite:///var/lib/vedette/state.db")
	}
	s := &Store{now: cfg.Now}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	switch scheme {
	case "sqlite":
		err = s.openSQLite(cfg)
	case "postgres", "postgresql":
		err = s.openPostgres(cfg)
	default:
		err = vedette.Errorf(vedette.CodeInvalid, "the state database cannot be a %q: use sqlite:// or postgres://", scheme)
	}
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Audited returns a view of the store that appends the entry to the audit log together with the change that is made
// through it: both are stored, or neither. Make one change through a view and forget it; a failed change writes nothing.
func (s *Store) Audited(entry vedette.AuditEntry) *Store {
	view := *s
	view.entry = &entry
	return &view
}

// Close releases the database. Nothing may be called after it.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	if err != nil {
		return fmt.Errorf("close the state database: %w", err)
	}
	return nil
}

// migrate brings the schema up to date. On PostgreSQL only one node at a time does so.
func (s *Store) migrate(ctx context.Context) error {
	if err := s.write.PingContext(ctx); err != nil {
		return s.engine.failure("open the state database", err)
	}
	folder, err := fs.Sub(migrations, s.engine.name)
	if err != nil {
		return fmt.Errorf("find the migrations: %w", err)
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithTableName("schema_version")}
	dialect := goose.DialectSQLite3
	if s.engine.name == "postgres" {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return fmt.Errorf("prepare the lock of the migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, s.write, folder, options...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return s.engine.failure("read the version of the state database", err)
	}
	if current > newest {
		return vedette.Errorf(vedette.CodeConflict, "the state database was written by a newer Vedette: it is at version %d, this program knows %d; install the newer program or restore an older backup", current, newest)
	}
	if _, err := provider.Up(ctx); err != nil {
		return s.engine.failure("bring the state database up to date", err)
	}
	return nil
}
