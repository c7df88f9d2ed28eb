-- +goose Up
-- An empty stage or severity is no decision.
ALTER TABLE rule_settings ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE rule_settings ADD COLUMN severity TEXT NOT NULL DEFAULT '';
UPDATE rule_settings SET stage = CASE WHEN disabled <> 0 THEN 'off' WHEN automatic <> 0 THEN 'auto' ELSE '' END;

CREATE TABLE exceptions (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  rule TEXT NOT NULL,
  selection TEXT NOT NULL,
  reason TEXT NOT NULL,
  owner TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  last_hidden INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX exceptions_rule ON exceptions (tenant, rule, n);

CREATE TABLE rule_versions (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  yaml TEXT NOT NULL,
  author TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (tenant, name, version)
) STRICT;
INSERT INTO rule_versions (tenant, name, version, yaml, author, time) SELECT tenant, name, 1, yaml, author, time FROM rule_uploads;
