package web_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
	"github.com/vedette-soc/vedette/internal/normalize/web"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, web.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, web.New()) }

func BenchmarkCombined(b *testing.B) {
	normalizetest.Bench(b, `203.0.113.7 - - [23/Nov/2026:14:10:50 +0000] "GET /login.php?user=admin&next=/index HTTP/1.1" 200 512 "https://www.example.com/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`,
		web.New())
}
