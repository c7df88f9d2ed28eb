-- +goose Up
-- Who sends what: a source, a kind of record, and how often it comes.
CREATE TABLE ledger_pairs (
  id INTEGER NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  source TEXT NOT NULL,
  product TEXT NOT NULL,
  categories TEXT NOT NULL,
  service TEXT NOT NULL,
  last_time INTEGER NOT NULL,
  rhythm TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_pairs_last ON ledger_pairs (last_time);

-- Events looked at, by pair: a block of one minute, or of the 60 minutes of an hour that is over. Minutes since 1970.
CREATE TABLE ledger_blocks (
  start INTEGER NOT NULL PRIMARY KEY,
  minutes INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;

-- When a rule was not simply evaluated, and why; until is 0 while that lasts.
CREATE TABLE ledger_states (
  tenant TEXT NOT NULL,
  rule TEXT NOT NULL,
  since INTEGER NOT NULL,
  state TEXT NOT NULL,
  until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  ruleset TEXT NOT NULL,
  PRIMARY KEY (tenant, rule, since, state)
) STRICT;
CREATE INDEX ledger_states_until ON ledger_states (until);

CREATE TABLE ledger_gaps (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX ledger_gaps_until ON ledger_gaps (until);

