//go:build linux

package nftables

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

const (
	sockDestroy = 21 // SOCK_DESTROY of linux/sock_diag.h

	// The states of linux/tcp_states.h in which a socket has a peer and is not over: all but TIME_WAIT, CLOSE, LISTEN.
	tcpStates = 0xfff &^ (1<<6 | 1<<7 | 1<<10)
	udpStates = 1 << 1 // connected

	// The layout of struct inet_diag_req_v2 and struct inet_diag_msg of linux/inet_diag.h.
	requestSize  = 56
	requestID    = 8 // where the socket's identity begins in a request
	messageID    = 4 // and in an answer
	identitySize = 48
	remoteOffset = 20 // the remote address within the identity: two ports, then the local address
)

// cutSessions destroys this machine's connections with the target, whoever opened them, and tells how many.
func (a *Actuator) cutSessions(target netip.Prefix) (int, error) {
	if a.diag == nil {
		conn, err := a.dial(unix.NETLINK_INET_DIAG)
		if err != nil {
			return 0, err
		}
		a.diag = conn
	}
	cut := 0
	var problems []error
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} { // an IPv6 socket may talk to an IPv4 peer
		if family == unix.AF_INET && !target.Addr().Is4() {
			continue
		}
		for protocol, states := range map[uint8]uint32{unix.IPPROTO_TCP: tcpStates, unix.IPPROTO_UDP: udpStates} {
			n, err := destroy(a.diag, target, family, protocol, states)
			cut += n
			problems = append(problems, err)
		}
	}
	if err := errors.Join(problems...); err != nil {
		a.hangUp()
		return cut, err
	}
	return cut, nil
}

// destroy asks for all sockets of a family and protocol and destroys those whose peer is in the target.
func destroy(conn *netlink.Conn, target netip.Prefix, family, protocol uint8, states uint32) (int, error) {
	request := make([]byte, requestSize)
	request[0], request[1] = family, protocol
	binary.NativeEndian.PutUint32(request[4:], states)
	sockets, err := conn.Execute(netlink.Message{
		Header: netlink.Header{Type: unix.SOCK_DIAG_BY_FAMILY, Flags: netlink.Request | netlink.Dump}, Data: request,
	})
	if err != nil {
		return 0, fmt.Errorf("list sockets: %w", err)
	}
	cut := 0
	for _, socket := range sockets {
		if len(socket.Data) < messageID+identitySize {
			continue
		}
		identity := socket.Data[messageID : messageID+identitySize]
		if !target.Contains(peerOf(identity, socket.Data[0])) {
			continue
		}
		request[0] = socket.Data[0]
		copy(request[requestID:], identity)
		_, err := conn.Execute(netlink.Message{
			Header: netlink.Header{Type: sockDestroy, Flags: netlink.Request | netlink.Acknowledge}, Data: request,
		})
		switch {
		case err == nil:
			cut++
		case !errors.Is(err, syscall.ENOENT): // it ended by itself
			return cut, fmt.Errorf("destroy a socket: %w", err)
		}
	}
	return cut, nil
}

func peerOf(identity []byte, family uint8) netip.Addr {
	remote := identity[remoteOffset:]
	if family == unix.AF_INET {
		return netip.AddrFrom4([4]byte(remote[:4]))
	}
	return netip.AddrFrom16([16]byte(remote[:16])).Unmap()
}
