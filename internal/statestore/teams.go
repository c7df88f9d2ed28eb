package statestore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/vedette-soc/vedette"
)

// TeamEdit is what a person changes of a team; nil leaves as it is.
type TeamEdit struct {
	Title       *string
	Place       *int
	Departments *[]string
	Tags        *[]string
	Networks    *[]string // in CIDR notation
	Members     *[]string
	By          string // who edits
}

const teamColumns = "tenant, name, title, place, departments, tags, networks, members, who, updated"

// Teams returns the teams of a tenant in the order in which they claim assets; "" asks for those of all tenants.
func (s *Store) Teams(ctx context.Context, tenant string) ([]vedette.Team, error) {
	where, args := "", []any(nil)
	if tenant != "" {
		where, args = " WHERE tenant = ?", []any{key(tenant)}
	}
	all, err := teams(ctx, s.reading(), where, args...)
	return all, s.engine.failure("read teams", err)
}

func teams(ctx context.Context, q session, where string, args ...any) ([]vedette.Team, error) {
	all := []vedette.Team{}
	err := q.each(ctx, func(scan func(...any) error) error {
		var t vedette.Team
		var lists [4]string
		var updated int64
		if err := scan(&t.Tenant, &t.Name, &t.Title, &t.Place, &lists[0], &lists[1], &lists[2], &lists[3], &t.By, &updated); err != nil {
			return err
		}
		t.Updated = moment(updated)
		for i, to := range []any{&t.Departments, &t.Tags, &t.Networks, &t.Members} {
			if err := json.Unmarshal([]byte(lists[i]), to); err != nil {
				return fmt.Errorf("decode team %q: %w", t.Name, err)
			}
		}
		all = append(all, t)
		return nil
	}, "SELECT "+teamColumns+" FROM teams"+where+" ORDER BY tenant, place, name", args...)
	return all, err
}

func oneTeam(ctx context.Context, q session, tenant, name string) (vedette.Team, error) {
	found, err := teams(ctx, q, " WHERE tenant = ? AND name = ?", key(tenant), key(name))
	if err == nil && len(found) == 0 {
		err = missing("team", name)
	}
	if err != nil {
		return vedette.Team{}, err
	}
	return found[0], nil
}

// AddTeam keeps a new team. Another one of its name is a conflict.
func (s *Store) AddTeam(ctx context.Context, team vedette.Team) (vedette.Team, error) {
	if err := team.Validate(); err != nil {
		return team, err
	}
	err := s.transaction(ctx, "add a team", func(q session) error {
		var count, same int64
		_, err := q.one(ctx, []any{&count, &same}, "SELECT count(*), coalesce(CAST(sum(CASE WHEN name = ? THEN 1 ELSE 0 END) AS BIGINT), 0) FROM teams WHERE tenant = ?",
			key(team.Name), key(team.Tenant))
		switch {
		case err != nil:
			return err
		case same > 0:
			return vedette.Errorf(vedette.CodeConflict, "there is a team %q already", team.Name)
		case count >= vedette.MaxTeams:
			return vedette.Errorf(vedette.CodeLimited, "there are %d teams; there is no room for more", count)
		}
		team, err = s.saveTeam(ctx, q, team)
		return err
	})
	return team, err
}

func (s *Store) saveTeam(ctx context.Context, q session, team vedette.Team) (vedette.Team, error) {
	if err := team.Validate(); err != nil {
		return team, err
	}
	lists := make([]string, 4)
	for i, list := range []any{nonNil(team.Departments), nonNil(team.Tags), nonNil(team.Networks), nonNil(team.Members)} {
		text, err := json.Marshal(list)
		if err != nil {
			return team, fmt.Errorf("encode team %q: %w", team.Name, err)
		}
		lists[i] = cleanText(string(text))
	}
	_, err := q.exec(ctx, "INSERT INTO teams ("+teamColumns+") VALUES ("+marks(10)+`) ON CONFLICT (tenant, name) DO UPDATE SET title = excluded.title,
		place = excluded.place, departments = excluded.departments, tags = excluded.tags, networks = excluded.networks, members = excluded.members,
		who = excluded.who, updated = excluded.updated`,
		key(team.Tenant), key(team.Name), cleanText(team.Title), team.Place, lists[0], lists[1], lists[2], lists[3], key(team.By), s.now())
	if err != nil {
		return team, err
	}
	return oneTeam(ctx, q, team.Tenant, team.Name)
}

func nonNil[T any](list []T) []T { return append([]T{}, list...) }

// EditTeam changes a team and returns it as it is now.
func (s *Store) EditTeam(ctx context.Context, tenant, name string, edit TeamEdit) (vedette.Team, error) {
	var team vedette.Team
	err := s.transaction(ctx, "edit a team", func(q session) (err error) {
		if team, err = oneTeam(ctx, q, tenant, name); err != nil {
			return err
		}
		if err := edit.ApplyTo(&team); err != nil {
			return err
		}
		team, err = s.saveTeam(ctx, q, team)
		return err
	})
	return team, err
}

// ApplyTo changes a team.
func (e TeamEdit) ApplyTo(t *vedette.Team) error {
	if e.Title != nil {
		t.Title = *e.Title
	}
	if e.Place != nil {
		t.Place = *e.Place
	}
	if e.Departments != nil {
		t.Departments = *e.Departments
	}
	if e.Tags != nil {
		t.Tags = *e.Tags
	}
	if e.Networks != nil {
		var err error
		if t.Networks, err = vedette.ParseNetworks(*e.Networks); err != nil {
			return err
		}
	}
	if e.Members != nil {
		t.Members = *e.Members
	}
	t.By = e.By
	return nil
}

// DeleteTeam removes a team and its budget. Its incidents, also those that were given to it by hand, belong to nobody in
// particular until they are looked at again.
func (s *Store) DeleteTeam(ctx context.Context, tenant, name string) error {
	return s.transaction(ctx, "remove a team", func(q session) error {
		if _, err := oneTeam(ctx, q, tenant, name); err != nil {
			return err
		}
		for _, query := range []string{
			"DELETE FROM teams WHERE tenant = ? AND name = ?", "DELETE FROM budgets WHERE tenant = ? AND team = ?",
			"UPDATE incidents SET team = '', team_by = '' WHERE tenant = ? AND team = ?",
		} {
			if _, err := q.exec(ctx, query, key(tenant), key(name)); err != nil {
				return err
			}
		}
		return nil
	})
}
