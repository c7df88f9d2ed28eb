-- +goose Up
-- What triage has learned of its alerts, and where it stands with the incidents that still take some. Rows are written in
-- the transaction of the fold that changed them.
CREATE TABLE triage_memory (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  rule TEXT NOT NULL,
  machine TEXT NOT NULL,
  seen INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (tenant, kind, rule, machine)
) STRICT;
CREATE INDEX triage_memory_seen ON triage_memory (seen);

