-- +goose Up
-- What triage has learned of its alerts, and where it stands with the incidents that still take some. Rows are written in
-- the transaction of the fold that changed them.
CREATE TABLE triage_memory (
  tenant TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  rule TEXT COLLATE "C" NOT NULL,
  machine TEXT COLLATE "C" NOT NULL,
  seen BIGINT NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (tenant, kind, rule, machine)
);
CREATE INDEX triage_memory_seen ON triage_memory (seen);

