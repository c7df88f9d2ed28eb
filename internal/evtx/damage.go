package evtx

import (
	"fmt"
	"strings"
)

// Damage is returned by [Read] when the file could be read but parts of it could not. Everything readable was delivered.
type Damage struct {
	Chunks  int      // chunks that were skipped as a whole
	Records int      // records that were skipped
	Details []string // the first problems found, at most maxDetails of them, each with its offset in the file
}

const maxDetails = 16

// Error says how much was skipped, and the first reason.
func (d *Damage) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "skipped %d damaged chunks and %d damaged records", d.Chunks, d.Records)
	if len(d.Details) > 0 {
		b.WriteString("; the first: ")
		b.WriteString(d.Details[0])
	}
	return b.String()
}

func (d *Damage) add(format string, args ...any) {
	if len(d.Details) < maxDetails {
		d.Details = append(d.Details, fmt.Sprintf(format, args...))
	}
}

// err returns d as an error, or nil when nothing is wrong.
func (d *Damage) err() error {
	if d.Chunks == 0 && d.Records == 0 && len(d.Details) == 0 {
		return nil
	}
	return d
}
