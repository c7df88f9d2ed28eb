package endpoint_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/endpoint"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, endpoint.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, endpoint.New()) }
