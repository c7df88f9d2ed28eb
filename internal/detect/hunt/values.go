package hunt

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Wanted is values of one kind that events may hold.
type Wanted struct {
	Kind   vedette.IndicatorKind
	Values []string // in normal form: addresses, networks, names in ASCII, hashes in lower case
	Fields []string // in which such values stand
}

// maxValues bounds the values of one question to the store.
const maxValues = 200

// Values finds events that may hold one of some values and calls fn for one event at a time: all that do are among them,
// but for names that a URL or a command line writes partly in upper case. The events are fn's. Several questions are
// asked when there are many values, and an event may come once for each.
func (h *Hunter) Values(ctx context.Context, w Wanted, span Span, fn func(*vedette.Event) error) (Report, error) {
	span, err := h.fill(span)
	if err != nil {
		return Report{}, err
	}
	report := Report{Complete: true, Since: span.Since}
	var mu sync.Mutex
	for some := range slices.Chunk(w.Values, maxValues) {
		f := w.filter(some)
		if f.op == matchNone {
			continue
		}
		q := queryAll(span)
		q.Text = or(f, leaf(eventstore.FieldTruncated, "*", costWord)).String()
		report.Queries++
		if report.Query == "" {
			report.Query = q.Text
		}
		stats, err := h.store.Scan(ctx, q, func(row eventstore.Row) error {
			ev := new(vedette.Event)
			eventstore.Restore(row, span.Tenant, ev)
			ev = own(ev)
			mu.Lock()
			defer mu.Unlock()
			return fn(ev)
		})
		report.Looked += stats.Looked
		report.Read += stats.Found
		if err != nil {
			report.Complete, report.Reason = false, err.Error()
			return report, err
		}
	}
	return report, nil
}

// filter finds rows that may hold one of some values.
func (w Wanted) filter(some []string) filter {
	switch w.Kind {
	case vedette.IndicatorAddress:
		return w.addresses(some)
	case vedette.IndicatorNetwork:
		return w.networks(some)
	case vedette.IndicatorURL:
		return w.names(hosts(some))
	case vedette.IndicatorDomain, vedette.IndicatorEmail:
		return w.names(some)
	}
	both := make([]string, 0, 2*len(some)) // hashes are written in one case or the other, never in both
	for _, s := range some {
		both = append(both, strings.ToLower(s), strings.ToUpper(s))
	}
	return w.words(both)
}

// words finds values that hold one of some words.
func (w Wanted) words(words []string) filter {
	slices.Sort(words)
	words = slices.Compact(words)
	if len(words) == 0 {
		return filter{op: matchNone}
	}
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	body := "contains_any(" + strings.Join(quoted, ",") + ")"
	f := filter{op: matchNone}
	for _, field := range w.Fields {
		f = or(f, leaf(field, body, costWord))
	}
	return f
}

// addresses finds addresses, also behind a port or within a URL, and those of IPv6 in any spelling.
func (w Wanted) addresses(some []string) filter {
	f := w.words(slices.Clone(some))
	for _, s := range some {
		addr, err := netip.ParseAddr(s)
		if err != nil || addr.Is4() {
			continue
		}
		for _, field := range w.Fields {
			f = or(f, leaf(field, "ipv6_range("+quote(addr.String())+")", costRange))
			if free(field) {
				f = or(f, leaf(field, `"["`, costFolded)) // as a URL writes it
			}
		}
	}
	return f
}

// networks finds addresses within ranges; where an address stands within other text, everything with one.
func (w Wanted) networks(some []string) filter {
	f := filter{op: matchNone}
	for _, field := range w.Fields {
		if free(field) {
			f = or(f, leaf(field, `~"[0-9]\\.[0-9]|\\["`, costPattern))
			continue
		}
		for _, s := range some {
			network, err := netip.ParsePrefix(s)
			switch {
			case err != nil:
			case network.Addr().Is4():
				f = or(f, leaf(field, "ipv4_range("+quote(s)+")", costRange), leaf(field, "i(ffff)", costFolded))
			default:
				f = or(f, leaf(field, "ipv6_range("+quote(s)+")", costRange))
			}
		}
	}
	return f
}

// names finds names in lower case by the store's words. Fields that hold a name alone seldom have upper case; those that
// do are taken as they are.
func (w Wanted) names(some []string) filter {
	lower, upper := make([]string, 0, len(some)), make([]string, 0, len(some))
	for _, s := range some {
		lower, upper = append(lower, strings.ToLower(s)), append(upper, strings.ToUpper(s))
	}
	f := w.words(append(lower, upper...))
	if f.op == matchNone {
		return f
	}
	for _, field := range w.Fields {
		if !free(field) {
			f = or(f, leaf(field, `~"[A-Z]"`, costPattern))
		}
	}
	return f
}

// free tells whether a field holds values within other text.
func free(field string) bool {
	return strings.HasPrefix(field, "url.") && field != "url.domain" || strings.HasSuffix(field, "command_line") ||
		strings.HasSuffix(field, "referrer")
}

// hosts returns the hosts of URLs, by which rows are narrowed: how the rest is written varies.
func hosts(urls []string) []string {
	var out []string
	for _, s := range urls {
		if u, err := url.Parse(s); err == nil && u.Hostname() != "" {
			out = append(out, u.Hostname())
		}
	}
	return out
}
