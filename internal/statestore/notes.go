package statestore

import (
	"context"

	"github.com/vedette-soc/vedette"
)

// MaxNote is the longest note in bytes.
const MaxNote = 64 << 10

// AddNote keeps what a person wrote on an incident. An empty ID or Time is filled in.
func (s *Store) AddNote(ctx context.Context, tenant string, note vedette.Note) error {
	return unfinished()
}

// Notes returns the notes of an incident, oldest first.
func (s *Store) Notes(ctx context.Context, tenant, incidentID string) ([]vedette.Note, error) {
	return nil, unfinished()
}
