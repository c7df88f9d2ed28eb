package triage_test

import (
	"fmt"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage"
)

// After a restart the same incidents take further alerts as without one, when there are more than fit into memory: newer ones
// that matter less, and those of another tenant, push none out.
func TestRestartKeepsWhatMattersMost(t *testing.T) {
	for _, tenant := range []string{vedette.DefaultTenant, "other"} {
		for _, restart := range []bool{false, true} {
			store := openStore(t)
			few := func(c *triage.Config) { c.MaxOpen = 64 }
			tr := open(t, store, few)
			var seq uint64
			ransom := rule{"ransom", "Files encrypted", vedette.Critical, "impact", []string{"T1486"}, nil}
			begun := fold(t, tr, &seq, (&script{}).at(0, ransom, host("dc01"), from("203.0.113.9")).alerts, 1)
			s := &script{}
			for i := range 300 {
				r := rule{"low", "Odd thing", vedette.Low, "discovery", nil, nil}
				if tenant != vedette.DefaultTenant {
					r = ransom
				}
				s.at(time.Duration(i+1)*time.Minute, r, host(fmt.Sprintf("%s-x%d", tenant, i)))
				s.alerts[i].Tenant = tenant
			}
			fold(t, tr, &seq, s.alerts, 50)
			if restart {
				tr = open(t, store, few)
			}
			backups := rule{"backups", "Backups deleted", vedette.High, "impact", []string{"T1490"}, nil}
			next := fold(t, tr, &seq, (&script{}).at(6*time.Hour, backups, host("dc01"), from("203.0.113.9")).alerts, 1)
			if next[0].IncidentID != begun[0].IncidentID {
				t.Errorf("crowded by %s, restart %v: the next step of the attack is in an incident of its own", tenant, restart)
			}
		}
	}
}
