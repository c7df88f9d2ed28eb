package entity_test

import (
	"net/netip"
	"testing"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

func TestWhoseAnIncidentIs(t *testing.T) {
	host := func(name string, role vedette.Role) vedette.EntityRef {
		return vedette.EntityRef{Kind: vedette.EntityHost, Name: name, Role: role}
	}
	address := func(name string) vedette.EntityRef { return vedette.EntityRef{Kind: vedette.EntityAddress, Name: name} }
	levels := entity.NewRegister(nil)
	levels.Set("t", vedette.EntityHost, "dc-01", entity.CriticalityCritical)
	names := entity.NewDirectory(0)
	names.Learn("t", netip.MustParseAddr("10.9.0.7"), "pacs-01")
	teams := entity.NewTeams(levels)
	teams.Follow(names)
	list := []vedette.Team{
		{Name: "clinic", Departments: []string{"Radiology"}, Tags: []string{"shared"}},
		{Name: "core", Tags: []string{"identity", "shared"}, Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}},
	}
	teams.Set("t", list)
	teams.Say("t", host("pacs-01", ""), "radiology", nil)
	teams.Say("t", host("dc-01", ""), "", []string{"identity"})
	teams.Say("t", host("print-01", ""), "", []string{"shared"})
	for name, c := range map[string]struct {
		refs []vedette.EntityRef
		want string
	}{
		"by department":                      {[]vedette.EntityRef{host("pacs-01", vedette.RoleTarget)}, "clinic"},
		"nobody's":                           {[]vedette.EntityRef{host("ws-1", vedette.RoleActor), address("192.0.2.1")}, ""},
		"the most critical decides":          {[]vedette.EntityRef{host("pacs-01", vedette.RoleActor), host("dc-01", "")}, "core"},
		"then who acts":                      {[]vedette.EntityRef{address("10.1.2.3"), host("pacs-01", vedette.RoleActor)}, "clinic"},
		"then who came first":                {[]vedette.EntityRef{address("10.1.2.3"), host("pacs-01", "")}, "core"},
		"the first team of several":          {[]vedette.EntityRef{host("print-01", "")}, "clinic"},
		"an address is its machine's":        {[]vedette.EntityRef{address("10.9.0.7")}, "clinic"},
		"files are nobody's":                 {[]vedette.EntityRef{{Kind: vedette.EntityFile, Name: "pacs-01"}}, ""},
		"what nobody owns does not stand in": {[]vedette.EntityRef{host("ws-1", vedette.RoleActor), host("pacs-01", "")}, "clinic"},
	} {
		if got := teams.Of("t", c.refs); got != c.want {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
	if got := teams.Of("u", []vedette.EntityRef{host("pacs-01", "")}); got != "" {
		t.Errorf("another tenant's incident went to %q", got)
	}
	if teams.Say("t", host("pacs-01", ""), "radiology", nil) || !teams.Say("t", host("pacs-01", ""), "", nil) {
		t.Error("whether something changed is told wrongly")
	}
	if got := teams.Of("t", []vedette.EntityRef{host("pacs-01", "")}); got != "" {
		t.Errorf("what was taken back still holds: %q", got)
	}
	teams.Set("t", nil)
	if got := teams.Of("t", []vedette.EntityRef{host("dc-01", "")}); got != "" {
		t.Errorf("without teams it went to %q", got)
	}
}
