//go:build !linux

package nftables

import (
	"log/slog"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/respond"
)

// Config names the table.
type Config struct {
	Table string
}

// Actuator does not come to be: only Linux has nftables.
type Actuator struct{ respond.Actuator }

// Clear has nothing to remove.
func (*Actuator) Clear() error { return nil }

// Close has nothing to end.
func (*Actuator) Close() error { return nil }

// New is always denied: only Linux has nftables.
func New(Config, *slog.Logger) (*Actuator, error) {
	return nil, vedette.Errorf(vedette.CodeDenied, "blocking addresses needs Linux with nftables; actions stay dry runs")
}
