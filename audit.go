package vedette

import "time"

// AuditEntry is one line of the audit log: who did what to what, from where, and how it went.
type AuditEntry struct {
	ID     string    `json:"id"`
	Tenant string    `json:"tenant"`
	Time   time.Time `json:"time"`
	Who    string    `json:"who" doc:"User name, token:<name>, or system"`
	From   string    `json:"from" doc:"Network address of the client"`
	What   string    `json:"what" doc:"The operation, such as incident.update"`
	Object string    `json:"object" doc:"Id of what it was done to"`
	Detail string    `json:"detail,omitempty"`
	Failed bool      `json:"failed"`
}

// Note is what a person wrote on an incident.
type Note struct {
	ID         string    `json:"id"`
	IncidentID string    `json:"incident_id"`
	Time       time.Time `json:"time"`
	Who        string    `json:"who"`
	Text       string    `json:"text"`
	ReplyTo    string    `json:"reply_to,omitempty" doc:"The note that it answers"`
}
