// Package correlate watches what rules find over time: it is the part of detection that remembers.
//
// In come matches of rules, in the order of the journal ([Correlator.Observe]), and the clock ([Correlator.Advance]); out
// go alerts of the correlations that the matches complete. A correlation's result is a match for the correlations that
// build upon it.
//
// Time is event time. A window is as long as the correlation's timespan and ends at an event, that event included; it
// slides. Each tenant has, for every family of correlations that build upon one another, a watermark: the newest event
// time seen less [Config.Lateness]. Matches may come in any order down to the watermark and the outcome is the same;
// older ones are counted as late and left out. An event whose clock is ahead moves the watermark no further than the
// moment it was received.
//
// A condition with lower bounds only is decided at once, whenever a window that holds the new event meets it. After an
// alert the group is quiet for one timespan, or until a count or sum has doubled: one alert for a burst, another when it
// becomes much worse, and one for every timespan that it lasts. A condition that further events could make false again
// (lt, lte, eq, neq, ranges, "and not") is decided at the end of the window: it begins with the first event that is not
// in an earlier window of the group, and ends one timespan later, when the watermark has passed. A quiet source does not
// keep it open: the watermark also moves with the wall clock, by as much as the clock of the source was behind it.
//
// Memory is bounded by the number of groups, of remembered events, and of events in one group. What is forgotten to keep
// the bounds is counted for each correlation and told through [Config.OnCapped]. State is a few dozen bytes for a group
// and 32 for an event, without pointers. [Correlator.Snapshot] writes it down, and [Correlator.Restore] reads it again.
package correlate
