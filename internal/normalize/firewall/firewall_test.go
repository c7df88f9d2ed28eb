package firewall_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/firewall"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, firewall.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, firewall.New()) }
