package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

type noteInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Text    string `json:"text" minLength:"1" maxLength:"20000"`
		ReplyTo string `json:"reply_to,omitempty" maxLength:"64" doc:"Id of the note of the same incident that it answers"`
	}
}

type incidentLogInput struct {
	ID string `path:"id" maxLength:"64"`
	PageParams
}

func (a *API) listNotes(ctx context.Context, in *incidentInput) (*pageOutput[vedette.Note], error) {
	tenant := requestOf(ctx).principal.Tenant
	if _, err := a.deps.Store.Incident(ctx, tenant, in.ID); err != nil {
		return nil, err
	}
	notes, err := a.deps.Store.Notes(ctx, tenant, in.ID)
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.Note]{Body: Page[vedette.Note]{Items: notes, Total: int64(len(notes))}}, nil
}

func (a *API) addNote(ctx context.Context, in *noteInput) (*bodyOutput[vedette.Note], error) {
	if _, err := a.deps.Store.Incident(ctx, requestOf(ctx).principal.Tenant, in.ID); err != nil {
		return nil, err
	}
	note, err := a.write(ctx, a.audited(ctx, "incident.note", in.ID, in.Body.Text), in.ID, in.Body.Text, in.Body.ReplyTo)
	if err != nil {
		return nil, err
	}
	requestOf(ctx).kept = true
	return &bodyOutput[vedette.Note]{Body: note}, nil
}

// write keeps a note in the name of whoever asks.
func (a *API) write(ctx context.Context, store *statestore.Store, incidentID, text, replyTo string) (vedette.Note, error) {
	q := requestOf(ctx)
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	note := vedette.Note{
		ID: "note-" + hex.EncodeToString(id[:]), IncidentID: incidentID, Time: a.deps.Now().UTC(), Who: q.principal.Name, Text: text, ReplyTo: replyTo,
	}
	return note, store.AddNote(ctx, q.principal.Tenant, note)
}

func (a *API) listIncidentLog(ctx context.Context, in *incidentLogInput) (*pageOutput[vedette.AuditEntry], error) {
	tenant := requestOf(ctx).principal.Tenant
	if _, err := a.deps.Store.Incident(ctx, tenant, in.ID); err != nil {
		return nil, err
	}
	return a.auditPage(ctx, statestore.AuditFilter{Tenant: tenant, Object: in.ID}, in.page())
}

func (a *API) auditPage(ctx context.Context, filter statestore.AuditFilter, page statestore.Page) (*pageOutput[vedette.AuditEntry], error) {
	items, next, total, err := a.deps.Store.AuditLog(ctx, filter, page)
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.AuditEntry]{Body: Page[vedette.AuditEntry]{Items: items, Next: next, Total: total}}, nil
}
