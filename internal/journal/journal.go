package journal

import (
	"context"

	vedette "github.com/vedette-soc/vedette"
)

// Journal keeps records until they are trimmed. Its methods may be called concurrently.
type Journal interface {
	// Append stores the records and returns when they are synced. They stay in order. seq is the sequence of the batch
	// that holds them; when they did not fit one batch, of the last. Their places are not told: Read decides them.
	//
	// Errors: vedette.CodeTooLarge when one record is over the limit (nothing was stored), vedette.CodeLimited when the
	// journal is full, vedette.CodeUnavailable when it is closed or its storage fails. After an error, and when ctx
	// ends first, some of the records may have been stored all the same: they were not acknowledged, and sending them
	// again can store them twice.
	Append(ctx context.Context, records []vedette.Record) (seq uint64, err error)

	// Read calls fn for every batch with a sequence of from or later, in order, each when it is acknowledged, until ctx
	// ends (it returns ctx's error) or fn fails (it returns fn's error). When from was trimmed it starts at the first
	// batch there is. A record's place is its index. fn owns the slice and all memory in it.
	//
	// Failures of the storage do not end Read: it goes on when the storage is back. One batch is held in memory at a
	// time, whatever the backlog.
	Read(ctx context.Context, from uint64, fn func(seq uint64, records []vedette.Record) error) error

	// Trim forgets the batches up to and including through. The newest batch of all is kept, so that sequences go on
	// where they were.
	Trim(ctx context.Context, through uint64) error

	// State tells what is stored now.
	State(ctx context.Context) (State, error)
}

// State is what a journal holds.
type State struct {
	First   uint64 // sequence of the first batch; Last+1 when there is none
	Last    uint64 // sequence of the last acknowledged batch; 0 before the first
	Bytes   int64  // on disk
	Limit   int64  // Append refuses when Bytes would go over it
	Damaged uint64 // batches that Read could not decode, and skipped, since the journal was opened
}

// Config says where a journal is and how much it may hold.
type Config struct {
	Dir            string // directory of its own; made when missing
	After          uint64 // a new journal begins behind this sequence; one that ends before it is refused
	MaxBytes       int64  // of batches on disk
	MaxRecordBytes int    // of one record: its data and its names
	BatchBytes     int    // records are put into one batch up to about this size, before compression
	BatchRecords   int    // and up to this number
	PendingBytes   int64  // of records waiting for their batch; Append blocks beyond
	MinFreeBytes   int64  // of the disk; below it Append refuses as if the journal were full
}

// DefaultConfig returns the configuration for a directory with every limit at its default.
func DefaultConfig(dir string) Config {
	return Config{
		Dir:            dir,
		MaxBytes:       8 << 30,
		MaxRecordBytes: 1 << 20,
		BatchBytes:     1 << 20,
		BatchRecords:   1000,
		PendingBytes:   16 << 20,
		MinFreeBytes:   256 << 20,
	}
}

// maxRecordBytes is the most that Config.MaxRecordBytes and BatchBytes may be set to: a batch must fit a message.
const maxRecordBytes = 4 << 20

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	switch {
	case c.Dir == "":
		return vedette.Errorf(vedette.CodeInvalid, "the journal has no directory")
	case c.MaxBytes < 4*int64(max(c.MaxRecordBytes, c.BatchBytes)):
		return vedette.Errorf(vedette.CodeInvalid, "the journal's size is %d bytes; it must be at least four batches", c.MaxBytes)
	case c.MaxRecordBytes < 1<<10 || c.MaxRecordBytes > maxRecordBytes:
		return vedette.Errorf(vedette.CodeInvalid, "the largest record is %d bytes; it must be between 1 KiB and 4 MiB", c.MaxRecordBytes)
	case c.BatchBytes < 1<<10 || c.BatchBytes > maxRecordBytes:
		return vedette.Errorf(vedette.CodeInvalid, "a batch is %d bytes; it must be between 1 KiB and 4 MiB", c.BatchBytes)
	case c.BatchRecords < 1 || c.BatchRecords > 1<<16:
		return vedette.Errorf(vedette.CodeInvalid, "a batch is %d records; it must be between 1 and 65536", c.BatchRecords)
	case c.PendingBytes < int64(2*max(c.MaxRecordBytes, c.BatchBytes)):
		return vedette.Errorf(vedette.CodeInvalid, "pending records are %d bytes; they must be at least two batches", c.PendingBytes)
	}
	return nil
}
