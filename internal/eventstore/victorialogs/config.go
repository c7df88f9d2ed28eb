package victorialogs

import (
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Config says where the store is and what it may use.
type Config struct {
	Dir          string
	Retention    time.Duration // rows older than this are deleted, by whole days
	MaxFuture    time.Duration // how far ahead of ours a source's clock may be and still be believed
	MemoryBytes  int64         // of the engine's caches and of a query's state; one value for the whole process
	MinFreeBytes int64         // of the disk; below it nothing is written
	Visible      time.Duration // after which appended rows are searchable
	QueryTime    time.Duration // that a query may take
	QueryRows    int           // that a query may return
	QueryBytes   int64         // that a query's rows may take in memory
	Queries      int           // that run at the same time; others wait
}

// DefaultConfig returns the configuration for a directory with every limit at its default.
func DefaultConfig(dir string) Config {
	return Config{
		Dir:          dir,
		Retention:    30 * 24 * time.Hour,
		MaxFuture:    24 * time.Hour,
		MemoryBytes:  64 << 20,
		MinFreeBytes: 512 << 20,
		Visible:      100 * time.Millisecond,
		QueryTime:    30 * time.Second,
		QueryRows:    10_000,
		QueryBytes:   64 << 20,
		Queries:      8,
	}
}

// Intervals that are not configured: they belong together.
const (
	flushInterval = 5 * time.Second  // after which the engine writes rows to disk
	safeAge       = 60 * time.Second // after which rows are taken for safe
)

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	switch {
	case c.Dir == "":
		return vedette.Errorf(vedette.CodeInvalid, "the event store has no directory")
	case c.Retention < 24*time.Hour || c.Retention > 100*365*24*time.Hour:
		return vedette.Errorf(vedette.CodeInvalid, "the retention is %s; it must be between a day and 100 years", c.Retention)
	case c.MaxFuture < 0 || c.MaxFuture > 30*24*time.Hour:
		return vedette.Errorf(vedette.CodeInvalid, "clocks may be ahead by %s; it must be between 0 and 30 days", c.MaxFuture)
	case c.MemoryBytes < 16<<20:
		return vedette.Errorf(vedette.CodeInvalid, "the memory is %d bytes; it must be at least 16 MiB", c.MemoryBytes)
	case c.Visible < 10*time.Millisecond || c.Visible > time.Second:
		return vedette.Errorf(vedette.CodeInvalid, "rows are visible after %s; it must be between 10 ms and 1 s", c.Visible)
	case c.QueryTime <= 0 || c.QueryRows <= 0 || c.QueryBytes <= 0 || c.Queries <= 0:
		return vedette.Errorf(vedette.CodeInvalid, "the limits of queries must be over zero")
	}
	return nil
}
