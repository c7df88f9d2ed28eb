package dns

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette/internal/normalize"
)

// bindTime reads the time of BIND's own log files, "23-Nov-2026 14:10:50.123 queries: info: ".
func bindTime(in *normalize.Input, s string) (time.Time, bool) {
	if in.Header != nil && !in.Header.Time.IsZero() || len(s) < 24 || s[2] != '-' {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation("02-Jan-2006 15:04:05.000", strings.TrimSpace(s[:24]), in.Zone())
	return t, err == nil
}
