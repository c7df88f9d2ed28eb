package respond

import (
	"fmt"
	"net/netip"

	"github.com/vedette-soc/vedette/internal/entity"
)

// gate is one question that must be answered before an action is applied. asks returns why not, or "".
type gate struct {
	name     string
	standing bool // also asked about leases that hold already
	asks     func(Question, netip.Prefix) string
}

// gates lists the gates in the order in which they are asked.
func (g *Guard) gates() []gate {
	return []gate{
		{"mode", false, g.askMode},
		{"kind", false, g.askKind},
		{"target", true, nil}, // readable at all: answered by Check itself
		{"reserved", true, g.askReserved},
		{"own", true, g.askOwn},
		{"protected", true, g.askProtected},
		{"client", false, g.askClient},
		{"private", true, g.askPrivate},
		{"size", true, g.askSize},
		{"ttl", false, g.askTTL},
		{"live", false, g.askLive},
		{"rate", false, g.askRate},
	}
}

func (g *Guard) askMode(q Question, _ netip.Prefix) string {
	switch mode := g.Mode(); {
	case mode == ModeOff:
		return "the kill switch is on: nothing is applied until an administrator changes the mode"
	case mode == ModeRecommend && q.Automatic:
		return "the mode is recommend: a person must approve"
	}
	return ""
}

func (g *Guard) askKind(q Question, _ netip.Prefix) string {
	if q.Kind != BlockAddress {
		return fmt.Sprintf("%q is not a kind of action; the kinds are: %s", q.Kind, BlockAddress)
	}
	return ""
}

// reserved are ranges in which no attacker can be, and whose loss breaks the machine. Read-only.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("224.0.0.0/4"), netip.MustParsePrefix("255.255.255.255/32"),
	netip.MustParsePrefix("::/128"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("ff00::/8"),
}

func (g *Guard) askReserved(_ Question, target netip.Prefix) string {
	if net, hit := entity.Overlapping(reserved, target); hit {
		return fmt.Sprintf("%s overlaps %s, which is loopback, link-local, multicast or unspecified", target, net)
	}
	return ""
}

func (g *Guard) askOwn(_ Question, target netip.Prefix) string {
	own, err := g.own()
	if err != nil {
		return "the addresses of this machine are not known: " + err.Error()
	}
	if net, hit := entity.Overlapping(own, target); hit {
		return fmt.Sprintf("%s contains %s, an address of this machine", target, net.Addr())
	}
	return ""
}

func (g *Guard) askProtected(_ Question, target netip.Prefix) string {
	net, hit := g.networks.ProtectedBy(target)
	if !hit {
		g.mu.RLock()
		net, hit = entity.Overlapping(g.extra, target)
		g.mu.RUnlock()
	}
	if hit {
		return fmt.Sprintf("%s overlaps the protected %s", target, net)
	}
	return ""
}

func (g *Guard) askClient(q Question, target netip.Prefix) string {
	for _, client := range q.Client {
		if target.Contains(client.Unmap()) {
			return fmt.Sprintf("%s contains %s, the address from which this was asked", target, client)
		}
	}
	return ""
}

func (g *Guard) askPrivate(_ Question, target netip.Prefix) string {
	net, hit := entity.Overlapping(entity.PrivateRanges(), target)
	if !hit {
		net, hit = entity.Overlapping(g.networks.Internal, target)
	}
	if !hit {
		return ""
	}
	for _, allowed := range g.cfg.AllowPrivate {
		if allowed.Bits() <= target.Bits() && allowed.Overlaps(target) {
			return ""
		}
	}
	return fmt.Sprintf("%s overlaps the internal network %s, and no setting allows acting inside it", target, net)
}

func (g *Guard) askSize(_ Question, target netip.Prefix) string {
	least := g.cfg.MinBits6
	if target.Addr().Is4() {
		least = g.cfg.MinBits4
	}
	if target.Bits() < least {
		return fmt.Sprintf("%s is larger than the largest network that may be blocked, a /%d", target, least)
	}
	return ""
}

func (g *Guard) askTTL(q Question, _ netip.Prefix) string {
	switch {
	case q.TTL <= 0:
		return "every action needs an end"
	case q.TTL > g.cfg.MaxTTL:
		return fmt.Sprintf("%s is longer than the longest lease, %s", q.TTL, g.cfg.MaxTTL)
	}
	return ""
}

func (g *Guard) askLive(q Question, _ netip.Prefix) string {
	if q.Live >= g.cfg.MaxLive {
		return fmt.Sprintf("%d actions are live, as many as may be", q.Live)
	}
	return ""
}

func (g *Guard) askRate(q Question, _ netip.Prefix) string {
	if q.Recent >= g.cfg.MaxPerMinute {
		return fmt.Sprintf("%d actions were applied within a minute, as many as may be", q.Recent)
	}
	return ""
}
