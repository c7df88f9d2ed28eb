// Package detect decides, for each event, which Sigma rules it matches: the step of the corridor in which events become
// alerts.
//
// In come rule files as bytes ([Compile]) and events; out go alerts with the fields that made each rule match. A rule is
// compiled once: its field names are resolved to the names that events carry, its values become the cheapest test that
// means the same, and it is filed under its log source and under literals that a match must contain, so that an event
// meets only rules that can still match it.
//
// The room promises three things. A rule means what the Sigma specification 2.1 says it means, or it is rejected with
// file, line and reason; it is never loaded and silently inert. An alert's id depends on the rule and the event alone, so
// that a replay repeats no alert. And one bad rule hurts no other: a panic disables that rule and is reported through
// [Config.OnFault].
//
// What runs, and how far, is decided per tenant ([Settings]): off, shadow (alerts marked as such, which nobody folds or
// answers), alert, auto; and a severity in place of the author's. Three things change what a rule finds. A pipeline
// ([Pipeline]) rewrites it before it is compiled. A filter ([Filter]) is compiled into it: the rule's condition and the
// filter's, as written; the other polarity is remarked by the linter. An exception ([vedette.Exception]) hides single
// matches when the rule has matched, until a date, and counts them; it names fields as the rule does, or canonically.
// Rules that correlations use tell their matches ([Match]) behind filters and exceptions.
//
// A rule has a budget of time ([Config.Budget]). Its average over a sample of events, beyond 0.1 µs for each byte of
// them, must stay below it, and it must not take 100 ms again and again; else it is taken out of service, "too slow",
// until rules are compiled again. What a rule looks at is not cut for that: expressions run in time linear to the text,
// and a cut would be a place to hide behind. Since a large event explains a long evaluation, nobody can have rules
// switched off by sending giants.
//
// The engine remembers which kinds of events came by, and which fields that rules ask for they had ([Engine.Seen]), and
// tells from it which rules can never fire here and what would wake them ([Ruleset.Asleep]).
//
// Decisions where the specification leaves room: collections (action: global) are rejected, as the specification dropped
// them; a network in a placeholder's list means the addresses in it, where the list's value stands alone; null is
// true for a missing field and for a null one, and the empty string for neither; exists is true for a field that is there, whatever its value; a field with several values matches
// when any of them does; neq negates the whole test, so it is true for a missing field; time parts are those written in
// the timestamp, without any conversion; a keyword is looked for in every value and in the raw record.
package detect
