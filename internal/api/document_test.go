package api_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vedette-soc/vedette/internal/api"
)

var update = flag.Bool("update", false, "write golden files")

// The document is the contract with every client, the console among them: it changes only on purpose.
func TestDocumentIsTheGoldenOne(t *testing.T) {
	got, err := api.Document("1")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "docs", "reference", "openapi.yaml")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the surface changed; if that is meant, run go test ./internal/api -run Golden -update (-want +got):\n%s", diff)
	}
}
