package feedback

import (
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Hiding is the suppressions of all tenants, ready to be asked about every alert. It does not change and may be read by
// many goroutines; each suppression ends by itself at its time.
type Hiding struct {
	rules map[place][]vedette.Suppression
}

// NewHiding takes the suppressions that are in force.
func NewHiding(all []vedette.Suppression, now time.Time) *Hiding {
	h := &Hiding{rules: map[place][]vedette.Suppression{}}
	for _, s := range all {
		if s.InForce(now) {
			at := place{tenant: s.Tenant, detector: s.RuleID}
			h.rules[at] = append(h.rules[at], s)
		}
	}
	return h
}

// Of returns the suppression that keeps an alert out of incidents at a time, nil when none does. Only what it covers
// exactly is left out: the other alerts of the same machine stand as they are.
func (h *Hiding) Of(a *vedette.Alert, now time.Time) *vedette.Suppression {
	if h == nil || len(h.rules) == 0 {
		return nil
	}
	rules := h.rules[place{tenant: a.Tenant, detector: a.RuleID}]
	for i := range rules {
		if rules[i].Expires.After(now) && rules[i].Covers(a) {
			return &rules[i]
		}
	}
	return nil
}
