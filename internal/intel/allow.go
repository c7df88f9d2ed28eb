package intel

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"

	"github.com/gaissmai/bart"

	"github.com/vedette-soc/vedette"
)

// Kinds of entries of the allow-list.
const (
	AllowNetwork = "network"
	AllowDomain  = "domain"
	AllowURL     = "url"
	AllowEmail   = "email"
	AllowHash    = "hash"
)

// allowList finds out whether a value is known to be good. It never changes once it is made.
type allowList struct {
	entries  []vedette.Allowance
	networks bart.Table[int]
	names    map[string]int // "kind value": the place of the entry
}

func newAllowList(entries []vedette.Allowance) *allowList {
	a := &allowList{entries: entries, names: make(map[string]int, len(entries))}
	for i, e := range entries {
		if e.ID == "" {
			entries[i].ID = allowanceID(e)
		}
		if e.Kind != AllowNetwork {
			a.names[e.Kind+" "+e.Value] = i
			continue
		}
		if p, err := netip.ParsePrefix(e.Value); err == nil {
			a.networks.Insert(p, i)
		} else if addr, err := netip.ParseAddr(e.Value); err == nil {
			a.networks.Insert(netip.PrefixFrom(addr, addr.BitLen()), i)
		}
	}
	return a
}

// find returns the entry that a value in normal form falls under.
func (a *allowList) find(kind vedette.IndicatorKind, value string) (vedette.Allowance, bool) {
	place, ok := -1, false
	switch kind {
	case vedette.IndicatorAddress:
		if addr, err := netip.ParseAddr(value); err == nil {
			place, ok = a.networks.Lookup(addr)
		}
	case vedette.IndicatorNetwork: // a network that holds something good only is good; one that holds some of it is not
		if p, err := netip.ParsePrefix(value); err == nil {
			place, ok = a.networks.LookupPrefix(p)
		}
	case vedette.IndicatorDomain:
		place, ok = a.domain(value)
	case vedette.IndicatorURL:
		if place, ok = a.names[AllowURL+" "+value]; !ok {
			return a.host(hostOfURL(value))
		}
	case vedette.IndicatorEmail:
		if place, ok = a.names[AllowEmail+" "+value]; !ok {
			place, ok = a.domain(value[strings.LastIndexByte(value, '@')+1:])
		}
	default:
		place, ok = a.names[AllowHash+" "+value]
	}
	if !ok {
		return vedette.Allowance{}, false
	}
	return a.entries[place], true
}

// host looks a URL's host up. Only an entry that speaks of everything below a domain excuses what lies on its servers.
func (a *allowList) host(host string) (vedette.Allowance, bool) {
	var place int
	var ok bool
	if addr, err := netip.ParseAddr(host); err == nil {
		place, ok = a.networks.Lookup(addr)
	} else if place, ok = a.domain(host); ok && !a.entries[place].Below {
		return vedette.Allowance{}, false
	}
	if !ok {
		return vedette.Allowance{}, false
	}
	return a.entries[place], true
}

// domain finds a name itself, or a name above it whose entry holds for everything below.
func (a *allowList) domain(name string) (int, bool) {
	if place, ok := a.names[AllowDomain+" "+name]; ok {
		return place, true
	}
	for {
		_, above, found := strings.Cut(name, ".")
		if !found {
			return 0, false
		}
		if place, ok := a.names[AllowDomain+" "+above]; ok && a.entries[place].Below {
			return place, true
		}
		name = above
	}
}

func hostOfURL(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		rest = rest[:end]
	}
	host, _ := splitPort(rest)
	return host
}

// NewAllowance checks an entry of the allow-list and gives it its normal form and its id. An empty kind is found out
// from the value.
func NewAllowance(a vedette.Allowance) (vedette.Allowance, error) {
	value := Refang(a.Value)
	var kind vedette.IndicatorKind
	var err error
	switch a.Kind {
	case "", AllowHash:
		if kind, value, err = guessAllowed(value); err == nil && a.Kind == AllowHash && hashSize(kind) == 0 {
			err = vedette.Errorf(vedette.CodeInvalid, "%q is no hash", vedette.Shorten(value, 100))
		}
	case AllowNetwork:
		kind, value, err = guessAllowed(value)
		if err == nil && kind != vedette.IndicatorAddress && kind != vedette.IndicatorNetwork {
			err = vedette.Errorf(vedette.CodeInvalid, "%q is neither an address nor a network", vedette.Shorten(value, 100))
		}
	case AllowDomain, AllowURL, AllowEmail:
		kind, value, err = Normal(vedette.IndicatorKind(a.Kind), value)
	default:
		err = vedette.Errorf(vedette.CodeInvalid, "the allow-list knows network, domain, url, email and hash, not %q", vedette.Shorten(a.Kind, 40))
	}
	if err != nil {
		return a, err
	}
	a.Kind, a.Value = allowKind(kind), value
	if strings.TrimSpace(a.Reason) == "" {
		return a, vedette.Errorf(vedette.CodeInvalid, "say why %s is known to be good", vedette.Shorten(value, 100))
	}
	a.ID = allowanceID(a)
	a.Reason = vedette.Shorten(a.Reason, 1000)
	return a, nil
}

func allowanceID(a vedette.Allowance) string {
	sum := sha256.Sum256([]byte(a.Kind + "\x00" + a.Value))
	return "alw_" + hex.EncodeToString(sum[:8])
}

// guessAllowed is Guess, but networks may be as wide as one likes.
func guessAllowed(value string) (vedette.IndicatorKind, string, error) {
	if p, err := netip.ParsePrefix(value); err == nil {
		return vedette.IndicatorNetwork, p.Masked().String(), nil
	}
	if addr, err := netip.ParseAddr(value); err == nil {
		return vedette.IndicatorAddress, addr.Unmap().WithZone("").String(), nil
	}
	return Guess(value)
}

func allowKind(kind vedette.IndicatorKind) string {
	switch kind {
	case vedette.IndicatorAddress, vedette.IndicatorNetwork:
		return AllowNetwork
	case vedette.IndicatorDomain, vedette.IndicatorURL, vedette.IndicatorEmail:
		return string(kind)
	}
	return AllowHash
}

// builtin is what is good everywhere: resolvers that everybody asks, hashes of nothing, names that devices ask for all
// day. The names are meant as such; what strangers keep below them is not excused.
func builtin() []vedette.Allowance {
	var list []vedette.Allowance
	add := func(kind, reason string, values ...string) {
		for _, value := range values {
			list = append(list, vedette.Allowance{Kind: kind, Value: value, Reason: reason, Origin: "builtin"})
		}
	}
	add(AllowNetwork, "a public resolver that many devices ask",
		"1.1.1.1", "1.0.0.1", "2606:4700:4700::1111", "2606:4700:4700::1001", "8.8.8.8", "8.8.4.4", "2001:4860:4860::8888", "2001:4860:4860::8844",
		"9.9.9.9", "149.112.112.112", "2620:fe::fe", "2620:fe::9", "208.67.222.222", "208.67.220.220", "94.140.14.14", "94.140.15.15",
		"114.114.114.114", "114.114.115.115", "223.5.5.5", "223.6.6.6", "2400:3200::1", "2400:3200:baba::1", "119.29.29.29", "182.254.116.116",
		"180.76.76.76", "180.184.1.1", "180.184.2.2", "101.226.4.6", "117.50.10.10", "168.95.1.1", "77.88.8.8", "77.88.8.1")
	add(AllowNetwork, "no machine of its own: link-local, shared or reserved",
		"169.254.0.0/16", "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "fe80::/10", "ff00::/8")
	add(AllowHash, "the hash of an empty file",
		"d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e")
	add(AllowDomain, "a name that nearly every device asks for",
		"google.com", "www.google.com", "gstatic.com", "googleapis.com", "microsoft.com", "www.microsoft.com", "windowsupdate.com", "office.com",
		"apple.com", "icloud.com", "cloudflare.com", "amazon.com", "github.com", "www.github.com", "mozilla.org", "ubuntu.com", "debian.org",
		"pool.ntp.org", "time.windows.com", "www.msftconnecttest.com", "captive.apple.com", "connectivitycheck.gstatic.com",
		"baidu.com", "www.baidu.com", "qq.com", "www.qq.com", "taobao.com", "aliyun.com", "weixin.qq.com", "163.com", "dns.google", "one.one.one.one")
	return list
}
