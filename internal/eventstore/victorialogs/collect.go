package victorialogs

import (
	"container/heap"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// collector keeps the newest rows of those it is shown, at most so many and so many bytes of them.
type collector struct {
	most   int
	bytes  int64 // that may still be used
	before *eventstore.Position
	hidden map[string]bool

	mu    sync.Mutex
	rows  rowHeap
	times []int64
	over  bool // the rows wanted do not fit
}

type foundRow struct {
	at   eventstore.Position
	row  eventstore.Row
	size int64
}

// rowHeap has the oldest row on top.
type rowHeap []foundRow

func (h rowHeap) Len() int           { return len(h) }
func (h rowHeap) Less(i, j int) bool { return h[j].at.Before(h[i].at) }
func (h rowHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *rowHeap) Push(x any)        { *h = append(*h, x.(foundRow)) }
func (h *rowHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = foundRow{}
	*h = old[:len(old)-1]
	return last
}

// block looks at a block of rows.
func (c *collector) block(_ uint, db *logstorage.DataBlock) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ok bool
	if c.times, ok = db.GetTimestamps(c.times[:0]); !ok || c.over {
		return
	}
	seqs, places, ids := values(db, eventstore.FieldSeq), values(db, eventstore.FieldPlace), values(db, eventstore.FieldID)
	columns := db.GetColumns(false)
	names := make([]string, len(columns))
	for i, t := range c.times {
		at := eventstore.Position{Time: t, Seq: number(seqs, i), Place: number(places, i)}
		if ids != nil {
			at.ID = ids[i]
		}
		if c.before != nil && !c.before.Before(at) || len(c.rows) >= c.most && !at.Before(c.rows[0].at) {
			continue
		}
		at.ID = strings.Clone(at.ID)
		found := foundRow{at: at, row: eventstore.Row{Time: time.Unix(0, t).UTC()}}
		found.row.Fields, found.size = copyRow(columns, names, i, c.hidden)
		c.keep(found)
	}
}

func (c *collector) keep(found foundRow) {
	heap.Push(&c.rows, found)
	c.bytes -= found.size
	if len(c.rows) > c.most {
		c.bytes += heap.Pop(&c.rows).(foundRow).size
	}
	if c.bytes < 0 {
		c.over, c.rows = true, nil
	}
}

// sorted returns the rows, newest first.
func (c *collector) sorted() []foundRow {
	slices.SortFunc(c.rows, func(a, b foundRow) int {
		if a.at.Before(b.at) {
			return -1
		}
		return 1
	})
	return c.rows
}

func values(db *logstorage.DataBlock, name string) []string {
	if column := db.GetColumnByName(name); column != nil {
		return column.Values
	}
	return nil
}

func number(values []string, i int) uint64 {
	if values == nil {
		return 0
	}
	n, _ := strconv.ParseUint(values[i], 10, 64) // 0 for what is no number
	return n
}

// rowOverhead is what a row costs beside its bytes, about.
const rowOverhead = 200

// copyRow copies row i out of the engine's memory. names holds the copied names of columns, filled as needed. _time and
// the engine's own fields are left out.
func copyRow(columns []logstorage.BlockColumn, names []string, i int, hidden map[string]bool) ([]eventstore.Field, int64) {
	size, count := 0, 0
	for j := range columns {
		if wanted(columns[j].Name, columns[j].Values[i], hidden) {
			size += len(columns[j].Values[i])
			count++
		}
	}
	memory := make([]byte, 0, size)
	for j := range columns {
		if wanted(columns[j].Name, columns[j].Values[i], hidden) {
			memory = append(memory, columns[j].Values[i]...)
		}
	}
	text := string(memory)
	fields := make([]eventstore.Field, 0, count)
	for j := range columns {
		value := columns[j].Values[i]
		if !wanted(columns[j].Name, value, hidden) {
			continue
		}
		if names[j] == "" {
			names[j] = strings.Clone(columns[j].Name)
		}
		fields = append(fields, eventstore.Field{Name: names[j], Value: text[:len(value)]})
		text = text[len(value):]
	}
	return fields, int64(size + count*32 + rowOverhead)
}

func wanted(name, value string, hidden map[string]bool) bool {
	switch name {
	case eventstore.FieldTime, "_stream", "_stream_id":
		return false
	}
	return value != "" && !hidden[name]
}

func errTooManyBytes(limit int64) error {
	return vedette.Errorf(vedette.CodeLimited, "the rows take more than %d MiB; ask for fewer rows or name the fields wanted", limit>>20)
}
