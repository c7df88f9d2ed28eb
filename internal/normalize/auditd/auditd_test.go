package auditd_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/auditd"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, auditd.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, auditd.New()) }
