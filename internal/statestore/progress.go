package statestore

import (
	"context"
	"math"

	"github.com/vedette-soc/vedette"
)

// ProgressTriage is the name of the watermark that SaveFold moves.
const ProgressTriage = "triage"

// MaxSetting and MaxSnapshot are the largest setting and snapshot in bytes.
const (
	MaxSetting  = 64 << 10
	MaxSnapshot = 4 << 20
)

// Progress returns how far something has come, such as the last journal sequence that was folded; 0 when never set.
func (s *Store) Progress(ctx context.Context, name string) (uint64, error) {
	var value int64
	_, err := s.reading().one(ctx, []any{&value}, "SELECT value FROM progress WHERE name = ?", key(name))
	return uint64(value), s.engine.failure("read progress", err)
}

// SetProgress records how far something has come. It may go back.
func (s *Store) SetProgress(ctx context.Context, name string, value uint64) error {
	if err := named("progress", name); err != nil {
		return err
	}
	return s.transaction(ctx, "record progress", func(q session) error { return setProgress(ctx, q, name, value) })
}

func setProgress(ctx context.Context, q session, name string, value uint64) error {
	if value > math.MaxInt64 {
		return vedette.Errorf(vedette.CodeInvalid, "progress %d is out of range", value)
	}
	_, err := q.exec(ctx, `INSERT INTO progress (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, int64(value))
	return err
}

// Setting returns a named text of a tenant, "" when it was never set.
func (s *Store) Setting(ctx context.Context, tenant, name string) (string, error) {
	var value string
	_, err := s.reading().one(ctx, []any{&value}, "SELECT value FROM settings WHERE tenant = ? AND name = ?", key(tenant), key(name))
	return value, s.engine.failure("read a setting", err)
}

// SetSetting keeps a named text of a tenant; "" removes it. More than MaxSetting bytes are too_large.
func (s *Store) SetSetting(ctx context.Context, tenant, name, value string) error {
	if err := named("a setting", name); err != nil {
		return err
	}
	if len(value) > MaxSetting {
		return tooLong("setting "+name, len(value), MaxSetting)
	}
	if value == "" {
		_, err := s.change(ctx, "remove a setting", "DELETE FROM settings WHERE tenant = ? AND name = ?", key(tenant), name)
		return err
	}
	_, err := s.change(ctx, "keep a setting", `INSERT INTO settings (tenant, name, value) VALUES (?, ?, ?)
		ON CONFLICT (tenant, name) DO UPDATE SET value = excluded.value`, key(tenant), name, value)
	return err
}

// Snapshot returns what a room saved of its state under a name, nil when nothing was.
func (s *Store) Snapshot(ctx context.Context, name string) ([]byte, error) {
	var data []byte
	_, err := s.reading().one(ctx, []any{&data}, "SELECT data FROM snapshots WHERE name = ?", key(name))
	return data, s.engine.failure("read a snapshot", err)
}

// SaveSnapshot replaces what is saved under a name. More than MaxSnapshot bytes are too_large.
func (s *Store) SaveSnapshot(ctx context.Context, name string, data []byte) error {
	if err := named("a snapshot", name); err != nil {
		return err
	}
	if len(data) > MaxSnapshot {
		return tooLong("snapshot "+name, len(data), MaxSnapshot)
	}
	if data == nil {
		data = []byte{}
	}
	_, err := s.change(ctx, "save a snapshot", `INSERT INTO snapshots (name, data, saved) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET data = excluded.data, saved = excluded.saved`, name, data, s.now())
	return err
}
