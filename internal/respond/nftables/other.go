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

// New is always denied: only Linux has nftables.
func New(Config, *slog.Logger) (respond.Actuator, error) {
	return nil, vedette.Errorf(vedette.CodeDenied, "blocking addresses needs Linux with nftables; actions stay dry runs")
}
