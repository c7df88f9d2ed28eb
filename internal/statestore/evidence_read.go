package statestore

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
)

// maxChains bounds how many ledgers one is read together with: those of the incidents merged into it.
const maxChains = 64

// EvidenceProof is the result of checking the ledger of an incident and of those that were merged into it.
type EvidenceProof struct {
	Entries  int64  // how many lines there should be
	Omitted  int64  // lines that found no room
	Head     string // hash of the newest line of the incident's own ledger, in hexadecimal
	Incident string // whose ledger is broken; empty when all are whole
	Broken   int64  // number of the first line that was changed, removed or inserted
	Problem  string // what is wrong with it
}

// Intact tells whether the ledger is as it was written.
func (p EvidenceProof) Intact() bool { return p.Problem == "" }

// Evidence lists the ledger of an incident, oldest line first, and behind it those of the incidents that are merged into
// it; with the cursor of the next page and how many lines there are.
func (s *Store) Evidence(ctx context.Context, tenant, id string, page Page) ([]vedette.EvidenceEntry, string, int64, error) {
	entries, next, total, err := s.evidence(ctx, key(tenant), key(id), page)
	return entries, next, total, s.engine.failure("read evidence", err)
}

func (s *Store) evidence(ctx context.Context, tenant, id string, page Page) ([]vedette.EvidenceEntry, string, int64, error) {
	after, err := page.place("evidence."+id, 2, 0)
	if err != nil {
		return nil, "", 0, err
	}
	q := s.reading()
	chains, err := chainsOf(ctx, q, tenant, id)
	if err != nil {
		return nil, "", 0, err
	}
	var total int64
	for _, chain := range chains {
		total += chain.due()
	}
	at, number := int64(0), int64(0)
	if after != nil {
		at, number = max(after.Times[0], 0), after.Times[1]
	}
	rows := paged[vedette.EvidenceEntry]{limit: page.limit()}
	var last cursor
	for ; at < int64(len(chains)) && !rows.more; at, number = at+1, 0 {
		err := q.each(ctx, rows.adder(func(scan func(...any) error) (vedette.EvidenceEntry, error) {
			row, err := scanLine(scan)
			row.entry.Tenant, row.entry.IncidentID = tenant, chains[at].id
			last = cursor{List: "evidence." + id, Times: []int64{at, row.number}}
			return row.entry, err
		}), "SELECT number, body, hash FROM evidence WHERE tenant = ? AND incident = ? AND number > ? ORDER BY number LIMIT ?",
			tenant, chains[at].id, number, rows.limit+1-len(rows.items))
		if err != nil {
			return nil, "", 0, err
		}
	}
	if err := linkPages(ctx, q, tenant, rows.items); err != nil {
		return nil, "", 0, err
	}
	return rows.items, rows.next(last), total, nil
}

// linkPages gives each line of a page the hash of the one before it.
func linkPages(ctx context.Context, q session, tenant string, items []vedette.EvidenceEntry) error {
	for i := range items {
		e := &items[i]
		if i > 0 && items[i-1].IncidentID == e.IncidentID && items[i-1].Number == e.Number-1 {
			e.Prev = items[i-1].Hash
			continue
		}
		if e.Number == 1 {
			continue
		}
		var before []byte
		_, err := q.one(ctx, []any{&before}, "SELECT hash FROM evidence WHERE tenant = ? AND incident = ? AND number = ?", tenant, e.IncidentID, e.Number-1)
		if err != nil {
			return err
		}
		e.Prev = hex.EncodeToString(before)
	}
	return nil
}

// storedLine is a line on its way out.
type storedLine struct {
	number     int64
	body, hash []byte
	entry      vedette.EvidenceEntry
}

// scanLine reads a line. One whose body cannot be read is handed out empty: that it was changed is told by the proof.
func scanLine(scan func(...any) error) (storedLine, error) {
	var row storedLine
	var body string
	if err := scan(&row.number, &body, &row.hash); err != nil {
		return row, err
	}
	row.body = []byte(body)
	var line evidenceLine
	if json.Unmarshal(row.body, &line) == nil {
		row.entry = line.entry()
	}
	row.entry.Number, row.entry.Hash = row.number, hex.EncodeToString(row.hash)
	return row, nil
}

// chain is the ledger of one incident.
type chain struct {
	id   string
	head evidenceHead
	end  string // where it ends, as the incident says
}

// due is how many lines there should be.
func (c *chain) due() int64 {
	n, _, _ := strings.Cut(c.end, " ")
	said, err := strconv.ParseInt(n, 10, 64)
	if err != nil {
		return c.head.number
	}
	return max(said, c.head.number)
}

// Absorbed returns the id of an incident and, behind it, those of the incidents that are merged into it, at most 64.
func (s *Store) Absorbed(ctx context.Context, tenant, id string) ([]string, error) {
	ids, err := absorbed(ctx, s.reading(), key(tenant), key(id))
	return ids, s.engine.failure("find merged incidents", err)
}

func absorbed(ctx context.Context, q session, tenant, id string) ([]string, error) {
	ids := []string{id}
	for i := 0; i < len(ids) && len(ids) < maxChains; i++ {
		err := q.each(ctx, func(scan func(...any) error) error {
			var other string
			err := scan(&other)
			ids = append(ids, other)
			return err
		}, "SELECT id FROM incidents WHERE tenant = ? AND merged = ? ORDER BY id LIMIT ?", tenant, ids[i], maxChains-len(ids))
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// chainsOf returns the ledger of an incident and, behind it, those of the incidents merged into it.
func chainsOf(ctx context.Context, q session, tenant, id string) ([]chain, error) {
	ids, err := absorbed(ctx, q, tenant, id)
	if err != nil {
		return nil, err
	}
	chains := make([]chain, len(ids))
	for i, one := range ids {
		chains[i].id = one
		head := &chains[i].head
		_, err := q.one(ctx, []any{&head.number, &head.hash, &head.omitted},
			"SELECT number, hash, omitted FROM evidence_heads WHERE tenant = ? AND incident = ?", tenant, one)
		if err != nil {
			return nil, err
		}
		if _, err := q.one(ctx, []any{&chains[i].end}, "SELECT ledger_end FROM incidents WHERE tenant = ? AND id = ?", tenant, one); err != nil {
			return nil, err
		}
	}
	return chains, nil
}

// VerifyEvidence recomputes the hashes of an incident's ledger and of those merged into it. A broken chain is no error:
// the proof says so.
func (s *Store) VerifyEvidence(ctx context.Context, tenant, id string) (EvidenceProof, error) {
	q := s.reading()
	chains, err := chainsOf(ctx, q, key(tenant), key(id))
	if err != nil {
		return EvidenceProof{}, s.engine.failure("read the heads of evidence", err)
	}
	proof := EvidenceProof{Head: hex.EncodeToString(chains[0].head.hash)}
	for _, c := range chains {
		proof.Entries += c.due()
		proof.Omitted += c.head.omitted
		if proof.Problem != "" {
			continue
		}
		broken, problem, err := c.verify(ctx, q, key(tenant))
		if err != nil {
			return EvidenceProof{}, s.engine.failure("check evidence", err)
		}
		if problem != "" {
			proof.Incident, proof.Broken, proof.Problem = c.id, broken, problem
		}
	}
	return proof, nil
}

// verify returns the number of the first line that is not as it was written, and what is wrong with it.
func (c chain) verify(ctx context.Context, q session, tenant string) (broken int64, problem string, err error) {
	expected, before := int64(1), []byte{}
	err = q.each(ctx, func(scan func(...any) error) error {
		row, err := scanLine(scan)
		if err != nil || problem != "" {
			return err
		}
		switch {
		case row.number != expected:
			broken, problem = expected, "the line is missing"
		case row.number > c.head.number:
			broken, problem = row.number, "the line is behind the end of the ledger"
		case !bytes.Equal(chained(before, row.body), row.hash):
			broken, problem = row.number, "the line is not the one that was written"
		case !bytes.HasPrefix(row.body, lineStart(tenant, c.id, row.number)):
			broken, problem = row.number, "the line belongs elsewhere"
		}
		before, expected = row.hash, expected+1
		return nil
	}, "SELECT number, body, hash FROM evidence WHERE tenant = ? AND incident = ? ORDER BY number", tenant, c.id)
	switch {
	case err != nil || problem != "":
	case expected <= c.head.number:
		broken, problem = expected, "the line is missing"
	case !bytes.Equal(before, c.head.hash):
		broken, problem = c.head.number, "the end of the ledger does not name its newest line"
	default:
		broken, problem = c.ends()
	}
	return broken, problem, err
}

// ends compares where a ledger that is whole in itself ends with what its incident says.
func (c *chain) ends() (broken int64, problem string) {
	due := c.due()
	switch {
	case c.end == c.head.end():
		return 0, ""
	case c.head.number == 0:
		return 1, "the ledger is missing as a whole"
	case due > c.head.number:
		return c.head.number + 1, "the end of the ledger is missing"
	}
	return c.head.number, "the ledger does not end as its incident says"
}

// lineStart is how a line's body begins that belongs where it stands.
func lineStart(tenant, incident string, number int64) []byte {
	start, err := json.Marshal(struct {
		Tenant   string `json:"tenant"`
		Incident string `json:"incident"`
		Number   int64  `json:"number"`
	}{tenant, incident, number})
	if err != nil {
		return nil // strings and integers always marshal
	}
	return append(start[:len(start)-1], ',')
}
