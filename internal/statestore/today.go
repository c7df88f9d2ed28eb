package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// TodayCounts is what the Today screen says of incidents and actions.
type TodayCounts struct {
	Open, Working, Contained int64                       // incidents that are so now, whatever their age
	Closed                   int64                       // incidents closed since
	BySeverity               [vedette.Critical + 1]int64 // incidents that are not closed, by severity
	Incidents                int64                       // incidents created since
	Alerts                   int64                       // alerts folded into those
	DetectSeconds            float64                     // median from the first event to the first rule, newest 10,000 incidents created since
	Detected                 int64                       // how many incidents that median is of; 0: there is none
	RespondSeconds           float64                     // median from the first rule to the first action applied, the same incidents
	Responded                int64                       // how many incidents that median is of; 0: there is none
	ByHour                   []HourCount                 // hours with incidents created since, oldest first, at most the last 31 days
	Waiting                  int64                       // actions that wait for approval
	OldestWaiting            time.Time                   // since when the oldest of them waits; zero when none does
}

// HourCount is how many incidents were created in the hour that begins at Time.
type HourCount struct {
	Time       time.Time
	BySeverity [vedette.Critical + 1]int64
}

// Today counts for the Today screen.
func (s *Store) Today(ctx context.Context, tenant string, since time.Time) (TodayCounts, error) {
	return TodayCounts{}, unfinished()
}
