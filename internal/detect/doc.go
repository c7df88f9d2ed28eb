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
// Decisions where the specification leaves room: null is true for a missing field and for a null one, and the empty
// string for neither; exists is true for a field that is there, whatever its value; a field with several values matches
// when any of them does; neq negates the whole test, so it is true for a missing field; time parts are those written in
// the timestamp, without any conversion; a keyword is looked for in every value and in the raw record.
package detect
