package cloudtrail_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/cloudtrail"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, cloudtrail.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, cloudtrail.New()) }
