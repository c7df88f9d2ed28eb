-- +goose Up
-- What is known that speaks against attacks. Nothing is removed: a fact that was taken back says who did and when. document
-- is the fact as JSON.
CREATE TABLE facts (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  until INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  ended_by TEXT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX facts_until ON facts (ended, until);
