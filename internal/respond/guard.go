package respond

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// Guard decides whether an action may be applied. It asks its gates in a fixed order; the first that refuses is named.
// A Guard is safe for concurrent use.
type Guard struct {
	cfg      Config
	networks entity.Networks
	own      func() ([]netip.Prefix, error)

	mu    sync.RWMutex
	mode  Mode
	extra []netip.Prefix
}

// Question is what a guard is asked.
type Question struct {
	Kind      string
	Target    string
	TTL       time.Duration
	Automatic bool         // no person approves it
	Client    []netip.Addr // addresses of the people who ask, so that nobody locks himself out
	Live      int          // leases held now
	Recent    int          // actions applied within the last minute
	Standing  bool         // it holds already: only ask whether it may
}

// Refusal is a gate's no.
type Refusal struct {
	Gate   string // a stable word: mode, kind, target, reserved, own, protected, client, private, size, ttl, live, rate
	Reason string // one sentence
}

// String names the gate and then the reason, as an action's row shows it.
func (r *Refusal) String() string { return r.Gate + ": " + r.Reason }

// NewGuard makes a guard. own lists the addresses of this machine and may be nil, which asks the network interfaces.
func NewGuard(cfg Config, networks entity.Networks, own func() ([]netip.Prefix, error)) (*Guard, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if own == nil {
		own = interfaceAddresses
	}
	return &Guard{cfg: cfg, networks: networks, own: own, mode: cfg.Mode}, nil
}

// Mode returns the mode in force.
func (g *Guard) Mode() Mode {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.mode
}

// SetMode changes the mode; off stops every new action at once.
func (g *Guard) SetMode(mode Mode) error {
	cfg := g.cfg
	cfg.Mode = mode
	if err := cfg.Validate(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mode = mode
	return nil
}

// SetProtected replaces the protected networks that are kept beside the configured ones.
func (g *Guard) SetProtected(nets []netip.Prefix) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.extra = append([]netip.Prefix(nil), nets...)
}

// Check returns nil when every gate lets the action pass, and the first refusal otherwise.
func (g *Guard) Check(q Question) *Refusal {
	target, err := entity.ParseTarget(q.Target)
	for _, gate := range g.gates() {
		if q.Standing && !gate.standing {
			continue
		}
		if gate.name == "target" && err != nil {
			return &Refusal{Gate: gate.name, Reason: err.Error()}
		}
		if gate.asks == nil {
			continue
		}
		if reason := gate.asks(q, target); reason != "" {
			return &Refusal{Gate: gate.name, Reason: reason}
		}
	}
	return nil
}

// clientKey is the context key of the client's address.
type clientKey struct{}

// WithClient notes the network address of the person who asks, with or without a port; the guard never lets that
// address be blocked.
func WithClient(ctx context.Context, address string) context.Context {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		with, err := netip.ParseAddrPort(address)
		if err != nil {
			return ctx
		}
		addr = with.Addr()
	}
	return context.WithValue(ctx, clientKey{}, addr.Unmap().WithZone(""))
}

// clientOf returns the address noted by WithClient, if any.
func clientOf(ctx context.Context) (netip.Addr, bool) {
	addr, ok := ctx.Value(clientKey{}).(netip.Addr)
	return addr, ok
}

// interfaceAddresses lists the addresses of this machine's network interfaces.
func interfaceAddresses() ([]netip.Prefix, error) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("list the addresses of this machine: %w", err)
	}
	var own []netip.Prefix
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil {
			return nil, vedette.Errorf(vedette.CodeInternal, "read the interface address %q: %w", a, err)
		}
		addr := prefix.Addr().Unmap().WithZone("")
		own = append(own, netip.PrefixFrom(addr, addr.BitLen()))
	}
	return own, nil
}
