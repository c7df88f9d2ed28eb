// Package nftables is the actuator that blocks addresses in the kernel's firewall, over netlink, without any program.
//
// It owns one table, "inet vedette", and touches no other. Two sets hold the blocked networks of IPv4 and IPv6; four
// rules in each of two chains drop what comes from them and goes to them. The chains are hooked early (priority −150,
// prerouting and output), before any rule that accepts established connections, so that running sessions starve at once
// on this machine and on machines behind it. Established TCP and connected UDP sockets of this machine are destroyed as
// well, and entries of the connection table removed where the kernel has one.
//
// Every element carries the kernel's own timeout: when Vedette is gone, the block still ends. Elements survive a restart
// of Vedette and are found again by looking.
//
// It needs CAP_NET_ADMIN, and says so when it has not.
package nftables
