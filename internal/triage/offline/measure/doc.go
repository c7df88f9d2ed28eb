// Package measure says how good triage is, on alerts of which it is known what was an attack.
//
// What comes in is a [Scenario], the alerts of one company with their labels, and what triage made of them: incidents as
// ranges of records. What goes out is a [Tally]: which attack steps are linked in an incident, how many incidents have no
// labelled alert, how many of the linked alerts belong. Beside it stand the floors: what plain methods do with the same
// alerts ([Floors]). [Overlay] and [Noise] make the harder scenarios.
//
// The protocol is the one of the AIT Alert Data Set as used here: the first 24 hours are for learning, the rest is scored; a
// step counts as found only when one of its labelled alerts is in an incident; dnsteal, which goes on since before the
// recording began, is counted apart. Labels are never given to an engine.
package measure
