package cloud_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/cloud"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, cloud.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, cloud.New()) }
