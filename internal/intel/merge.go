package intel

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// Bounds on what one indicator keeps.
const (
	maxFeedsOfOne  = 32
	maxLabels      = 16
	maxLabel       = 100
	renewAfter     = 12 * time.Hour // a repeated assertion is written down when the last one is older than this
	maxReference   = 200
	farFuture      = 10 * 365 * day // the longest that an indicator can be valid
	severeLabels   = 80             // confidence from which a severity may be high
	uncertainBelow = 40
)

// assertion makes of an item what its feed asserts.
func (l *Library) assertion(kind vedette.IndicatorKind, value, feed string, item *Item, d Defaults, now time.Time) vedette.Assertion {
	a := vedette.Assertion{
		Feed: feed, Confidence: cmp.Or(min(item.Confidence, 100), d.Confidence, defaultConfidence), TLP: item.TLP,
		Labels: labels(item.Labels, d.Labels), ValidFrom: item.From, ValidUntil: item.Until, Asserted: item.Asserted,
		First: now, Revoked: item.Revoked, Reference: vedette.Cut(item.Reference, maxReference),
	}
	if a.TLP == "" {
		a.TLP = d.TLP
	}
	if a.Asserted.IsZero() || a.Asserted.After(now) {
		a.Asserted = now
	}
	if a.ValidUntil.IsZero() {
		a.ValidUntil = a.Asserted.Add(cmp.Or(d.Lifetime, l.cfg.Policy.lifetime(kind)))
	}
	if far := now.Add(farFuture); a.ValidUntil.After(far) {
		a.ValidUntil = far
	}
	a.Subdomains = kind == vedette.IndicatorDomain && !item.Exact && !standsForMany(value)
	a.ValidFrom, a.ValidUntil = a.ValidFrom.UTC().Truncate(time.Second), a.ValidUntil.UTC().Truncate(time.Second)
	a.Asserted, a.First = a.Asserted.UTC().Truncate(time.Second), a.First.UTC().Truncate(time.Second)
	return a
}

func labels(lists ...[]string) []string {
	var out []string
	for _, list := range lists {
		for _, label := range list {
			label = vedette.Cut(strings.TrimSpace(strings.ToValidUTF8(label, "")), maxLabel)
			if label != "" && len(out) < maxLabels && !slices.Contains(out, label) {
				out = append(out, label)
			}
		}
	}
	return out
}

// assert puts a feed's assertion into an indicator, and tells whether that is worth writing down.
func assert(in *vedette.Indicator, a vedette.Assertion) bool {
	i := slices.IndexFunc(in.Assertions, func(had vedette.Assertion) bool { return had.Feed == a.Feed })
	if i < 0 {
		if len(in.Assertions) >= maxFeedsOfOne {
			return false
		}
		in.Assertions = append(in.Assertions, a)
		return true
	}
	had := in.Assertions[i]
	a.First = had.First
	same := had.Confidence == a.Confidence && had.TLP == a.TLP && had.Revoked == a.Revoked && had.Subdomains == a.Subdomains &&
		had.Reference == a.Reference && had.ValidFrom.Equal(a.ValidFrom) && slices.Equal(had.Labels, a.Labels)
	moved := a.Asserted.Sub(had.Asserted)
	ends := a.ValidUntil.Sub(had.ValidUntil)
	if a.Asserted.Before(had.Asserted) {
		a.Asserted = had.Asserted // a feed that repeats old news makes nothing older
	}
	if same && moved < renewAfter && (ends == 0 || ends > 0 && ends == moved) {
		return false
	}
	in.Assertions = slices.Clone(in.Assertions)
	in.Assertions[i] = a
	return true
}

// settle works out from the assertions of an indicator what all of them say together at a time.
func settle(in *vedette.Indicator, now time.Time) {
	slices.SortFunc(in.Assertions, func(a, b vedette.Assertion) int { return strings.Compare(a.Feed, b.Feed) })
	in.State, in.TLP, in.Labels, in.Feeds, in.Subdomains = vedette.IndicatorRevoked, "", nil, nil, false
	in.Asserted = time.Time{}
	var spans []span
	doubt := 1.0
	for _, a := range in.Assertions {
		in.TLP = in.TLP.Stricter(a.TLP)
		if a.Revoked {
			continue
		}
		in.State = ""
		spans = append(spans, span{a.ValidFrom, a.ValidUntil})
		in.Feeds = append(in.Feeds, a.Feed)
		in.Labels = labels(in.Labels, a.Labels)
		in.Subdomains = in.Subdomains || a.Subdomains
		if a.ValidUntil.After(now) {
			doubt *= 1 - float64(a.Confidence)/100
		}
		if a.Asserted.After(in.Asserted) {
			in.Asserted = a.Asserted
		}
	}
	in.ValidFrom, in.ValidUntil, in.Ends = together(spans, now)
	in.Base = int(math.Round(100 * (1 - doubt)))
	in.Severity = severity(in.Labels, in.Base)
	if in.State == vedette.IndicatorRevoked {
		for _, a := range in.Assertions {
			if a.Asserted.After(in.Asserted) {
				in.Asserted, in.Ends = a.Asserted, a.Asserted
			}
		}
	}
}

type span struct{ from, until time.Time }

// together joins spans that touch and returns the first that ends after now, or the last one; and when all have ended.
func together(spans []span, now time.Time) (from, until, ends time.Time) {
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	for i, s := range spans {
		switch {
		case i == 0 || s.from.After(until) && !until.After(now):
			from, until = s.from, s.until
		case s.until.After(until) && !s.from.After(until):
			until = s.until
		}
		if s.until.After(ends) {
			ends = s.until
		}
	}
	return from, until, ends
}

// severity says how bad it would be to meet an indicator: by what its labels call it, less when little is certain.
func severity(labels []string, confidence int) vedette.Severity {
	worst := vedette.Medium
	known := false
	for _, label := range labels {
		label = strings.ToLower(label)
		for _, w := range threatWords() {
			if strings.Contains(label, w.word) {
				if !known || w.severity > worst {
					worst = w.severity
				}
				known = true
			}
		}
	}
	if worst > vedette.High && confidence < severeLabels {
		worst = vedette.High
	}
	if confidence < uncertainBelow && worst > vedette.Low {
		worst--
	}
	return worst
}

type threatWord struct {
	word     string
	severity vedette.Severity
}

// threatWords are parts of the labels that feeds use, STIX's indicator types and common families of threats among them.
func threatWords() []threatWord {
	return []threatWord{
		{"ransom", vedette.Critical}, {"threat-actor", vedette.High}, {"c2", vedette.High}, {"c&c", vedette.High}, {"command-and-control", vedette.High},
		{"cobalt", vedette.High}, {"botnet", vedette.High}, {"malware", vedette.High}, {"malicious-activity", vedette.High}, {"trojan", vedette.High},
		{"attribution", vedette.High}, {"compromised", vedette.High}, {"exploit", vedette.High}, {"miner", vedette.High}, {"phish", vedette.Medium},
		{"anomalous-activity", vedette.Low}, {"spam", vedette.Low}, {"scan", vedette.Low}, {"brute", vedette.Low}, {"anonymization", vedette.Low},
		{"tor-exit", vedette.Low}, {"proxy", vedette.Low}, {"benign", vedette.Info},
	}
}
