package zeek_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
	"github.com/vedette-soc/vedette/internal/normalize/zeek"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, zeek.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, zeek.New()) }
