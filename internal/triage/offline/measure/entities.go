package measure

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

// EntitiesAsked is how many entities memory is measured with.
const EntitiesAsked = 100_000

// EntitiesResult is speed and memory with many entities.
type EntitiesResult struct {
	Entities  int `json:"entities"`
	Alerts    int `json:"alerts"`
	Incidents int `json:"incidents"` // at or above the line
	Speed     int `json:"alerts_per_sec"`
	HeapMiB   int `json:"heap_mib"` // held at the end of the alerts, what the alerts themselves hold aside
}

// Entities measures generated alerts, ten for each of so many entities, over a week: machines with an address of their own,
// users and addresses from outside, forty rules of which most are daily business.
func (b *Bench) Entities(n int) (*EntitiesResult, error) {
	set, err := generated(n, 10*n)
	if err != nil {
		return nil, err
	}
	before := heap()
	know := triage.Knowledge{Line: func(string, string) int { return b.Line }}
	engine, err := triage.NewEngine(triage.DefaultConfig(), entity.Networks{}, know)
	if err != nil {
		return nil, fmt.Errorf("prepare triage: %w", err)
	}
	engine.ForgetBelow()
	begin := b.CPU()
	set.Feed(engine)
	took := b.CPU() - begin
	held := heap()
	out := &EntitiesResult{Entities: n, Alerts: set.Len(), Speed: int(float64(set.Len()) / took.Seconds()), HeapMiB: int((int64(held) - int64(before)) >> 20)}
	out.Incidents = len(engine.Flush())
	runtime.KeepAlive(set)
	return out, nil
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// generated makes alerts about n entities: half of them machines, a quarter users, a quarter addresses from outside.
func generated(n, alerts int) (*offline.Set, error) {
	const rules = 40
	random := rand.New(rand.NewPCG(3, 5))
	b := offline.NewBuilder("generated")
	kinds := make([]uint32, 0, 2*n)
	for i := range 2 * n {
		machine := i % (n / 2)
		rule := min(random.IntN(rules), random.IntN(rules))
		a := vedette.Alert{
			Tenant: vedette.DefaultTenant, RuleID: fmt.Sprintf("rule-%02d", rule), RuleTitle: fmt.Sprintf("Rule %02d", rule),
			Severity: vedette.Severity(min(rule/10, int(vedette.Medium))), Source: "generated", Dataset: "generated",
			Entities: []vedette.EntityRef{
				{Kind: vedette.EntityHost, Name: fmt.Sprintf("host-%06d", machine), Role: vedette.RoleTarget},
				{Kind: vedette.EntityAddress, Name: fmt.Sprintf("10.%d.%d.%d", machine>>16&255, machine>>8&255, machine&255)},
				{Kind: vedette.EntityUser, Name: fmt.Sprintf("user-%05d", i%(n/4)), Role: vedette.RoleTarget},
			},
		}
		if rule%4 == 0 {
			who := random.IntN(n / 4)
			a.Entities = append(a.Entities, vedette.EntityRef{
				Kind: vedette.EntityAddress, Name: fmt.Sprintf("198.%d.%d.%d", 18+who>>16&1, who>>8&255, who&255), Role: vedette.RoleActor,
			})
		}
		kind, err := b.Kind(a)
		if err != nil {
			return nil, err
		}
		kinds = append(kinds, kind)
	}
	begin := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	step := 7 * 24 * time.Hour / time.Duration(alerts)
	for i := range alerts {
		if err := b.Add(begin.Add(time.Duration(i)*step), kinds[random.IntN(len(kinds))], int64(i+1)); err != nil {
			return nil, err
		}
	}
	return b.Set(), nil
}
