//go:build linux

package nftables

import (
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// forgetQueue is how many networks may wait to be forgotten; beyond it a network is not, which costs nothing but tidiness.
const forgetQueue = 64

// forgetConnections removes entries of the kernel's table of connections until the queue is closed. The rules drop the
// packets without this; it makes a router forget its translations too. It has a goroutine of its own because the kernel
// walks the whole table for each request: 10 ms were measured on an idle machine.
func (a *Actuator) forgetConnections() {
	defer close(a.forgot)
	handle, err := a.conntrack()
	for target := range a.forget {
		if err != nil {
			continue // no connection tracking here: nothing to forget
		}
		family := netlink.InetFamily(unix.AF_INET)
		if !target.Addr().Is4() {
			family = unix.AF_INET6
		}
		n, err := handle.ConntrackDeleteFilters(netlink.ConntrackTable, family, involving{target})
		if err != nil {
			a.log.Debug("connections could not be forgotten; their packets are dropped", "target", target, "error", err)
		} else if n > 0 {
			a.log.Debug("connections forgotten", "target", target, "count", n)
		}
	}
	if err == nil {
		handle.Close()
	}
}

func (a *Actuator) conntrack() (*netlink.Handle, error) {
	if a.netns == 0 {
		return netlink.NewHandle(unix.NETLINK_NETFILTER)
	}
	return netlink.NewHandleAt(netns.NsHandle(a.netns), unix.NETLINK_NETFILTER)
}

// involving matches connections with one end in a network.
type involving struct {
	target netip.Prefix
}

// MatchConntrackFlow tells whether a connection has one end in the network.
func (i involving) MatchConntrackFlow(flow *netlink.ConntrackFlow) bool {
	return i.contains(flow.Forward.SrcIP) || i.contains(flow.Forward.DstIP)
}

func (i involving) contains(ip net.IP) bool {
	addr, ok := netip.AddrFromSlice(ip)
	return ok && i.target.Contains(addr.Unmap())
}
