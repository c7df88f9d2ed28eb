package collect

import (
	"net/netip"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// Policy says what is known beforehand of a sender: its name, its time zone, its encoding, which parser understands it.
type Policy struct {
	Match    string `yaml:"match"`    // address, network in CIDR form, or the beginning of a source name
	Name     string `yaml:"name"`     // how the source is listed; empty keeps the receiver's name for it
	Tenant   string `yaml:"tenant"`   // whose records they are; empty keeps the receiver's
	Parser   string `yaml:"parser"`   // name of the parser; empty lets the content decide
	Encoding string `yaml:"encoding"` // gb18030, utf-8, latin1; empty lets the content decide
	Zone     string `yaml:"zone"`     // IANA time zone for timestamps without one; empty means UTC

	network netip.Prefix
}

func (p *Policy) prepare() error {
	if p.Match == "" {
		return vedette.Errorf(vedette.CodeInvalid, "a source policy needs match: an address, a network or a source name")
	}
	if _, err := time.LoadLocation(p.Zone); err != nil {
		return vedette.Errorf(vedette.CodeInvalid, "source policy %s: %w", p.Match, err)
	}
	if a, err := netip.ParseAddr(p.Match); err == nil {
		p.network = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
	} else if n, err := netip.ParsePrefix(p.Match); err == nil {
		p.network = n.Masked()
	}
	return nil
}

func (p *Policy) matches(rec *vedette.Record) bool {
	if !p.network.IsValid() {
		return strings.HasPrefix(rec.Source, p.Match)
	}
	peer, err := netip.ParseAddr(rec.Peer)
	return err == nil && p.network.Contains(peer.Unmap())
}

func (p *Policy) apply(rec *vedette.Record) {
	set := func(to *string, value string) {
		if value != "" {
			*to = value
		}
	}
	set(&rec.Source, p.Name)
	set(&rec.Tenant, p.Tenant)
	set(&rec.Parser, p.Parser)
	set(&rec.Encoding, p.Encoding)
	set(&rec.Zone, p.Zone)
}
