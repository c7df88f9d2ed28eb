package statestore

import (
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/vedette-soc/vedette"
)

const postgresConnections = 8

// openPostgres prepares a pool of connections; none is made yet.
func (s *Store) openPostgres(cfg Config) error {
	config, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		return vedette.Errorf(vedette.CodeInvalid, "the URL of the state database is wrong: %w", err)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "vedette"
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	s.engine = postgresEngine()
	s.write = stdlib.OpenDB(*config)
	s.write.SetMaxOpenConns(postgresConnections)
	s.write.SetMaxIdleConns(postgresConnections)
	s.write.SetConnMaxIdleTime(5 * time.Minute)
	s.read = s.write
	return nil
}

func postgresEngine() engine {
	return engine{name: "postgres", numbered: true, contains: "strpos(%s, ?) > 0", pattern: strings.NewReplacer(), lock: " FOR UPDATE", code: postgresCode}
}

// postgresCode sorts PostgreSQL's SQLSTATE classes (https://www.postgresql.org/docs/current/errcodes-appendix.html).
func postgresCode(err error) (vedette.Code, bool) {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return vedette.CodeUnavailable, true
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(e.Code) < 2 {
		return "", false
	}
	switch e.Code[:2] {
	case "23": // integrity constraint violation
		return vedette.CodeConflict, true
	case "08", "25", "28", "40", "53", "55", "57", "58": // connection, read-only, login, rollback, resources, locks, shutdown, system
		return vedette.CodeUnavailable, true
	}
	return vedette.CodeInternal, true
}
