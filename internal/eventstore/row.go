package eventstore

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Row is one result. The rows of a query that counts have the fields it names and may have no time.
type Row struct {
	Time   time.Time
	Fields []Field // without empty ones; a field that had several values is a JSON array of strings
}

// Field is a name and a value.
type Field struct {
	Name  string
	Value string
}

// Value returns a field's value, or "" when the row does not have it.
func (r Row) Value(name string) string {
	for _, f := range r.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Cursor names the row's place in the order newest first, for Query.After.
func (r Row) Cursor() string {
	seq, _ := strconv.ParseUint(r.Value(FieldSeq), 10, 64) // 0 when the row has none
	place, _ := strconv.ParseUint(r.Value(FieldPlace), 10, 32)
	return Position{Time: r.Time.UnixNano(), Seq: seq, Place: place, ID: r.Value(FieldID)}.String()
}

// Position is a place in the order newest first: by time, then sequence, place and id, all descending.
type Position struct {
	Time  int64 // nanoseconds since 1970
	Seq   uint64
	Place uint64
	ID    string
}

// Before tells whether p comes before other: whether it is newer.
func (p Position) Before(other Position) bool {
	switch {
	case p.Time != other.Time:
		return p.Time > other.Time
	case p.Seq != other.Seq:
		return p.Seq > other.Seq
	case p.Place != other.Place:
		return p.Place > other.Place
	}
	return p.ID > other.ID
}

// String returns the position as a cursor.
func (p Position) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d.%d.%s", p.Time, p.Seq, p.Place, p.ID))
}

// ParsePosition reads a cursor.
func ParsePosition(cursor string) (Position, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	part := strings.SplitN(string(text), ".", 4)
	if err != nil || len(part) != 4 {
		return Position{}, errCursor(cursor)
	}
	t, err1 := strconv.ParseInt(part[0], 10, 64)
	s, err2 := strconv.ParseUint(part[1], 10, 64)
	p, err3 := strconv.ParseUint(part[2], 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return Position{}, errCursor(cursor)
	}
	return Position{Time: t, Seq: s, Place: p, ID: part[3]}, nil
}

func errCursor(cursor string) error {
	return vedette.Errorf(vedette.CodeInvalid, "%.100q is not a cursor of an earlier answer", cursor)
}
