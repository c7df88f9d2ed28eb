-- +goose Up
-- The ledger of an incident: each hash covers the line and the hash before it; the head names the newest. Lines are never
-- changed, and go only when their incident has gone.
CREATE TABLE evidence (
  tenant TEXT NOT NULL,
  incident TEXT NOT NULL,
  number INTEGER NOT NULL,
  body TEXT NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (tenant, incident, number)
) STRICT;

CREATE TABLE evidence_heads (
  tenant TEXT NOT NULL,
  incident TEXT NOT NULL,
  number INTEGER NOT NULL,
  hash BLOB NOT NULL,
  omitted INTEGER NOT NULL,
  PRIMARY KEY (tenant, incident)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence
WHEN EXISTS (SELECT 1 FROM incidents WHERE tenant = OLD.tenant AND id = OLD.incident)
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
-- +goose StatementEnd

-- What people decided about an incident, beside its verdict.
ALTER TABLE incidents ADD COLUMN merged TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN duplicate TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN reason_text TEXT NOT NULL DEFAULT '';
CREATE INDEX incidents_merged ON incidents (tenant, merged, id);

-- A merge, a split or a move, with the documents of both sides before and after it. undone is 0 while it is in force.
CREATE TABLE incident_changes (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  time INTEGER NOT NULL,
  who TEXT NOT NULL,
  reason TEXT NOT NULL,
  what TEXT NOT NULL,
  documents BLOB NOT NULL,
  undone INTEGER NOT NULL,
  undone_by TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;

CREATE TABLE incident_change_sides (
  tenant TEXT NOT NULL,
  incident TEXT NOT NULL,
  change INTEGER NOT NULL,
  PRIMARY KEY (tenant, incident, change)
) STRICT;
CREATE INDEX incident_change_sides_change ON incident_change_sides (change);

-- How often people said that two things belong together, or apart.
CREATE TABLE link_feedback (
  tenant TEXT NOT NULL,
  a_kind TEXT NOT NULL,
  a_name TEXT NOT NULL,
  b_kind TEXT NOT NULL,
  b_name TEXT NOT NULL,
  together INTEGER NOT NULL,
  apart INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  PRIMARY KEY (tenant, a_kind, a_name, b_kind, b_name)
) STRICT;
CREATE INDEX link_feedback_last ON link_feedback (tenant, last_time);

CREATE TABLE tasks (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  incident TEXT NOT NULL,
  title TEXT NOT NULL,
  owner TEXT NOT NULL,
  due INTEGER NOT NULL,
  done INTEGER NOT NULL,
  done_by TEXT NOT NULL,
  author TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX tasks_incident ON tasks (tenant, incident, n);

ALTER TABLE notes ADD COLUMN reply_to TEXT NOT NULL DEFAULT '';
