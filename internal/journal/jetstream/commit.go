package jetstream

import (
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

// Waits between attempts to start a failed storage again.
const (
	restartWait    = 100 * time.Millisecond
	restartWaitMax = 5 * time.Second
)

// commit gathers what callers have queued into batches and stores them, one at a time, until the queue is closed. It
// never waits for more to come: whatever arrived while the last batch was synced makes the next.
func (j *Journal) commit() {
	var batch []*chunk
	var over *chunk // received, but did not fit
	var buf []byte
	for {
		batch = batch[:0]
		if over != nil {
			batch = append(batch, over)
		} else if c, ok := <-j.queue; ok {
			batch = append(batch, c)
		} else {
			return
		}
		batch, over = j.gather(batch)
		buf = j.store(batch, buf)
		clear(batch)
	}
}

// gather adds queued chunks while they fit.
func (j *Journal) gather(batch []*chunk) (full []*chunk, over *chunk) {
	bytes, count := len(batch[0].payload), batch[0].count
	for {
		select {
		case c, ok := <-j.queue:
			if !ok {
				return batch, nil
			}
			bytes, count = bytes+len(c.payload), count+c.count
			if bytes > j.cfg.BatchBytes || count > j.cfg.BatchRecords {
				return batch, c
			}
			batch = append(batch, c)
		default:
			return batch, nil
		}
	}
}

// store writes one batch and answers those who wait for it. Chunks whose caller has gone or failed are left out. buf is
// memory to use, and is returned for the next batch.
func (j *Journal) store(batch []*chunk, buf []byte) []byte {
	buf = buf[:0]
	count := 0
	for _, c := range batch {
		if !c.req.finished() {
			buf = append(buf, c.payload...)
			count += c.count
		}
	}
	var seq uint64
	var err error
	if count > 0 {
		seq, err = j.write(journal.EncodeBatch(buf, count))
	}
	for _, c := range batch {
		j.pending.Release(c.weight)
		c.req.settle(seq, err)
	}
	return buf
}

func (j *Journal) write(batch []byte) (uint64, error) {
	eng, err := j.engine()
	if err != nil {
		return 0, err
	}
	seq, err := eng.publish(batch)
	if err == nil {
		j.advance(seq)
		return seq, nil
	}
	if vedette.CodeOf(err) != vedette.CodeLimited {
		j.log.Error("the journal's storage failed; starting it again", "error", err)
		failed := j.takeEngine()
		j.loop.Go(func() { j.restart(failed) })
	}
	return 0, err
}

// restart stops a failed server and starts another on the same files, for as long as it takes.
func (j *Journal) restart(failed *engine) {
	failed.stop()
	for wait := restartWait; ; wait = min(2*wait, restartWaitMax) {
		select {
		case <-j.closing:
			return
		case <-time.After(wait):
		}
		eng, err := startEngine(j.cfg, j.log)
		if err != nil {
			j.log.Warn("the journal's storage does not start yet", "error", err)
			continue
		}
		j.mu.Lock()
		j.eng = eng
		j.mu.Unlock()
		j.log.Info("the journal's storage works again", "last", eng.opened.LastSeq)
		j.advance(eng.opened.LastSeq)
		return
	}
}
