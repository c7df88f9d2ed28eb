package server

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/feedback"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
	"github.com/vedette-soc/vedette/internal/triage/replay"
)

// How often what people decided about noise is read again, and the line found anew.
const (
	noiseTick    = 5 * time.Second
	settleEvery  = 30 * time.Second
	replayHour   = 2 // of the night, by the server's clock
	replayAtMost = 20 * time.Hour
	learnFrom    = 180 * 24 * time.Hour
	newsRecall   = "triage.recall_fell"
)

// noise is what people decided about noise, as the corridor uses it: suppressions, weights out of verdicts, lines of
// budgets. What it holds is a copy of the statestore's, read again when something changed.
type noise struct {
	state    *statestore.Store
	engine   *detect.Engine
	triage   triage.Config
	networks entity.Networks
	tell     func(News)
	now      func() time.Time
	log      *slog.Logger

	hiding  atomic.Pointer[feedback.Hiding]
	weights atomic.Pointer[feedback.Weights]
	lines   atomic.Pointer[lines]
	teams   *entity.Teams

	settling   sync.Mutex // one at a time; it guards what follows
	folds      folds
	known      map[string][]vedette.Team // by tenant, as they were read last
	renewed    map[string]bool           // tenants whose incidents are to be looked at again
	claims     map[string]int64          // by tenant: behind which row that goes on
	places     map[of]int64              // by line: behind which row incidents are put on their sides
	unfinished bool
	left       map[string]bool // tenants with incidents that no budget governs any more

	running sync.Mutex // one replay at a time

	mu     sync.Mutex
	hidden map[hiddenKey]*vedette.Suppression // not written down yet
	moved  map[string]bool                    // tenants of whose entities people said something new
}

type hiddenKey struct{ tenant, id string }

// newNoise reads what was decided before.
func newNoise(ctx context.Context, state *statestore.Store, engine *detect.Engine, assets entity.Assets, log *slog.Logger) (*noise, error) {
	n := &noise{
		state: state, engine: engine, now: time.Now, log: log, hidden: map[hiddenKey]*vedette.Suppression{}, tell: func(News) {}, teams: entity.NewTeams(assets),
		renewed: map[string]bool{}, claims: map[string]int64{}, places: map[of]int64{}, left: map[string]bool{}, moved: map[string]bool{},
	}
	err := state.Belongings(ctx, func(b statestore.Belonging) {
		n.teams.Say(b.Tenant, vedette.EntityRef{Kind: b.Kind, Name: b.Name}, b.Department, b.Tags)
	})
	if err != nil {
		return nil, err
	}
	if err := n.Settle(ctx); err != nil {
		return nil, err
	}
	return n, nil
}

// knowledge is what triage asks of it.
func (n *noise) knowledge() triage.Knowledge {
	return triage.Knowledge{Line: n.line, Team: n.teams.Of, Factor: n.factor}
}

func (n *noise) line(tenant, team string) int {
	found, _ := n.Line(tenant, team)
	return found.Score
}

func (n *noise) factor(a *vedette.Alert) float64 {
	f, _ := n.weights.Load().Factor(a.Tenant, a.RuleID, a.Entities)
	return f
}

// Line is where the line of a team is and what it stands on; "" is what belongs to nobody in particular. It is false when
// nobody asked for a budget for just this team: then the tenant's line holds, or the one that was built in.
func (n *noise) Line(tenant, team string) (budget.Line, bool) {
	if drawn := n.lines.Load(); drawn != nil {
		return drawn.find(tenant, team)
	}
	return budget.Line{Score: triage.DefaultLine}, false
}

// Weights is what verdicts have made of the weights of detectors.
func (n *noise) Weights() *feedback.Weights { return n.weights.Load() }

// Settle reads suppressions, verdicts, teams and budgets anew. When it returns, the next alert is judged by them, and open
// incidents lie on the side of their line that they should, as far as that could be done in a few seconds.
func (n *noise) Settle(ctx context.Context) error {
	n.settling.Lock()
	defer n.settling.Unlock()
	all, err := n.state.Suppressions(ctx, "")
	if err != nil {
		return err
	}
	now := n.now()
	n.hiding.Store(feedback.NewHiding(all, now))
	said, err := n.state.Judgements(ctx, "", now.Add(-learnFrom), statestore.MaxJudgements)
	if err != nil {
		return err
	}
	n.weights.Store(feedback.New(said, now))
	for _, step := range []func() error{
		func() error { return n.readTeams(ctx) }, func() error { return n.claim(ctx) },
		func() error { return n.draw(ctx, now) }, func() error { return n.reline(ctx) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// mark tells alerts the suppression that keeps them out of incidents.
func (n *noise) mark(alerts []vedette.Alert) {
	if n == nil {
		return
	}
	hiding, now := n.hiding.Load(), n.now()
	for i := range alerts {
		if s := hiding.Of(&alerts[i], now); s != nil && !alerts[i].Shadow {
			alerts[i].Suppressed = s.ID
		}
	}
}

// saw counts an alert that was kept out of incidents.
func (n *noise) saw(a *vedette.Alert) {
	n.mu.Lock()
	defer n.mu.Unlock()
	k := hiddenKey{a.Tenant, a.Suppressed}
	c := n.hidden[k]
	if c == nil {
		c = &vedette.Suppression{Tenant: a.Tenant, ID: a.Suppressed, RuleID: a.RuleID}
		n.hidden[k] = c
	}
	c.Hidden++
	c.LastHidden = n.now()
}

// count writes down what was hidden. What cannot be written now is written with the next call.
func (n *noise) count(ctx context.Context) error {
	n.mu.Lock()
	var all []vedette.Suppression
	for _, c := range n.hidden {
		all = append(all, *c)
	}
	clear(n.hidden)
	n.mu.Unlock()
	err := n.state.CountSuppressed(ctx, all)
	if err == nil {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range all {
		k := hiddenKey{c.Tenant, c.ID}
		if newer := n.hidden[k]; newer != nil {
			newer.Hidden += c.Hidden
		} else {
			n.hidden[k] = &c
		}
	}
	return fmt.Errorf("write down what suppressions hid: %w", err)
}

// Run keeps it up until the context ends, and replays the labelled world every night.
func (n *noise) Run(ctx context.Context) error {
	tick := time.NewTicker(noiseTick)
	defer tick.Stop()
	settled := n.now()
	for {
		select {
		case <-ctx.Done():
			return n.count(context.WithoutCancel(ctx))
		case <-tick.C:
		}
		now := n.now()
		if err := n.count(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("count what suppressions hid", "error", err)
		}
		work := n.follow
		if now.Sub(settled) >= settleEvery {
			settled, work = now, n.Settle
		}
		if err := work(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("read what was decided about noise", "error", err)
		}
		if now.Hour() == replayHour {
			n.nightly(ctx, now)
		}
	}
}

// nightly replays for each tenant that has not had a replay lately.
func (n *noise) nightly(ctx context.Context, now time.Time) {
	tenants := []string{vedette.DefaultTenant}
	if drawn := n.lines.Load(); drawn != nil {
		for at := range drawn.at {
			tenants = append(tenants, at.tenant)
		}
	}
	slices.Sort(tenants)
	for _, tenant := range slices.Compact(tenants) {
		last, err := n.state.Recalls(ctx, tenant, 1)
		if err == nil && len(last) > 0 && now.Sub(last[0].Ran) < replayAtMost {
			continue
		}
		if err == nil {
			_, err = n.Replay(ctx, tenant)
		}
		if err != nil && ctx.Err() == nil {
			n.log.Error("replay the labelled world", "tenant", tenant, "error", err)
		}
	}
}

// Replay puts the labelled world through triage as it is configured now, keeps what was found, and tells when it is less
// than the time before. One runs at a time; another meanwhile is a conflict.
func (n *noise) Replay(ctx context.Context, tenant string) (vedette.Recall, error) {
	if !n.running.TryLock() {
		return vedette.Recall{}, vedette.Errorf(vedette.CodeConflict, "a replay is running already")
	}
	defer n.running.Unlock()
	begin := n.now()
	hiding, rules := n.hiding.Load(), n.liveRules(tenant)
	know := n.knowledge()
	know.Team = nil // the labelled world has assets of its own
	got, err := replay.Run(ctx, replay.Setting{
		Tenant: tenant, Triage: n.triage, Networks: n.networks, Know: know,
		Rule:   func(id string) (vedette.Alert, bool) { a, ok := rules[id]; return a, ok },
		Hidden: func(a *vedette.Alert) bool { return hiding.Of(a, begin) != nil },
	})
	if err != nil {
		return got, err
	}
	got.Ran, got.TookMS = begin.UTC().Truncate(time.Microsecond), n.now().Sub(begin).Milliseconds()
	before, err := n.state.Recalls(ctx, tenant, 1)
	if err != nil {
		return got, err
	}
	if err := n.state.SaveRecall(ctx, tenant, got); err != nil {
		return got, err
	}
	if len(before) > 0 && before[0].Set == got.Set {
		n.compare(tenant, before[0], got)
	}
	return got, nil
}

// compare tells when less was found than before.
func (n *noise) compare(tenant string, before, got vedette.Recall) {
	if got.StepsFound >= before.StepsFound && got.AttacksFound >= before.AttacksFound {
		return
	}
	n.log.Warn("triage finds less of the labelled world than before", "tenant", tenant, "steps", got.StepsFound, "before", before.StepsFound)
	n.tell(News{
		Kind: newsRecall, Tenant: tenant,
		Reason: fmt.Sprintf("Of the labelled world %d of %d steps and %d of %d attacks were found; before it were %d steps and %d attacks.",
			got.StepsFound, got.StepsTotal, got.AttacksFound, got.AttacksTotal, before.StepsFound, before.AttacksFound),
		Fields: map[string]string{
			"steps_found": strconv.Itoa(got.StepsFound), "steps_before": strconv.Itoa(before.StepsFound),
			"attacks_found": strconv.Itoa(got.AttacksFound), "attacks_before": strconv.Itoa(before.AttacksFound),
			"line": strconv.Itoa(got.Line), "line_before": strconv.Itoa(before.Line),
		},
	})
}

// liveRules is what each rule that reaches people would say, by id.
func (n *noise) liveRules(tenant string) map[string]vedette.Alert {
	rs := n.engine.Ruleset()
	live := map[string]vedette.Alert{}
	for _, status := range rs.StatusesFor(tenant) {
		if status.State != vedette.RuleLive || status.Stage != vedette.StageAlert && status.Stage != vedette.StageAuto {
			continue
		}
		if r, has := rs.Rule(status.ID); has {
			live[r.ID] = vedette.Alert{
				RuleTitle: r.Title, RuleTitleZh: r.TitleZh, Severity: status.Severity, Tags: r.Tags, Tactics: r.Tactics, Techniques: r.Techniques,
			}
		}
	}
	return live
}
