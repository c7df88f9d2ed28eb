// Package journal is where accepted records wait: the durable buffer between those who send and those who understand.
//
// Records come in by [Journal].Append, from many receivers at once. When Append returns without an error the records
// are on stable storage: neither kill −9 nor a power cut takes them away. Concurrent callers share one write and one
// sync, so a busy journal syncs no more often than an idle one. Each write is one batch, and each batch has a sequence:
// 1, 2, 3, … for ever, never used twice. A record is named by the sequence of its batch and its place there.
//
// Records go out by [Journal].Read, batch by batch, in order, first what is stored and then what arrives. Readers keep
// their own position; the journal forgets only what [Journal].Trim allows it to.
//
// Nothing is dropped to make room. A full journal refuses with vedette.CodeLimited until it is trimmed; a journal whose
// disk fails refuses with vedette.CodeUnavailable until it works again.
//
// The package holds the contract and the batch format. Package jetstream keeps the promise with an embedded NATS
// JetStream server; package journaltest checks that an implementation does.
package journal
