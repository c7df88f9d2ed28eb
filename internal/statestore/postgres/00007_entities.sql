-- +goose Up
-- What people say of entities; criticality is -1 when nobody has said.
CREATE TABLE entity_profiles (
  tenant TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  criticality BIGINT NOT NULL,
  owner TEXT COLLATE "C" NOT NULL,
  department TEXT COLLATE "C" NOT NULL,
  tags TEXT COLLATE "C" NOT NULL,
  author TEXT COLLATE "C" NOT NULL,
  imported BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  PRIMARY KEY (tenant, kind, name)
);

-- Entities are sorted by risk: the logarithm of it plus the half-lives since 1970, in millionths, so that the order stays
-- true while all risks decay. 0 is none.
ALTER TABLE entities ADD COLUMN standing BIGINT NOT NULL DEFAULT 0;
CREATE INDEX entities_standing ON entities (tenant, standing, kind, name);

-- Which names mean the same, and who uses what, as events show it.
CREATE TABLE entity_links (
  tenant TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  relation TEXT COLLATE "C" NOT NULL,
  other_kind TEXT COLLATE "C" NOT NULL,
  other TEXT COLLATE "C" NOT NULL,
  why TEXT COLLATE "C" NOT NULL,
  first_time BIGINT NOT NULL,
  last_time BIGINT NOT NULL,
  spans BIGINT NOT NULL,
  PRIMARY KEY (tenant, kind, name, relation, other_kind, other, why)
);
CREATE INDEX entity_links_other ON entity_links (tenant, other_kind, other, relation, kind, name);
CREATE INDEX entity_links_last ON entity_links (last_time);

CREATE TABLE entity_sessions (
  tenant TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  user_name TEXT COLLATE "C" NOT NULL,
  host TEXT COLLATE "C" NOT NULL,
  address TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  from_time BIGINT NOT NULL,
  to_time BIGINT NOT NULL,
  logons BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX entity_sessions_user ON entity_sessions (tenant, user_name, to_time);
CREATE INDEX entity_sessions_host ON entity_sessions (tenant, host, to_time);
CREATE INDEX entity_sessions_address ON entity_sessions (tenant, address, to_time);
CREATE INDEX entity_sessions_to ON entity_sessions (to_time);

-- What each incident says against each of its entities, in parts of a million; n is the incident's row.
CREATE TABLE entity_stakes (
  n BIGINT NOT NULL,
  tenant TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  share BIGINT NOT NULL,
  seen BYTEA NOT NULL,
  PRIMARY KEY (n, kind, name)
);
CREATE INDEX entity_stakes_name ON entity_stakes (tenant, kind, name, n);

-- At which version an incident was weighed.
CREATE TABLE entity_weighed (
  n BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL
);
CREATE INDEX incidents_updated ON incidents (updated, n);

CREATE TABLE entity_exposures (
  tenant TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  title TEXT COLLATE "C" NOT NULL,
  severity BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  first_time BIGINT NOT NULL,
  last_time BIGINT NOT NULL,
  reference TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, kind, name, id, source)
);
CREATE INDEX entity_exposures_last ON entity_exposures (last_time);
