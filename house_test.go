package vedette_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// maxLines is the longest that a file may be; tests, generated files and dictionaries of words aside.
const maxLines = 500

var bannedNames = []string{
	"util", "utils", "common", "helper", "helpers", "misc", "base", "core", "lib", "shared", "manager", "model", "models",
	"types", "interfaces",
}

func TestFilesStayShort(t *testing.T) {
	for _, pattern := range []string{"*.go", "*.ts", "*.tsx", "*.css"} {
		for _, file := range find(t, pattern) {
			if strings.HasSuffix(file, "_test.go") || strings.Contains(file, ".gen.") || strings.Contains(file, ".test.") ||
				strings.Contains(file, "/i18n/") {
				continue
			}
			if n := bytes.Count(read(t, file), []byte{'\n'}); n > maxLines {
				t.Errorf("%s has %d lines: one idea a file, %d lines at the most", file, n, maxLines)
			}
		}
	}
}

func TestEveryPackageExplainsItself(t *testing.T) {
	documented, packages := map[string]bool{}, map[string]string{}
	for _, file := range find(t, "*.go") {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Dir(file)
		packages[dir] = parsed.Name.Name
		documented[dir] = documented[dir] || parsed.Doc != nil
	}
	for dir, name := range packages {
		if !documented[dir] {
			t.Errorf("package %s (%s) has no comment: say what room it is, what comes in, what goes out, what it promises", name, dir)
		}
		if slices.Contains(bannedNames, name) {
			t.Errorf("package %s (%s): the name says nothing; use a noun that an analyst would say aloud", name, dir)
		}
	}
}

func TestNoInitAndNoSleep(t *testing.T) {
	for _, file := range find(t, "*.go") {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					t.Errorf("%s has an init function: construct things where they are used", file)
				}
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && n.Sel.Name == "Sleep" && strings.HasSuffix(file, "_test.go") && !strings.Contains(string(read(t, file)), "testing/synctest") {
					t.Errorf("%s sleeps: wait for what should happen, or use testing/synctest", file)
				}
			}
			return true
		})
	}
}

// TestParsersCarryTheirFurniture checks what a reader may expect in the folder of every parser.
func TestParsersCarryTheirFurniture(t *testing.T) {
	dirs, err := filepath.Glob("internal/normalize/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		name := filepath.Base(dir)
		if info, err := os.Stat(dir); err != nil || !info.IsDir() || name == "all" || name == "normalizetest" || name == "testdata" {
			continue
		}
		for _, want := range []string{"README.md", "testdata"} {
			if _, err := os.Stat(filepath.Join(dir, want)); err != nil {
				t.Errorf("parser %s has no %s", name, want)
			}
		}
		tests := ""
		for _, file := range find(t, "*_test.go") {
			if filepath.Dir(file) == dir {
				tests += string(read(t, file))
			}
		}
		if !strings.Contains(tests, "func Fuzz") {
			t.Errorf("parser %s has no fuzz target", name)
		}
	}
}

func find(t *testing.T, pattern string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{"node_modules", "testdata", ".git", "dist", "bin"}, entry.Name()) {
			return filepath.SkipDir
		}
		if ok, _ := filepath.Match(pattern, entry.Name()); ok && !entry.IsDir() {
			files = append(files, filepath.ToSlash(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestEveryMetricIsDocumented(t *testing.T) {
	doc := string(read(t, "docs/reference/metrics.md"))
	metric := regexp.MustCompile(`"(vedette_[a-z]+_[a-z_]+)"`)
	for _, file := range find(t, "*.go") {
		if strings.HasSuffix(file, "_test.go") || !strings.HasPrefix(file, "internal/") {
			continue
		}
		for _, m := range metric.FindAllStringSubmatch(string(read(t, file)), -1) {
			if !strings.Contains(doc, "`"+m[1]+"`") {
				t.Errorf("%s publishes %s, which docs/reference/metrics.md does not explain", file, m[1])
			}
		}
	}
}
