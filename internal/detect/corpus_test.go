package detect_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

// corpus loads the public rule collection, or skips the test.
func corpus(tb testing.TB) []catalog.File {
	tb.Helper()
	root := os.Getenv("VEDETTE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	archive := filepath.Join(root, "sigma", "rules.tar.gz")
	if _, err := os.Stat(archive); err != nil {
		tb.Skipf("the public rule collection is not there: %v", err)
	}
	files, problems := catalog.Load(context.Background(), []string{archive})
	for _, p := range problems {
		tb.Errorf("load: %s", p)
	}
	return files
}

// tree splits the collection by its topmost folder.
func tree(files []catalog.File, keep func(folder string) bool) []catalog.File {
	var out []catalog.File
	for _, f := range files {
		_, member, _ := strings.Cut(f.Path, "!")
		folder, _, _ := strings.Cut(member, "/")
		if keep(folder) {
			out = append(out, f)
		}
	}
	return out
}

func active(files []catalog.File) []catalog.File {
	return tree(files, func(folder string) bool { return strings.HasPrefix(folder, "rules") })
}

// Every active rule of the collection must run, but for those whose placeholders only a site can fill.
func TestCorpusActiveRulesRun(t *testing.T) {
	files := active(corpus(t))
	rs := detect.Compile(files)
	unresolved := 0
	for _, p := range rs.Problems {
		if strings.Contains(p.Reason, "has no values in the configuration") {
			unresolved++
			continue
		}
		t.Errorf("rejected: %s", p)
	}
	t.Logf("%d files: %d rules run, %d wait for placeholders", len(files), len(rs.Rules), unresolved)
	if len(rs.Rules) < 3700 {
		t.Errorf("only %d rules run", len(rs.Rules))
	}
	var waiting []catalog.File
	for _, f := range files {
		if slices.ContainsFunc(rs.Problems, func(p catalog.Problem) bool { return p.File == f.Path }) {
			waiting = append(waiting, f)
		}
	}
	filled, values := rs, make(map[string][]string)
	for range 6 { // a rule names the placeholders that it lacks one at a time
		nameEach(filled, values)
		filled = detect.CompileWith(detect.Options{Placeholders: values}, waiting)
	}
	for _, p := range filled.Problems {
		t.Errorf("rejected although every placeholder has values: %s", p)
	}
	t.Logf("with placeholders filled: %d of %d run", len(filled.Rules), len(waiting))
}

// nameEach gives values to each placeholder that a problem complains of.
func nameEach(rs *detect.Ruleset, values map[string][]string) {
	for _, p := range rs.Problems {
		if _, rest, ok := strings.Cut(p.Reason, "the placeholder %"); ok {
			name, _, _ := strings.Cut(rest, "%")
			values[name] = []string{"one-" + name, "two-" + name}
		}
	}
}

// Retired rules are rejected for what they are, or run when asked for; what cannot run then has a reason of its own.
func TestCorpusRetiredRulesHaveReasons(t *testing.T) {
	files := tree(corpus(t), func(folder string) bool { return folder == "deprecated" || folder == "unsupported" })
	rs := detect.Compile(files)
	for _, p := range rs.Problems {
		if p.Reason == "" || p.Line == 0 {
			t.Errorf("no reason or no line: %+v", p)
		}
	}
	t.Logf("%d files: %d run, %d rejected", len(files), len(rs.Rules), len(rs.Problems))
	rs = detect.CompileWith(detect.Options{Retired: true}, files)
	t.Logf("when asked for: %d run, %d rejected", len(rs.Rules), len(rs.Problems))
	for _, p := range rs.Problems {
		if p.Reason == "" || p.Line == 0 {
			t.Errorf("no reason or no line: %+v", p)
		}
	}
}
