package ledger

import (
	"fmt"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// causes finds every reason for a gap that there is now.
func (l *Ledger) causes(now time.Time) []cause {
	var out []cause
	health := l.deps.Sources()
	count := ruleCount{ledger: l}
	for i := range health {
		out = append(out, l.sourceCauses(&health[i], now, &count)...)
	}
	upTo, waiting := l.behind(now)
	out = append(out, l.pairCauses(health, upTo)...)
	if waiting && now.Sub(upTo) >= backlogAfter {
		out = append(out, cause{key: gapKey{kind: vedette.GapBacklog, tenant: vedette.DefaultTenant}, since: upTo, tell: true, after: l.cfg.AlertAfter,
			reason: "records wait in the journal and were not looked at yet", rules: int64(len(l.bookNow(vedette.DefaultTenant).rules))})
	}
	return append(out, l.ruleCauses(now)...)
}

// backlogAfter is how far the process may be behind before that is a gap.
const backlogAfter = time.Minute

// sourceCauses looks at one source as a whole.
func (l *Ledger) sourceCauses(h *telemetry.Health, now time.Time, count *ruleCount) []cause {
	if h.Name == vedette.HouseSource || h.Receiver == vedette.HouseSource {
		return nil
	}
	var out []cause
	key := gapKey{tenant: h.Tenant, source: h.Name}
	if h.State == vedette.SourceSilent && h.Rhythm.Learned() && !h.Rhythm.Forgotten(now) {
		after, tell := h.Rhythm.AlertAfter(l.cfg.AlertAfter)
		key.kind = vedette.GapSilent
		out = append(out, cause{key: key, since: h.Last, after: after, tell: tell, rules: count.of(key),
			reason: "nothing came for more than " + h.Rhythm.Patience().Round(time.Second).String() + ", its longest usual pause"})
	}
	if h.State == vedette.SourceFailing && h.Failures >= sureFailures && now.Sub(h.Last) < time.Hour {
		key.kind = vedette.GapUnparsed
		out = append(out, cause{key: key, since: now, after: l.cfg.AlertAfter, tell: true, rules: count.of(key),
			reason: fmt.Sprintf("%d of its last %d records cannot be understood", h.Failures, h.Records)})
	}
	if d := l.dropped(h, now); !d.last.IsZero() && now.Sub(d.last) <= dropsLast {
		key.kind = vedette.GapDropped
		out = append(out, cause{key: key, since: now, after: min(toldDropsIn, l.cfg.AlertAfter), tell: true, rules: count.of(key),
			reason: fmt.Sprintf("%d of its records were not accepted, most of them for the reason %s", d.more, d.why)})
	}
	return out
}

// dropped compares what a source lost with what it had lost before.
func (l *Ledger) dropped(h *telemetry.Health, now time.Time) dropped {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := sourceKey{h.Tenant, h.Name}
	d, total := l.gaps.drops[k], sum(h.Dropped)
	if total > d.total {
		if now.Sub(d.last) > dropsLast {
			d.more = 0
		}
		d.more, d.total, d.last, d.why = d.more+total-d.total, total, now, mostly(h.Dropped)
		l.gaps.drops[k] = d
	}
	return d
}

// ruleCount counts the rules for whole sources; the pairs are looked through once, and only when somebody asks.
type ruleCount struct {
	ledger *Ledger
	kinds  map[sourceKey]map[string]vedette.Logsource
}

func (c *ruleCount) of(key gapKey) int64 {
	if c.kinds == nil {
		c.kinds = map[sourceKey]map[string]vedette.Logsource{}
		c.ledger.mu.Lock()
		for k, p := range c.ledger.pairs {
			of := sourceKey{k.tenant, k.source}
			if c.kinds[of] == nil {
				c.kinds[of] = map[string]vedette.Logsource{}
			}
			c.kinds[of][p.name()] = p.logsource
		}
		c.ledger.mu.Unlock()
	}
	seen, book := map[*bookRule]bool{}, c.ledger.bookNow(key.tenant)
	for _, logsource := range c.kinds[sourceKey{key.tenant, key.source}] {
		for _, r := range book.forKind(logsource) {
			seen[r] = true
		}
	}
	return int64(len(seen))
}

// pairKnown is how long a kind of record must have been coming before it is missed: most kinds are rare, and the source
// as a whole is missed much sooner.
const pairKnown = 30 * time.Minute

// pairCauses looks for kinds of records that stay away while their source speaks.
func (l *Ledger) pairCauses(health []telemetry.Health, upTo time.Time) []cause {
	speaks := make(map[sourceKey]bool, len(health))
	for i := range health {
		speaks[sourceKey{health[i].Tenant, health[i].Name}] = health[i].State != vedette.SourceSilent
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []cause
	for k, p := range l.pairs {
		r := &p.rhythm
		if p.own() || !speaks[sourceKey{k.tenant, k.source}] || !r.Learned() || r.Last.Sub(r.First) < pairKnown || !r.Silent(upTo) || r.Forgotten(upTo) {
			continue
		}
		after, tell := r.AlertAfter(l.cfg.AlertAfter)
		rules := int64(len(l.bookOf(k.tenant).forKind(p.logsource)))
		out = append(out, cause{key: gapKey{vedette.GapSilent, k.tenant, k.source, p.name(), ""}, since: r.Last, rules: rules,
			after: pairPatience * after, tell: tell && rules > 0,
			reason: "this kind of record did not come for more than " + r.Patience().Round(time.Second).String() + ", its longest usual pause"})
	}
	return out
}

// tooSlow begins the reason of the engine for a rule that is over its time budget.
const tooSlow = "too slow"

// ruleCauses looks at rules that cannot do their work.
func (l *Ledger) ruleCauses(now time.Time) []cause {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []cause
	refused, oldest := int64(0), now
	for k, i := range l.rules.open {
		if i.State != vedette.LedgerFailed {
			continue
		}
		if wasRejected(i.Reason) {
			refused++
			oldest = earlier(oldest, i.Since)
			continue
		}
		kind := vedette.GapFailed
		if strings.HasPrefix(i.Reason, tooSlow) {
			kind = vedette.GapSlow
		}
		out = append(out, cause{key: gapKey{kind: kind, tenant: k.tenant, rule: k.rule}, since: i.Since, reason: i.Reason, rules: 1, tell: true})
	}
	if refused > 0 {
		out = append(out, cause{key: gapKey{kind: vedette.GapRejected, tenant: vedette.DefaultTenant}, since: oldest, rules: refused,
			reason: fmt.Sprintf("%d rules cannot be compiled; the list of rules says why", refused)})
	}
	for k, m := range l.rules.marks {
		out = append(out, cause{key: gapKey{kind: k.kind, tenant: k.tenant, rule: k.rule}, since: m.since, reason: m.reason, rules: 1, tell: true})
	}
	return out
}

func sum(counts map[string]int64) int64 {
	total := int64(0)
	for _, n := range counts {
		total += n
	}
	return total
}

// mostly is the reason that most were dropped for.
func mostly(counts map[string]int64) string {
	best := ""
	for why, n := range counts {
		if best == "" || n > counts[best] || n == counts[best] && why < best {
			best = why
		}
	}
	return best
}
