//go:build linux

package nftables_test

import (
	"log/slog"
	"net/netip"
	"runtime"
	"slices"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/respond"
	"github.com/vedette-soc/vedette/internal/respond/actuatortest"
	"github.com/vedette-soc/vedette/internal/respond/nftables"
)

func TestConformance(t *testing.T) {
	actuatortest.Run(t, func(t *testing.T) respond.Actuator { return open(t, newNamespace(t)) })
}

func block(target string, ttl time.Duration) *vedette.Action {
	return &vedette.Action{ID: "act-1", Kind: respond.BlockAddress, Target: target, Expires: time.Now().Add(ttl)}
}

// A server on the protected machine itself: new connections fail, the running session is cut, undo opens it again.
func TestBlockCutsAndUndoOpens(t *testing.T) {
	tests := []struct{ name, server, listen, client, target string }{
		{"IPv4", "203.0.113.1/24", "203.0.113.1:7000", "203.0.113.9/24", "203.0.113.9"},
		{"IPv4Network", "203.0.113.1/16", "203.0.113.1:7000", "203.0.200.9/16", "203.0.200.0/24"},
		{"IPv6", "2001:db8::1/64", "[2001:db8::1]:7000", "2001:db8::9/64", "2001:db8::9"},
		{"IPv4OnIPv6Socket", "203.0.113.1/24", ":7000", "203.0.113.9/24", "203.0.113.9"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server, client := newNamespace(t), newNamespace(t)
			wire(server, "inside", client, "outside")
			server.up("inside", test.server)
			client.up("outside", test.client)
			ended := server.echo(test.listen)
			address := test.listen
			if strings.HasPrefix(address, ":") {
				address = netip.MustParsePrefix(test.server).Addr().String() + address
			}
			a := open(t, server)
			checkBlock(t, a, client, address, test.target, ended)
		})
	}
}

func checkBlock(t *testing.T, a *nftables.Actuator, client *namespace, address, target string, ended <-chan error) {
	t.Helper()
	client.await(address)
	session, err := client.dial(address)
	if err != nil {
		t.Fatalf("before the block: %v", err)
	}
	defer session.Close()
	if !alive(session) {
		t.Fatal("before the block: the session does not answer")
	}
	if err := a.Apply(t.Context(), block(target, time.Minute)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(2 * time.Second):
		t.Error("the established session was not cut")
	}
	if alive(session) {
		t.Error("the established session still answers")
	}
	if client.reachable(address) {
		t.Error("a new connection came through the block")
	}
	if err := a.Remove(t.Context(), block(target, time.Minute)); err != nil {
		t.Fatal(err)
	}
	if !client.reachable(address) {
		t.Error("after the undo the server cannot be reached")
	}
}

// The protected machine is a router: traffic that only passes it is blocked too, established sessions among it.
func TestBlockOnRouter(t *testing.T) {
	router, client, server := newNamespace(t), newNamespace(t), newNamespace(t)
	wire(router, "west", client, "uplink")
	wire(router, "east", server, "uplink")
	router.up("west", "203.0.113.1/24")
	router.up("east", "198.51.100.1/24")
	client.up("uplink", "203.0.113.9/24")
	server.up("uplink", "198.51.100.7/24")
	client.gateway("203.0.113.1")
	server.gateway("198.51.100.1")
	var err error
	router.in(func() { err = writeFile("/proc/sys/net/ipv4/ip_forward", "1") })
	if err != nil {
		t.Skipf("this machine allows no forwarding in a namespace: %v", err)
	}
	server.echo("198.51.100.7:7000")
	a := open(t, router)
	client.await("198.51.100.7:7000")
	session, err := client.dial("198.51.100.7:7000")
	if err != nil || !alive(session) {
		t.Fatalf("before the block: %v", err)
	}
	defer session.Close()
	if err := a.Apply(t.Context(), block("203.0.113.9", time.Minute)); err != nil {
		t.Fatal(err)
	}
	if alive(session) || client.reachable("198.51.100.7:7000") {
		t.Error("traffic through the router came through the block")
	}
	if err := a.Remove(t.Context(), block("203.0.113.9", time.Minute)); err != nil {
		t.Fatal(err)
	}
	if !client.reachable("198.51.100.7:7000") {
		t.Error("after the undo the server cannot be reached")
	}
}

// The kernel ends the block although nobody asks it to.
func TestKernelEndsTheBlock(t *testing.T) {
	server, client := newNamespace(t), newNamespace(t)
	wire(server, "inside", client, "outside")
	server.up("inside", "203.0.113.1/24")
	client.up("outside", "203.0.113.9/24")
	server.echo("203.0.113.1:7000")
	a := open(t, server)
	client.await("203.0.113.1:7000")
	if err := a.Apply(t.Context(), block("203.0.113.9", 2*time.Second)); err != nil {
		t.Fatal(err)
	}
	if client.reachable("203.0.113.1:7000") {
		t.Fatal("a connection came through the block")
	}
	deadline := time.Now().Add(15 * time.Second)
	for !client.reachable("203.0.113.1:7000") {
		if time.Now().After(deadline) {
			t.Fatal("the kernel did not end the block")
		}
	}
}

// A restart finds what holds; a table that somebody emptied or removed is seen and made again.
func TestTableIsFoundAndRepaired(t *testing.T) {
	n := newNamespace(t)
	first := open(t, n)
	act := block("203.0.113.9", time.Minute)
	if err := first.Apply(t.Context(), act); err != nil {
		t.Fatal(err)
	}
	second := open(t, n)
	if holds, detail, err := second.Holds(t.Context(), act); !holds || err != nil {
		t.Errorf("after a restart: %v %s %v", holds, detail, err)
	}
	if err := first.Clear(); err != nil {
		t.Fatal(err)
	}
	if holds, detail, err := second.Holds(t.Context(), act); holds || err != nil {
		t.Errorf("without the table: %v %s %v", holds, detail, err)
	}
	if err := second.Remove(t.Context(), act); err != nil {
		t.Errorf("remove without the table: %v", err)
	}
	if err := second.Apply(t.Context(), act); err != nil {
		t.Fatal(err)
	}
	if holds, detail, err := second.Holds(t.Context(), act); !holds || err != nil {
		t.Errorf("after the repair: %v %s %v", holds, detail, err)
	}
}

// Without the capability the actuator says what is missing, in words.
func TestWithoutPermission(t *testing.T) {
	newNamespace(t)
	var err error
	thread(func() {
		if err = dropCapabilities(); err == nil {
			_, err = nftables.New(nftables.Config{Table: "vedette-test-never"}, slog.New(slog.DiscardHandler))
		}
	})
	if vedette.CodeOf(err) != vedette.CodeDenied || !strings.Contains(err.Error(), "CAP_NET_ADMIN") {
		t.Errorf("got %v, want a denied error that names the capability", err)
	}
}

func TestLatency(t *testing.T) {
	a := open(t, newNamespace(t))
	var times []time.Duration
	for i := range 200 {
		act := block(netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}).String(), time.Minute)
		start := time.Now()
		if err := a.Apply(t.Context(), act); err != nil {
			t.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	sort.Slice(times, func(i, k int) bool { return times[i] < times[k] })
	t.Logf("apply on %s: p50 %s, p99 %s", runtime.GOARCH, times[len(times)/2], times[len(times)*99/100])
	if slices.Max(times) > 2*time.Second {
		t.Errorf("the slowest block took %s", slices.Max(times))
	}
}

func writeFile(name, text string) error {
	fd, err := syscall.Open(name, syscall.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	_, err = syscall.Write(fd, []byte(text))
	return err
}
