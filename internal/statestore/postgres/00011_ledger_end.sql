-- +goose Up
-- Where the ledger of an incident ends, kept with the incident: number and hash of its newest line. A ledger that is gone as a
-- whole, or cut together with its head, is noticed by it.
ALTER TABLE incidents ADD COLUMN ledger_end TEXT NOT NULL DEFAULT '';
UPDATE incidents SET ledger_end = (SELECT h.number || ' ' || encode(h.hash, 'hex') FROM evidence_heads h
  WHERE h.tenant = incidents.tenant AND h.incident = incidents.id AND h.number > 0)
WHERE EXISTS (SELECT 1 FROM evidence_heads h WHERE h.tenant = incidents.tenant AND h.incident = incidents.id AND h.number > 0);
