package entity

import (
	"net/netip"
	"sync"

	vedette "github.com/vedette-soc/vedette"
)

// The levels of criticality: how much it would hurt if an entity were lost.
const (
	CriticalityNone     = 0 // nobody would notice: a laboratory, a decoy
	CriticalityLow      = 1
	CriticalityNormal   = 2
	CriticalityHigh     = 3
	CriticalityCritical = 4 // the house stops, or its secrets are out
)

// Assets tells how critical entities are. Implementations are safe for concurrent use and quick: triage asks for every
// alert.
type Assets interface {
	// Criticality returns the level from 0 to 4, and false when nobody has said.
	Criticality(tenant string, ref vedette.EntityRef) (level int, ok bool)
}

// Register is an [Assets] in memory, as people and imports fill it. An address of which nobody has said anything is as
// critical as the machine that it is known to belong to.
type Register struct {
	names *Directory
	mu    sync.RWMutex
	level map[registerKey]int8
}

type registerKey struct {
	tenant string
	kind   vedette.EntityKind
	name   string
}

// NewRegister returns an empty register. names may be nil: then addresses are looked up as they are, until [Register.Follow].
func NewRegister(names *Directory) *Register {
	return &Register{names: names, level: make(map[registerKey]int8)}
}

// Follow makes addresses as critical as the machines that names knows them to belong to.
func (r *Register) Follow(names *Directory) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names = names
}

// Set notes a level; anything outside 0 to 4 removes the note.
func (r *Register) Set(tenant string, kind vedette.EntityKind, name string, level int) {
	key := registerKey{tenant, kind, name}
	r.mu.Lock()
	defer r.mu.Unlock()
	if level < CriticalityNone || level > CriticalityCritical {
		delete(r.level, key)
		return
	}
	r.level[key] = int8(level)
}

// Len returns how many entities have a level.
func (r *Register) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.level)
}

// Criticality implements [Assets].
func (r *Register) Criticality(tenant string, ref vedette.EntityRef) (int, bool) {
	r.mu.RLock()
	level, ok := r.level[registerKey{tenant, ref.Kind, ref.Name}]
	names := r.names
	if len(r.level) == 0 {
		names = nil
	}
	r.mu.RUnlock()
	if ok || names == nil || ref.Kind != vedette.EntityAddress {
		return int(level), ok
	}
	addr, err := netip.ParseAddr(ref.Name)
	if err != nil {
		return 0, false
	}
	host := names.Host(tenant, addr)
	if host == "" {
		return 0, false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	level, ok = r.level[registerKey{tenant, vedette.EntityHost, host}]
	return int(level), ok
}
