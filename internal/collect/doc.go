// Package collect is the gate of the house: it takes records in from whoever sends them.
//
// In come bytes, by syslog, HTTP, Elasticsearch's bulk protocol or files that grow. Out goes a [vedette.Record] for each
// piece, with the name of its source, to a [Sink] that returns only when the records are durable.
//
// Promises: a client that waits for an answer hears "accepted" only after the journal's sync. A client that cannot be
// answered is slowed by its TCP window. Where nothing can be slowed, on UDP, every loss that the kernel or the gate
// knows of is counted against its source. No client, however hostile, makes the gate use unbounded memory.
//
// Each way in is a [Receiver] in a folder of its own, listed in server/stages.go.
package collect
