package server_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/server"
)

func noEnv(string) (string, bool) { return "", false }

func TestEverySettingIsDocumented(t *testing.T) {
	_, origins, err := server.Load("", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../docs/reference/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, m[1])
	}
	for _, o := range origins {
		if !slices.Contains(documented, o.Path) {
			t.Errorf("docs/reference/configuration.md does not explain %s", o.Path)
		}
		documented = slices.DeleteFunc(documented, func(path string) bool { return path == o.Path })
	}
	for _, path := range documented {
		t.Errorf("docs/reference/configuration.md explains %s, which does not exist", path)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"http: {listen: '0.0.0.0:80'}":         "not a loopback address",
		"http: {listen: '', tls: ''}":          "nobody could reach the console",
		"http: {cert: a.pem}":                  "belong together",
		"events: {retention: 1h}":              "at least a day",
		"respond: {mode: always}":              "not one of off, recommend, auto",
		"respond: {actuator: iptables}":        "not best, nftables or dry-run",
		"networks: {protected: [10.0.0.0/40]}": "neither an address nor a network",
		"files: {paths: [relative.log]}":       "not an absolute path",
		"syslog: {tcp: nowhere}":               "syslog address",
		"respond: {ttl: 8d}":                   "longest TTL",
		"events:\n  retenton: 30d":             `:2:3: unknown key "events.retenton". Did you mean "retention"?`,
	} {
		file := filepath.Join(t.TempDir(), "vedette.yaml")
		if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := server.Load(file, noEnv); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n gave %v\n want %s", text, err, want)
		}
	}
}
