-- +goose Up
-- One row for each kind and value: what all feeds say together, so that a start reads this table alone.
CREATE TABLE intel_indicators (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  base INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  tlp TEXT NOT NULL,
  labels TEXT NOT NULL,
  feeds TEXT NOT NULL,
  subdomains INTEGER NOT NULL,
  revoked INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  asserted INTEGER NOT NULL,
  added INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  hunted INTEGER NOT NULL
) STRICT;
CREATE INDEX intel_indicators_added ON intel_indicators (added, id);
CREATE INDEX intel_indicators_until ON intel_indicators (valid_until);
CREATE INDEX intel_indicators_hunted ON intel_indicators (hunted, added);

CREATE TABLE intel_assertions (
  indicator TEXT NOT NULL,
  feed TEXT NOT NULL,
  confidence INTEGER NOT NULL,
  tlp TEXT NOT NULL,
  labels TEXT NOT NULL,
  subdomains INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  asserted INTEGER NOT NULL,
  revoked INTEGER NOT NULL,
  reference TEXT NOT NULL,
  PRIMARY KEY (indicator, feed)
) STRICT;
CREATE INDEX intel_assertions_feed ON intel_assertions (feed, indicator);

CREATE TABLE intel_sightings (
  tenant TEXT NOT NULL,
  indicator TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (tenant, indicator)
) STRICT;
CREATE INDEX intel_sightings_last ON intel_sightings (tenant, last_time, indicator);

CREATE TABLE intel_feeds (
  name TEXT NOT NULL PRIMARY KEY,
  managed INTEGER NOT NULL,
  settings TEXT NOT NULL,
  secret TEXT NOT NULL,
  state TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
) STRICT;

CREATE TABLE intel_allow (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  below INTEGER NOT NULL,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
