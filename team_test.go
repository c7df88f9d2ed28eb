package vedette_test

import (
	"net/netip"
	"strings"
	"testing"

	vedette "github.com/vedette-soc/vedette"
)

func TestATeamOwnsByDepartmentTagOrNetwork(t *testing.T) {
	team := vedette.Team{
		Name: "clinic", Departments: []string{"Radiology", "放射科"}, Tags: []string{"pacs"}, Networks: []netip.Prefix{netip.MustParsePrefix("10.4.0.0/16")},
	}
	none := netip.Addr{}
	for name, c := range map[string]struct {
		department string
		tags       []string
		addr       netip.Addr
		want       bool
	}{
		"department in any case": {department: " radiology ", want: true},
		"department in Chinese":  {department: "放射科", want: true},
		"another department":     {department: "radiology-2"},
		"one of the tags":        {tags: []string{"linux", "PACS"}, want: true},
		"no tag":                 {tags: []string{"linux"}},
		"in the network":         {addr: netip.MustParseAddr("10.4.7.9"), want: true},
		"mapped into the other":  {addr: netip.MustParseAddr("::ffff:10.4.7.9"), want: true},
		"in another network":     {addr: netip.MustParseAddr("10.5.7.9")},
		"nothing known":          {addr: none},
	} {
		if got := team.Owns(c.department, c.tags, c.addr); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if (&vedette.Team{Name: "empty", Departments: []string{}}).Owns("", nil, none) {
		t.Error("a team without a scope owns what nobody said anything of")
	}
}

func TestTeamsThatCannotBe(t *testing.T) {
	good := vedette.Team{Name: "soc-1", Departments: []string{"it"}}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	if err := (&vedette.Team{Name: "信息科"}).Validate(); err != nil {
		t.Error(err)
	}
	for name, bad := range map[string]vedette.Team{
		"no name": {}, "a path": {Name: "a/b"}, "a dot first": {Name: ".a"}, "a space": {Name: "a b"}, "a long name": {Name: strings.Repeat("a", 65)},
		"an empty tag": {Name: "a", Tags: []string{" "}}, "no network": {Name: "a", Networks: []netip.Prefix{{}}}, "no place": {Name: "a", Place: -1},
		"too many": {Name: "a", Members: make([]string, vedette.MaxTeamScope+1)}, "a long title": {Name: "a", Title: strings.Repeat("a", 300)},
	} {
		if err := bad.Validate(); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
