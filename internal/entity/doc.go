// Package entity knows who is who: it reads from an event the hosts, users, addresses and things it speaks about, and
// says which addresses are ours and which no action may touch.
//
// What comes in is a [vedette.Event]; what goes out is a short list of [vedette.EntityRef] with normalised names, so
// that the same machine or person has the same name whichever product spoke of it:
//
//   - a host is lower case and loses its domain: "WEB-01.corp.example." is web-01. Within one tenant short names are
//     what syslog senders, sensors and Windows agree on. Names that are addresses stay whole, "localhost" is nobody.
//   - a user is lower case and loses its domain: CORP\Alice, alice@corp.example and alice are one person. Machine
//     accounts, SIDs and the operating system's own accounts are nobody. Accounts that exist on every machine (root,
//     administrator) are kept, and [CommonAccount] tells that sharing them means nothing.
//   - an address is in its shortest form, IPv4 in IPv6 unwrapped; loopback, unspecified, multicast and broadcast
//     addresses are nobody.
//   - Windows paths are lower case, other paths stay as they are.
//
// An address with no role is the host's own address, seen in the same event as its name: it plays no part, but it lets
// a reader of the list learn that both are one machine. [Directory] remembers such pairs.
//
// The host of a network sensor's event (firewall, proxy, Zeek, Suricata, DNS server) is where the record was written and not
// a machine it speaks about, so it is left out.
package entity
