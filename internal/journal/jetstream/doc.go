// Package jetstream keeps the journal in a NATS JetStream server that runs inside the process: one stream on disk, no
// port, no other client. Batches are messages; a batch's sequence is its message's.
//
// The server syncs every message before it acknowledges it. What makes that fast enough is group commit: while one
// message is being synced, the records that arrive are gathered for the next, so a single caller waits for one sync and
// a thousand callers share one.
//
// A write error is never retried on the same file: after it nobody knows what the file holds. The server is shut down
// and started again, which reads the files anew and cuts a torn tail; until that succeeds Append refuses.
package jetstream
