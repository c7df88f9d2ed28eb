package server

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPlaceholdersComeFromNetworksListsAndConfiguration(t *testing.T) {
	dir := t.TempDir()
	hosts := filepath.Join(dir, "hosts.txt")
	if err := os.WriteFile(hosts, []byte("\ufeffdc-01\r\n# of the north\n\n  dc-02 \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	huge := filepath.Join(dir, "huge.txt")
	if err := os.WriteFile(huge, []byte(strings.Repeat("x\n", maxListValues+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	got, problems := placeholders(RulesConfig{
		Lists:        map[string]string{"dcs": hosts, "gone": filepath.Join(dir, "gone.txt"), "huge": huge, "admins": hosts},
		Placeholders: map[string][]string{"admins": {"root"}},
	}, NetworksConfig{Internal: []string{"10.0.0.0/8"}, Protected: []string{"192.0.2.1", "198.51.100.0/24"}})
	for name, want := range map[string][]string{
		"internal_networks": {"10.0.0.0/8"}, "protected_networks": {"192.0.2.1", "198.51.100.0/24"}, "dcs": {"dc-01", "dc-02"}, "admins": {"root"}, "gone": nil, "huge": nil,
	} {
		if !slices.Equal(got[name], want) {
			t.Errorf("%%%s%% is %q, want %q", name, got[name], want)
		}
	}
	if len(problems) != 2 || !strings.Contains(problems[0].String(), "%gone%") || !strings.Contains(problems[1].String(), "10000 values") {
		t.Errorf("problems %v", problems)
	}
	if private, _ := placeholders(RulesConfig{}, NetworksConfig{}); !slices.Contains(private["internal_networks"], "172.16.0.0/12") {
		t.Errorf("without configured networks the private ranges are internal: %v", private)
	}
}
