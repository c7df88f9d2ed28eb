package normalize

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseTime reads a timestamp as products write it: RFC 3339 and its relatives (a blank for the T, slashes, a comma or
// point before the fraction, "+0000", "UTC", no zone at all), seconds, milliseconds, microseconds or nanoseconds since
// 1970, and the format of web servers "23/Nov/2026:14:10:50 +0800". A time without a zone is taken in loc.
func ParseTime(s string, loc *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if t, rest, ok := isoTime(s, loc); ok && rest == "" {
		return t, true
	}
	if len(s) >= 20 && s[2] == '/' {
		return webTime(s, loc)
	}
	return epochTime(s)
}

// epochTime reads a number of seconds since 1970, or of a fraction of seconds when the number is too large for that.
func epochTime(s string) (time.Time, bool) {
	if len(s) < 9 || len(s) > 32 || s[0] < '0' || s[0] > '9' {
		return time.Time{}, false
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if strings.ContainsAny(s, "eE") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(f, 0) || f > 4e18 {
			return time.Time{}, false
		}
		whole, fraction = strconv.FormatInt(int64(f), 10), ""
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	switch {
	case n > 1e17:
		return time.Unix(0, n).UTC(), true
	case n > 1e14:
		return time.UnixMicro(n).UTC(), true
	case n > 1e11:
		return time.UnixMilli(n).UTC(), true
	}
	nanos, ok := fractionNanos(fraction)
	return time.Unix(n, nanos).UTC(), ok
}

// fractionNanos turns the digits behind a decimal point into nanoseconds.
func fractionNanos(digits string) (int64, bool) {
	n, scale := int64(0), int64(1e9)
	for i := range len(digits) {
		c := digits[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		if scale > 1 {
			n, scale = n*10+int64(c-'0'), scale/10
		}
	}
	return n * scale, true
}

// isoTime reads "2026-11-23T14:10:50.123+08:00" and its relatives from the start of s, and returns what follows.
func isoTime(s string, loc *time.Location) (t time.Time, rest string, ok bool) {
	if len(s) < 16 || s[4] != s[7] || s[4] != '-' && s[4] != '/' || s[10] != 'T' && s[10] != ' ' && s[10] != '_' || s[13] != ':' {
		return t, s, false
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:10])
	clock, nanos, rest, ok4 := clockTime(s[11:])
	if !ok1 || !ok2 || !ok3 || !ok4 || month < 1 || month > 12 || day < 1 || day > 31 {
		return t, s, false
	}
	zone, rest := zoneOf(rest, loc)
	return time.Date(year, time.Month(month), day, 0, 0, clock, nanos, zone), rest, true
}

// clockTime reads "14:10:50.123" from the start of s as seconds of the day and nanoseconds. Seconds may be missing.
func clockTime(s string) (seconds, nanos int, rest string, ok bool) {
	if len(s) < 5 || s[2] != ':' {
		return 0, 0, s, false
	}
	hour, ok1 := digits(s[0:2])
	minute, ok2 := digits(s[3:5])
	second, rest := 0, s[5:]
	if !ok1 || !ok2 || hour > 24 || minute > 59 {
		return 0, 0, s, false
	}
	if len(s) >= 8 && s[5] == ':' {
		var ok3 bool
		if second, ok3 = digits(s[6:8]); !ok3 || second > 60 {
			return 0, 0, s, false
		}
		rest = s[8:]
	}
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && rest[1] >= '0' && rest[1] <= '9' {
		end := 1
		for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
			end++
		}
		n, _ := fractionNanos(rest[1:end])
		nanos, rest = int(n), rest[end:]
	}
	return hour*3600 + minute*60 + second, nanos, rest, true
}

// zoneOf reads "Z", "+08:00", "+0800", "+08" or " UTC" from the start of s. Without any, the zone is loc.
func zoneOf(s string, loc *time.Location) (zone *time.Location, rest string) {
	trimmed := strings.TrimPrefix(s, " ")
	switch {
	case strings.HasPrefix(s, "Z"):
		return time.UTC, s[1:]
	case strings.HasPrefix(trimmed, "UTC"), strings.HasPrefix(trimmed, "GMT"):
		return time.UTC, trimmed[3:]
	case len(trimmed) < 3 || trimmed[0] != '+' && trimmed[0] != '-':
		return loc, s
	}
	hours, ok := digits(trimmed[1:3])
	if !ok || hours > 23 {
		return loc, s
	}
	rest, minutes := trimmed[3:], 0
	if after := strings.TrimPrefix(rest, ":"); len(after) >= 2 {
		if m, ok := digits(after[:2]); ok && m < 60 && after[0] != ' ' {
			minutes, rest = m, after[2:]
		}
	}
	offset := hours*3600 + minutes*60
	if trimmed[0] == '-' {
		offset = -offset
	}
	if offset == 0 {
		return time.UTC, rest
	}
	return time.FixedZone("", offset), rest
}

// webTime reads "23/Nov/2026:14:10:50 +0800".
func webTime(s string, loc *time.Location) (t time.Time, ok bool) {
	if len(s) < 20 || s[6] != '/' || s[11] != ':' {
		return t, false
	}
	day, ok1 := digits(s[0:2])
	month := monthOf(s[3:6])
	year, ok2 := digits(s[7:11])
	clock, nanos, rest, ok3 := clockTime(s[12:])
	if !ok1 || month == 0 || !ok2 || !ok3 {
		return t, false
	}
	zone, rest := zoneOf(rest, loc)
	return time.Date(year, month, day, 0, 0, clock, nanos, zone), rest == ""
}

// bsdTime reads "Nov 23 14:10:50", also with a year before or behind the clock and a fraction, from the start of s.
// Without a year it is the one that brings the time nearest to near.
func bsdTime(s string, loc *time.Location, near time.Time) (t time.Time, rest string, ok bool) {
	if len(s) < 14 || s[3] != ' ' {
		return t, s, false
	}
	month := monthOf(s[:3])
	rest = strings.TrimLeft(s[4:], " ")
	end := strings.IndexByte(rest, ' ')
	if month == 0 || end < 1 || end > 2 {
		return t, s, false
	}
	day, ok1 := digits(rest[:end])
	rest = rest[end+1:]
	year := 0
	if len(rest) > 5 && rest[4] == ' ' {
		if y, ok := digits(rest[:4]); ok {
			year, rest = y, rest[5:]
		}
	}
	clock, nanos, rest, ok2 := clockTime(rest)
	if !ok1 || !ok2 || day < 1 || day > 31 {
		return t, s, false
	}
	if year == 0 && len(rest) > 5 && rest[0] == ' ' && rest[5] == ' ' {
		if y, ok := digits(rest[1:5]); ok && y > 1970 && y < 2200 {
			year, rest = y, rest[5:]
		}
	}
	if year != 0 {
		return time.Date(year, month, day, 0, 0, clock, nanos, loc), rest, true
	}
	return nearestYear(month, day, clock, nanos, loc, near), rest, true
}

// nearestYear completes a date without a year. February 29 exists in leap years only.
func nearestYear(month time.Month, day, clock, nanos int, loc *time.Location, near time.Time) time.Time {
	var best time.Time
	var distance time.Duration
	for year := near.Year() - 1; year <= near.Year()+1; year++ {
		t := time.Date(year, month, day, 0, 0, clock, nanos, loc)
		d := t.Sub(near).Abs()
		if t.In(loc).Month() == month && (best.IsZero() || d < distance) {
			best, distance = t, d
		}
	}
	return best
}

// monthOf reads an English month of three letters, 0 when it is none.
func monthOf(s string) time.Month {
	if len(s) != 3 {
		return 0
	}
	const months = "janfebmaraprmayjunjulaugsepoctnovdec"
	low := [3]byte{s[0] | 0x20, s[1] | 0x20, s[2] | 0x20}
	if i := strings.Index(months, string(low[:])); i >= 0 && i%3 == 0 {
		return time.Month(i/3 + 1)
	}
	return 0
}

// digits reads a short number that is nothing but digits; a leading blank stands for a zero.
func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		c := s[i]
		if c == ' ' && i == 0 && len(s) == 2 {
			continue
		}
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, s != ""
}
