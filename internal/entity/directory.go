package entity

import (
	"net/netip"
	"sync"

	vedette "github.com/vedette-soc/vedette"
)

// Directory remembers which machine an address belongs to, as events show it: an event that names a host together with
// the host's own address is the proof. It holds a bounded number of addresses and forgets the one that was learnt first.
// An address that several machines claim in turn (a relay, a container network, NAT) belongs to none.
// A Directory is safe for concurrent use.
type Directory struct {
	mu    sync.RWMutex
	limit int
	known map[directoryKey]*directoryEntry
	ring  []directoryKey // in the order of learning; next is the oldest once the ring is full
	next  int
}

type directoryKey struct {
	tenant string
	addr   netip.Addr
}

type directoryEntry struct {
	host  string
	moves int
}

// maxMoves is how often an address may change hands before it is taken for one that many share.
const maxMoves = 3

// NewDirectory returns an empty directory for at most limit addresses; 0 means 65,536, some 10 MiB when full.
func NewDirectory(limit int) *Directory {
	if limit <= 0 {
		limit = 65536
	}
	return &Directory{limit: limit, known: make(map[directoryKey]*directoryEntry)}
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
	key := directoryKey{tenant, addr}
	d.mu.RLock()
	entry := d.known[key]
	same := entry != nil && entry.host == host
	d.mu.RUnlock()
	if same {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if entry = d.known[key]; entry != nil {
		if entry.host != host {
			entry.host = host
			entry.moves++
		}
		return
	}
	d.known[key] = &directoryEntry{host: host}
	if len(d.ring) < d.limit {
		d.ring = append(d.ring, key)
		return
	}
	delete(d.known, d.ring[d.next])
	d.ring[d.next] = key
	d.next = (d.next + 1) % d.limit
}

// Host returns the name of the machine that has the address, or "" when none or several are known.
func (d *Directory) Host(tenant string, addr netip.Addr) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	entry := d.known[directoryKey{tenant, addr}]
	if entry == nil || entry.moves > maxMoves {
		return ""
	}
	return entry.host
}
