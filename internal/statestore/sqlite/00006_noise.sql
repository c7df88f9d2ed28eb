-- +goose Up
-- Alerts that people keep out of incidents until a date. entities is a JSON list.
CREATE TABLE suppressions (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  rule TEXT NOT NULL,
  entities TEXT NOT NULL,
  state TEXT NOT NULL,
  critical INTEGER NOT NULL,
  reason TEXT NOT NULL,
  owner TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  second_by TEXT NOT NULL,
  rejected_by TEXT NOT NULL,
  proposal TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  last_hidden INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX suppressions_state ON suppressions (state, expires);

CREATE TABLE suppressed_days (
  tenant TEXT NOT NULL,
  day INTEGER NOT NULL,
  rule TEXT NOT NULL,
  suppression TEXT NOT NULL,
  hidden INTEGER NOT NULL,
  PRIMARY KEY (tenant, day, rule, suppression)
) STRICT;

-- What people said of an incident, with the rules and entities that it was made of then: the last word only.
CREATE TABLE judgements (
  tenant TEXT NOT NULL,
  incident TEXT NOT NULL,
  time INTEGER NOT NULL,
  who TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  rules TEXT NOT NULL,
  PRIMARY KEY (tenant, incident)
) STRICT;
CREATE INDEX judgements_time ON judgements (time);

-- How many incidents a day that are no attack a team is ready to see, in thousandths; line is the score in use.
CREATE TABLE budgets (
  tenant TEXT NOT NULL,
  team TEXT NOT NULL,
  per_day INTEGER NOT NULL,
  line INTEGER NOT NULL,
  who TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (tenant, team)
) STRICT;

CREATE TABLE recalls (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  time INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX recalls_time ON recalls (tenant, time);

-- Whether the incident lies under the line of the budget.
ALTER TABLE incidents ADD COLUMN below INTEGER NOT NULL DEFAULT 0;
CREATE INDEX incidents_created_below ON incidents (tenant, created, below);
