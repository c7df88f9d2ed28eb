package vedette_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/vedette-soc/vedette"

// floors is the plan of the house: a package may import only lower floors, or packages nested in its own room. Stages of
// the corridor stand on one floor, so they cannot see one another: they speak in the vocabulary.
var floors = [][]string{
	{""},
	{"internal/config", "internal/telemetry", "internal/evtx"},
	{"internal/journal", "internal/eventstore", "internal/statestore", "internal/recording"},
	{"internal/catalog", "internal/entity", "internal/access", "internal/intel"},
	{"internal/collect", "internal/normalize", "internal/detect", "internal/triage", "internal/respond", "internal/baseline"},
	{"internal/api", "internal/demo", "console", "content"},
	{"internal/server"},
	{"cmd/vedette", "test"},
}

// reserved says where a library that could blur the house may be imported.
var reserved = map[string]struct {
	rooms  []string
	reason string
}{
	"database/sql":                  {[]string{"internal/statestore"}, "SQL lives in the statestore"},
	"github.com/nats-io/":           {[]string{"internal/journal"}, "NATS lives in the journal"},
	"github.com/VictoriaMetrics/":   {[]string{"internal/eventstore"}, "LogsQL lives in the eventstore"},
	"os/exec":                       {[]string{"internal/respond", "test", "cmd/vedette"}, "only actuators start other programs"},
	"github.com/google/nftables":    {[]string{"internal/respond/nftables"}, "the firewall lives in its actuator"},
	"log":                           {nil, "logs go through log/slog"},
	"math/rand":                     {nil, "use math/rand/v2, or crypto/rand for secrets"},
	"github.com/danielgtaylor/huma": {[]string{"internal/api"}, "the HTTP API lives in api"},
	"github.com/prometheus/":        {[]string{"internal/telemetry"}, "metrics live in telemetry"},
	"github.com/spf13/":             {[]string{"cmd/vedette"}, "the command line lives in cmd"},
	"github.com/vedette-soc/vedette/internal/server": {[]string{"cmd/vedette", "test"}, "the server wires the rooms; none of them knows it"},
}

func TestNothingIsImportedAcrossOrUpAFloor(t *testing.T) {
	eachFile(t, func(file string, imports []string) {
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		room, floor := roomOf(t, filepath.ToSlash(filepath.Dir(file)))
		for _, path := range imports {
			inner, ours := strings.CutPrefix(path, module)
			if !ours {
				continue
			}
			other, otherFloor := roomOf(t, strings.TrimPrefix(inner, "/"))
			if other != room && otherFloor >= floor {
				t.Errorf("%s imports %s: across or up a floor", file, path)
			}
		}
	})
}

func TestLibrariesStayInTheirRooms(t *testing.T) {
	eachFile(t, func(file string, imports []string) {
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		if strings.HasSuffix(filepath.Dir(file), "test") {
			return // suites that only tests import
		}
		for _, path := range imports {
			for library, rule := range reserved {
				if path != library && (!strings.HasSuffix(library, "/") || !strings.HasPrefix(path, library)) {
					continue
				}
				allowed := slices.ContainsFunc(rule.rooms, func(room string) bool {
					return strings.HasPrefix(filepath.ToSlash(file), room+"/")
				})
				if !allowed {
					t.Errorf("%s imports %s: %s", file, path, rule.reason)
				}
			}
		}
	})
}

func TestTheVocabularyNeedsOnlyTheStandardLibrary(t *testing.T) {
	eachFile(t, func(file string, imports []string) {
		if filepath.Dir(file) != "." || strings.HasSuffix(file, "_test.go") {
			return
		}
		for _, path := range imports {
			if strings.Contains(path, ".") {
				t.Errorf("%s imports %s: the vocabulary needs only the standard library", file, path)
			}
		}
	})
}

// roomOf finds the room that a folder belongs to, and its floor.
func roomOf(t *testing.T, dir string) (room string, floor int) {
	t.Helper()
	if dir == "." {
		dir = ""
	}
	for floor, rooms := range floors {
		for _, room := range rooms {
			if dir == room || room != "" && strings.HasPrefix(dir, room+"/") {
				return room, floor
			}
		}
	}
	t.Errorf("%s stands on no floor: add its room to the plan in layers_test.go and ARCHITECTURE.md", dir)
	return dir, len(floors)
}

// eachFile parses the imports of every Go file in process: a test that asks the go command is cached and goes stale.
func eachFile(t *testing.T, visit func(file string, imports []string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (slices.Contains([]string{"node_modules", "testdata", ".git", "dist", "bin"}, entry.Name())) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, name)
		}
		visit(path, imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
