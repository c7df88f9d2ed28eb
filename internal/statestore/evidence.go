package statestore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxEvidence is how many lines the ledger of an incident takes from detectors; further ones are counted as omitted. What
// people do is recorded beyond it, up to as many again.
const MaxEvidence = 4096

// Bounds of one line of the ledger.
const (
	maxLineEntities = 32
	maxLineEvents   = 8
	maxLineText     = 1024
)

// evidenceLine is a line as the ledger keeps it: this is what the hash covers, in this order of fields.
type evidenceLine struct {
	Tenant   string               `json:"tenant"`
	Incident string               `json:"incident"`
	Number   int64                `json:"number"`
	Time     int64                `json:"time"`
	Recorded int64                `json:"recorded"`
	Kind     vedette.EvidenceKind `json:"kind"`
	Detector string               `json:"detector"`
	Family   vedette.Family       `json:"family"`
	Key      string               `json:"key"`
	Text     vedette.Text         `json:"text"`
	Entities []vedette.EntityRef  `json:"entities"`
	Events   []string             `json:"events"`
	Alert    string               `json:"alert"`
	Numbers  [3]float64           `json:"numbers"` // observed, expected, weight
	Unit     string               `json:"unit"`
	Counts   [2]int64             `json:"counts"` // baseline, count
}

// evidenceHead is the newest line of an incident's ledger.
type evidenceHead struct {
	number, omitted int64
	hash            []byte
}

// addEvidence appends lines to the ledgers of their incidents and completes each with its number, its time of recording
// and its hashes. A line that finds no room is left without a number and counted.
func addEvidence(ctx context.Context, q session, entries []vedette.EvidenceEntry, now time.Time) error {
	order := make([]*vedette.EvidenceEntry, len(entries))
	for i := range entries {
		order[i] = &entries[i]
	}
	slices.SortStableFunc(order, func(a, b *vedette.EvidenceEntry) int {
		return slices.Compare([]string{a.Tenant, a.IncidentID}, []string{b.Tenant, b.IncidentID})
	})
	for len(order) > 0 {
		n := 1
		for n < len(order) && order[n].Tenant == order[0].Tenant && order[n].IncidentID == order[0].IncidentID {
			n++
		}
		if err := appendLines(ctx, q, order[:n], now); err != nil {
			return err
		}
		order = order[n:]
	}
	return nil
}

// appendLines appends to the ledger of one incident.
func appendLines(ctx context.Context, q session, entries []*vedette.EvidenceEntry, now time.Time) error {
	tenant, incident := key(entries[0].Tenant), key(entries[0].IncidentID)
	var end string
	var newest int64
	found, err := q.one(ctx, []any{&end, &newest}, `SELECT ledger_end, COALESCE((SELECT MAX(number) FROM evidence WHERE tenant = ? AND incident = ?), 0)
		FROM incidents WHERE tenant = ? AND id = ?`, tenant, incident, tenant, incident)
	if err != nil {
		return err
	}
	if !found {
		return missing("incident", entries[0].IncidentID)
	}
	head, err := lockHead(ctx, q, tenant, incident)
	if err != nil {
		return err
	}
	head.follow(end, newest)
	for _, e := range entries {
		room := int64(MaxEvidence)
		if e.Kind == vedette.EvidencePerson || e.Kind == vedette.EvidenceVerdict {
			room *= 2
		}
		if head.number >= room {
			head.omitted++
			continue
		}
		if err := head.add(ctx, q, e, now); err != nil {
			return err
		}
	}
	_, err = q.exec(ctx, "UPDATE evidence_heads SET number = ?, hash = ?, omitted = ? WHERE tenant = ? AND incident = ?",
		head.number, head.hash, head.omitted, tenant, incident)
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, "UPDATE incidents SET ledger_end = ? WHERE tenant = ? AND id = ?", head.end(), tenant, incident)
	return err
}

// follow goes on behind the end that the incident keeps: where the ledger no longer ends there, the break stays to be seen.
// Neither does a line that somebody put there keep others from being written.
func (h *evidenceHead) follow(end string, newest int64) {
	whole := end == h.end()
	h.number = max(h.number, newest)
	number, hash, _ := strings.Cut(end, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || whole {
		return
	}
	h.number = max(n, h.number)
	if h.hash, err = hex.DecodeString(hash); err != nil {
		h.hash = []byte{}
	}
}

// end is where the ledger ends, as the incident itself keeps it; empty for a ledger without lines.
func (h *evidenceHead) end() string {
	if h.number == 0 {
		return ""
	}
	return fmt.Sprintf("%d %x", h.number, h.hash)
}

// lockHead reads the head of a ledger, and makes other writers wait for this one.
func lockHead(ctx context.Context, q session, tenant, incident string) (evidenceHead, error) {
	head := evidenceHead{hash: []byte{}}
	_, err := q.exec(ctx, `INSERT INTO evidence_heads (tenant, incident, number, hash, omitted) VALUES (?, ?, 0, ?, 0)
		ON CONFLICT (tenant, incident) DO NOTHING`, tenant, incident, head.hash)
	if err != nil {
		return head, err
	}
	_, err = q.one(ctx, []any{&head.number, &head.hash, &head.omitted},
		"SELECT number, hash, omitted FROM evidence_heads WHERE tenant = ? AND incident = ?"+q.engine.lock, tenant, incident)
	return head, err
}

// add stores one line behind the head and makes it the new head.
func (h *evidenceHead) add(ctx context.Context, q session, e *vedette.EvidenceEntry, now time.Time) error {
	e.Number = h.number + 1
	if e.Recorded.IsZero() {
		e.Recorded = now
	}
	body, err := json.Marshal(lineOf(e))
	if err != nil {
		return fmt.Errorf("encode evidence %d of incident %s: %w", e.Number, e.IncidentID, err)
	}
	hash := chained(h.hash, body)
	_, err = q.exec(ctx, "INSERT INTO evidence (tenant, incident, number, body, hash) VALUES (?, ?, ?, ?, ?)",
		key(e.Tenant), key(e.IncidentID), e.Number, string(body), hash)
	if err != nil {
		return err
	}
	e.Prev, e.Hash = hex.EncodeToString(h.hash), hex.EncodeToString(hash)
	h.number, h.hash = e.Number, hash
	return nil
}

func chained(before, body []byte) []byte {
	sum := sha256.Sum256(append(bytes.Clone(before), body...))
	return sum[:]
}

// lineOf bounds an entry to what is kept.
func lineOf(e *vedette.EvidenceEntry) evidenceLine {
	line := evidenceLine{
		Tenant: key(e.Tenant), Incident: key(e.IncidentID), Number: e.Number, Time: micros(e.Time), Recorded: micros(e.Recorded),
		Kind: e.Kind, Detector: key(e.Detector), Family: e.Family, Key: key(e.Key), Alert: key(e.AlertID), Unit: key(e.Unit),
		Text:     vedette.Text{En: vedette.Shorten(cleanText(e.Text.En), maxLineText), Zh: vedette.Shorten(cleanText(e.Text.Zh), maxLineText)},
		Entities: slices.Clone(e.Entities[:min(len(e.Entities), maxLineEntities)]),
		Numbers:  [3]float64{finite(e.Observed), finite(e.Expected), finite(e.Weight)}, Counts: [2]int64{e.Baseline, e.Count},
	}
	for i := range line.Entities {
		line.Entities[i].Name = key(line.Entities[i].Name)
	}
	for _, id := range e.Events[:min(len(e.Events), maxLineEvents)] {
		line.Events = append(line.Events, key(id))
	}
	return line
}

// finite is a number that JSON has.
func finite(f float64) float64 {
	switch {
	case math.IsNaN(f):
		return 0
	case math.IsInf(f, 0):
		return math.Copysign(math.MaxFloat64, f)
	}
	return f
}

func (l *evidenceLine) entry() vedette.EvidenceEntry {
	return vedette.EvidenceEntry{
		Tenant: l.Tenant, IncidentID: l.Incident, Number: l.Number, Time: moment(l.Time), Recorded: moment(l.Recorded),
		Kind: l.Kind, Detector: l.Detector, Family: l.Family, Key: l.Key, Text: l.Text, Entities: l.Entities, Events: l.Events,
		AlertID: l.Alert, Observed: l.Numbers[0], Expected: l.Numbers[1], Weight: l.Numbers[2], Unit: l.Unit, Baseline: l.Counts[0], Count: l.Counts[1],
		Measured: l.Kind == vedette.EvidenceAnomaly || l.Unit != "",
	}
}
