package entity

import (
	"net/netip"

	vedette "github.com/vedette-soc/vedette"
)

// hostOf returns the machine an event is about and the addresses that the event shows to be its own.
func hostOf(ev *vedette.Event) (host string, own []netip.Addr) {
	host = Host(ev.Value("host.name"))
	if host == "" {
		host = Host(ev.Value("winlog.computer_name"))
	}
	if host == "" || isNetworkView(ev) {
		return "", nil
	}
	for f := range ev.All("host.ip") {
		addr, ok := Address(f.Value)
		if ok && !addr.IsLinkLocalUnicast() && len(own) < maxOwn {
			own = append(own, addr)
		}
	}
	if len(own) == 0 && ev.Value("src.Initiated") == "true" {
		if addr, ok := Address(ev.Value("source.ip")); ok {
			own = append(own, addr)
		}
	}
	return host, own
}

// isNetworkView tells events that a device wrote about traffic passing by from those a machine wrote about itself.
func isNetworkView(ev *vedette.Event) bool {
	switch ev.Logsource.Product {
	case "zeek", "suricata", "cisco", "fortinet", "paloalto", "juniper", "checkpoint", "sophos", "opnsense", "pfsense":
		return true
	}
	for _, category := range ev.Logsource.Categories {
		switch category {
		case "firewall":
			return !isOwnTraffic(ev)
		case "proxy", "dns":
			return true
		}
	}
	return false
}

// isOwnTraffic tells a host firewall's record of a packet to or from the machine itself: one of the two interfaces that
// the kernel prints is then empty.
func isOwnTraffic(ev *vedette.Event) bool {
	in, hasIn := ev.Get("src.IN")
	out, hasOut := ev.Get("src.OUT")
	return hasIn && hasOut && (in == "") != (out == "")
}
