package correlate

import (
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// Config bounds what is remembered. Zero values mean the defaults.
type Config struct {
	// Lateness is how far behind the newest match of its family a match may come and still be counted; 10 minutes. That
	// covers forwarders that were cut off for a moment and cloud logs that are delivered in batches, which are the usual
	// reasons for disorder; every minute more keeps a minute more of events in memory.
	Lateness time.Duration
	// Groups is how many groups are remembered in all; 1,000,000.
	Groups int
	// GroupsPerCorrelation is how many of them one correlation may have for one tenant; as many as Groups. When Groups is
	// reached, the correlation that has most gives up its least recently touched, so that a flood in one correlation
	// costs the others nothing.
	GroupsPerCorrelation int
	// Events is how many matches are remembered in all, 32 bytes each; 4,000,000.
	Events int
	// EventsPerGroup is how many matches, and so how many different values, one group remembers; 4,096. A correlation
	// that asks for more than half of that gets twice what it asks for.
	EventsPerGroup int
	// Loud raises also the alerts of correlations that another one speaks for.
	Loud bool
	// Now stamps alerts; time.Now when nil. No decision depends on it.
	Now func() time.Time
	// Entities names what an event speaks about; entity.Of when nil.
	Entities func(*vedette.Event) []vedette.EntityRef
	// OnCapped hears of what a correlation forgot to keep the bounds. It is called from within Advance, at most once a
	// minute for each correlation, tenant and reason, and must neither block nor call the correlator.
	OnCapped func(Capped)
}

// Capped says that a correlation forgot something.
type Capped struct {
	RuleID, RuleTitle, Tenant string
	Reason                    string // CappedGroups, CappedEvents or CappedLate
	Count                     uint64 // how many since it was last told
}

// Reasons why something was not counted, or forgotten.
const (
	CappedGroups = "groups" // groups evicted before their windows had passed
	CappedEvents = "events" // events dropped from a group that had too many
	CappedLate   = "late"   // events that came behind the watermark
)

func (c Config) withDefaults() Config {
	if c.Lateness <= 0 {
		c.Lateness = 10 * time.Minute
	}
	if c.Groups <= 0 {
		c.Groups = 1_000_000
	}
	if c.GroupsPerCorrelation <= 0 {
		c.GroupsPerCorrelation = c.Groups
	}
	if c.Events <= 0 {
		c.Events = 4_000_000
	}
	if c.EventsPerGroup <= 0 {
		c.EventsPerGroup = 4096
	}
	c.EventsPerGroup = min(max(c.EventsPerGroup, 4), maxBlock)
	c.Events = max(c.Events, 2*maxBlock)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Entities == nil {
		c.Entities = entity.Of
	}
	if c.OnCapped == nil {
		c.OnCapped = func(Capped) {}
	}
	return c
}
