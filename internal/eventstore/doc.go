// Package eventstore is where understood events and their alerts are kept and searched.
//
// Events and alerts come in by [Writer], in the order of the journal. Rows go out by [Searcher], by queries in LogsQL,
// and by [Reader], by id and by filter. A row is searchable a quarter of a second after it was appended.
//
// A store forgets the last seconds when it is killed: being searchable is not being safe. That is why every row carries
// its journal sequence and place, why [Recoverer] tells which rows are there, and up to where the journal is no longer
// needed. Whoever appends reads the journal from there after a start and appends only what [Presence] does not have;
// so every acknowledged event is there exactly once.
//
// Nothing is dropped in silence. An event whose clock cannot be believed is kept at the time it was received, with its
// own time beside it; a row that is too large is cut and says so in vedette.truncated.
//
// A row has the event's fields by their names and those of the store under "vedette."; the record itself is _msg. A
// field with several values is a JSON array of strings; an empty value is the same as none. An alert is a row of its
// own, with fields under "alert." and all of it as JSON in vedette.alert.
//
// The package holds the contract and its types. Package victorialogs keeps it with the VictoriaLogs storage engine in
// process; package eventstoretest checks that an implementation does.
package eventstore
