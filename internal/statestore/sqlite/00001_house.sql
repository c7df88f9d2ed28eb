-- +goose Up
CREATE TABLE progress (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;

CREATE TABLE snapshots (
  name TEXT NOT NULL PRIMARY KEY,
  data BLOB NOT NULL,
  saved INTEGER NOT NULL
) STRICT;

-- The narrow row: what lists choose and sort by, and what people decide. The documents are apart, so that a search
-- through the words of all incidents stays short.
CREATE TABLE incidents (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  status TEXT NOT NULL,
  verdict TEXT NOT NULL,
  severity INTEGER NOT NULL,
  score INTEGER NOT NULL,
  owner TEXT NOT NULL,
  alerts INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  detected INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  version INTEGER NOT NULL,
  links BLOB NOT NULL,
  words TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX incidents_score ON incidents (tenant, status, score, last_time, n, severity, owner, first_time);
CREATE INDEX incidents_last ON incidents (tenant, status, last_time, n, severity, owner, first_time);
CREATE INDEX incidents_created ON incidents (tenant, status, created, n, severity, owner, first_time, last_time);
CREATE INDEX incidents_new ON incidents (tenant, created, severity, alerts, detected, first_time);
CREATE INDEX incidents_closed ON incidents (tenant, closed);
CREATE INDEX incidents_open ON incidents (status, last_time);

CREATE TABLE incident_documents (
  n INTEGER PRIMARY KEY,
  summary TEXT NOT NULL,
  evidence TEXT NOT NULL
) STRICT;

CREATE TABLE incident_entities (
  n INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (n, name, kind)
) STRICT;
CREATE INDEX incident_entities_name ON incident_entities (tenant, name, kind, n);

CREATE TABLE incident_rules (
  n INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  rule TEXT NOT NULL,
  PRIMARY KEY (n, rule)
) STRICT;
CREATE INDEX incident_rules_rule ON incident_rules (tenant, rule, n);

CREATE TABLE notes (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  incident TEXT NOT NULL,
  time INTEGER NOT NULL,
  who TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX notes_incident ON notes (tenant, incident, n);

CREATE TABLE actions (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  state TEXT NOT NULL,
  incident TEXT NOT NULL,
  target TEXT NOT NULL,
  created INTEGER NOT NULL,
  applied INTEGER NOT NULL,
  version INTEGER NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX actions_tenant ON actions (tenant, n);
CREATE INDEX actions_state ON actions (state, tenant, n, created);
CREATE INDEX actions_incident ON actions (tenant, incident, n);
CREATE INDEX actions_target ON actions (tenant, target, n);
CREATE INDEX actions_applied ON actions (tenant, applied, incident);

CREATE TABLE entities (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  alerts INTEGER NOT NULL,
  incidents INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  internal INTEGER NOT NULL,
  protected INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, name)
) STRICT;
CREATE INDEX entities_last ON entities (tenant, last_time, kind, name);
CREATE INDEX entities_kind ON entities (tenant, kind, last_time, name);

CREATE TABLE rule_days (
  tenant TEXT NOT NULL,
  day INTEGER NOT NULL,
  rule TEXT NOT NULL,
  fired INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  PRIMARY KEY (tenant, day, rule)
) STRICT;

CREATE TABLE rule_settings (
  tenant TEXT NOT NULL,
  rule TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  automatic INTEGER NOT NULL,
  PRIMARY KEY (tenant, rule)
) STRICT;

CREATE TABLE rule_uploads (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  yaml TEXT NOT NULL,
  author TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;

CREATE TABLE users (
  name TEXT NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  role TEXT NOT NULL,
  hash TEXT NOT NULL,
  must_change INTEGER NOT NULL,
  disabled INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  last_login INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  hash BLOB NOT NULL PRIMARY KEY,
  user_name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  user_version INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_name, created);
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE tokens (
  id TEXT NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  hash BLOB NOT NULL,
  scopes TEXT NOT NULL,
  author TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  UNIQUE (hash)
) STRICT;
CREATE INDEX tokens_tenant ON tokens (tenant, created);

-- The audit log: each hash covers the entry and the hash before it; audit_head names the newest.
CREATE TABLE audit (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  time INTEGER NOT NULL,
  who TEXT NOT NULL,
  from_address TEXT NOT NULL,
  what TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL,
  failed INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_tenant ON audit (tenant, n);
CREATE INDEX audit_object ON audit (tenant, object, n);
CREATE INDEX audit_who ON audit (tenant, who, n);

CREATE TABLE audit_head (
  id INTEGER NOT NULL PRIMARY KEY,
  n INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;
INSERT INTO audit_head (id, n, hash) VALUES (1, 0, x'');

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- +goose StatementEnd
