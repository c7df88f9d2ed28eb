package baseline

import (
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// Config bounds what is learned and what is said. Zero values mean the defaults.
type Config struct {
	// Learning is how long a tenant's baselines learn before what they say has its full weight; 24 hours.
	Learning time.Duration
	// Memory is how many bytes all tables may take together; 150 MiB.
	Memory int
	// Tenants is how many tenants have baselines; 16. Each is promised its part of a quarter of Memory.
	Tenants int
	// PerHour is how many anomalies one detector may raise for one tenant in an hour; 12. One that is more surprising than
	// all before it in the hour is raised beyond that, up to twice as many.
	PerHour int
	// Seed keys the hashes of a new state, so that nobody can choose values that meet. A state that is read has its own.
	Seed uint64
	// Networks tells inside from outside.
	Networks entity.Networks
	// Department names the group of an entity where somebody wrote it down; "" where nobody did. It must answer the same
	// whenever it is asked in one run. Nil learns all groups.
	Department func(tenant string, kind vedette.EntityKind, name string) string
	// Now stamps alerts; time.Now when nil. No decision depends on it.
	Now func() time.Time
	// OnNotice hears what people should know of the detectors themselves. It is called from within Observe and Advance and
	// must neither block nor call the baseline.
	OnNotice func(Notice)
}

// Notice is something that people should know of a detector.
type Notice struct {
	Tenant   string
	Detector string
	Kind     string // NoticeOverflow, NoticeDrift, NoticeLearned or NoticeTenants
	Count    int64
	Text     vedette.Text
}

// What notices tell.
const (
	NoticeOverflow = "overflow" // anomalies beyond the bound of an hour were counted and not raised
	NoticeDrift    = "drift"    // what is usual has changed; the detector asks for more from now on
	NoticeLearned  = "learned"  // learning is over, and what it recorded was weighed again
	NoticeTenants  = "tenants"  // a tenant has no baselines because there are too many
)

func (c Config) withDefaults() (Config, error) {
	if c.Learning == 0 {
		c.Learning = 24 * time.Hour
	}
	if c.Memory == 0 {
		c.Memory = 150 << 20
	}
	if c.Tenants == 0 {
		c.Tenants = 16
	}
	if c.PerHour == 0 {
		c.PerHour = 12
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.OnNotice == nil {
		c.OnNotice = func(Notice) {}
	}
	if c.Learning < 0 || c.Learning > 90*24*time.Hour {
		return c, vedette.Errorf(vedette.CodeInvalid, "a baseline learns for %s: it must be between 0 and 90 days", c.Learning)
	}
	if c.Memory < 16<<20 || c.Tenants < 1 || c.Tenants > 4096 || c.PerHour < 1 {
		return c, vedette.Errorf(vedette.CodeInvalid, "a baseline needs 16 MiB of memory, between 1 and 4096 tenants, and at least one anomaly an hour")
	}
	return c, nil
}
