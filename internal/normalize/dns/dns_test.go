package dns_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/dns"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, dns.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, dns.New()) }
