package entity

import (
	"net/netip"
	"slices"

	vedette "github.com/vedette-soc/vedette"
)

// Networks says which addresses are the operator's own, and which no action may ever touch.
type Networks struct {
	Internal  []netip.Prefix // ours; none means the private ranges
	Protected []netip.Prefix // never acted against
}

// defaultInternal is never written: the ranges that are private everywhere, link-local and loopback ones among them.
var defaultInternal = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("::1/128"),
}

// PrivateRanges returns the networks that are internal when nothing else is configured: RFC 1918, RFC 6598, RFC 4193,
// link-local and loopback.
func PrivateRanges() []netip.Prefix { return slices.Clone(defaultInternal) }

// IsInternal tells whether an address is ours.
func (n Networks) IsInternal(addr netip.Addr) bool {
	if len(n.Internal) == 0 {
		return within(addr, defaultInternal)
	}
	return within(addr, n.Internal)
}

// ProtectedBy returns the protected network that shares at least one address with target: a /16 that contains a
// protected /32 is protected by it, as is a /32 inside a protected /16.
func (n Networks) ProtectedBy(target netip.Prefix) (netip.Prefix, bool) {
	return Overlapping(n.Protected, target)
}

// Overlapping returns the first of nets that shares at least one address with target. IPv4 inside IPv6 is compared as
// IPv4.
func Overlapping(nets []netip.Prefix, target netip.Prefix) (netip.Prefix, bool) {
	target = unmap(target)
	for _, net := range nets {
		if unmap(net).Overlaps(target) {
			return net, true
		}
	}
	return netip.Prefix{}, false
}

// ParseTarget reads an address or a network in CIDR form and returns the network with its host bits cleared.
func ParseTarget(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		if addr.Zone() != "" {
			return netip.Prefix{}, vedette.Errorf(vedette.CodeInvalid, "address %q has a zone, which means nothing to other machines", text)
		}
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, vedette.Errorf(vedette.CodeInvalid, "%q is neither an address nor a network such as 203.0.113.0/24", text)
	}
	return unmap(prefix).Masked(), nil
}

// unmap turns ::ffff:a.b.c.d/n into a.b.c.d/(n-96).
func unmap(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p
}

func within(addr netip.Addr, nets []netip.Prefix) bool {
	addr = addr.Unmap()
	for _, net := range nets {
		if net.Contains(addr) {
			return true
		}
	}
	return false
}
