package dryrun_test

import (
	"log/slog"
	"testing"

	"github.com/vedette-soc/vedette/internal/respond"
	"github.com/vedette-soc/vedette/internal/respond/actuatortest"
	"github.com/vedette-soc/vedette/internal/respond/dryrun"
)

func TestConformance(t *testing.T) {
	actuatortest.Run(t, func(*testing.T) respond.Actuator { return dryrun.New("no permission", slog.New(slog.DiscardHandler)) })
}
