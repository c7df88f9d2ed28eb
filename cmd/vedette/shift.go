package main

import (
	"regexp"
	"time"
)

// stamps are the ways in which records write times. Each match is rewritten in the layout it was written in.
var stamps = []struct {
	pattern *regexp.Regexp
	layouts []string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?`), []string{
		"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999-0700", "2006-01-02T15:04:05.999999999",
	}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?`), []string{"2006-01-02 15:04:05.999999999"}},
	{regexp.MustCompile(`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}`), []string{"02/Jan/2006:15:04:05 -0700"}},
	{regexp.MustCompile(`\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\b`), []string{"Jan _2 15:04:05"}},
}

// firstStamp finds the first time that a record writes. Times without a year are taken to be of the year of now.
func firstStamp(record []byte, now time.Time) (time.Time, bool) {
	best, at := time.Time{}, len(record)+1
	for _, s := range stamps {
		loc := s.pattern.FindIndex(record)
		if loc == nil || loc[0] >= at {
			continue
		}
		if t, _, ok := readStamp(string(record[loc[0]:loc[1]]), s.layouts, now); ok {
			best, at = t, loc[0]
		}
	}
	return best, at <= len(record)
}

// shift moves every time in a record by d.
func shift(record []byte, d time.Duration, now time.Time) []byte {
	for _, s := range stamps {
		record = s.pattern.ReplaceAllFunc(record, func(found []byte) []byte {
			t, layout, ok := readStamp(string(found), s.layouts, now)
			if !ok {
				return found
			}
			return []byte(t.Add(d).Format(layout))
		})
	}
	return record
}

// readStamp parses a time and returns the layout that writes it with the same number of decimals.
func readStamp(text string, layouts []string, now time.Time) (time.Time, string, bool) {
	for _, layout := range layouts {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if t.Year() == 0 {
			t = t.AddDate(now.Year(), 0, 0)
		}
		return t, sameDecimals(layout, text), true
	}
	return time.Time{}, "", false
}

var decimals = regexp.MustCompile(`:\d\d(\.\d+)`)

// sameDecimals replaces the layout's optional decimals by exactly those of the text.
func sameDecimals(layout, text string) string {
	const optional = ".999999999"
	found := decimals.FindStringSubmatch(text)
	exact := ""
	if found != nil {
		exact = ".000000000"[:len(found[1])]
	}
	for i := 0; i+len(optional) <= len(layout); i++ {
		if layout[i:i+len(optional)] == optional {
			return layout[:i] + exact + layout[i+len(optional):]
		}
	}
	return layout
}
