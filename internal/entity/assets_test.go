package entity_test

import (
	"net/netip"
	"testing"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

var _ entity.Assets = (*entity.Register)(nil)

func TestRegister(t *testing.T) {
	names := entity.NewDirectory(10)
	names.Learn("t", netip.MustParseAddr("10.0.0.7"), "db-02")
	names.Learn("u", netip.MustParseAddr("10.0.0.7"), "db-02")
	r := entity.NewRegister(names)
	host := vedette.EntityRef{Kind: vedette.EntityHost, Name: "db-02", Role: vedette.RoleTarget}
	own := vedette.EntityRef{Kind: vedette.EntityAddress, Name: "10.0.0.7"}
	ask := func(tenant string, ref vedette.EntityRef, want int, known bool) {
		t.Helper()
		if got, ok := r.Criticality(tenant, ref); got != want || ok != known {
			t.Errorf("%s in %s: %d, %v; want %d, %v", ref.Name, tenant, got, ok, want, known)
		}
	}
	ask("t", host, 0, false)
	r.Set("t", vedette.EntityHost, "db-02", entity.CriticalityCritical)
	ask("t", host, 4, true)
	ask("t", own, 4, true)
	ask("u", own, 0, false)
	ask("t", vedette.EntityRef{Kind: vedette.EntityUser, Name: "db-02"}, 0, false)
	r.Set("t", vedette.EntityAddress, "10.0.0.7", 0)
	ask("t", own, 0, true)
	r.Set("t", vedette.EntityHost, "db-02", -1)
	ask("t", host, 0, false)
	if r.Len() != 1 {
		t.Errorf("%d entities have a level, want 1", r.Len())
	}
	if n := testing.AllocsPerRun(100, func() { r.Criticality("t", own) }); n > 0 {
		t.Errorf("%v allocations to ask", n)
	}
}
