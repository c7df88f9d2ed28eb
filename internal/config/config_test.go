package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/internal/config"
)

type tree struct {
	HTTP struct {
		Listen string        `yaml:"listen"`
		Grace  time.Duration `yaml:"grace"`
	} `yaml:"http"`
	Journal struct {
		MaxBytes int64 `yaml:"max_bytes"`
	} `yaml:"journal"`
	Password config.Secret `yaml:"password"`
	Auto     bool          `yaml:"auto"`
	Paths    []string      `yaml:"paths"`
	Sources  []struct {
		Match string `yaml:"match"`
		Name  string `yaml:"name"`
	} `yaml:"sources"`
}

func defaults() *tree {
	t := &tree{Paths: []string{"a"}}
	t.HTTP.Listen, t.HTTP.Grace, t.Journal.MaxBytes = "127.0.0.1:1", time.Second, 1<<30
	return t
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "vedette.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func noEnv(string) (string, bool) { return "", false }

func TestFileThenEnvironment(t *testing.T) {
	file := write(t, "http:\n  listen: 0.0.0.0:80\n  grace: 2d\njournal: {max_bytes: 8GiB}\npassword: hunter2\n"+
		"sources:\n  - match: 10.0.0.1\n    name: fw\n")
	got := defaults()
	origins, err := config.Load(file, func(name string) (string, bool) {
		v, ok := map[string]string{"VEDETTE_HTTP_LISTEN": "[::1]:9", "VEDETTE_PATHS": "x, y", "VEDETTE_AUTO": "true"}[name]
		return v, ok
	}, got)
	if err != nil {
		t.Fatal(err)
	}
	if got.HTTP.Listen != "[::1]:9" || got.HTTP.Grace != 48*time.Hour || got.Journal.MaxBytes != 8<<30 ||
		string(got.Password) != "hunter2" || !got.Auto || fmt.Sprint(got.Paths) != "[x y]" || got.Sources[0].Name != "fw" {
		t.Fatalf("got %+v", got)
	}
	var lines []string
	for _, o := range origins {
		lines = append(lines, o.Path+" = "+o.Value+" # "+strings.TrimPrefix(o.From, filepath.Dir(file)+"/"))
	}
	all := strings.Join(lines, "\n")
	for _, want := range []string{"http.listen = '[::1]:9' # env VEDETTE_HTTP_LISTEN", "http.grace = 48h0m0s # vedette.yaml:3", "password = <secret>"} {
		if !strings.Contains(strings.ReplaceAll(all, `"`, `'`), want) {
			t.Errorf("no line %q in\n%s", want, all)
		}
	}
	if strings.Contains(all, "hunter2") {
		t.Error("the secret is printed")
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"http:\n  lisen: x\n":                    `vedette.yaml:2:3: unknown key "http.lisen". Did you mean "listen"?`,
		"htpp: {}\n":                             `vedette.yaml:1:1: unknown key "htpp". Did you mean "http"?`,
		"sources:\n  - match: a\n    nam: b\n":   `vedette.yaml:3:5: unknown key "sources[0].nam". Did you mean "name"?`,
		"http:\n  grace: soon\n":                 `vedette.yaml:2:10: http.grace: "soon" is not a duration`,
		"journal:\n  max_bytes: lots\n":          `vedette.yaml:2:14: journal.max_bytes: "lots" is not a whole number`,
		"auto: maybe\n":                          `vedette.yaml:1:7: auto: must be true or false, not "maybe"`,
		"http: 5\n":                              `vedette.yaml:1:7: http must be a mapping`,
		"password: ${VEDETTE_TEST_NOT_SET}\n":    `the environment has no VEDETTE_TEST_NOT_SET`,
		"http:\n  listen: a\nhttp:\n  listen: b": `http`,
	} {
		_, err := config.Load(write(t, text), noEnv, defaults())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q\n gave %v\n want %s", text, err, want)
		}
	}
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	_, err := config.Load(write(t, "a: 1\nb: 2\nhttp: {grace: x}\n"), noEnv, defaults())
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Fatalf("want three lines, got %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("http: {listen: a}\n")
	f.Add("sources: [{match: 1}]\n- x")
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(t.TempDir(), "f.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := defaults()
		if _, err := config.Load(file, noEnv, got); err == nil && got.HTTP.Grace < 0 && !strings.Contains(text, "-") {
			t.Fatalf("a negative grace from %q", text)
		}
	})
}
