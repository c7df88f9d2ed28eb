package correlate

import (
	"crypto/sha256"
	"math"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// program is a correlation as it runs.
type program struct {
	c       *detect.Correlation
	print   [sha256.Size]byte // of what it counts: state of another print is of no use to it
	family  string            // id of the first of the correlations that build upon one another
	span    int64
	slack   int64  // how much older than the watermark matches can be, because what it builds upon is decided late
	opens   uint64 // at close: rules whose matches begin a window
	floor   float64
	limit   int // entries in a group
	atClose bool
	ordered bool
	doubles bool // a value twice that of the last alert raises another within the quiet time
	parents []use
	states  map[string]*state // by tenant
	last    *state
}

// use is one place where matches of a rule are counted.
type use struct {
	p   *program
	ref int
}

// maxSlack keeps sums of times from overflowing.
const maxSlack = 50 * 365 * 24 * int64(time.Hour)

// state is a program for one tenant.
type state struct {
	p          *program
	tenant     string
	number     uint32 // among the correlator's states
	clock      *clock
	base       uint64 // hash that those of its groups begin with
	off        bool
	quiet      bool // another correlation speaks for it
	stage      vedette.RuleStage
	severity   vedette.Severity
	head, tail uint32 // its groups, most recently touched first
	groups     int
	entries    int // in its blocks
	counts     Counts
	told       Counts
}

// Counts are what one correlation did for one tenant since its state began.
type Counts struct {
	Observed uint64 // matches counted
	Missing  uint64 // matches without a group field, or without a usable value
	Late     uint64 // matches behind the watermark, not counted
	Evicted  uint64 // groups forgotten before their windows had passed
	Dropped  uint64 // events forgotten because their group had too many
	Fired    uint64 // results, those included that raised no alert of their own
}

func newPrograms(cfg Config, rs *detect.Ruleset) []*program {
	out := make([]*program, len(rs.Correlations))
	for i, c := range rs.Correlations {
		p := &program{
			c: c, print: sha256.Sum256([]byte(c.Fingerprint())), span: int64(c.Span), floor: c.Floor(), atClose: c.AtClose(),
			ordered: c.Type == detect.TemporalOrdered, states: make(map[string]*state),
			doubles: c.Type == detect.EventCount || c.Type == detect.ValueCount || c.Type == detect.ValueSum,
		}
		p.limit = cfg.EventsPerGroup
		if !c.Type.Numeric() {
			for _, b := range c.Bounds {
				p.limit = min(max(p.limit, 2*int(math.Min(b.Value, maxBlock))), maxBlock)
			}
		}
		p.opens = math.MaxUint64
		if c.Terms != nil {
			p.opens = 0
			for _, t := range c.Terms {
				p.opens |= t.Need
			}
		}
		for ref := range c.Refs {
			if child := c.Refs[ref].Correlation; child != nil {
				from := out[child.Place]
				from.parents = append(from.parents, use{p, ref})
				p.slack = max(p.slack, from.slack)
				if from.atClose {
					p.slack = max(p.slack, from.slack+from.span)
				}
			}
		}
		p.slack = min(p.slack, maxSlack)
		out[i] = p
	}
	nameFamilies(out)
	return out
}

// nameFamilies gives correlations that build upon one another, or upon the same one, a common name.
func nameFamilies(programs []*program) {
	for _, p := range programs {
		p.family = p.c.Rule.ID
	}
	for changed := true; changed; {
		changed = false
		for _, p := range programs {
			for _, parent := range p.parents {
				if name := min(p.family, parent.p.family); p.family != name || parent.p.family != name {
					p.family, parent.p.family, changed = name, name, true
				}
			}
		}
	}
}

// uses lists, by place of a rule, where its matches are counted.
func uses(rs *detect.Ruleset, programs []*program) (byPlace [][]use, byID map[string][]use) {
	byID = make(map[string][]use)
	for _, p := range programs {
		for ref := range p.c.Refs {
			if r := p.c.Refs[ref].Rule; r != nil {
				byID[r.ID] = append(byID[r.ID], use{p, ref})
			}
		}
	}
	byPlace = make([][]use, len(rs.Rules))
	for i, r := range rs.Rules {
		byPlace[i] = byID[r.ID]
	}
	return byPlace, byID
}

// reads tells whether entries of the program carry a value.
func (p *program) reads() bool { return len(p.c.Fields) > 0 }

// families lists the names of families with a condition that is decided at close.
func families(programs []*program) []string {
	var out []string
	for _, p := range programs {
		if p.atClose && !slices.Contains(out, p.family) {
			out = append(out, p.family)
		}
	}
	return out
}
