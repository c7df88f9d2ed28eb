package dryrun

import (
	"context"
	"log/slog"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Actuator says what it would do.
type Actuator struct {
	log *slog.Logger
	why string
}

// New makes a dry-run actuator; why says, in a few words, why nothing is changed.
func New(why string, log *slog.Logger) *Actuator { return &Actuator{log: log, why: why} }

// Name returns "dryrun".
func (a *Actuator) Name() string { return "dryrun" }

// DryRun is true.
func (a *Actuator) DryRun() bool { return true }

// Undo says that there is nothing to take back.
func (a *Actuator) Undo(*vedette.Action) string { return "nothing to undo: this was a dry run" }

// Apply logs what would be done.
func (a *Actuator) Apply(_ context.Context, action *vedette.Action) error {
	a.log.Info("dry run: would block", "target", action.Target, "until", action.Expires.UTC().Format(time.RFC3339), "action", action.ID)
	return nil
}

// Remove logs what would be taken back.
func (a *Actuator) Remove(_ context.Context, action *vedette.Action) error {
	a.log.Info("dry run: would unblock", "target", action.Target, "action", action.ID)
	return nil
}

// Holds is always false, since nothing was changed.
func (a *Actuator) Holds(_ context.Context, action *vedette.Action) (bool, string, error) {
	detail := "dry run: nothing was changed; would drop everything from and to " + action.Target
	if a.why != "" {
		detail += " (" + a.why + ")"
	}
	return false, detail, nil
}
