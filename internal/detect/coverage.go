package detect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	mitre "github.com/vedette-soc/vedette/internal/catalog/attack"
)

// CoveredTechnique is what rules do about one technique of ATT&CK.
type CoveredTechnique struct {
	ID        string    `json:"id" example:"T1059.001"`
	Name      string    `json:"name" example:"PowerShell"`
	Tactics   []string  `json:"tactics"`
	Rules     int       `json:"rules" doc:"Rules, correlations included, whose tags name it"`
	Live      int       `json:"live" doc:"Of them, those that run and raise alerts"`
	Shadow    int       `json:"shadow" doc:"Those that run, but whose alerts are kept apart"`
	Asleep    int       `json:"asleep" doc:"Of the live and shadow ones, those that can never fire here for lack of a source or a field"`
	Fired     int64     `json:"fired" doc:"Alerts in the last 30 days"`
	LastFired time.Time `json:"last_fired,omitzero"`
	Gap       string    `json:"gap,omitempty" enum:"no_rule,off,shadow,asleep" doc:"Why nothing would be seen of it; absent when something would"`

	titles []string
}

// Why nothing would be seen of a technique.
const (
	GapNoRule = "no_rule" // no rule names it
	GapOff    = "off"     // its rules are off, or cannot run
	GapShadow = "shadow"  // its rules are on trial: their alerts are kept apart
	GapAsleep = "asleep"  // its rules wait for a source that is not here
)

// Coverage counts rules by the techniques that their tags name, for every technique of ATT&CK that there is, and for
// those that rules name although there is no such. Tags of replaced techniques count for what took their place. The
// result is in the order of ids.
func Coverage(rules []vedette.RuleStatus) []CoveredTechnique {
	all := make(map[string]*CoveredTechnique)
	for _, t := range mitre.Techniques() {
		all[t.ID] = &CoveredTechnique{ID: t.ID, Name: t.Name, Tactics: t.Tactics}
	}
	for i := range rules {
		seen := make(map[string]bool, len(rules[i].Techniques))
		for _, id := range rules[i].Techniques {
			known, ok := mitre.Find(id)
			if ok && known.Replaced != "" {
				id = known.Replaced
			}
			if seen[id] || rules[i].Kind == vedette.KindFilter {
				continue
			}
			seen[id] = true
			if all[id] == nil {
				all[id] = &CoveredTechnique{ID: id, Name: cmp.Or(known.Name, id), Tactics: knownTactics(rules[i].Tactics)}
			}
			all[id].count(&rules[i])
		}
	}
	out := make([]CoveredTechnique, 0, len(all))
	for _, c := range all {
		c.Gap = c.gap()
		slices.Sort(c.titles)
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b CoveredTechnique) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func knownTactics(tactics []string) []string {
	out := []string{}
	for _, t := range tactics {
		if mitre.IsTactic(t) {
			out = append(out, t)
		}
	}
	return out
}

func (c *CoveredTechnique) count(r *vedette.RuleStatus) {
	c.Rules++
	c.Fired += r.Fired
	if r.LastFired.After(c.LastFired) {
		c.LastFired = r.LastFired
	}
	if r.State != vedette.RuleLive {
		return
	}
	c.titles = append(c.titles, r.Title)
	if r.Stage == vedette.StageShadow {
		c.Shadow++
	} else {
		c.Live++
	}
	if r.Asleep != "" {
		c.Asleep++
	}
}

func (c *CoveredTechnique) gap() string {
	switch {
	case c.Rules == 0:
		return GapNoRule
	case c.Live+c.Shadow == 0:
		return GapOff
	case c.Live+c.Shadow <= c.Asleep:
		return GapAsleep
	case c.Live == 0:
		return GapShadow
	}
	return ""
}

// Layer is a layer file of the ATT&CK Navigator, in version 4.5 of its format.
type Layer struct {
	Name        string           `json:"name"`
	Versions    LayerVersions    `json:"versions"`
	Domain      string           `json:"domain"`
	Description string           `json:"description"`
	Sorting     int              `json:"sorting"`
	Layout      LayerLayout      `json:"layout"`
	Techniques  []LayerTechnique `json:"techniques"`
	Gradient    LayerGradient    `json:"gradient"`
	Legend      []LayerLegend    `json:"legendItems"`
	Metadata    []LayerPair      `json:"metadata"`
	Hide        bool             `json:"hideDisabled"`
}

// LayerVersions says what a layer is made for.
type LayerVersions struct {
	Attack    string `json:"attack"`
	Navigator string `json:"navigator"`
	Layer     string `json:"layer"`
}

// LayerLayout says how a layer is shown.
type LayerLayout struct {
	Layout       string `json:"layout"`
	ShowID       bool   `json:"showID"`
	ShowName     bool   `json:"showName"`
	Aggregate    bool   `json:"showAggregateScores"`
	CountAll     bool   `json:"countUnscored"`
	Function     string `json:"aggregateFunction"`
	Subtechnique string `json:"expandedSubtechniques"`
}

// LayerTechnique is one cell of a layer.
type LayerTechnique struct {
	ID       string      `json:"techniqueID"`
	Tactic   string      `json:"tactic,omitempty"`
	Score    int         `json:"score"`
	Color    string      `json:"color,omitempty"`
	Comment  string      `json:"comment"`
	Enabled  bool        `json:"enabled"`
	Metadata []LayerPair `json:"metadata"`
}

// LayerGradient turns scores into colours.
type LayerGradient struct {
	Colors []string `json:"colors"`
	Min    int      `json:"minValue"`
	Max    int      `json:"maxValue"`
}

// LayerLegend explains a colour.
type LayerLegend struct {
	Label string `json:"label"`
	Color string `json:"color"`
}

// LayerPair is a fact beside a layer or a cell.
type LayerPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Colours of cells that the gradient does not speak for: rules there are, but nothing would be seen.
const (
	colorBlind = "#d9d9d9"
	colorTrial = "#f5c26b"
)

// LayerOf writes a coverage as a layer: a cell for each technique that rules name and for each of its tactics, with as
// many points as rules run.
func LayerOf(name string, covered []CoveredTechnique) Layer {
	l := Layer{
		Name: name, Domain: "enterprise-attack", Sorting: 3, Techniques: []LayerTechnique{},
		Versions:    LayerVersions{Attack: mitre.Version, Navigator: "5.2.0", Layer: "4.5"},
		Description: "The score is the number of rules that run. Grey: there are rules, but they are off or wait for a source. Amber: rules on trial.",
		Layout:      LayerLayout{Layout: "side", ShowName: true, Function: "sum", Aggregate: true, Subtechnique: "annotated"},
		Gradient:    LayerGradient{Colors: []string{"#dcebfb", "#6aa6e8", "#0b3d91"}, Min: 0, Max: 1},
		Legend:      []LayerLegend{{"one rule runs", "#dcebfb"}, {"many rules run", "#0b3d91"}, {"rules on trial", colorTrial}, {"nothing would be seen", colorBlind}},
	}
	rules, gaps := 0, 0
	for _, c := range covered {
		if c.Gap == GapNoRule {
			gaps++
			continue
		}
		rules++
		for _, tactic := range c.Tactics {
			cell := c.cell()
			cell.Tactic = tactic
			l.Techniques = append(l.Techniques, cell)
		}
		if len(c.Tactics) == 0 {
			l.Techniques = append(l.Techniques, c.cell())
		}
		l.Gradient.Max = max(l.Gradient.Max, c.Live+c.Shadow-c.Asleep)
	}
	l.Metadata = []LayerPair{{"techniques with rules", fmt.Sprint(rules)}, {"techniques without", fmt.Sprint(gaps)}}
	return l
}

// maxComment bounds how many titles a cell names.
const maxComment = 40

func (c *CoveredTechnique) cell() LayerTechnique {
	titles, more := c.titles, ""
	if len(titles) > maxComment {
		titles, more = titles[:maxComment], fmt.Sprintf("\nand %d more", len(c.titles)-maxComment)
	}
	t := LayerTechnique{
		ID: c.ID, Score: c.Live + c.Shadow - c.Asleep, Enabled: true, Comment: strings.Join(titles, "\n") + more,
		Metadata: []LayerPair{
			{"rules", fmt.Sprint(c.Rules)}, {"live", fmt.Sprint(c.Live)}, {"shadow", fmt.Sprint(c.Shadow)}, {"asleep", fmt.Sprint(c.Asleep)},
			{"alerts in 30 days", fmt.Sprint(c.Fired)},
		},
	}
	switch c.Gap {
	case GapOff, GapAsleep:
		t.Color = colorBlind
	case GapShadow:
		t.Color = colorTrial
	}
	if !c.LastFired.IsZero() {
		t.Metadata = append(t.Metadata, LayerPair{"last alert", c.LastFired.UTC().Format(time.RFC3339)})
	}
	return t
}
