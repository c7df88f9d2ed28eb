package statestore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/vedette-soc/vedette"
)

// maxDetail bounds the detail of an audit entry in bytes; the rest is cut off.
const maxDetail = 8 << 10

// AuditFilter chooses entries of the audit log of one tenant. Empty fields do not choose.
type AuditFilter struct {
	Tenant string
	Object string
	Who    string
}

// AuditProof is the result of checking the audit log.
type AuditProof struct {
	Entries int64  // how many entries the log has
	Head    string // the hash of the newest one, in hexadecimal: keep it elsewhere to prove later that none is missing
	Broken  int64  // number of the first entry that was changed, removed or inserted; 0 when the log is whole
	Problem string // what is wrong with it
}

// auditRow is an entry as it is stored.
type auditRow struct {
	n, time int64
	entry   vedette.AuditEntry
	failed  int64
	hash    []byte
}

const auditColumns = "n, tenant, time, who, from_address, what, object, detail, failed, hash"

func (r *auditRow) columns() []any {
	e := &r.entry
	return []any{&r.n, &e.Tenant, &r.time, &e.Who, &e.From, &e.What, &e.Object, &e.Detail, &r.failed, &r.hash}
}

// chain is the hash of the entry behind the one with the hash before: SHA-256 over that hash and the entry as a JSON list.
func (r *auditRow) chain(before []byte) ([]byte, error) {
	e := r.entry
	line, err := json.Marshal([]any{r.n, e.Tenant, r.time, e.Who, e.From, e.What, e.Object, e.Detail, r.failed})
	if err != nil {
		return nil, fmt.Errorf("encode an audit entry: %w", err)
	}
	sum := sha256.Sum256(append(bytes.Clone(before), line...))
	return sum[:], nil
}

// Audit appends to the audit log. The store gives the entry its ID, and its Time when that is zero. Texts that are too
// long are shortened: an entry is never refused for its length.
func (s *Store) Audit(ctx context.Context, entry vedette.AuditEntry) error {
	return s.transaction(ctx, "write the audit log", func(q session) error {
		return appendAudit(ctx, q, entry, s.now())
	})
}

func appendAudit(ctx context.Context, q session, entry vedette.AuditEntry, now time.Time) error {
	if entry.Time.IsZero() {
		entry.Time = now
	}
	entry.Tenant, entry.Who, entry.From = key(entry.Tenant), key(entry.Who), key(entry.From)
	entry.What, entry.Object = key(entry.What), key(entry.Object)
	entry.Detail = cleanText(entry.Detail[:min(len(entry.Detail), maxDetail)])
	row := auditRow{entry: entry, time: micros(entry.Time), failed: number(entry.Failed)}
	var before []byte
	// Raising the number first makes writers on other nodes wait for this entry.
	_, err := q.one(ctx, []any{&row.n, &before}, "UPDATE audit_head SET n = n + 1 WHERE id = 1 RETURNING n, hash")
	if err != nil {
		return err
	}
	if row.hash, err = row.chain(before); err != nil {
		return err
	}
	e := row.entry
	_, err = q.exec(ctx, "INSERT INTO audit ("+auditColumns+") VALUES ("+marks(10)+")",
		row.n, e.Tenant, row.time, e.Who, e.From, e.What, e.Object, e.Detail, row.failed, row.hash)
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, "UPDATE audit_head SET hash = ? WHERE id = 1", row.hash)
	return err
}

// AuditLog lists entries, newest first, with the cursor of the next page and how many there are.
func (s *Store) AuditLog(ctx context.Context, filter AuditFilter, page Page) ([]vedette.AuditEntry, string, int64, error) {
	after, err := page.place("audit", 1, 0)
	if err != nil {
		return nil, "", 0, err
	}
	where := condition{"tenant = ?", []any{key(filter.Tenant)}}
	if filter.Object != "" {
		where.and("object = ?", key(filter.Object))
	}
	if filter.Who != "" {
		where.and("who = ?", key(filter.Who))
	}
	q := s.reading()
	var total int64
	if _, err := q.one(ctx, []any{&total}, "SELECT count(*) FROM audit WHERE "+where.text, where.args...); err != nil {
		return nil, "", 0, s.engine.failure("count the audit log", err)
	}
	if after != nil {
		where.and("n < ?", after.Times[0])
	}
	var row auditRow
	rows := paged[vedette.AuditEntry]{limit: page.limit()}
	err = q.each(ctx, rows.adder(func(scan func(...any) error) (vedette.AuditEntry, error) {
		row = auditRow{}
		err := scan(row.columns()...)
		row.entry.ID, row.entry.Time, row.entry.Failed = strconv.FormatInt(row.n, 10), moment(row.time), row.failed != 0
		return row.entry, err
	}), "SELECT "+auditColumns+" FROM audit WHERE "+where.text+" ORDER BY n DESC LIMIT ?", append(where.args, rows.limit+1)...)
	return rows.items, rows.next(cursor{List: "audit", Times: []int64{row.n}}), total, s.engine.failure("list the audit log", err)
}

// VerifyAudit recomputes the chain of hashes over the whole log. A broken chain is no error: the proof says so.
func (s *Store) VerifyAudit(ctx context.Context) (AuditProof, error) {
	q := s.reading()
	var head int64
	var last, before []byte
	if _, err := q.one(ctx, []any{&head, &last}, "SELECT n, hash FROM audit_head WHERE id = 1"); err != nil {
		return AuditProof{}, s.engine.failure("read the head of the audit log", err)
	}
	proof := AuditProof{Entries: head, Head: hex.EncodeToString(last)}
	expected := int64(1)
	for proof.Broken == 0 && expected <= head {
		start := expected
		err := q.each(ctx, func(scan func(...any) error) error {
			var row auditRow
			if err := scan(row.columns()...); err != nil || proof.Broken != 0 {
				return err
			}
			hash, err := row.chain(before)
			switch {
			case err != nil:
				return err
			case row.n != expected:
				proof.Broken, proof.Problem = expected, "the entry is missing"
			case !bytes.Equal(hash, row.hash):
				proof.Broken, proof.Problem = expected, "the entry is not the one that was written"
			}
			before, expected = hash, expected+1
			return nil
		}, "SELECT "+auditColumns+" FROM audit WHERE n >= ? AND n <= ? ORDER BY n LIMIT 1000", start, head)
		if err != nil {
			return AuditProof{}, s.engine.failure("read the audit log", err)
		}
		if expected == start && proof.Broken == 0 {
			proof.Broken, proof.Problem = expected, "the entry is missing"
		}
	}
	if proof.Broken == 0 && !bytes.Equal(before, last) {
		proof.Broken, proof.Problem = head, "the head of the log does not name its newest entry"
	}
	return proof, nil
}
