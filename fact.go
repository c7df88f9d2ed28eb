package vedette

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Fact is something known that speaks against an attack: a change that was planned, a scanner of the house's own. While it
// covers everything that an incident consists of, it takes points off its score. It hides nothing: on the word of one
// source alone an incident never falls under the line.
type Fact struct {
	ID       string      `json:"id"`
	Tenant   string      `json:"tenant"`
	Kind     FactKind    `json:"kind" enum:"change_ticket,maintenance,known_scanner,not_vulnerable,mfa"`
	Entities []EntityRef `json:"entities" doc:"Whom it concerns; an address may be a network, such as 10.0.0.0/24. A second factor needs the user and the device, everything else one of them"`
	Rules    []string    `json:"rules" doc:"Ids of the rules whose alerts it explains; empty for all"`
	CVEs     []string    `json:"cves" doc:"The weaknesses that are not there, for not_vulnerable"`
	From     time.Time   `json:"from"`
	Until    time.Time   `json:"until"`
	Ref      string      `json:"ref,omitempty" doc:"Number of the ticket, or whatever leads to where it is written" example:"CHG-2041"`
	Text     string      `json:"text" doc:"What it is, in a sentence"`
	Source   string      `json:"source" doc:"Where it is known from, such as servicenow or change-board: two facts of one source are one word"`
	By       string      `json:"by" doc:"The person or token that wrote it down"`
	Created  time.Time   `json:"created"`
	EndedBy  string      `json:"ended_by,omitempty" doc:"Who took it back; it is kept all the same"`
	Ended    time.Time   `json:"ended,omitzero"`
}

// FactKind is the sort of thing that speaks against an attack.
type FactKind string

// What can speak against an attack.
const (
	FactChange        FactKind = "change_ticket"
	FactMaintenance   FactKind = "maintenance"
	FactScanner       FactKind = "known_scanner"
	FactNotVulnerable FactKind = "not_vulnerable"
	FactMFA           FactKind = "mfa" // a second factor from a device that is known
)

// FactKinds lists the kinds.
func FactKinds() []FactKind {
	return []FactKind{FactChange, FactMaintenance, FactScanner, FactNotVulnerable, FactMFA}
}

// Bounds of a fact.
const (
	MaxFactEntities = 32
	MaxFactTime     = 90 * 24 * time.Hour  // of a change, a maintenance or a second factor
	MaxFactStanding = 366 * 24 * time.Hour // of what stays so: a scanner, a weakness that is not there
	maxFactText     = 1024
	maxFactList     = 64
)

// Check tells the first thing that makes a fact unusable.
func (f *Fact) Check() error {
	most := MaxFactTime
	if f.Kind == FactScanner || f.Kind == FactNotVulnerable {
		most = MaxFactStanding
	}
	switch {
	case !slices.Contains(FactKinds(), f.Kind):
		return Errorf(CodeInvalid, "a fact is one of %v, not %q", FactKinds(), f.Kind)
	case len(f.Entities) == 0 || len(f.Entities) > MaxFactEntities:
		return Errorf(CodeInvalid, "a fact concerns 1 to %d hosts, users or addresses", MaxFactEntities)
	case strings.TrimSpace(f.Text) == "" || strings.TrimSpace(f.Source) == "":
		return Errorf(CodeInvalid, "a fact needs a text and a source")
	case len(f.Text) > maxFactText || len(f.Source) > maxFactText/8 || len(f.Ref) > maxFactText/8:
		return Errorf(CodeInvalid, "the text of a fact has at most %d bytes, its source and reference %d", maxFactText, maxFactText/8)
	case len(f.Rules) > maxFactList || len(f.CVEs) > maxFactList:
		return Errorf(CodeInvalid, "a fact names at most %d rules and %d weaknesses", maxFactList, maxFactList)
	case f.Kind == FactNotVulnerable && len(f.CVEs) == 0:
		return Errorf(CodeInvalid, "what is not vulnerable needs the weaknesses that are not there, such as CVE-2021-44228")
	case !f.Until.After(f.From) || f.From.IsZero():
		return Errorf(CodeInvalid, "a fact needs a beginning and an end after it")
	case f.Until.Sub(f.From) > most:
		return Errorf(CodeInvalid, "such a fact holds for %d days at most; it can be written down again", int(most.Hours()/24))
	}
	for _, e := range f.Entities {
		if e.Name == "" || len(e.Name) > maxFactText || e.Kind != EntityHost && e.Kind != EntityUser && e.Kind != EntityAddress && e.Kind != EntityAccount {
			return Errorf(CodeInvalid, "a fact concerns hosts, users, accounts and addresses, each with a name")
		}
		if e.Kind == EntityAddress {
			if err := checkFactNetwork(e.Name); err != nil {
				return err
			}
		}
	}
	if f.Kind == FactMFA && (!f.names(EntityUser) || !f.names(EntityHost) && !f.names(EntityAddress)) {
		return Errorf(CodeInvalid, "a second factor needs the user and the device that it came from, a host or an address")
	}
	return nil
}

// checkFactNetwork refuses what is no address and no network, and networks so wide that they explain half the world.
func checkFactNetwork(name string) error {
	p, err := ParseNetworks([]string{name})
	if err != nil {
		return err
	}
	if least := map[bool]int{true: 8, false: 16}[p[0].Addr().Is4()]; p[0].Bits() < least {
		return Errorf(CodeInvalid, "the network %s is too wide for a fact: at least /8, and /16 of IPv6", p[0])
	}
	return nil
}

func (f *Fact) names(kind EntityKind) bool {
	return slices.ContainsFunc(f.Entities, func(e EntityRef) bool { return e.Kind == kind })
}

// Holds tells whether the fact is in force at a time.
func (f *Fact) Holds(at time.Time) bool {
	return f.Ended.IsZero() && !at.Before(f.From) && !at.After(f.Until)
}

// Concerns tells whether one of its entities of a kind is the one given. An address may lie in a network.
func (f *Fact) Concerns(ref EntityRef) bool {
	return slices.ContainsFunc(f.Entities, func(e EntityRef) bool {
		if e.Kind != ref.Kind {
			return false
		}
		if e.Kind != EntityAddress {
			return strings.EqualFold(e.Name, ref.Name)
		}
		networks, err := ParseNetworks([]string{e.Name})
		addr, bad := netip.ParseAddr(ref.Name)
		return err == nil && bad == nil && networks[0].Contains(addr.Unmap())
	})
}
