package jetstream

import (
	"context"
	"sync"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

// request is one call of Append. Its chunks come back one by one; the last, or the first failure, answers it.
type request struct {
	mu   sync.Mutex
	left int
	done chan struct{} // closed when answered
	seq  uint64
	err  error
}

// chunk is encoded records of one request that go into one batch together.
type chunk struct {
	req     *request
	payload []byte
	count   int
	weight  int64 // held of Journal.pending
}

func (r *request) finished() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// settle counts a chunk as stored in batch seq, or fails the request.
func (r *request) settle(seq uint64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.finished() {
		return
	}
	r.left--
	r.seq = max(r.seq, seq)
	if err != nil || r.left == 0 {
		r.err = err
		close(r.done)
	}
}

// Append implements journal.Journal.
func (j *Journal) Append(ctx context.Context, records []vedette.Record) (uint64, error) {
	if err := j.enter(); err != nil {
		return 0, err
	}
	defer j.calls.Done()
	for i := range records {
		if size := journal.RecordSize(&records[i]); size > j.cfg.MaxRecordBytes+recordSlack {
			return 0, vedette.Errorf(vedette.CodeTooLarge, "record %d of %s is %d bytes; the limit is %d", i,
				records[i].Source, len(records[i].Data), j.cfg.MaxRecordBytes)
		}
	}
	if len(records) == 0 {
		return j.last.Load(), nil
	}
	if err := j.hasRoom(); err != nil {
		return 0, err
	}
	ends := j.split(records)
	req := &request{left: len(ends), done: make(chan struct{})}
	start := 0
	for _, end := range ends {
		if err := j.enqueue(ctx, req, records[start:end]); err != nil {
			return 0, err
		}
		start = end
	}
	select {
	case <-req.done:
		return req.seq, req.err
	case <-ctx.Done():
		req.settle(0, ctx.Err()) // what is still queued is dropped
		return 0, ctx.Err()
	}
}

// recordSlack is what the encoding adds to a record at most, so that data of exactly the limit fits with its names.
const recordSlack = 4 << 10

// split tells where records are cut so that each piece fits a batch.
func (j *Journal) split(records []vedette.Record) []int {
	ends := make([]int, 0, 1)
	size, start := 0, 0
	for i := range records {
		n := journal.RecordSize(&records[i])
		if i > start && (size+n > j.cfg.BatchBytes || i-start == j.cfg.BatchRecords) {
			ends = append(ends, i)
			size, start = 0, i
		}
		size += n
	}
	return append(ends, len(records))
}

// enqueue encodes records in the caller's own time and memory, so that the caller may reuse theirs whenever Append
// returns, and hands them to the committer.
func (j *Journal) enqueue(ctx context.Context, req *request, records []vedette.Record) error {
	size := 0
	for i := range records {
		size += journal.RecordSize(&records[i])
	}
	c := &chunk{req: req, count: len(records), weight: min(int64(size), j.cfg.PendingBytes)}
	if err := j.pending.Acquire(ctx, c.weight); err != nil {
		req.settle(0, err)
		return err
	}
	c.payload = make([]byte, 0, size)
	for i := range records {
		c.payload = journal.AppendRecord(c.payload, &records[i])
	}
	select {
	case j.queue <- c:
		return nil
	case <-ctx.Done():
		j.pending.Release(c.weight)
		req.settle(0, ctx.Err())
		return ctx.Err()
	}
}

// hasRoom refuses before the disk is so full that the server fails.
func (j *Journal) hasRoom() error {
	free, known := freeBytes(j.cfg.Dir)
	if known && free < j.cfg.MinFreeBytes {
		return vedette.Errorf(vedette.CodeLimited, "the journal's disk has %d MiB left; records are refused below %d MiB",
			free>>20, j.cfg.MinFreeBytes>>20)
	}
	return nil
}
