package access

import "slices"

// Role is what a person is allowed, in one word.
type Role string

// The roles; each may do what the one before may.
const (
	RoleViewer    Role = "viewer"    // reads
	RoleAnalyst   Role = "analyst"   // works on incidents, rules and notes
	RoleResponder Role = "responder" // approves and undoes actions
	RoleAdmin     Role = "admin"     // users, tokens, settings
)

// Permission is a sort of operation. Its words are the scopes of tokens.
type Permission string

// The sorts of operation.
const (
	Read    Permission = "read"
	Write   Permission = "write"
	Respond Permission = "respond"
	Admin   Permission = "admin"
	Ingest  Permission = "ingest" // hand in records
)

// Permissions returns all sorts of operation.
func Permissions() []Permission { return []Permission{Ingest, Read, Write, Respond, Admin} }

// Principal is who is asking: a person with a role, or a token with scopes.
type Principal struct {
	Tenant     string
	Name       string   // user name, or token:<name>
	Role       Role     // of a person; empty for a token
	Scopes     []string // of a token; nil for a person
	MustChange bool     // a person who has to choose a password before anything else: may do nothing
}

// System is the house itself acting in a tenant, such as a command on the server's own command line.
func System(tenant string) Principal {
	return Principal{Tenant: tenant, Name: "system", Role: RoleAdmin}
}

// May tells whether the principal may do this sort of operation. Administrators and the scope admin may do everything;
// the scopes write and respond include read; the scope ingest is that alone.
func (p Principal) May(op Permission) bool {
	if p.MustChange {
		return false
	}
	switch p.Role {
	case RoleAdmin:
		return true
	case RoleResponder:
		return op == Respond || op == Write || op == Read
	case RoleAnalyst:
		return op == Write || op == Read
	case RoleViewer:
		return op == Read
	}
	has := func(scope Permission) bool { return slices.Contains(p.Scopes, string(scope)) }
	return has(op) || has(Admin) || op == Read && (has(Write) || has(Respond))
}

// Permissions returns what the principal may do.
func (p Principal) Permissions() []Permission {
	return slices.DeleteFunc(Permissions(), func(op Permission) bool { return !p.May(op) })
}

// By is who makes a change, and from which network address: what the audit log says of it.
type By struct {
	Principal Principal
	From      string
}
