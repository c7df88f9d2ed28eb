package cef_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/cef"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, cef.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, cef.New()) }
