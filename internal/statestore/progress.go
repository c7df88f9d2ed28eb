package statestore

import "context"

// ProgressTriage is the name of the watermark that SaveFold moves.
const ProgressTriage = "triage"

// MaxSnapshot is the largest snapshot in bytes.
const MaxSnapshot = 4 << 20

// Progress returns how far something has come, such as the last journal sequence that was folded; 0 when never set.
func (s *Store) Progress(ctx context.Context, name string) (uint64, error) { return 0, unfinished() }

// SetProgress records how far something has come.
func (s *Store) SetProgress(ctx context.Context, name string, value uint64) error {
	return unfinished()
}

// Setting returns a named text of a tenant, "" when it was never set.
func (s *Store) Setting(ctx context.Context, tenant, name string) (string, error) {
	return "", unfinished()
}

// SetSetting keeps a named text of a tenant; "" removes it.
func (s *Store) SetSetting(ctx context.Context, tenant, name, value string) error {
	return unfinished()
}

// Snapshot returns what a room saved of its state under a name, nil when nothing was.
func (s *Store) Snapshot(ctx context.Context, name string) ([]byte, error) { return nil, unfinished() }

// SaveSnapshot replaces what is saved under a name. More than MaxSnapshot bytes are too_large.
func (s *Store) SaveSnapshot(ctx context.Context, name string, data []byte) error {
	return unfinished()
}
