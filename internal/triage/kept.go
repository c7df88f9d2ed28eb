package triage

import (
	"cmp"
	"encoding/json"
	"slices"

	vedette "github.com/vedette-soc/vedette"
)

// Bounds of one piece of evidence. An incident keeps up to 64, and its document must fit into the store whatever hostile text
// its alerts hold: written as JSON a byte can become six.
const (
	maxKeptFields = 16
	maxKeptValue  = 512
	maxKeptTitle  = 512
	maxKeptList   = 32
	maxKeptItem   = 1024
	maxKept       = 32 << 10 // bytes of an alert, written as JSON
)

// evidence is the part of an alert that is kept: bounded, and without what only detection needs.
func evidence(a *vedette.Alert) vedette.Alert {
	e := *a
	e.Auto, e.IncidentID = false, ""
	e.RuleTitle, e.RuleTitleZh, e.Attribution = vedette.Shorten(a.RuleTitle, maxKeptTitle), vedette.Shorten(a.RuleTitleZh, maxKeptTitle), vedette.Shorten(a.Attribution, maxKeptItem)
	e.Tags, e.Selections = keptList(a.Tags), keptList(a.Selections)
	e.Matched, e.Facts = keptFields(a.Matched, maxKeptValue), keptFields(a.Facts, maxKeptValue)
	if len(a.Facts) == 0 {
		e.Facts = nil
	}
	for most := maxKeptValue / 4; roughly(&e) > maxKept && most > 0; most /= 4 {
		e.Matched, e.Facts = keptFields(e.Matched, most), keptFields(e.Facts, most)
		e.Tags, e.Selections = nil, nil
	}
	return e
}

// roughly is how many bytes an alert takes as JSON; what is surely small is not written for it.
func roughly(a *vedette.Alert) int {
	n := len(a.RuleTitle) + len(a.RuleTitleZh) + len(a.Attribution)
	for name, value := range a.Matched {
		n += len(name) + len(value)
	}
	for name, value := range a.Facts {
		n += len(name) + len(value)
	}
	for _, list := range [][]string{a.Tags, a.Selections} {
		for _, item := range list {
			n += len(item)
		}
	}
	for i := range a.Entities {
		n += len(a.Entities[i].Name)
	}
	if 6*n < maxKept {
		return n
	}
	data, err := json.Marshal(a)
	if err != nil {
		return maxKept + 1
	}
	return len(data)
}

func keptList(all []string) []string {
	if len(all) <= maxKeptList && !slices.ContainsFunc(all, func(s string) bool { return len(s) > maxKeptItem }) {
		return all
	}
	var out []string
	for _, item := range all[:min(len(all), maxKeptList)] {
		out = append(out, vedette.Shorten(item, maxKeptItem))
	}
	return out
}

// keptFields bounds fields and their values, those first that triage itself reads.
func keptFields(all map[string]string, most int) map[string]string {
	out := make(map[string]string, min(len(all), maxKeptFields))
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.SortFunc(names, func(x, y string) int { return cmp.Or(placeOf(x)-placeOf(y), cmp.Compare(x, y)) })
	for _, name := range names[:min(len(names), maxKeptFields)] {
		out[vedette.Shorten(name, 128)] = vedette.Shorten(all[name], most)
	}
	return out
}

// placeOf puts the fields first that triage itself reads.
func placeOf(field string) int {
	if field == "event.outcome" || field == "message" {
		return 0
	}
	return 1
}
