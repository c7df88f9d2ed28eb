package respond

import (
	"context"

	vedette "github.com/vedette-soc/vedette"
)

// BlockAddress is the kind of action that keeps an address or a network from reaching us and us from reaching it.
const BlockAddress = "block_address"

// Actuator carries actions out. All methods may be called again for the same action without harm, and are called by one
// goroutine at a time.
type Actuator interface {
	// Name is a word for the action's row, such as "nftables".
	Name() string
	// Apply makes the action hold until action.Expires, also when it holds already; then its end is moved.
	Apply(ctx context.Context, action *vedette.Action) error
	// Remove makes the action hold no longer, also when it does not.
	Remove(ctx context.Context, action *vedette.Action) error
	// Holds looks at the world and tells whether the action holds, and what was seen, in one line.
	Holds(ctx context.Context, action *vedette.Action) (bool, string, error)
}

// DryRunner is implemented by an actuator that only says what it would do.
type DryRunner interface {
	// DryRun is true when nothing is ever changed.
	DryRun() bool
}

// Undoer is implemented by an actuator that can say how an action is taken back.
type Undoer interface {
	// Undo describes, in one line, how a person could take the action back without Vedette.
	Undo(action *vedette.Action) string
}

// ActionStore keeps actions. Versions are checked: an update of an old version is a conflict.
type ActionStore interface {
	CreateAction(ctx context.Context, action *vedette.Action) error
	UpdateAction(ctx context.Context, action *vedette.Action) error
	Action(ctx context.Context, tenant, id string) (vedette.Action, error)
	LiveActions(ctx context.Context) ([]vedette.Action, error)
}

// Auditor keeps the audit log.
type Auditor interface {
	Audit(ctx context.Context, entry vedette.AuditEntry) error
}

// Store is what the responder needs of the statestore.
type Store interface {
	ActionStore
	Auditor
}
