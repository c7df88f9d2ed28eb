package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// TeamScope is what a team is made of. What is left out stays as it is, or is empty in a new team.
type TeamScope struct {
	Title       *string   `json:"title,omitempty" maxLength:"256" doc:"What people call it, when that is not its name"`
	Place       *int      `json:"place,omitempty" minimum:"0" maximum:"1000" doc:"Of several teams that own an asset the one with the lowest place has its incidents"`
	Departments *[]string `json:"departments,omitempty" maxItems:"256" doc:"As the register of assets has them; any case"`
	Tags        *[]string `json:"tags,omitempty" maxItems:"256" doc:"As the register of assets has them; any case"`
	Networks    *[]string `json:"networks,omitempty" maxItems:"256" doc:"In CIDR notation" example:"10.4.0.0/16"`
	Members     *[]string `json:"members,omitempty" maxItems:"256" doc:"User names; the queue offers them their teams first"`
}

type newTeamInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"64" doc:"Letters, digits, dots, dashes and underscores; it stays"`
		TeamScope
	}
}

type teamInput struct {
	Name string `path:"name" maxLength:"64"`
}

type teamEditInput struct {
	Name string `path:"name" maxLength:"64"`
	Body TeamScope
}

func (a *API) registerTeams() {
	register(a, "listTeams", a.listTeams)
	register(a, "createTeam", a.createTeam)
	register(a, "updateTeam", a.updateTeam)
	register(a, "deleteTeam", a.deleteTeam)
	register(a, "dropBudget", a.dropBudget)
}

func (a *API) listTeams(ctx context.Context, _ *nothing) (*pageOutput[vedette.Team], error) {
	all, err := a.deps.Store.Teams(ctx, requestOf(ctx).principal.Tenant)
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.Team]{Body: Page[vedette.Team]{Items: all, Total: int64(len(all))}}, nil
}

func (a *API) createTeam(ctx context.Context, in *newTeamInput) (*bodyOutput[vedette.Team], error) {
	q := requestOf(ctx)
	team := vedette.Team{Tenant: q.principal.Tenant, Name: in.Body.Name, By: q.principal.Name}
	edit, err := a.teamEdit(ctx, in.Body.TeamScope)
	if err != nil {
		return nil, err
	}
	if err := edit.ApplyTo(&team); err != nil {
		return nil, err
	}
	kept, err := a.audited(ctx, "team.create", team.Name, in.Body.words()).AddTeam(ctx, team)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[vedette.Team]{Body: kept}, a.regrouped(ctx)
}

func (a *API) updateTeam(ctx context.Context, in *teamEditInput) (*bodyOutput[vedette.Team], error) {
	if in.Body == (TeamScope{}) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "nothing to change: give title, place, departments, tags, networks or members")
	}
	edit, err := a.teamEdit(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	kept, err := a.audited(ctx, "team.update", in.Name, in.Body.words()).EditTeam(ctx, requestOf(ctx).principal.Tenant, in.Name, edit)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[vedette.Team]{Body: kept}, a.regrouped(ctx)
}

func (a *API) deleteTeam(ctx context.Context, in *teamInput) (*nothing, error) {
	if err := a.audited(ctx, "team.delete", in.Name, "").DeleteTeam(ctx, requestOf(ctx).principal.Tenant, in.Name); err != nil {
		return nil, err
	}
	return nil, a.regrouped(ctx)
}

// regrouped has the corridor use the teams as they are now.
func (a *API) regrouped(ctx context.Context) error {
	requestOf(ctx).kept = true
	if err := a.deps.Noise.Settle(ctx); err != nil {
		return fmt.Errorf("use the teams: %w", err)
	}
	return nil
}

// teamEdit is a scope as the store takes it. Members must exist.
func (a *API) teamEdit(ctx context.Context, scope TeamScope) (statestore.TeamEdit, error) {
	q := requestOf(ctx)
	edit := statestore.TeamEdit{Title: scope.Title, Place: scope.Place, Departments: scope.Departments, Tags: scope.Tags, Networks: scope.Networks, Members: scope.Members, By: q.principal.Name}
	if scope.Members == nil {
		return edit, nil
	}
	for _, name := range *scope.Members {
		user, err := a.deps.Store.UserByName(ctx, name)
		if vedette.CodeOf(err) == vedette.CodeNotFound || err == nil && user.Tenant != q.principal.Tenant {
			return edit, vedette.Errorf(vedette.CodeInvalid, "there is no user %q who could be a member", vedette.Shorten(name, 100))
		}
		if err != nil {
			return edit, err
		}
	}
	return edit, nil
}

// words are a scope as the audit log has it.
func (s TeamScope) words() string {
	var parts []string
	if s.Title != nil {
		parts = append(parts, "title "+strconv.Quote(*s.Title))
	}
	if s.Place != nil {
		parts = append(parts, "place "+strconv.Itoa(*s.Place))
	}
	for _, list := range []struct {
		name string
		of   *[]string
	}{{"departments", s.Departments}, {"tags", s.Tags}, {"networks", s.Networks}, {"members", s.Members}} {
		if list.of != nil {
			parts = append(parts, list.name+" "+strings.Join(*list.of, " "))
		}
	}
	return vedette.Shorten(strings.Join(parts, ", "), 1000)
}

// TeamBudget is the budget of a team, or what it sees by its tenant's.
type TeamBudget struct {
	Name  string `json:"name"`
	Title string `json:"title,omitempty"`
	Own   bool   `json:"own" doc:"Somebody asked for a number for just this team; without one it has its tenant's line"`
	BudgetReport
}

// budgetSet is the budgets of a tenant by team, and its teams.
type budgetSet struct {
	tenant string
	by     map[string]statestore.Budget
	own    []string // teams with a budget of their own
	teams  []vedette.Team
}

func (a *API) budgetsOf(ctx context.Context, tenant string) (*budgetSet, error) {
	set := budgetSet{tenant: tenant, by: map[string]statestore.Budget{}}
	all, err := a.deps.Store.Budgets(ctx, tenant)
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		set.by[b.Team] = b
		if b.Team != "" {
			set.own = append(set.own, b.Team)
		}
	}
	set.teams, err = a.deps.Store.Teams(ctx, tenant)
	return &set, err
}

// choice is the incidents that a team's budget is for. What is for the tenant's is what no team with one of its own has.
func (s *budgetSet) choice(team string) statestore.TeamChoice {
	if team != "" {
		return statestore.TeamChoice{Only: team}
	}
	return statestore.TeamChoice{Without: s.own}
}

// check refuses a team that does not exist; "" is the tenant.
func (s *budgetSet) check(team string) error {
	if team == "" || slices.ContainsFunc(s.teams, func(t vedette.Team) bool { return t.Name == team }) {
		return nil
	}
	return vedette.Errorf(vedette.CodeNotFound, "there is no team %q", team)
}
