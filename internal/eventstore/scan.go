package eventstore

import "context"

// Scanner reads many rows once, for those who judge each and keep few: hunts.
type Scanner interface {
	// Scan calls fn for every row that a query finds, in no order. Offset, Limit and After of the query do not apply, and
	// its text may be longer than a person's and must have no pipes. Only ctx limits how long it takes. fn is called by
	// several goroutines at the same time, and what it is given is valid until it returns; an error of fn ends the scan
	// and is returned. What was read until then is counted also when the scan fails.
	Scan(ctx context.Context, q Query, fn func(Row) error) (ScanStats, error)
}

// ScanStats tells what a scan cost.
type ScanStats struct {
	Looked int64 // rows in blocks that could not be ruled out as a whole
	Found  int64 // rows given to fn
}
