package vedette

import (
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Team is people who look after some of the house's assets, and so after the incidents about them. An asset is theirs when
// its department or one of its tags is named, in any case, or its address lies in one of the networks.
type Team struct {
	Tenant      string         `json:"tenant"`
	Name        string         `json:"name" doc:"Stable: letters, digits, dots, dashes and underscores; at most 64 bytes"`
	Title       string         `json:"title,omitempty" doc:"What people call it, when that is not its name"`
	Place       int            `json:"place" doc:"Of several teams that an asset belongs to, the one with the lowest place gets its incidents; equal ones in the order of their names"`
	Departments []string       `json:"departments" doc:"As the register of assets has them"`
	Tags        []string       `json:"tags" doc:"As the register of assets has them"`
	Networks    []netip.Prefix `json:"networks" doc:"In CIDR notation"`
	Members     []string       `json:"members" doc:"User names; the queue offers them their teams first"`
	By          string         `json:"by,omitempty" doc:"Who changed it last"`
	Updated     time.Time      `json:"updated,omitzero"`
}

// Bounds of teams.
const (
	MaxTeams     = 64  // of a tenant
	MaxTeamName  = 64  // bytes
	MaxTeamScope = 256 // entries in each of a team's lists
	maxTeamEntry = 256 // bytes of an entry
)

// Validate tells the first thing about a team that cannot be.
func (t *Team) Validate() error {
	if !teamName(t.Name) {
		return Errorf(CodeInvalid, "%q cannot name a team: 1 to %d bytes of letters, digits, dots, dashes and underscores, the first a letter or a digit", Shorten(t.Name, 100), MaxTeamName)
	}
	if len(t.Title) > maxTeamEntry {
		return Errorf(CodeInvalid, "the title of a team has at most %d bytes", maxTeamEntry)
	}
	if t.Place < 0 || t.Place > 1000 {
		return Errorf(CodeInvalid, "the place of a team is 0 to 1000, not %d", t.Place)
	}
	for what, list := range map[string][]string{"departments": t.Departments, "tags": t.Tags, "members": t.Members} {
		if len(list) > MaxTeamScope {
			return Errorf(CodeInvalid, "a team has at most %d %s", MaxTeamScope, what)
		}
		if slices.ContainsFunc(list, func(s string) bool { return strings.TrimSpace(s) == "" || len(s) > maxTeamEntry }) {
			return Errorf(CodeInvalid, "each of a team's %s has 1 to %d bytes", what, maxTeamEntry)
		}
	}
	if len(t.Networks) > MaxTeamScope || slices.ContainsFunc(t.Networks, func(p netip.Prefix) bool { return !p.IsValid() }) {
		return Errorf(CodeInvalid, "a team has at most %d networks, each in CIDR notation", MaxTeamScope)
	}
	return nil
}

func teamName(name string) bool {
	if name == "" || len(name) > MaxTeamName {
		return false
	}
	for at, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r > 0x7f && unicode.IsLetter(r)
		if !letter && (at == 0 || r != '.' && r != '-' && r != '_') {
			return false
		}
	}
	return true
}

// Owns tells whether an asset is the team's. addr is its address when it has one that is known, invalid otherwise.
func (t *Team) Owns(department string, tags []string, addr netip.Addr) bool {
	if department != "" && slices.ContainsFunc(t.Departments, func(d string) bool { return sameWord(d, department) }) {
		return true
	}
	for _, tag := range tags {
		if slices.ContainsFunc(t.Tags, func(own string) bool { return sameWord(own, tag) }) {
			return true
		}
	}
	return addr.IsValid() && slices.ContainsFunc(t.Networks, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) })
}

func sameWord(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// ParseNetworks reads networks in CIDR notation; an address alone is a network of one.
func ParseNetworks(list []string) ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(list))
	for _, text := range list {
		text = strings.TrimSpace(text)
		p, err := netip.ParsePrefix(text)
		if addr, failed := netip.ParseAddr(text); err != nil && failed == nil {
			p, err = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, Errorf(CodeInvalid, "%q is no network in CIDR notation, such as 10.4.0.0/16", Shorten(text, 100))
		}
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
