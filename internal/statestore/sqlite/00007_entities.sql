-- +goose Up
-- What people say of entities; criticality is -1 when nobody has said.
CREATE TABLE entity_profiles (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  criticality INTEGER NOT NULL,
  owner TEXT NOT NULL,
  department TEXT NOT NULL,
  tags TEXT NOT NULL,
  author TEXT NOT NULL,
  imported INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, name)
) STRICT;

-- Entities are sorted by risk: the logarithm of it plus the half-lives since 1970, in millionths, so that the order stays
-- true while all risks decay. 0 is none.
ALTER TABLE entities ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entities_standing ON entities (tenant, standing, kind, name);

-- Which names mean the same, and who uses what, as events show it.
CREATE TABLE entity_links (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  relation TEXT NOT NULL,
  other_kind TEXT NOT NULL,
  other TEXT NOT NULL,
  why TEXT NOT NULL,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  spans INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, name, relation, other_kind, other, why)
) STRICT;
CREATE INDEX entity_links_other ON entity_links (tenant, other_kind, other, relation, kind, name);
CREATE INDEX entity_links_last ON entity_links (last_time);

CREATE TABLE entity_sessions (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  user_name TEXT NOT NULL,
  host TEXT NOT NULL,
  address TEXT NOT NULL,
  kind TEXT NOT NULL,
  from_time INTEGER NOT NULL,
  to_time INTEGER NOT NULL,
  logons INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX entity_sessions_user ON entity_sessions (tenant, user_name, to_time);
CREATE INDEX entity_sessions_host ON entity_sessions (tenant, host, to_time);
CREATE INDEX entity_sessions_address ON entity_sessions (tenant, address, to_time);
CREATE INDEX entity_sessions_to ON entity_sessions (to_time);

-- What each incident says against each of its entities, in parts of a million; n is the incident's row.
CREATE TABLE entity_stakes (
  n INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  share INTEGER NOT NULL,
  seen BLOB NOT NULL,
  PRIMARY KEY (n, kind, name)
) STRICT;
CREATE INDEX entity_stakes_name ON entity_stakes (tenant, kind, name, n);

-- At which version an incident was weighed.
CREATE TABLE entity_weighed (
  n INTEGER NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX incidents_updated ON incidents (updated, n);

CREATE TABLE entity_exposures (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  title TEXT NOT NULL,
  severity INTEGER NOT NULL,
  state TEXT NOT NULL,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  reference TEXT NOT NULL,
  PRIMARY KEY (tenant, kind, name, id, source)
) STRICT;
CREATE INDEX entity_exposures_last ON entity_exposures (last_time);
