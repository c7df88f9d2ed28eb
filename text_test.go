package vedette_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/vedette-soc/vedette"
)

func TestTextIsCutBetweenCharacters(t *testing.T) {
	for _, c := range []struct {
		text           string
		limit          int
		cut, shortened string
	}{
		{"", 0, "", ""},
		{"short", 5, "short", "short"},
		{"longer", 5, "longe", "lo…"},
		{"héllo", 2, "h", "…"},
		{"héllo", 5, "héll", "h…"},
		{"日志日志", 6, "日志", "日…"},
		{"日志日志", 8, "日志", "日…"},
		{"日", 1, "", "…"},
		{"\x80\x80\x80\x80", 3, "", "…"},
		{"any", -1, "", "…"},
	} {
		if got := vedette.Cut(c.text, c.limit); got != c.cut {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.text, c.limit, got, c.cut)
		}
		if got := vedette.Shorten(c.text, c.limit); got != c.shortened {
			t.Errorf("Shorten(%q, %d) = %q, want %q", c.text, c.limit, got, c.shortened)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add("zażółć gęślą jaźń", 7)
	f.Add(strings.Repeat("é", 40), 33)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		cut, shortened := vedette.Cut(text, limit), vedette.Shorten(text, limit)
		if len(cut) > max(limit, 0) || !strings.HasPrefix(text, cut) {
			t.Errorf("Cut(%q, %d) = %q", text, limit, cut)
		}
		if len(shortened) > max(limit, len("…")) {
			t.Errorf("Shorten(%q, %d) = %q", text, limit, shortened)
		}
		if utf8.ValidString(text) && (!utf8.ValidString(cut) || !utf8.ValidString(shortened)) {
			t.Errorf("%q at %d becomes %q and %q", text, limit, cut, shortened)
		}
	})
}
