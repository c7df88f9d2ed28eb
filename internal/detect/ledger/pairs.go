package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

const (
	maxKinds     = 64               // kinds of record told apart for each source
	maxName      = 512              // bytes of a source's name
	overflow     = "other"          // what the rest is counted under
	keepRhythm   = 10 * time.Minute // how often the rhythm of a pair is written down
	joinCategory = "+"
)

// pair is a source and a kind of record that it sends.
type pair struct {
	id        int64
	key       pairKey
	logsource vedette.Logsource
	rhythm    telemetry.Rhythm
	saved     time.Time // when it was written down; zero: never
}

// pairKey tells pairs apart without allocating: most events are in one category or none.
type pairKey struct {
	tenant, source, product, service string
	category, more                   string // the first category, and the others joined
}

type sourceKey struct{ tenant, source string }

func keyOf(ev *vedette.Event) pairKey {
	k := pairKey{tenant: ev.Tenant, source: ev.Source, product: ev.Logsource.Product, service: ev.Logsource.Service}
	if len(k.source) > maxName {
		k.source = vedette.Cut(k.source, maxName)
	}
	if c := ev.Logsource.Categories; len(c) > 0 {
		k.category = c[0]
		if len(c) == 2 {
			k.more = c[1]
		} else if len(c) > 2 {
			k.more = strings.Join(c[1:], joinCategory)
		}
	}
	return k
}

// is tells whether an event belongs to the pair, for the usual case that the one before it did.
func (k *pairKey) is(ev *vedette.Event) bool {
	c := ev.Logsource.Categories
	if k.source != ev.Source || k.tenant != ev.Tenant || k.product != ev.Logsource.Product || k.service != ev.Logsource.Service {
		return false
	}
	switch len(c) {
	case 0:
		return k.category == ""
	case 1:
		return k.category == c[0] && k.more == ""
	case 2:
		return k.category == c[0] && k.more == c[1]
	}
	return false
}

func (k *pairKey) categories() string {
	if k.more == "" {
		return k.category
	}
	return k.category + joinCategory + k.more
}

// logsource is the key in the words of rules.
func (k *pairKey) logsource() vedette.Logsource {
	l := vedette.Logsource{Product: k.product, Service: k.service}
	if c := k.categories(); c != "" {
		l.Categories = strings.Split(c, joinCategory)
	}
	return l
}

// name writes product/category/service with the empty words left out.
func (p *pair) name() string {
	words := slices.DeleteFunc([]string{p.key.product, p.key.categories(), p.key.service}, func(w string) bool { return w == "" })
	return strings.Join(words, "/")
}

// own tells whether the pair is the house's own news, of which none is expected.
func (p *pair) own() bool { return p.key.source == vedette.HouseSource }

// pairOf finds the pair of an event, or makes it while there is room.
func (l *Ledger) pairOf(ev *vedette.Event) *pair {
	k := keyOf(ev)
	if p := l.pairs[k]; p != nil {
		return p
	}
	if l.kinds[sourceKey{k.tenant, k.source}] >= maxKinds {
		k.product, k.service, k.category, k.more = overflow, "", "", ""
	}
	if len(l.pairs) >= l.cfg.MaxPairs {
		k = pairKey{tenant: k.tenant, source: overflow}
	}
	if p := l.pairs[k]; p != nil {
		return p
	}
	l.lastID++
	p := &pair{id: l.lastID, key: k, logsource: k.logsource()}
	l.keep(p)
	return p
}

func (l *Ledger) keep(p *pair) {
	l.pairs[p.key], l.byID[p.id] = p, p
	l.kinds[sourceKey{p.key.tenant, p.key.source}]++
}

func (l *Ledger) loadPairs(ctx context.Context) error {
	list, err := l.deps.Store.LedgerPairs(ctx)
	if err != nil {
		return err
	}
	for _, one := range list {
		category, more, _ := strings.Cut(one.Categories, joinCategory)
		p := &pair{id: one.ID, saved: l.begun, key: pairKey{
			tenant: one.Tenant, source: one.Source, product: one.Product, service: one.Service, category: category, more: more}}
		if err := json.Unmarshal([]byte(one.Rhythm), &p.rhythm); err != nil {
			return fmt.Errorf("read the rhythm of %s: %w", one.Source, err)
		}
		p.logsource, p.rhythm.Grace = p.key.logsource(), l.begun
		l.keep(p)
		l.lastID = max(l.lastID, p.id)
	}
	return nil
}

// pairsToSave returns what is new or was not written for a while; all of it when the ledger is closed. The lock is held.
func (l *Ledger) pairsToSave(now time.Time, all bool) (rows []statestore.LedgerPair, saved []*pair, err error) {
	for _, p := range l.pairs {
		if !p.rhythm.Last.After(p.saved) && !p.saved.IsZero() || !all && !p.saved.IsZero() && now.Sub(p.saved) < keepRhythm {
			continue
		}
		rhythm, err := json.Marshal(p.rhythm)
		if err != nil {
			return nil, nil, fmt.Errorf("write a rhythm: %w", err)
		}
		rows = append(rows, statestore.LedgerPair{
			ID: p.id, Tenant: p.key.tenant, Source: p.key.source, Product: p.key.product, Service: p.key.service,
			Categories: p.key.categories(), Rhythm: string(rhythm), Last: p.rhythm.Last,
		})
		saved = append(saved, p)
	}
	return rows, saved, nil
}

// forget drops the pairs that nobody asks for any more. The lock is held.
func (l *Ledger) forget(before time.Time) {
	for k, p := range l.pairs {
		if p.rhythm.Last.Before(before) {
			delete(l.pairs, k)
			delete(l.byID, p.id)
			if of := (sourceKey{k.tenant, k.source}); l.kinds[of] > 1 {
				l.kinds[of]--
			} else {
				delete(l.kinds, of)
			}
		}
	}
}
