-- +goose Up
-- Who sends what: a source, a kind of record, and how often it comes.
CREATE TABLE ledger_pairs (
  id BIGINT NOT NULL PRIMARY KEY,
  tenant TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  product TEXT COLLATE "C" NOT NULL,
  categories TEXT COLLATE "C" NOT NULL,
  service TEXT COLLATE "C" NOT NULL,
  last_time BIGINT NOT NULL,
  rhythm TEXT COLLATE "C" NOT NULL
);
CREATE INDEX ledger_pairs_last ON ledger_pairs (last_time);

-- Events looked at, by pair: a block of one minute, or of the 60 minutes of an hour that is over. Minutes since 1970.
CREATE TABLE ledger_blocks (
  start BIGINT NOT NULL PRIMARY KEY,
  minutes BIGINT NOT NULL,
  data BYTEA NOT NULL
);

-- When a rule was not simply evaluated, and why; until is 0 while that lasts.
CREATE TABLE ledger_states (
  tenant TEXT COLLATE "C" NOT NULL,
  rule TEXT COLLATE "C" NOT NULL,
  since BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  until BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  ruleset TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, rule, since, state)
);
CREATE INDEX ledger_states_until ON ledger_states (until);

CREATE TABLE ledger_gaps (
  tenant TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  document TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX ledger_gaps_until ON ledger_gaps (until);

