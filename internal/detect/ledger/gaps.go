package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

const (
	maxGaps      = 10_000           // that last at one time
	dropsLast    = 5 * time.Minute  // after the last drop a source drops no more
	pairPatience = 3                // a kind of record may stay away so many times longer than a source before people are told
	sureFailures = 10               // records that cannot be understood, before a source is called blind
	downAtLeast  = time.Minute      // a restart is no gap
	toldDropsIn  = 30 * time.Second // losses are facts: people hear of them at once
)

// gapKey tells gaps apart that last at one time.
type gapKey struct {
	kind                            vedette.GapKind
	tenant, source, logsource, rule string
}

// gapBook holds the gaps that last.
type gapBook struct {
	open    map[gapKey]*openGap
	changed map[string]vedette.LedgerGap // by tenant and id; to be written
	drops   map[sourceKey]dropped
}

type openGap struct {
	gap   vedette.LedgerGap
	seen  bool // in the present round
	after time.Duration
	tell  bool
}

// dropped is what a source had lost when that was last looked at.
type dropped struct {
	total int64
	more  int64 // in this gap
	last  time.Time
	why   string
}

// cause is a reason for a gap, found in the present round.
type cause struct {
	key    gapKey
	since  time.Time
	reason string
	after  time.Duration // until people are told
	tell   bool
	rules  int64
}

func (b *gapBook) keep(g vedette.LedgerGap) {
	id := g.Tenant + "\x00" + g.ID
	if _, newer := b.changed[id]; !newer {
		b.changed[id] = g
	}
}

func (b *gapBook) changedTo(g vedette.LedgerGap) { b.changed[g.Tenant+"\x00"+g.ID] = g }

func (b *gapBook) takeChanged() []vedette.LedgerGap {
	out := make([]vedette.LedgerGap, 0, len(b.changed))
	for _, g := range b.changed {
		out = append(out, g)
	}
	clear(b.changed)
	return out
}

func keyOfGap(g vedette.LedgerGap) gapKey {
	return gapKey{g.Kind, g.Tenant, g.Source, g.Logsource, g.RuleID}
}

func (l *Ledger) loadGaps(ctx context.Context) error {
	l.gaps = gapBook{open: map[gapKey]*openGap{}, changed: map[string]vedette.LedgerGap{}, drops: map[sourceKey]dropped{}}
	stored, err := l.deps.Store.LedgerGaps(ctx, "", l.begun, l.begun.Add(time.Hour))
	if err != nil {
		return err
	}
	for _, g := range stored {
		if g.Until.IsZero() {
			l.gaps.open[keyOfGap(g)] = &openGap{gap: g}
		}
	}
	for _, h := range l.deps.Sources() {
		l.gaps.drops[sourceKey{h.Tenant, h.Name}] = dropped{total: sum(h.Dropped)}
	}
	since, err := l.stopped(ctx)
	if err != nil || since.IsZero() || l.begun.Sub(since) < downAtLeast {
		return err
	}
	g := newGap(cause{key: gapKey{kind: vedette.GapStopped, tenant: vedette.DefaultTenant}, since: since,
		reason: "Vedette was not running for " + l.begun.Sub(since).Round(time.Second).String(), rules: int64(len(l.bookOf(vedette.DefaultTenant).rules))})
	g.Until = l.begun
	if l.begun.Sub(since) >= l.cfg.AlertAfter {
		g.Told = l.begun
		l.deps.Tell(g)
	}
	l.gaps.changedTo(g)
	return nil
}

// Watch looks for gaps that begin, last long enough to wake people, or end. It is called every few seconds.
func (l *Ledger) Watch() {
	now := l.deps.Now()
	l.refreshRules(now)
	causes := l.causes(now)
	l.mu.Lock()
	var told []vedette.LedgerGap
	for _, o := range l.gaps.open {
		o.seen = false
	}
	for _, c := range causes {
		l.meet(c, now)
	}
	kinds := map[vedette.GapKind]int{}
	for key, o := range l.gaps.open {
		switch {
		case !o.seen && !l.stillAway(key, o.gap, now):
			delete(l.gaps.open, key)
			o.gap.Until = l.endOf(key, o.gap, now)
			l.gaps.changedTo(o.gap)
			if !o.gap.Told.IsZero() {
				told = append(told, o.gap)
			}
			continue
		case o.seen && o.tell && o.gap.Told.IsZero() && now.Sub(o.gap.Since) >= o.after:
			o.gap.Told = now
			l.gaps.changedTo(o.gap)
			told = append(told, o.gap)
		}
		kinds[o.gap.Kind]++
	}
	l.mu.Unlock()
	for _, kind := range everyKind {
		l.counts.gaps.Set(float64(kinds[kind]), string(kind))
	}
	for _, g := range told {
		l.deps.Tell(g)
	}
}

// everyKind is only read.
var everyKind = []vedette.GapKind{vedette.GapSilent, vedette.GapUnparsed, vedette.GapDropped, vedette.GapBacklog,
	vedette.GapFailed, vedette.GapRejected, vedette.GapCapped, vedette.GapSlow}

// meet opens the gap of a cause, or keeps it open. The lock is held.
func (l *Ledger) meet(c cause, now time.Time) {
	o := l.gaps.open[c.key]
	if o == nil {
		if len(l.gaps.open) >= maxGaps {
			return
		}
		o = &openGap{gap: newGap(c)}
		l.gaps.open[c.key] = o
		l.gaps.changedTo(o.gap)
	}
	o.seen, o.after, o.tell = true, c.after, c.tell
	if o.gap.Reason != c.reason || o.gap.Rules != c.rules {
		o.gap.Reason, o.gap.Rules = c.reason, c.rules
		l.gaps.changedTo(o.gap)
	}
}

// stillAway keeps the gap of a silence that began before this start open until something comes: after a start nobody is
// called silent for a while. The lock is held.
func (l *Ledger) stillAway(key gapKey, g vedette.LedgerGap, now time.Time) bool {
	if key.kind != vedette.GapSilent {
		return false
	}
	for _, p := range l.pairs {
		if p.key.tenant == key.tenant && p.key.source == key.source && (key.logsource == "" || p.name() == key.logsource) {
			if p.rhythm.Last.After(g.Since) {
				return false
			}
			if !p.rhythm.Forgotten(now) && p.rhythm.Grace.After(g.Since) {
				return true
			}
		}
	}
	return false
}

// endOf is when a gap ended: with the first thing heard, for a silence. The lock is held.
func (l *Ledger) endOf(key gapKey, g vedette.LedgerGap, now time.Time) time.Time {
	end := now
	if key.kind == vedette.GapSilent {
		for _, p := range l.pairs {
			if p.key.tenant == key.tenant && p.key.source == key.source && p.rhythm.Last.After(g.Since) {
				end = earlier(end, p.rhythm.Last)
			}
		}
	}
	return end
}

func newGap(c cause) vedette.LedgerGap {
	k := c.key
	sum := sha256.Sum256([]byte(strings.Join([]string{string(k.kind), k.tenant, k.source, k.logsource, k.rule, fmt.Sprint(c.since.UnixNano())}, "\x00")))
	return vedette.LedgerGap{
		ID: "gap-" + hex.EncodeToString(sum[:8]), Tenant: k.tenant, Kind: k.kind, Source: k.source, Logsource: k.logsource,
		RuleID: k.rule, Since: c.since.UTC(), Reason: c.reason, Rules: c.rules, Blind: []vedette.BlindRule{},
	}
}
