-- +goose Up
-- Teams and what is theirs. departments, tags, networks and members are JSON lists.
CREATE TABLE teams (
  tenant TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  title TEXT COLLATE "C" NOT NULL,
  place BIGINT NOT NULL,
  departments TEXT COLLATE "C" NOT NULL,
  tags TEXT COLLATE "C" NOT NULL,
  networks TEXT COLLATE "C" NOT NULL,
  members TEXT COLLATE "C" NOT NULL,
  who TEXT COLLATE "C" NOT NULL,
  updated BIGINT NOT NULL,
  PRIMARY KEY (tenant, name)
);

-- Whose an incident is: by the team's scope, or by whom team_by names.
ALTER TABLE incidents ADD COLUMN team TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN team_by TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX incidents_team ON incidents (tenant, team, created);
CREATE INDEX incidents_line ON incidents (tenant, status, below, score, last_time, n, team);
