package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// book is a ruleset as the ledger looks at it, under the settings of one tenant.
type book struct {
	from    *detect.Ruleset
	version string
	rules   []bookRule
	byID    map[string]*bookRule
	fits    map[detect.Logsource][]*bookRule // by the kind of record that a rule is for
}

// bookRule is a rule or a correlation. A correlation is for the kinds of records of the rules that it refers to.
type bookRule struct {
	id, title string
	severity  vedette.Severity
	kinds     []detect.Logsource
	state     vedette.LedgerState
	reason    string
}

// bookNow is the book of a tenant.
func (l *Ledger) bookNow(tenant string) *book {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bookOf(tenant)
}

// bookOf is bookNow for who holds the lock.
func (l *Ledger) bookOf(tenant string) *book {
	if b := l.rules.books[tenant]; b != nil {
		return b
	}
	return l.rules.books[vedette.DefaultTenant]
}

func newBook(rs *detect.Ruleset, tenant, version string) *book {
	statuses := rs.StatusesFor(tenant)
	b := &book{from: rs, version: version, rules: make([]bookRule, 0, len(statuses)), byID: make(map[string]*bookRule, len(statuses)),
		fits: map[detect.Logsource][]*bookRule{}}
	joined := make(map[string][]detect.Logsource, len(rs.Correlations))
	for _, c := range rs.Correlations { // one stands behind those that it refers to
		joined[c.Rule.ID] = kindsOf(c, joined)
	}
	for i := range statuses {
		st := &statuses[i]
		if st.Kind == vedette.KindFilter {
			continue
		}
		r := bookRule{id: st.ID, title: st.Title, severity: st.Severity, kinds: joined[st.ID]}
		if st.Kind != vedette.KindCorrelation {
			r.kinds = []detect.Logsource{{Product: st.Product, Category: st.Category, Service: st.Service}}
		}
		r.state, r.reason = stateOf(st)
		b.rules = append(b.rules, r)
	}
	for i := range b.rules {
		r := &b.rules[i]
		b.byID[r.id] = r
		for _, kind := range r.kinds {
			b.fits[kind] = append(b.fits[kind], r)
		}
	}
	return b
}

// kindsOf are the kinds of records of everything that a correlation refers to.
func kindsOf(c *detect.Correlation, known map[string][]detect.Logsource) []detect.Logsource {
	var out []detect.Logsource
	seen := map[detect.Logsource]bool{}
	add := func(kind detect.Logsource) {
		if !seen[kind] {
			seen[kind] = true
			out = append(out, kind)
		}
	}
	for i := range c.Refs {
		if ref := &c.Refs[i]; ref.Correlation != nil {
			for _, kind := range known[ref.Correlation.Rule.ID] {
				add(kind)
			}
		} else if ref.Rule != nil {
			add(ref.Rule.Logsource)
		}
	}
	return out
}

// stateOf is what the ledger says of a rule's minutes while the rule is as it is.
func stateOf(st *vedette.RuleStatus) (vedette.LedgerState, string) {
	switch {
	case st.State == vedette.RuleRejected:
		return vedette.LedgerFailed, vedette.Cut(rejected+st.Problem, maxReason)
	case st.State == vedette.RuleOff && st.Problem != "":
		return vedette.LedgerFailed, vedette.Cut(st.Problem, maxReason)
	case st.State == vedette.RuleOff:
		return vedette.LedgerDisabled, "switched off"
	}
	return vedette.LedgerEvaluated, ""
}

// equal tells whether every rule is in the same state in both.
func (b *book) equal(other *book) bool {
	if len(b.rules) != len(other.rules) {
		return false
	}
	for i := range b.rules {
		if x, y := &b.rules[i], &other.rules[i]; x.id != y.id || x.state != y.state || x.reason != y.reason {
			return false
		}
	}
	return true
}

// forKind returns the rules that apply to a kind of record, each once.
func (b *book) forKind(l vedette.Logsource) []*bookRule {
	var out []*bookRule
	seen := map[*bookRule]bool{}
	for kind, rules := range b.fits {
		if kind == (detect.Logsource{}) || !l.Fits(kind.Product, kind.Category, kind.Service) {
			continue
		}
		for _, r := range rules {
			if len(r.kinds) > 1 {
				if seen[r] {
					continue
				}
				seen[r] = true
			}
			out = append(out, r)
		}
	}
	return out
}

func (r *bookRule) fits(l vedette.Logsource) bool {
	for _, kind := range r.kinds {
		if l.Fits(kind.Product, kind.Category, kind.Service) {
			return true
		}
	}
	return false
}

// versionOf is a short name for what the rules say.
func versionOf(rs *detect.Ruleset) string {
	sum := sha256.New()
	for _, r := range rs.Rules {
		_, _ = sum.Write([]byte(r.ID)) // a hash never fails
		_, _ = sum.Write([]byte(r.Source))
	}
	for _, c := range rs.Correlations {
		_, _ = sum.Write([]byte(c.Rule.Source))
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

func wasRejected(reason string) bool { return strings.HasPrefix(reason, rejected) }
