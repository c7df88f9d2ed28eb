package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// twoNetworks is two network namespaces with a cable between them: the server's, where datagrams are heard, and the
// clients'. The addresses are those that RFC 2544 reserves for benchmarks; they exist inside the namespaces only.
type twoNetworks struct {
	serverNS, clientNS netns.NsHandle
	listener           *net.UDPConn
	heard              *hearing
}

const (
	cable      = "vdtbench"
	serverAddr = "198.18.0.1"
	heardPort  = 9999
)

func newTwoNetworks(clients int) (n *twoNetworks, err error) {
	n = &twoNetworks{serverNS: netns.None(), clientNS: netns.None(), heard: &hearing{last: map[string]time.Time{}, firsts: map[string][]time.Time{}}}
	defer func() {
		if err != nil {
			n.close()
		}
	}()
	if err := n.make(clients); err != nil {
		return nil, fmt.Errorf("make the network namespaces: %w", err)
	}
	err = n.server(func() (err error) {
		n.listener, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(serverAddr), Port: heardPort})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listen in the server's namespace: %w", err)
	}
	go n.heard.listen(n.listener)
	return n, nil
}

// make creates both namespaces on a thread that goes back to its own afterwards.
func (n *twoNetworks) make(clients int) (err error) {
	runtime.LockOSThread()
	home, err := netns.Get()
	if err != nil {
		return err
	}
	defer func() {
		if back := netns.Set(home); back == nil {
			runtime.UnlockOSThread() // otherwise the thread ends with its goroutine
		}
		_ = home.Close()
	}()
	if n.clientNS, err = netns.New(); err != nil {
		return err
	}
	if n.serverNS, err = netns.New(); err != nil {
		return err
	}
	veth := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: cable + "0"}, PeerName: cable + "1", PeerNamespace: netlink.NsFd(n.clientNS)}
	if err := errors.Join(netlink.LinkAdd(veth), setUp("lo"), setUp(cable+"0", serverAddr)); err != nil {
		return err
	}
	if err := netns.Set(n.clientNS); err != nil {
		return err
	}
	addrs := make([]string, clients)
	for i := range addrs {
		addrs[i] = n.client(i)
	}
	return errors.Join(setUp("lo"), setUp(cable+"1", addrs...))
}

func setUp(name string, addrs ...string) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	for _, a := range addrs {
		addr, err := netlink.ParseAddr(a + "/15")
		if err != nil {
			return err
		}
		if err := netlink.AddrAdd(link, addr); err != nil {
			return err
		}
	}
	return netlink.LinkSetUp(link)
}

// client is the address of a client.
func (n *twoNetworks) client(i int) string { return fmt.Sprintf("198.18.1.%d", i+1) }

// within runs f on a thread inside a namespace. Sockets and processes that f makes stay there.
func within(ns netns.NsHandle, f func() error) error {
	runtime.LockOSThread()
	home, err := netns.Get()
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer func() {
		if netns.Set(home) == nil {
			runtime.UnlockOSThread()
		}
		_ = home.Close()
	}()
	if err := netns.Set(ns); err != nil {
		return err
	}
	return f()
}

func (n *twoNetworks) server(f func() error) error { return within(n.serverNS, f) }

// dialServer connects from inside the server's namespace.
func (n *twoNetworks) dialServer(ctx context.Context, network, addr string) (conn net.Conn, err error) {
	err = n.server(func() (err error) {
		conn, err = (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, network, addr)
		return err
	})
	return conn, err
}

// send sends a datagram from an address every 250 µs until it is stopped.
func (n *twoNetworks) send(address string) (stop func(), err error) {
	var conn *net.UDPConn
	err = within(n.clientNS, func() (err error) {
		conn, err = net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(address)}, &net.UDPAddr{IP: net.ParseIP(serverAddr), Port: heardPort})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("send from %s: %w", address, err)
	}
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		tick := time.NewTicker(250 * time.Microsecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				_, _ = conn.Write([]byte("?"))
			}
		}
	})
	return func() { close(done); wait.Wait(); _ = conn.Close() }, nil
}

func (n *twoNetworks) close() {
	if n.listener != nil {
		_ = n.listener.Close()
	}
	for _, ns := range []netns.NsHandle{n.serverNS, n.clientNS} {
		if ns.IsOpen() {
			_ = ns.Close()
		}
	}
}

// hearing notes when datagrams arrive.
type hearing struct {
	mu     sync.Mutex
	last   map[string]time.Time
	firsts map[string][]time.Time // arrivals that followed a silence of 50 ms or more
}

func (h *hearing) listen(conn *net.UDPConn) {
	buf := make([]byte, 16)
	for {
		_, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		now, name := time.Now(), from.Addr().Unmap().String()
		h.mu.Lock()
		if now.Sub(h.last[name]) > 50*time.Millisecond {
			h.firsts[name] = append(h.firsts[name], now)
		}
		h.last[name] = now
		h.mu.Unlock()
	}
}

// after waits until a datagram has arrived after begin.
func (h *hearing) after(name string, begin time.Time, most time.Duration) bool {
	for deadline := time.Now().Add(most); time.Now().Before(deadline); <-time.After(time.Millisecond) {
		h.mu.Lock()
		last := h.last[name]
		h.mu.Unlock()
		if last.After(begin) {
			return true
		}
	}
	return false
}

// first is the first arrival after begin that followed a silence.
func (h *hearing) first(name string, begin time.Time) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, at := range h.firsts[name] {
		if at.After(begin) {
			return at
		}
	}
	return h.last[name]
}

// silence waits until nothing has arrived for so long, and returns when the last datagram had arrived.
func (h *hearing) silence(ctx context.Context, name string, quiet, most time.Duration) (time.Time, error) {
	for deadline := time.Now().Add(most); time.Now().Before(deadline); {
		h.mu.Lock()
		last := h.last[name]
		h.mu.Unlock()
		if time.Since(last) > quiet {
			return last, nil
		}
		select {
		case <-ctx.Done():
			return last, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return time.Time{}, fmt.Errorf("%s was never blocked", name)
}
