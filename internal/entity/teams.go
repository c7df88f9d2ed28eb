package entity

import (
	"net/netip"
	"sync"

	vedette "github.com/vedette-soc/vedette"
)

// Teams tells whose an incident is, by what people say of the entities that it is about. Safe for concurrent use.
type Teams struct {
	assets Assets
	mu     sync.RWMutex
	names  *Directory
	teams  map[string][]vedette.Team // by tenant, in the order in which they claim
	said   map[registerKey]said
}

// said is what tells whose an entity is.
type said struct {
	department string
	tags       []string
}

// NewTeams returns teams of nobody yet. assets tells how critical things are and may be nil.
func NewTeams(assets Assets) *Teams {
	return &Teams{assets: assets, teams: map[string][]vedette.Team{}, said: map[registerKey]said{}}
}

// Follow makes addresses belong where the machines belong that names knows them to be of.
func (t *Teams) Follow(names *Directory) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.names = names
}

// Set replaces the teams of a tenant. They claim in the order given.
func (t *Teams) Set(tenant string, teams []vedette.Team) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(teams) == 0 {
		delete(t.teams, tenant)
		return
	}
	t.teams[tenant] = teams
}

// Say notes the department and tags of an entity, and forgets those that it had. Whether anything changed is returned.
func (t *Teams) Say(tenant string, ref vedette.EntityRef, department string, tags []string) bool {
	key := registerKey{tenant, ref.Kind, ref.Name}
	t.mu.Lock()
	defer t.mu.Unlock()
	had := t.said[key]
	same := had.department == department && len(had.tags) == len(tags)
	for i := range tags {
		same = same && had.tags[i] == tags[i]
	}
	switch {
	case same:
		return false
	case department == "" && len(tags) == 0:
		delete(t.said, key)
	default:
		t.said[key] = said{department, tags}
	}
	return true
}

// Of returns the name of the team that an incident about these entities belongs to, "" for nobody in particular. Of its
// hosts, users, addresses and cloud accounts that any team owns the most telling one decides: the most critical; of equal
// ones what acted before what was attacked and what is merely named; then the one that joined the story first. Of several
// teams that own it the first has it.
func (t *Teams) Of(tenant string, refs []vedette.EntityRef) string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	teams := t.teams[tenant]
	if len(teams) == 0 {
		return ""
	}
	found, best := "", -1
	for _, ref := range refs {
		rank := t.rank(tenant, ref)
		if rank <= best {
			continue
		}
		if owner := t.owner(teams, tenant, ref); owner != "" {
			found, best = owner, rank
		}
	}
	return found
}

// rank is how telling an entity is; -1 for what is nobody's.
func (t *Teams) rank(tenant string, ref vedette.EntityRef) int {
	switch ref.Kind {
	case vedette.EntityHost, vedette.EntityUser, vedette.EntityAddress, vedette.EntityAccount:
	default:
		return -1
	}
	level := CriticalityNormal
	if t.assets != nil {
		if known, ok := t.assets.Criticality(tenant, ref); ok {
			level = known
		}
	}
	role := 0
	switch ref.Role {
	case vedette.RoleActor:
		role = 2
	case vedette.RoleTarget:
		role = 1
	}
	return level*3 + role
}

// owner is the first team that an entity belongs to.
func (t *Teams) owner(teams []vedette.Team, tenant string, ref vedette.EntityRef) string {
	about := t.said[registerKey{tenant, ref.Kind, ref.Name}]
	var addr netip.Addr
	if ref.Kind == vedette.EntityAddress {
		var err error
		if addr, err = netip.ParseAddr(ref.Name); err != nil {
			return ""
		}
		if about.department == "" && len(about.tags) == 0 && t.names != nil {
			about = t.said[registerKey{tenant, vedette.EntityHost, t.names.Host(tenant, addr)}]
		}
	}
	for i := range teams {
		if teams[i].Owns(about.department, about.tags, addr) {
			return teams[i].Name
		}
	}
	return ""
}
