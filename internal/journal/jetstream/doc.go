// Package jetstream keeps the journal in a NATS JetStream server that runs inside the process: one stream on disk, no
// port, no other client. Batches are messages; a batch's sequence is its message's.
//
// The server syncs every message before it acknowledges it. What makes that fast enough is group commit: while one
// message is being synced, the records that arrive are gathered for the next, so a single caller waits for one sync and
// a thousand callers share one.
//
// Measured on two shared cores and a virtual disk, with records of 1 KB: one caller with one record waits 0.2 ms; 64
// such callers store 138,000 records a second, and callers with 1,000 records each 1.5 million. Reading gives 1.4
// million a second.
//
// A write error is never retried on the same file: after it nobody knows what the file holds. The server is shut down
// and started again, which reads the files anew and cuts a torn tail; until that succeeds Append refuses.
package jetstream
