package triage

import (
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/tally"
)

// tallied counts an alert by time and entity.
func (f *caseFile) tallied(a *vedette.Alert) { f.tally.Add(a, f.lists) }

// lists tells whether the incident lists an entity.
func (f *caseFile) lists(ref vedette.EntityRef) bool {
	for i := range f.Entities {
		if f.Entities[i].Kind == ref.Kind && f.Entities[i].Name == ref.Name {
			return true
		}
	}
	return false
}

// hand gives the counts of a session to another incident, which has counted its first alert already.
func (f *caseFile) hand(to *caseFile, s *session, last time.Time) {
	var first tally.Counter
	f.tally.Give(&first, 1, s.first.Entities, s.first.Time, s.first.Time)
	if s.count > 1 {
		f.tally.Give(&to.tally, s.count-1, s.first.Entities, s.begun, last)
	}
}
