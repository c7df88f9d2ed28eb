package triage_test

import (
	"fmt"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

// deployment is one rule that fires on many machines that nobody has seen before, all within a second.
func deployment(s *script, at time.Duration, machines int, severity vedette.Severity) *script {
	r := rule{"encrypts", "Shadow copies deleted and files encrypted", severity, "impact", []string{"T1486", "T1490"}, nil}
	for i := range machines {
		s.at(at+time.Duration(i)*time.Second/time.Duration(machines), r, host(fmt.Sprintf("new-%04d", i)), user("svc_deploy"+fmt.Sprint(i)))
	}
	return s
}

// known is when the rule of a deployment had fired before.
var deployments = []struct {
	name string
	day  func() *script // what was before
	at   time.Duration
}{
	{"the rule never fired", func() *script { return ordinary(&script{}, 20, 2*24*time.Hour) }, 50 * time.Hour},
	{"the rule fired once on another machine", func() *script {
		return deployment(ordinary(&script{}, 20, 2*24*time.Hour), 26*time.Hour, 1, vedette.High)
	}, 50 * time.Hour},
	{"in the first minute of all", func() *script { return &script{} }, time.Minute},
}

// Ransomware that is rolled out to every machine at once looks like an update: new, everywhere, in the same second. What people
// vouch for is never taken for one.
func TestMassDeploymentIsInTheQueue(t *testing.T) {
	for _, d := range deployments {
		for _, machines := range []int{2, 10, 1000} {
			for _, severity := range []vedette.Severity{vedette.High, vedette.Critical} {
				if severity == vedette.Critical && machines > 10 {
					continue
				}
				t.Run(fmt.Sprintf("%s/%d %s", d.name, machines, severity), func(t *testing.T) {
					s := d.day()
					before := len(s.alerts)
					for i := range before {
						s.alerts[i].ID += "-before"
					}
					deployment(s, d.at, machines, severity)
					s.join(&script{})
					e := engine(t, triage.Knowledge{})
					for i := range s.alerts {
						e.Add(&s.alerts[i], int64(i+1))
					}
					found, rows := int64(0), 0
					for _, o := range e.Flush() {
						for _, r := range o.Rules {
							if r.RuleID != "encrypts" || o.Last.Before(day.Add(d.at)) {
								continue
							}
							rows++
							if o.Below {
								t.Errorf("%d alerts lie below the line, at %d", r.Count, o.Score)
							}
							found += r.Count
						}
					}
					if found < int64(machines) || rows > 3 {
						t.Errorf("%d of %d alerts are in %d incidents", found, machines, rows)
					}
				})
			}
		}
	}
}

// The same live: every alert has its incident, which is stored above the line.
func TestMassDeploymentIsStoredInTheQueue(t *testing.T) {
	for _, size := range []int{100, 1000} {
		store := openStore(t)
		tr := open(t, store)
		var seq uint64
		fold(t, tr, &seq, ordinary(&script{}, 20, 2*24*time.Hour).join(&script{}).alerts, 64)
		out := fold(t, tr, &seq, deployment(&script{}, 50*time.Hour, 1000, vedette.High).alerts, size)
		rows := map[string]int64{}
		for _, a := range out {
			if a.IncidentID == "" {
				t.Fatalf("the alert on %s is in no incident", a.Entities[0].Name)
			}
			rows[a.IncidentID]++
		}
		all, _, _, err := store.Incidents(t.Context(), statestore.IncidentFilter{Tenant: vedette.DefaultTenant}, statestore.Page{Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		stored := int64(0)
		for _, in := range all {
			if rows[in.ID] == 0 {
				continue
			}
			if stored += in.Alerts; in.Below || in.Severity < vedette.High {
				t.Errorf("batches of %d: %s is below the line: %d", size, in.ID, in.Score)
			}
		}
		if stored != 1000 || len(rows) > 3 {
			t.Errorf("batches of %d: %d alerts in %d incidents", size, stored, len(rows))
		}
	}
}
