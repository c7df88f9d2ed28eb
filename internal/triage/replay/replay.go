package replay

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage"
)

// Setting is triage as it is configured.
type Setting struct {
	Tenant   string
	Triage   triage.Config
	Networks entity.Networks
	Know     triage.Knowledge
	// Rule returns an alert that a rule would raise: title, severity, tags, tactics, techniques. False: it raises none.
	Rule func(id string) (vedette.Alert, bool)
	// Hidden tells whether a suppression keeps an alert out of incidents; nil hides none.
	Hidden func(a *vedette.Alert) bool
}

// Run replays the world. It ends early with the context's error.
func Run(ctx context.Context, s Setting) (vedette.Recall, error) {
	w := newWorld()
	engine, err := triage.NewEngine(s.Triage, s.Networks, s.Know)
	if err != nil {
		return vedette.Recall{}, err
	}
	out := vedette.Recall{Set: Name, Days: worldDays}
	fed := make([]label, 1, len(w.items)+1) // records count from 1
	for i := range w.items {
		if i%1024 == 0 && ctx.Err() != nil {
			return out, fmt.Errorf("replay the labelled world: %w", context.Cause(ctx))
		}
		a, ok := s.Rule(w.items[i].rule)
		if !ok {
			continue
		}
		w.items[i].fill(&a, s.Tenant, i)
		if s.Hidden != nil && s.Hidden(&a) {
			out.Suppressed++
			continue
		}
		fed = append(fed, w.items[i].label)
		engine.Add(&a, int64(len(fed)-1))
		out.Alerts++
	}
	if s.Know.Line != nil {
		out.Line = s.Know.Line(s.Tenant, "")
	} else {
		out.Line = triage.DefaultLine
	}
	judge(&out, w, engine.Flush(), fed)
	return out, nil
}

// judge compares incidents with the labels.
func judge(out *vedette.Recall, w *world, outcomes []triage.Outcome, fed []label) {
	steps, attacks := map[label]bool{}, map[string]bool{}
	wrong := 0
	for _, o := range outcomes {
		if o.Below {
			out.Below++
			continue
		}
		out.Incidents++
		right := false
		for _, part := range o.Records {
			for n := part[0]; n <= part[1]; n++ {
				if l := fed[n]; l.attack != "" {
					right, steps[l], attacks[l.attack] = true, true, true
				}
			}
		}
		if !right {
			wrong++
		}
	}
	out.FalsePerDay = math.Round(100*float64(wrong)/worldDays) / 100
	for _, l := range w.labels {
		out.StepsTotal++
		if steps[l] {
			out.StepsFound++
		} else {
			out.Missed = append(out.Missed, l.attack+": "+l.step)
		}
	}
	for _, name := range w.attacks {
		out.AttacksTotal++
		if attacks[name] {
			out.AttacksFound++
		} else {
			out.Missed = append(out.Missed, name)
		}
	}
	slices.Sort(out.Missed)
}

// fill makes the alert of an item. Every item is a new alert about an event of its own.
func (it *item) fill(a *vedette.Alert, tenant string, n int) {
	at := begin.Add(it.at).Truncate(time.Millisecond)
	a.Tenant, a.RuleID, a.Time, a.Received, a.Detected = tenant, it.rule, at, at.Add(200*time.Millisecond), at.Add(250*time.Millisecond)
	a.ID, a.EventID, a.Source, a.Dataset = fmt.Sprintf("replay-%d", n), fmt.Sprintf("%d-0", n+1), "replay", "replay"
	a.Matched, a.Entities = it.matched, it.entities
}
