package triage

import (
	"net/netip"
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

// phase tells how far an alert shows somebody to have come.
type phase int

const (
	attempt phase = iota // somebody outside tries
	entry                // somebody outside got in
	inside               // something happens on our own machines
)

// grip is what happened to an entity.
type grip int

const (
	touched grip = iota // it was aimed at
	held                // somebody was in it or acted through it
	actor               // an outside address that acts
	peer                // an outside address that is called
	trace               // a thing it was done with
)

// node names an entity in memory.
type node struct {
	tenant string
	kind   vedette.EntityKind
	name   string
}

// tie is an entity of an alert and what the alert shows to have happened to it.
type tie struct {
	node node
	grip grip
}

// sight is what triage sees in an alert. It depends on nothing but the alert and the configured networks.
type sight struct {
	phase phase
	step  step
	ties  []tie
	key   string // equal alerts have equal keys

	vague   bool   // somebody tries, and nothing says who
	machine string // what it is about, as habits are counted
}

// look reads an alert.
func look(a *vedette.Alert, networks entity.Networks) sight {
	s := sight{step: advise.StepOf(a.Techniques, a.Tactics), machine: machineOf(a)}
	outside, insider := actors(a, networks)
	s.phase = phaseOf(a, outside)
	s.vague = isAttempt(a) && !outside && !insider
	tries := s.phase == attempt || isAttempt(a) && !s.vague
	if s.step == stepLogin && s.phase == attempt {
		s.step = stepGuess
	}
	if s.phase == entry && (s.step == stepExploit || s.step == stepGuess || s.step == stepMove) && succeeded(a) {
		s.step = stepLogin
	}
	for _, ref := range a.Entities {
		if g, ok := gripOf(a, ref, networks, tries); ok {
			s.ties = append(s.ties, tie{node{a.Tenant, ref.Kind, ref.Name}, g})
		}
	}
	s.key = keyOf(a, &s, outside || insider)
	return s
}

// actors tells whether the alert names an outside and an inside address that acts.
func actors(a *vedette.Alert, networks entity.Networks) (outside, insider bool) {
	for _, ref := range a.Entities {
		if ref.Kind == vedette.EntityAddress && ref.Role == vedette.RoleActor {
			if isInternal(ref.Name, networks) {
				insider = true
			} else {
				outside = true
			}
		}
	}
	return outside, insider
}

func isInternal(name string, networks entity.Networks) bool {
	addr, err := netip.ParseAddr(name)
	return err == nil && networks.IsInternal(addr)
}

// phaseOf tells how far somebody came. Rules that describe attempts do so even where they carry further tactics.
func phaseOf(a *vedette.Alert, outside bool) phase {
	if !outside {
		return inside
	}
	if succeeded(a) {
		return entry
	}
	if isAttempt(a) {
		return attempt
	}
	for _, tactic := range a.Tactics {
		switch normalTactic(tactic) {
		case "reconnaissance", "resource-development", "initial-access", "credential-access":
		default:
			return entry
		}
	}
	return attempt
}

// isAttempt knows rules that fire on trying, whether it works or not.
func isAttempt(a *vedette.Alert) bool {
	return !succeeded(a) && hasTechnique(a.Techniques, "T1110", "T1595", "T1046", "T1190", "T1589", "T1590", "T1592")
}

// succeeded tells whether the alert itself says that somebody got in.
func succeeded(a *vedette.Alert) bool {
	if a.Matched["event.outcome"] == "success" {
		return true
	}
	if a.Matched["event.outcome"] == "failure" || hasTechnique(a.Techniques, "T1110") {
		return strings.HasPrefix(a.Matched["message"], "Accepted ")
	}
	return hasTechnique(a.Techniques, "T1078")
}

// gripOf tells what the alert shows to have happened to one of its entities; it is false for those that tie nothing.
func gripOf(a *vedette.Alert, ref vedette.EntityRef, networks entity.Networks, tries bool) (grip, bool) {
	aimed := held
	if tries && ref.Role != vedette.RoleActor {
		aimed = touched
	}
	switch ref.Kind {
	case vedette.EntityHost, vedette.EntityAccount:
		return aimed, true
	case vedette.EntityUser:
		if tries {
			return touched, true
		}
		return held, true
	case vedette.EntityAddress:
		if isInternal(ref.Name, networks) {
			return aimed, ref.Role != ""
		}
		if ref.Role == vedette.RoleActor {
			return actor, true
		}
		return peer, ref.Role != ""
	case vedette.EntityDomain, vedette.EntityFile:
		return trace, true
	}
	return 0, false
}

// keyOf names what equal alerts have in common: the rule and the machines, users and addresses. Attempts count as equal
// whichever account they try. An alert that names nobody is equal to those of the same source.
func keyOf(a *vedette.Alert, s *sight, named bool) string {
	parts := make([]string, 0, 8)
	for _, t := range s.ties {
		if t.grip == trace || s.phase == attempt && t.node.kind == vedette.EntityUser {
			continue
		}
		parts = append(parts, string(t.node.kind)+"="+t.node.name)
	}
	if len(parts) == 0 && !named {
		parts = append(parts, "source="+a.Source)
	}
	if ended := advise.Ended(a); ended != "" {
		parts = append(parts, "ended="+ended) // one that worked among many that did not is not one of them
	}
	if secondFactor(a) {
		parts = append(parts, "factor=second") // what is known of one login is not known of another
	}
	slices.Sort(parts)
	return a.Tenant + "\x00" + a.RuleID + "\x00" + strings.Join(parts, "\x00")
}
