package server

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
)

// How much is done at once when teams or lines change. What is left is gone on with at the next tick.
const (
	claimBatch  = 200
	relineBatch = 50
	claimWork   = time.Second
	relineWork  = 2 * time.Second
)

// folds is triage as far as incidents change their team or their side of the line.
type folds interface {
	Claim(tenant string, teams []string)
	Reline(ctx context.Context, incidents []vedette.Incident) (int, error)
}

// of names a team of a tenant; "" is nobody in particular.
type of struct{ tenant, team string }

// lines is where every line that somebody asked for is, and which incidents it is for.
type lines struct {
	at    map[of]budget.Line
	sides []statestore.Side
}

// find returns the line of a team, which is its tenant's when it has none of its own. own is false when nobody asked for
// one for just this team.
func (l *lines) find(tenant, team string) (found budget.Line, own bool) {
	if found, own = l.at[of{tenant, team}]; own {
		return found, true
	}
	if found, has := l.at[of{tenant, ""}]; has {
		return found, false
	}
	return budget.Line{Score: triage.DefaultLine}, false
}

// readTeams reads the teams anew. Whoever's teams changed has the incidents looked at: those in memory at once, the stored
// ones by [noise.claim]. settling is held.
func (n *noise) readTeams(ctx context.Context) error {
	all, err := n.state.Teams(ctx, "")
	if err != nil {
		return err
	}
	byTenant := map[string][]vedette.Team{}
	for _, t := range all {
		byTenant[t.Tenant] = append(byTenant[t.Tenant], t)
	}
	tenants := slices.Collect(maps.Keys(byTenant))
	for tenant := range n.known {
		if byTenant[tenant] == nil {
			tenants = append(tenants, tenant)
		}
	}
	slices.Sort(tenants)
	for _, tenant := range tenants {
		if !reflect.DeepEqual(byTenant[tenant], n.known[tenant]) {
			n.teams.Set(tenant, byTenant[tenant])
			n.renewed[tenant] = true
		}
	}
	n.known = byTenant
	return nil
}

// said takes what people say of entities: incidents about them may be another team's now.
func (n *noise) said(all []vedette.EntityProfile) {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range all {
		if n.teams.Say(p.Tenant, vedette.EntityRef{Kind: p.Kind, Name: p.Name}, p.Department, p.Tags) {
			n.moved[p.Tenant] = true
		}
	}
}

// claim goes on looking at whose the stored incidents are, of tenants where that may have changed. settling is held.
func (n *noise) claim(ctx context.Context) error {
	n.mu.Lock()
	for tenant := range n.moved {
		if len(n.known[tenant]) > 0 {
			n.renewed[tenant] = true
		}
	}
	clear(n.moved)
	n.mu.Unlock()
	if n.folds == nil {
		return nil // at the start: memory is not filled yet
	}
	for tenant := range n.renewed {
		var names []string
		for _, t := range n.known[tenant] {
			names = append(names, t.Name)
		}
		n.folds.Claim(tenant, names)
		n.claims[tenant] = 0
	}
	clear(n.renewed)
	begin := time.Now()
	for _, tenant := range slices.Sorted(maps.Keys(n.claims)) {
		for time.Since(begin) < claimWork {
			more, err := n.claimSome(ctx, tenant)
			if err != nil {
				return err
			}
			if !more {
				delete(n.claims, tenant)
				break
			}
		}
	}
	return nil
}

// claimSome looks at the next incidents of a tenant and tells whether there may be more.
func (n *noise) claimSome(ctx context.Context, tenant string) (more bool, err error) {
	some, err := n.state.Claims(ctx, tenant, n.now().Add(-budget.Span), n.claims[tenant], claimBatch)
	if err != nil || len(some) == 0 {
		return false, err
	}
	var changed []statestore.Claimed
	for _, c := range some {
		if team := n.teams.Of(tenant, c.Entities); team != c.Team {
			c.Team = team
			changed = append(changed, c)
		}
	}
	if len(changed) > 0 {
		if err := n.state.Claim(ctx, changed); err != nil {
			return false, err
		}
	}
	n.claims[tenant] = some[len(some)-1].N
	return len(some) == claimBatch, nil
}

// reline goes on putting open incidents on the side of their lines that their scores are on. settling is held.
func (n *noise) reline(ctx context.Context) error {
	if n.folds == nil {
		return nil
	}
	n.unfinished = false
	begin := time.Now()
	for _, side := range n.lines.Load().sides {
		at := of{side.Tenant, side.Of.Only}
		for {
			if time.Since(begin) >= relineWork {
				n.unfinished = true
				return nil
			}
			some, next, err := n.state.Misplaced(ctx, side, statestore.After{Row: n.places[at], Limit: relineBatch})
			if err != nil {
				return err
			}
			if len(some) == 0 {
				delete(n.places, at)
				break
			}
			moved, err := n.folds.Reline(ctx, some)
			if err != nil {
				return err
			}
			if moved > 0 {
				n.log.Info("incidents changed sides because the line moved", "tenant", side.Tenant, "team", side.Of.Only, "line", side.Line, "incidents", moved)
			}
			if n.places[at] = next.Row; !next.More {
				delete(n.places, at)
				break
			}
		}
	}
	n.left = map[string]bool{}
	return nil
}

// follow goes on with what one settling did not finish.
func (n *noise) follow(ctx context.Context) error {
	n.settling.Lock()
	defer n.settling.Unlock()
	n.mu.Lock()
	busy := len(n.moved) > 0
	n.mu.Unlock()
	if busy || len(n.claims) > 0 {
		if err := n.claim(ctx); err != nil {
			return err
		}
		if len(n.claims) > 0 {
			return nil
		}
		if err := n.draw(ctx, n.now()); err != nil {
			return err
		}
		return n.reline(ctx)
	}
	if n.unfinished {
		return n.reline(ctx)
	}
	return nil
}

// draw finds the line of each budget, by the incidents that it is for: those of its team, and for the tenant's those of
// every team without a budget of its own. settling is held.
func (n *noise) draw(ctx context.Context, now time.Time) error {
	budgets, err := n.state.Budgets(ctx, "")
	if err != nil {
		return err
	}
	own := map[string][]string{}
	for _, b := range budgets {
		if b.Team != "" {
			own[b.Tenant] = append(own[b.Tenant], b.Team)
		}
	}
	found := lines{at: map[of]budget.Line{}}
	rest := map[string]bool{} // tenants whose own line has incidents assigned
	for _, b := range budgets {
		choice := statestore.TeamChoice{Only: b.Team}
		if b.Team == "" {
			choice.Without = own[b.Tenant]
			rest[b.Tenant] = true
		}
		line, err := n.lineOf(ctx, b, choice, now)
		if err != nil {
			return err
		}
		found.at[of{b.Tenant, b.Team}] = line
		found.sides = append(found.sides, side(b.Tenant, choice, line.Score, now))
	}
	// What no budget governs has the line that was built in, where a budget did before or governs others.
	for tenant := range own {
		n.left[tenant] = true
	}
	if before := n.lines.Load(); before != nil {
		for at := range before.at {
			n.left[at.tenant] = true
		}
	}
	for _, tenant := range slices.Sorted(maps.Keys(n.left)) {
		if !rest[tenant] {
			found.sides = append(found.sides, side(tenant, statestore.TeamChoice{Without: own[tenant]}, triage.DefaultLine, now))
		}
	}
	n.lines.Store(&found)
	return nil
}

func side(tenant string, choice statestore.TeamChoice, line int, now time.Time) statestore.Side {
	return statestore.Side{Tenant: tenant, Of: choice, Line: line, Since: now.Add(-budget.Span)}
}

// lineOf finds the line of one budget and notes it when it moved.
func (n *noise) lineOf(ctx context.Context, b statestore.Budget, choice statestore.TeamChoice, now time.Time) (budget.Line, error) {
	dial, err := budget.New(b.PerDay)
	if err != nil {
		return budget.Line{}, err
	}
	scores, err := n.state.Scores(ctx, b.Tenant, choice, now.Add(-budget.Span), budget.MaxScores)
	if err != nil {
		return budget.Line{}, err
	}
	history := make([]budget.Scored, len(scores))
	for i, s := range scores {
		history[i] = budget.Scored(s)
	}
	found := dial.Line(history, now)
	if found.Score = dial.Next(b.Line, found); found.Score == b.Line {
		return found, nil
	}
	if err := n.state.SetLine(ctx, b.Tenant, b.Team, found.Score); err != nil {
		return found, err
	}
	n.log.Info("the line of the budget moved", "tenant", b.Tenant, "team", b.Team, "from", b.Line, "to", found.Score, "per_day", b.PerDay)
	return found, nil
}
