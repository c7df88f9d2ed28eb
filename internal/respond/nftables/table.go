//go:build linux

package nftables

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// family is what differs between IPv4 and IPv6 in a rule.
type family struct {
	set      string
	key      nftables.SetDatatype
	protocol byte
	source   uint32 // offset of the source address in the network header
	target   uint32
	length   uint32
}

// families is read-only.
var families = [2]family{
	{"blocked4", nftables.TypeIPAddr, unix.NFPROTO_IPV4, 12, 16, 4},
	{"blocked6", nftables.TypeIP6Addr, unix.NFPROTO_IPV6, 8, 24, 16},
}

// hooks are where packets are looked at: prerouting sees what comes in for this machine and for those behind it, output
// what this machine sends. Read-only.
var hooks = [2]struct {
	chain string
	hook  *nftables.ChainHook
}{
	{"prerouting", nftables.ChainHookPrerouting},
	{"output", nftables.ChainHookOutput},
}

// priority is before connection tracking's users, address translation (−100) and every ordinary filter (0).
const priority = -150

const rulesPerChain = 2 * len(families)

// familyOf tells 0 for IPv4 and 1 for IPv6.
func familyOf(target string) int {
	if strings.Contains(target, ":") {
		return 1
	}
	return 0
}

// ready makes the table when it is missing or not whole. A whole table is kept with its elements.
func (a *Actuator) ready() error {
	whole, err := a.whole()
	if err != nil {
		a.hangUp()
		return failure("look at the table", err)
	}
	if whole {
		return nil
	}
	if err := a.transact(a.build); err != nil {
		return failure("make the table", err)
	}
	return nil
}

// build queues a new table in place of what may be there.
func (a *Actuator) build(conn *nftables.Conn) error {
	conn.AddTable(a.table) // so that deleting it cannot fail
	conn.DelTable(a.table)
	conn.AddTable(a.table)
	for _, set := range a.sets {
		if err := conn.AddSet(set, nil); err != nil {
			return fmt.Errorf("make set %s: %w", set.Name, err)
		}
	}
	for _, h := range hooks {
		at, policy := nftables.ChainPriority(priority), nftables.ChainPolicyAccept
		chain := conn.AddChain(&nftables.Chain{
			Table: a.table, Name: h.chain, Type: nftables.ChainTypeFilter, Hooknum: h.hook, Priority: &at, Policy: &policy,
		})
		for i, f := range families {
			conn.AddRule(a.drop(chain, f, a.sets[i], f.source))
			conn.AddRule(a.drop(chain, f, a.sets[i], f.target))
		}
	}
	return nil
}

// drop is the rule that counts and drops packets whose address at an offset is in the set.
func (a *Actuator) drop(chain *nftables.Chain, f family, set *nftables.Set, offset uint32) *nftables.Rule {
	return &nftables.Rule{Table: a.table, Chain: chain, Exprs: []expr.Any{
		&expr.Meta{Key: expr.MetaKeyNFPROTO, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{f.protocol}},
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: offset, Len: f.length},
		&expr.Lookup{SourceRegister: 1, SetName: set.Name, SetID: set.ID},
		&expr.Counter{},
		&expr.Verdict{Kind: expr.VerdictDrop},
	}}
}

// whole tells whether table, hooked chains, rules and sets are all there.
func (a *Actuator) whole() (bool, error) {
	conn, err := a.conn()
	if err != nil {
		return false, err
	}
	chains, err := conn.ListChainsOfTableFamily(a.table.Family)
	if err != nil {
		return false, err
	}
	found := 0
	for _, chain := range chains {
		if chain.Table.Name != a.table.Name {
			continue
		}
		for _, h := range hooks {
			if chain.Name == h.chain && chain.Hooknum != nil && *chain.Hooknum == *h.hook {
				rules, err := conn.GetRules(a.table, chain)
				if err != nil {
					return false, err
				}
				if len(rules) == rulesPerChain {
					found++
				}
			}
		}
	}
	if found != len(hooks) {
		return false, nil
	}
	sets, err := conn.GetSets(a.table)
	if err != nil {
		return false, err
	}
	return len(sets) == len(a.sets), nil
}

// elements are the two ends of the interval that a network is in a set. The start carries the timeout for both.
func elements(target netip.Prefix, timeout time.Duration) []nftables.SetElement {
	first := target.Masked().Addr()
	all := []nftables.SetElement{{Key: first.AsSlice(), Timeout: timeout}}
	if after := last(target).Next(); after.IsValid() {
		all = append(all, nftables.SetElement{Key: after.AsSlice(), IntervalEnd: true})
	}
	return all
}

// last returns the highest address of a network.
func last(target netip.Prefix) netip.Addr {
	b := target.Masked().Addr().AsSlice()
	for bit := target.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	addr, _ := netip.AddrFromSlice(b)
	return addr
}
