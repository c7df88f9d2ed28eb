-- +goose Up
-- Teams and what is theirs. departments, tags, networks and members are JSON lists.
CREATE TABLE teams (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  place INTEGER NOT NULL,
  departments TEXT NOT NULL,
  tags TEXT NOT NULL,
  networks TEXT NOT NULL,
  members TEXT NOT NULL,
  who TEXT NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;

-- Whose an incident is: by the team's scope, or by whom team_by names.
ALTER TABLE incidents ADD COLUMN team TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN team_by TEXT NOT NULL DEFAULT '';
CREATE INDEX incidents_team ON incidents (tenant, team, created);
CREATE INDEX incidents_line ON incidents (tenant, status, below, score, last_time, n, team);
