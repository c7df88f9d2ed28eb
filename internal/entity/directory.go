package entity

import (
	"net/netip"
	"sync"

	vedette "github.com/vedette-soc/vedette"
)

// Directory remembers which machine an address belongs to, as events show it: an event that names a host together with
// the host's own address is the proof. A machine keeps an address for as long as it claims it as often as others do: one
// record of a stranger changes nothing, and an address that is given to another machine soon follows it. An address that
// changes hands again and again (a relay, a container network, NAT) belongs to none until one machine has held it for a while.
// It holds a bounded number of addresses; when full, the tenant with the most forgets the one that it learnt first.
// A Directory is safe for concurrent use.
type Directory struct {
	mu    sync.RWMutex
	limit int
	count int
	rooms map[string]*directoryRoom // by tenant
}

// directoryRoom is what is known of one tenant's addresses.
type directoryRoom struct {
	known map[netip.Addr]*directoryEntry
	order []netip.Addr // in the order of learning
}

type directoryEntry struct {
	host  string
	held  int // claims of the host, less those of others since it has the address; at most maxHeld
	moves int // changes of hands since some host last held the address firmly
}

const (
	maxMoves = 3  // how often an address may change hands before it is taken for one that many share
	maxHeld  = 16 // how many claims more than others make an address firmly a host's
)

// NewDirectory returns an empty directory for at most limit addresses; 0 means 65,536, some 10 MiB when full.
func NewDirectory(limit int) *Directory {
	if limit <= 0 {
		limit = 65536
	}
	return &Directory{limit: limit, rooms: make(map[string]*directoryRoom)}
}

// Observe learns from an event.
func (d *Directory) Observe(ev *vedette.Event) {
	if _, has := ev.Get("host.ip"); !has && ev.Value("src.Initiated") == "" {
		return
	}
	host, own := hostOf(ev)
	for _, addr := range own {
		d.Learn(ev.Tenant, addr, host)
	}
}

// Learn notes that an address belongs to a host.
func (d *Directory) Learn(tenant string, addr netip.Addr, host string) {
	if host == "" || !addr.IsValid() {
		return
	}
	d.mu.RLock()
	entry := d.entry(tenant, addr)
	settled := entry != nil && entry.host == host && entry.held == maxHeld
	d.mu.RUnlock()
	if settled {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if entry = d.entry(tenant, addr); entry != nil {
		entry.claim(host)
		return
	}
	if d.count == d.limit {
		d.forget(tenant)
	}
	room := d.rooms[tenant]
	if room == nil {
		room = &directoryRoom{known: make(map[netip.Addr]*directoryEntry)}
		d.rooms[tenant] = room
	}
	room.known[addr] = &directoryEntry{host: host, held: 1}
	room.order = append(room.order, addr)
	d.count++
}

// claim weighs one more claim.
func (e *directoryEntry) claim(host string) {
	switch {
	case e.host == host:
		e.held = min(e.held+1, maxHeld)
		if e.held == maxHeld {
			e.moves = 0
		}
	case e.held > 0:
		e.held--
	default:
		e.host, e.held = host, 1
		e.moves++
	}
}

// forget drops the first learnt address of the tenant with the most; of several with as many, of the one that asks.
func (d *Directory) forget(asking string) {
	most, size := asking, 0
	if room := d.rooms[asking]; room != nil {
		size = len(room.order)
	}
	for tenant, room := range d.rooms {
		if n := len(room.order); n > size || n == size && most != asking && tenant < most {
			most, size = tenant, n
		}
	}
	room := d.rooms[most]
	delete(room.known, room.order[0])
	room.order = room.order[1:]
	d.count--
	if len(room.order) == 0 {
		delete(d.rooms, most)
	}
}

func (d *Directory) entry(tenant string, addr netip.Addr) *directoryEntry {
	if room := d.rooms[tenant]; room != nil {
		return room.known[addr]
	}
	return nil
}

// Host returns the name of the machine that has the address, or "" when none or several are known.
func (d *Directory) Host(tenant string, addr netip.Addr) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	entry := d.entry(tenant, addr)
	if entry == nil || entry.moves > maxMoves {
		return ""
	}
	return entry.host
}
