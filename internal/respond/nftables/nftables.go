//go:build linux

package nftables

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"github.com/google/nftables"
	"github.com/mdlayher/netlink"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// Config names the table.
type Config struct {
	Table string // "vedette" when empty
}

// Actuator blocks addresses. Its methods may be called by many goroutines; Close ends it.
type Actuator struct {
	netns int // file descriptor of a network namespace, 0 for the one Vedette runs in
	log   *slog.Logger

	mu    sync.Mutex
	table *nftables.Table
	sets  [2]*nftables.Set // IPv4, IPv6
	fire  *nftables.Conn   // nil until used and after every error
	ask   *netlink.Conn    // for questions that the library cannot put
	diag  *netlink.Conn    // to the kernel's sockets

	closed bool
	forget chan netip.Prefix // connections to forget, for the one goroutine that does
	forgot chan struct{}     // closed when that goroutine has ended
}

// New makes the table ready. Without CAP_NET_ADMIN the error is denied; on a kernel without nftables it is unavailable.
func New(cfg Config, log *slog.Logger) (*Actuator, error) { return NewIn(0, cfg, log) }

// NewIn is New for the network namespace behind a file descriptor, which must stay open.
func NewIn(netns int, cfg Config, log *slog.Logger) (*Actuator, error) {
	if cfg.Table == "" {
		cfg.Table = "vedette"
	}
	a := &Actuator{netns: netns, log: log}
	a.table = &nftables.Table{Name: cfg.Table, Family: nftables.TableFamilyINet}
	for i, family := range families {
		a.sets[i] = &nftables.Set{Table: a.table, Name: family.set, KeyType: family.key, Interval: true, HasTimeout: true}
	}
	if err := a.ready(); err != nil {
		return nil, err
	}
	a.forget, a.forgot = make(chan netip.Prefix, forgetQueue), make(chan struct{})
	go a.forgetConnections()
	return a, nil
}

// Name returns "nftables".
func (a *Actuator) Name() string { return "nftables" }

// Undo says how to take the action back by hand.
func (a *Actuator) Undo(action *vedette.Action) string {
	return fmt.Sprintf("nft delete element inet %s %s { %s }", a.table.Name, families[familyOf(action.Target)].set, action.Target)
}

// Apply blocks the target until action.Expires and cuts its sessions. What the kernel holds for the same target is
// replaced in the same transaction, because kernels before 6.12 do not move the end of an element that exists.
func (a *Actuator) Apply(_ context.Context, action *vedette.Action) error {
	target, err := entity.ParseTarget(action.Target)
	if err != nil {
		return err
	}
	left := time.Until(action.Expires)
	if left <= 0 {
		return vedette.Errorf(vedette.CodeInvalid, "the action's end has passed")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	_, there, err := a.lookup(target)
	if err == nil {
		err = a.change(target, left, there)
	}
	if errors.Is(err, syscall.ENOENT) { // it ended between the two, or somebody removed our table
		if err = a.ready(); err == nil {
			err = a.change(target, left, false)
		}
	}
	if err != nil {
		return failure("block "+action.Target, err)
	}
	cut, err := a.cutSessions(target)
	if err != nil {
		a.log.Warn("sessions could not be cut; their packets are dropped", "target", action.Target, "error", err)
	}
	if !a.closed {
		select {
		case a.forget <- target:
		default:
		}
	}
	a.log.Info("blocked", "target", action.Target, "for", left.Round(time.Second), "sessions_cut", cut)
	return nil
}

// Remove unblocks the target.
func (a *Actuator) Remove(_ context.Context, action *vedette.Action) error {
	target, err := entity.ParseTarget(action.Target)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	_, there, err := a.lookup(target)
	if err == nil && there {
		err = a.transact(func(conn *nftables.Conn) error { return conn.SetDeleteElements(a.setOf(target), elements(target, 0)) })
	}
	if err != nil && !errors.Is(err, syscall.ENOENT) {
		return failure("unblock "+action.Target, err)
	}
	a.log.Info("unblocked", "target", action.Target)
	return nil
}

// Holds asks the kernel whether the target is in the set and the rules that use the set are in place.
func (a *Actuator) Holds(_ context.Context, action *vedette.Action) (bool, string, error) {
	target, err := entity.ParseTarget(action.Target)
	if err != nil {
		return false, "", err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	whole, err := a.whole()
	if err != nil {
		a.hangUp()
		return false, "", failure("look at the table", err)
	}
	if !whole {
		return false, fmt.Sprintf("the rules of table inet %s are not in place", a.table.Name), nil
	}
	left, found, err := a.lookup(target)
	switch {
	case err != nil:
		return false, "", failure("look for "+action.Target, err)
	case !found:
		return false, fmt.Sprintf("%s is not in set %s of table inet %s", action.Target, a.setOf(target).Name, a.table.Name), nil
	}
	detail := fmt.Sprintf("%s is in set %s of table inet %s", action.Target, a.setOf(target).Name, a.table.Name)
	if left > 0 {
		detail += ", the kernel ends it in " + left.Round(time.Second).String()
	}
	return true, detail, nil
}

// Clear removes the table and with it every block.
func (a *Actuator) Clear() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	err := a.transact(func(conn *nftables.Conn) error { conn.DelTable(a.table); return nil })
	if err != nil && !errors.Is(err, syscall.ENOENT) {
		return failure("remove the table", err)
	}
	return nil
}

// Close ends the actuator's work and releases its sockets; what is blocked stays blocked.
func (a *Actuator) Close() error {
	a.mu.Lock()
	a.hangUp()
	if !a.closed {
		a.closed = true
		close(a.forget)
	}
	a.mu.Unlock()
	<-a.forgot
	return nil
}

// change adds the target's element in one transaction, deleting the one that is there first when replace is set.
func (a *Actuator) change(target netip.Prefix, timeout time.Duration, replace bool) error {
	set := a.setOf(target)
	return a.transact(func(conn *nftables.Conn) error {
		if replace {
			if err := conn.SetDeleteElements(set, elements(target, 0)); err != nil {
				return err
			}
		}
		return conn.SetAddElements(set, elements(target, timeout))
	})
}

func (a *Actuator) setOf(target netip.Prefix) *nftables.Set {
	if target.Addr().Is4() {
		return a.sets[0]
	}
	return a.sets[1]
}

// transact sends what fn queued as one transaction.
func (a *Actuator) transact(fn func(*nftables.Conn) error) error {
	conn, err := a.conn()
	if err != nil {
		return err
	}
	if err = fn(conn); err == nil {
		err = conn.Flush()
	}
	if err != nil {
		a.hangUp() // answers to the rest of the transaction may be unread
	}
	return err
}

// conn returns the connection to the kernel's firewall. It is kept: closing one makes the kernel finish every pending
// removal first, which was measured at 10–20 ms.
func (a *Actuator) conn() (*nftables.Conn, error) {
	if a.fire != nil {
		return a.fire, nil
	}
	options := []nftables.ConnOption{nftables.AsLasting()}
	if a.netns != 0 {
		options = append(options, nftables.WithNetNSFd(a.netns))
	}
	conn, err := nftables.New(options...)
	if err != nil {
		return nil, failure("reach the kernel's firewall", err)
	}
	a.fire = conn
	return conn, nil
}

// hangUp closes the connections; the next use opens new ones.
func (a *Actuator) hangUp() {
	if a.fire != nil {
		_ = a.fire.CloseLasting() // nothing is lost with it
		a.fire = nil
	}
	for _, conn := range []**netlink.Conn{&a.ask, &a.diag} {
		if *conn != nil {
			_ = (*conn).Close() // nothing is lost with it
			*conn = nil
		}
	}
}

// failure gives an error of the kernel the code and the words that a person can act on.
func failure(what string, err error) error {
	if _, ok := errors.AsType[*vedette.Error](err); ok {
		return err
	}
	switch {
	case errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES):
		return vedette.Errorf(vedette.CodeDenied, "%s: the kernel denied it; nftables needs root or the capability CAP_NET_ADMIN (systemd: AmbientCapabilities=CAP_NET_ADMIN): %w", what, err)
	case errors.Is(err, syscall.EPROTONOSUPPORT) || errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.EAFNOSUPPORT):
		return vedette.Errorf(vedette.CodeUnavailable, "%s: this kernel has no nftables: %w", what, err)
	}
	return vedette.Errorf(vedette.CodeUnavailable, "%s: %w", what, err)
}
