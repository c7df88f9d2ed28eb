package baseline

import (
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
)

// Baseline is what is usual, for every tenant.
type Baseline struct {
	cfg   Config
	seed  uint64
	names *names
	text  informant

	mu      sync.Mutex // one event in full, and no snapshot in the midst of one
	house   house
	tenants map[string]*tenant
	order   []*tenant // as they came
	last    *tenant   // of the last event
	refused map[string]bool
	facts   facts
	words   words
	fn      func(vedette.Alert)
	stats   Stats
}

// Stats is how much is known and what became of it.
type Stats struct {
	Tenants     int
	Learning    int   // tenants whose first day is not over
	Bytes       int64 // memory that tables take
	Entities    int64 // hosts, users and addresses that something is known of
	Keys        int64 // entries of all tables
	Held        int   // recorded while learning, to be weighed again
	Quarantined int   // entities that nothing is learned from
	Events      uint64
	Late        uint64            // events from too long ago to count in rates
	Muted       uint64            // events from which nothing was learned
	Forgotten   uint64            // entries that made room for others
	Raised      map[string]uint64 // anomalies by detector
	Overflow    map[string]uint64 // anomalies beyond the bound of an hour, by detector
	Under       map[string]uint64 // findings that surprised too little, by detector
}

// New returns baselines that know nothing yet.
func New(cfg Config) (*Baseline, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	b := &Baseline{cfg: cfg}
	if b.text, err = newInformant(); err != nil {
		return nil, err
	}
	b.forget(fold(cfg.Seed^hashB, hashC))
	return b, nil
}

// forget begins anew.
func (b *Baseline) forget(seed uint64) {
	b.seed, b.names = seed, newNames(seed)
	b.house = house{left: b.cfg.Memory - b.cfg.Memory/4}
	b.tenants, b.order, b.last, b.refused = map[string]*tenant{}, nil, nil, map[string]bool{}
	b.stats = Stats{}
}

// lateAfter is how far behind its tenant's time an event may be and still count in rates.
const lateAfter = int64(time.Hour / time.Second)

// Observe learns from an event and says what is unusual about it. Events come in the order of the journal.
func (b *Baseline) Observe(ev *vedette.Event, fn func(vedette.Alert)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fn = fn
	if t := b.tenant(ev.Tenant); t != nil {
		b.stats.Events++
		t.observe(ev)
	}
	b.fn = nil
}

// Advance tells the time to tenants that no event tells it to: what waits for the end of learning comes out then.
func (b *Baseline) Advance(now time.Time, fn func(vedette.Alert)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fn = fn
	for _, t := range b.order {
		t.elapse(now.Unix())
	}
	b.fn = nil
}

// tenant finds or makes a tenant; nil when there are too many.
func (b *Baseline) tenant(id string) *tenant {
	if b.last != nil && b.last.id == id {
		return b.last
	}
	t := b.tenants[id]
	if t == nil {
		if t = b.newTenant(id); t == nil {
			return nil
		}
	}
	b.last = t
	return t
}

func (b *Baseline) newTenant(id string) *tenant {
	if len(b.order) >= b.cfg.Tenants {
		if !b.refused[id] && len(b.refused) < 1024 {
			b.refused[id] = true
			b.cfg.OnNotice(Notice{Tenant: id, Kind: NoticeTenants, Count: int64(b.cfg.Tenants), Text: vedette.Text{
				En: "This tenant has no baselines: there are as many tenants as are provided for", Zh: "租户数量已达上限，此租户没有基线",
			}})
		}
		return nil
	}
	t := makeTenant(b, id)
	b.tenants[t.id] = t
	b.order = append(b.order, t)
	return t
}

// Quarantine says that nothing may be learned from events that name one of these entities, in place of what was said of the
// tenant before. Hosts, users and addresses are meant; accounts that exist on every machine are left out.
func (b *Baseline) Quarantine(tenant string, entities ...vedette.EntityRef) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t := b.tenant(tenant); t != nil {
		t.quarantine(entities)
	}
}

// Release lets everything of a tenant be learned again.
func (b *Baseline) Release(tenant string) { b.Quarantine(tenant) }

// Tenants lists those that have baselines, in the order in which they came.
func (b *Baseline) Tenants() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]string, len(b.order))
	for i, t := range b.order {
		list[i] = t.id
	}
	return list
}

// Stats tells what is known now.
func (b *Baseline) Stats() Stats {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.stats
	out.Raised, out.Overflow, out.Under = map[string]uint64{}, map[string]uint64{}, map[string]uint64{}
	out.Tenants = len(b.order)
	for _, t := range b.order {
		if !t.learned {
			out.Learning++
		}
		t.stats(&out)
	}
	return out
}
