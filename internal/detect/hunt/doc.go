// Package hunt asks the past what a rule would have said of it.
//
// A rule comes in, compiled; out goes a filter in LogsQL that finds every stored event which the rule can match and as few
// others as the store can tell cheaply. Each row found is made an event again and judged by the engine's own code, so a
// hunt finds what the engine would have found on the same events, neither more nor less. Only rows of versions that did
// not store log sources are judged by what can be recovered of them.
//
// The filter is a superset by construction: every test of the rule becomes something that holds whenever the test does,
// or nothing at all; what stands under a not becomes something that holds only if the test does, or nothing. Text is
// compared without regard to case, so it is narrowed by the words that stand whole in it, which the store finds fast, and
// by regular expressions only where there is no whole word.
//
// Hunts are bounded in time, rows and memory. What was left out is said: a hunt that is not complete tells why.
package hunt
