package statestore

import (
	"context"
	"crypto/rand"
	"encoding/hex"

	"github.com/vedette-soc/vedette"
)

// MaxNote is the longest note in bytes; MaxNotes is how many an incident can have.
const (
	MaxNote  = 64 << 10
	MaxNotes = 1000
)

// AddNote keeps what a person wrote on an incident. An empty ID or Time is filled in. A note without text is invalid, a
// longer one than MaxNote too_large, and one more than MaxNotes limited.
func (s *Store) AddNote(ctx context.Context, tenant string, note vedette.Note) error {
	if note.Text == "" {
		return vedette.Errorf(vedette.CodeInvalid, "a note needs a text")
	}
	if len(note.Text) > MaxNote {
		return tooLong("the note", len(note.Text), MaxNote)
	}
	if note.ID == "" {
		note.ID = "note-" + randomHex(12)
	}
	if note.Time.IsZero() {
		note.Time = s.now()
	}
	return s.transaction(ctx, "add a note", func(q session) error {
		_, found, err := peopleOf(ctx, q, tenant, key(note.IncidentID))
		if err != nil {
			return err
		}
		if !found {
			return missing("incident", note.IncidentID)
		}
		var count int64
		_, err = q.one(ctx, []any{&count}, "SELECT count(*) FROM notes WHERE tenant = ? AND incident = ?", key(tenant), note.IncidentID)
		if err != nil {
			return err
		}
		if note.ReplyTo != "" {
			var one int64
			there, err := q.one(ctx, []any{&one}, "SELECT 1 FROM notes WHERE tenant = ? AND incident = ? AND id = ?", key(tenant), note.IncidentID, key(note.ReplyTo))
			if err != nil {
				return err
			}
			if !there {
				return missing("note", note.ReplyTo)
			}
		}
		if count >= MaxNotes {
			return vedette.Errorf(vedette.CodeLimited, "incident %q has %d notes; there is no room for more", note.IncidentID, count)
		}
		_, err = q.exec(ctx, "INSERT INTO notes (tenant, id, incident, time, who, body, reply_to) VALUES (?, ?, ?, ?, ?, ?, ?)",
			key(tenant), key(note.ID), note.IncidentID, note.Time, key(note.Who), note.Text, key(note.ReplyTo))
		return err
	})
}

// Notes returns the notes of an incident, oldest first.
func (s *Store) Notes(ctx context.Context, tenant, incidentID string) ([]vedette.Note, error) {
	var notes []vedette.Note
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var note vedette.Note
		var when int64
		err := scan(&note.ID, &note.IncidentID, &when, &note.Who, &note.Text, &note.ReplyTo)
		note.Time = moment(when)
		notes = append(notes, note)
		return err
	}, "SELECT id, incident, time, who, body, reply_to FROM notes WHERE tenant = ? AND incident = ? ORDER BY n", key(tenant), key(incidentID))
	return notes, s.engine.failure("read notes", err)
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
