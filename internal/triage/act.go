package triage

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// act is one sentence of a story: everything an incident shows of one step.
type act struct {
	step     step
	from, to time.Time
	count    int64
	actors   []string // who did it: outside addresses, or the inside machine it came from
	hosts    []string
	users    []string
	peers    []string // outside addresses and domains that were called
	things   []string // programs and files
	bytes    int64
	titles   vedette.Text // of the worst rule among them
	worst    vedette.Severity
	cites    []int
}

// acts tells the incident step by step, in the order of time.
func (f *caseFile) acts(cites map[*group][]int) []*act {
	var all []*act
	groups := slices.Clone(f.groups)
	slices.SortFunc(groups, func(a, b *group) int { return cmp.Or(a.first.Time.Compare(b.first.Time), cmp.Compare(a.key, b.key)) })
	for _, g := range groups {
		at := slices.IndexFunc(all, func(a *act) bool { return a.step == g.step })
		if at < 0 {
			all = append(all, &act{step: g.step, from: g.first.Time, to: g.first.Time})
			at = len(all) - 1
		}
		all[at].tell(g, cites[g])
	}
	for _, a := range all {
		slices.Sort(a.cites)
	}
	return all
}

// tell adds a group to an act.
func (a *act) tell(g *group, cites []int) {
	a.count += g.count
	a.cites = append(a.cites, cites...)
	alerts := []*vedette.Alert{&g.first}
	if g.count > 1 {
		alerts = append(alerts, &g.last)
	}
	for _, alert := range alerts {
		if alert.Time.After(a.to) {
			a.to = alert.Time
		}
		a.name(alert, g)
		a.bytes = max(a.bytes, bytesOf(alert))
		if a.titles.En == "" || alert.Severity > a.worst {
			a.titles, a.worst = vedette.Text{En: clean(alert.RuleTitle, 120), Zh: titleZh(alert)}, alert.Severity
		}
	}
}

// name sorts the entities of an alert into the parts they play in the sentence.
func (a *act) name(alert *vedette.Alert, g *group) {
	hosts, from := 0, 0
	for _, ref := range alert.Entities {
		if ref.Kind == vedette.EntityHost {
			if ref.Role == vedette.RoleActor {
				a.actors, from = addName(a.actors, ref.Name), from+1
			} else {
				a.hosts, hosts = addName(a.hosts, ref.Name), hosts+1
			}
		}
	}
	for _, ref := range alert.Entities {
		switch {
		case ref.Kind == vedette.EntityUser:
			a.users = addName(a.users, ref.Name)
		case ref.Kind == vedette.EntityProcess || ref.Kind == vedette.EntityFile:
			a.things = addName(a.things, baseName(ref.Name))
		case ref.Kind == vedette.EntityDomain:
			a.peers = addName(a.peers, ref.Name)
		case ref.Kind != vedette.EntityAddress || ref.Role == "":
		case slices.ContainsFunc(g.ties, func(t tie) bool { return t.node.name == ref.Name && t.grip == peer }):
			a.peers = addName(a.peers, ref.Name)
		case ref.Role == vedette.RoleActor && from == 0:
			a.actors = addName(a.actors, ref.Name)
		case ref.Role != vedette.RoleActor && hosts == 0:
			a.hosts = addName(a.hosts, ref.Name)
		}
	}
}

// addName adds a cleaned name to a short list without repeating one.
func addName(list []string, name string) []string {
	name = clean(name, 80)
	if name == "" || slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

func baseName(p string) string { return path.Base(strings.ReplaceAll(p, `\`, "/")) }

// bytesOf returns the largest amount of data that the alert's matched fields speak of.
func bytesOf(a *vedette.Alert) int64 {
	var most int64
	for _, name := range [...]string{"source.bytes", "destination.bytes", "network.bytes", "http.request.bytes", "http.response.bytes"} {
		if n, err := strconv.ParseInt(a.Matched[name], 10, 64); err == nil {
			most = max(most, n)
		}
	}
	return most
}

// furthest returns the act that shows the most advanced step, not counting those that are left out.
func furthest(acts []*act, except ...step) *act {
	var found *act
	for _, a := range acts {
		if a.step == stepOther || slices.Contains(except, a.step) {
			continue
		}
		if found == nil || a.step > found.step {
			found = a
		}
	}
	return found
}
