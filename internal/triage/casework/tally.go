package casework

import (
	"slices"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/tally"
)

// lists tells of an incident which entities it lists.
func lists(in *vedette.Incident) func(vedette.EntityRef) bool {
	return func(ref vedette.EntityRef) bool {
		return slices.ContainsFunc(in.Entities, func(x vedette.EntityRef) bool { return sameThing(x, ref) })
	}
}

// joinTally counts what both count.
func joinTally(out *vedette.Incident, into, from *vedette.Incident) {
	sum := tally.Of(into)
	sum.Join(tally.Of(from), lists(out))
	out.Tally = sum.Doc(out)
}

// partTally shares the counts out between what stays and what goes: of alerts of one kind it is known how many there are and
// when the first and the last came.
func partTally(stays, goes, in *vedette.Incident, right []*batch) {
	left := tally.Of(in)
	var gone tally.Counter
	told := int64(0)
	for _, b := range right {
		n := min(b.count, goes.Alerts-told)
		told += n
		left.Give(&gone, n, b.first.Alert.Entities, b.first.Alert.Time, b.last.Alert.Time)
	}
	left.Give(&gone, goes.Alerts-told, nil, goes.First, goes.Last) // what no evidence stands for
	stays.Tally, goes.Tally = left.Doc(stays), gone.Doc(goes)
}

// sinceTally counts what came since another state.
func sinceTally(fresh, then, now *vedette.Incident) {
	left := tally.Of(now)
	left.Less(tally.Of(then))
	named := *fresh
	named.Entities = now.Entities
	fresh.Tally = left.Doc(&named)
}
