// Package normalize turns records into events: the step of the corridor in which bytes become facts.
//
// In comes a [vedette.Record] exactly as a receiver accepted it. Out go one or more [vedette.Event]: text that is valid
// UTF-8, the syslog header taken apart, and the fields of whatever product wrote it under canonical names.
//
// It promises that nothing is lost and nothing can hurt: a record that no parser understands, that is broken, too deep
// or that makes a parser panic is still an event, kept raw, with the reason under vedette.parse_error. Every limit
// (depth, number of fields, length of a value) is stated in [Config], and an event that was cut says so under
// vedette.truncated.
//
// The parsers live in packages below this one and are listed, in order of precedence, by normalize/all.
package normalize
