package triage

import (
	"net/netip"
	"slices"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// learn notes which machine has which address, as the alert shows it.
func (e *Engine) learn(a *vedette.Alert) {
	host := ""
	for _, ref := range a.Entities {
		if ref.Kind == vedette.EntityHost && host == "" {
			host = ref.Name
		}
		if ref.Kind == vedette.EntityAddress && ref.Role == "" && host != "" {
			if addr, err := netip.ParseAddr(ref.Name); err == nil {
				e.names.Learn(a.Tenant, addr, host)
			}
		}
	}
}

// enrich names the machines behind internal addresses that are known by name.
func (e *Engine) enrich(a *vedette.Alert) {
	for _, ref := range a.Entities {
		if ref.Kind != vedette.EntityAddress || ref.Role == "" || len(a.Entities) >= entity.MaxRefs {
			continue
		}
		addr, err := netip.ParseAddr(ref.Name)
		if err != nil {
			continue
		}
		host := e.names.Host(a.Tenant, addr)
		known := slices.ContainsFunc(a.Entities, func(r vedette.EntityRef) bool { return r.Kind == vedette.EntityHost && r.Name == host })
		if host != "" && !known {
			a.Entities = append(slices.Clip(a.Entities), vedette.EntityRef{Kind: vedette.EntityHost, Name: host, Role: ref.Role})
		}
	}
}
