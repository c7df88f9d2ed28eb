//go:build linux

package nftables_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"github.com/vedette-soc/vedette/internal/respond/nftables"
)

// namespace is a network of its own that only this test sees. It has no name in the file system: it is gone when the
// test's last file descriptor of it is closed.
type namespace struct {
	t  *testing.T
	ns netns.NsHandle
}

// newNamespace skips the test, saying why, when the machine does not allow network namespaces.
func newNamespace(t *testing.T) *namespace {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root to make network namespaces")
	}
	n := &namespace{t: t, ns: -1}
	var err error
	thread(func() { n.ns, err = netns.New() })
	if err != nil {
		t.Skipf("this machine allows no network namespaces: %v", err)
	}
	t.Cleanup(func() { n.ns.Close() })
	n.up("lo")
	return n
}

// thread runs fn on an operating-system thread that is thrown away afterwards, since it may have changed its namespace.
func thread(fn func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		fn()
	}()
	<-done
}

// in runs fn inside the namespace.
func (n *namespace) in(fn func()) {
	n.t.Helper()
	var err error
	thread(func() {
		if err = netns.Set(n.ns); err == nil {
			fn()
		}
	})
	if err != nil {
		n.t.Fatalf("enter the namespace: %v", err)
	}
}

func (n *namespace) handle(fn func(*netlink.Handle) error) {
	n.t.Helper()
	h, err := netlink.NewHandleAt(n.ns)
	if err == nil {
		err = fn(h)
		h.Close()
	}
	if err != nil {
		n.t.Fatalf("set the namespace up: %v", err)
	}
}

func (n *namespace) up(link string, addresses ...string) {
	n.t.Helper()
	n.handle(func(h *netlink.Handle) error {
		l, err := h.LinkByName(link)
		if err != nil {
			return err
		}
		for _, address := range addresses {
			addr, err := netlink.ParseAddr(address)
			if err != nil {
				return err
			}
			addr.Flags = 0x02 // IFA_F_NODAD: usable at once
			if err := h.AddrAdd(l, addr); err != nil {
				return fmt.Errorf("add %s: %w", address, err)
			}
		}
		return h.LinkSetUp(l)
	})
}

// wire joins two namespaces with a cable; the ends have the given names.
func wire(a *namespace, nameA string, b *namespace, nameB string) {
	a.t.Helper()
	a.handle(func(h *netlink.Handle) error {
		return h.LinkAdd(&netlink.Veth{
			LinkAttrs: netlink.LinkAttrs{Name: nameA}, PeerName: nameB, PeerNamespace: netlink.NsFd(b.ns),
		})
	})
}

func (n *namespace) gateway(via string) {
	n.t.Helper()
	n.handle(func(h *netlink.Handle) error {
		return h.RouteAdd(&netlink.Route{Gw: net.ParseIP(via)})
	})
}

// echo serves TCP at an address: every byte comes back. What broke the connections it served comes out of the
// channel.
func (n *namespace) echo(address string) <-chan error {
	n.t.Helper()
	var l net.Listener
	var err error
	n.in(func() { l, err = net.Listen("tcp", address) })
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { l.Close() })
	ended := make(chan error, 64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, err := io.Copy(c, c)
				if err == nil {
					return // the client closed it
				}
				select {
				case ended <- err:
				default:
				}
			}()
		}
	}()
	return ended
}

// dial opens a connection from inside the namespace.
func (n *namespace) dial(address string) (net.Conn, error) {
	var c net.Conn
	var err error
	n.in(func() { c, err = (&net.Dialer{Timeout: 400 * time.Millisecond}).Dial("tcp", address) })
	return c, err
}

// await waits until a fresh cable carries traffic, which the kernel may take a second to notice.
func (n *namespace) await(address string) {
	n.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !n.reachable(address); {
		if time.Now().After(deadline) {
			n.t.Fatalf("%s cannot be reached before anything was blocked", address)
		}
	}
}

// reachable tells whether a connection can be opened and a byte comes back.
func (n *namespace) reachable(address string) bool {
	c, err := n.dial(address)
	if err != nil {
		return false
	}
	defer c.Close()
	return alive(c)
}

func alive(c net.Conn) bool {
	c.SetDeadline(time.Now().Add(400 * time.Millisecond))
	if _, err := c.Write([]byte("?")); err != nil {
		return false
	}
	b := make([]byte, 1)
	_, err := io.ReadFull(c, b)
	return err == nil
}

func open(t *testing.T, n *namespace) *nftables.Actuator {
	t.Helper()
	a, err := nftables.NewIn(int(n.ns), nftables.Config{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Skipf("this kernel has no usable nftables: %v", err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}
