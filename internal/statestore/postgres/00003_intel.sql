-- +goose Up
-- One row for each kind and value: what all feeds say together, so that a start reads this table alone.
CREATE TABLE intel_indicators (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  base BIGINT NOT NULL,
  severity BIGINT NOT NULL,
  tlp TEXT COLLATE "C" NOT NULL,
  labels TEXT COLLATE "C" NOT NULL,
  feeds TEXT COLLATE "C" NOT NULL,
  subdomains BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  asserted BIGINT NOT NULL,
  added BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  hunted BIGINT NOT NULL
);
CREATE INDEX intel_indicators_added ON intel_indicators (added, id);
CREATE INDEX intel_indicators_until ON intel_indicators (valid_until);
CREATE INDEX intel_indicators_hunted ON intel_indicators (hunted, added);

CREATE TABLE intel_assertions (
  indicator TEXT COLLATE "C" NOT NULL,
  feed TEXT COLLATE "C" NOT NULL,
  confidence BIGINT NOT NULL,
  tlp TEXT COLLATE "C" NOT NULL,
  labels TEXT COLLATE "C" NOT NULL,
  subdomains BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NOT NULL,
  first_time BIGINT NOT NULL,
  asserted BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  reference TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (indicator, feed)
);
CREATE INDEX intel_assertions_feed ON intel_assertions (feed, indicator);

CREATE TABLE intel_sightings (
  tenant TEXT COLLATE "C" NOT NULL,
  indicator TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  count BIGINT NOT NULL,
  first_time BIGINT NOT NULL,
  last_time BIGINT NOT NULL,
  event TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, indicator)
);
CREATE INDEX intel_sightings_last ON intel_sightings (tenant, last_time, indicator);

CREATE TABLE intel_feeds (
  name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  managed BIGINT NOT NULL,
  settings TEXT COLLATE "C" NOT NULL,
  secret TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL
);

CREATE TABLE intel_allow (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  below BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  author TEXT COLLATE "C" NOT NULL,
  created BIGINT NOT NULL
);
