package vedette_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
)

// The reference of events explains every canonical field once, and no field that is none.
func TestEveryFieldIsExplained(t *testing.T) {
	file := filepath.Join("docs", "reference", "events.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(text), "## Canonical fields")
	if !ok {
		t.Fatalf("%s has no section for canonical fields", file)
	}
	explained := map[string]bool{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || !strings.HasPrefix(cells[0], " `") {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(cells[0], " `"), "`")
		switch {
		case vedette.KeyOf(name) == 0:
			t.Errorf("%s explains %s, which is no canonical field", file, name)
		case explained[name]:
			t.Errorf("%s explains %s twice", file, name)
		case strings.TrimSpace(cells[1]) == "" || strings.TrimSpace(cells[2]) == "":
			t.Errorf("%s says nothing of %s", file, name)
		}
		explained[name] = true
	}
	for _, name := range vedette.CanonicalNames() {
		if !explained[name] {
			t.Errorf("%s does not explain %s", file, name)
		}
	}
}
