package detect

import (
	"fmt"
	"strconv"
	"time"
)

// timePart is the part of a timestamp that a rule looks at.
type timePart uint8

const (
	partNone timePart = iota
	partMinute
	partHour
	partDay
	partWeek
	partMonth
	partYear
)

var timePartNames = [...]string{"", "minute", "hour", "day", "week", "month", "year"}

func timePartOf(name string) timePart {
	for i, n := range timePartNames {
		if n == name && i > 0 {
			return timePart(i)
		}
	}
	return partNone
}

// timePartBounds are the least and the greatest number that each part of a time can be. Only read.
var timePartBounds = [...][2]int64{partMinute: {0, 59}, partHour: {0, 23}, partDay: {1, 31}, partWeek: {1, 53}, partMonth: {1, 12}}

// never says why no time meets a comparison with a part of it; empty when one may.
func (o *ordered) never() string {
	if o.part == partNone || o.part == partYear {
		return ""
	}
	low, high := timePartBounds[o.part][0], timePartBounds[o.part][1]
	v := o.bound.i
	var possible bool
	switch o.op {
	case "lt":
		possible = v > low
	case "lte":
		possible = v >= low
	case "gt":
		possible = v < high
	case "gte":
		possible = v <= high
	default:
		possible = v >= low && v <= high
	}
	if possible {
		return ""
	}
	return fmt.Sprintf("the %s of a time is between %d and %d, so this comparison with %s could never be true", timePartNames[o.part], low, high, o.shown)
}

// timeLayouts are the ways in which sources write a time, the commonest first.
var timeLayouts = [...]string{
	time.RFC3339Nano,
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02",
	"02/Jan/2006:15:04:05 -0700",
	time.RFC1123Z, time.RFC1123, time.ANSIC,
	"Jan _2 15:04:05 2006",
	"01/02/2006 15:04:05",
	"2006/01/02 15:04:05",
}

// parseTime reads a timestamp. A number is seconds since 1970, or milliseconds, microseconds or nanoseconds when it is
// too large for seconds.
func parseTime(s string) (time.Time, bool) {
	if len(s) < 4 || len(s) > 48 {
		return time.Time{}, false
	}
	if t, ok := epochTime(s); ok {
		return t, true
	}
	for _, layout := range timeLayouts {
		if layout[0] == '2' && s[0] > '9' {
			continue
		}
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func epochTime(s string) (time.Time, bool) {
	if ok, _ := numeric(s); !ok {
		return time.Time{}, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 1e8 {
		return time.Time{}, false
	}
	switch {
	case f < 1e11:
	case f < 1e14:
		f /= 1e3
	case f < 1e17:
		f /= 1e6
	default:
		f /= 1e9
	}
	if f > 1e11 {
		return time.Time{}, false
	}
	return time.Unix(int64(f), 0).UTC(), true
}

// of returns the part of t as its source wrote it: no zone is converted.
func (p timePart) of(t time.Time) int64 {
	switch p {
	case partMinute:
		return int64(t.Minute())
	case partHour:
		return int64(t.Hour())
	case partDay:
		return int64(t.Day())
	case partWeek:
		_, week := t.ISOWeek()
		return int64(week)
	case partMonth:
		return int64(t.Month())
	}
	return int64(t.Year())
}
