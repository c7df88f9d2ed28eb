package intel

import (
	"net/netip"
	"strings"

	"github.com/vedette-soc/vedette"
)

const (
	maxHits     = 16   // indicators that one event can hold; further ones are not told
	maxParents  = 12   // labels of a name whose parents are looked up
	maxInText   = 4    // URLs within one text
	maxText     = 4096 // bytes of a text that is searched for URLs
	maxHashText = 512  // bytes of a list of hashes
)

// scan is one event on its way through the indicators. Scans are reused, so a miss allocates nothing.
type scan struct {
	m       *Matcher
	ev      *vedette.Event
	present use
	field   int // place of the field that is being looked up
	inbound bool
	hits    []hit
	space   [maxHits]hit
	buf     [maxURL + 128]byte
}

// hit is an indicator that a field holds.
type hit struct {
	shard   *shard
	entry   *entry
	field   int
	inbound bool
	seen    string // what the field held, in normal form
	as      vedette.IndicatorKind
}

// Match calls fn with an alert for every indicator that the event holds and that may fire now. The event is only read.
// Nothing is allocated when there is none.
func (m *Matcher) Match(ev *vedette.Event, fn func(vedette.Alert)) {
	present := use(m.present.Load())
	if present == 0 {
		return
	}
	s := m.scans.Get().(*scan)
	s.m, s.ev, s.present, s.hits = m, ev, present|useText|useInbound, s.space[:0]
	for i := range ev.Fields {
		f := &ev.Fields[i]
		u := m.uses[f.Key]
		if f.Key == 0 && len(f.Name) == len(hashesField) && f.Name == hashesField {
			u = useFiles
		}
		if u&present == 0 || len(f.Value) < 3 {
			continue
		}
		s.field, s.inbound = i, u&useInbound != 0
		s.look(u&s.present, f)
	}
	if len(s.hits) > 0 {
		m.tell(s, fn)
		clear(s.space[:])
	}
	s.m, s.ev, s.hits = nil, nil, nil
	m.scans.Put(s)
}

func (s *scan) look(u use, f *vedette.Field) {
	switch {
	case u&useText != 0:
		s.text(u, f.Value)
	case s.m.uses[f.Key]&useEmail != 0:
		s.email(u, f.Value)
	case f.Key == 0:
		s.hashes(f.Value)
	case u&useFiles != 0:
		s.file(u, f.Value)
	case s.m.uses[f.Key]&useURL != 0:
		s.url(u, f.Value)
	default:
		s.host(u, f.Value)
	}
}

// note remembers a hit, once for each indicator and field.
func (s *scan) note(sh *shard, e *entry, as vedette.IndicatorKind, seen []byte) {
	for i := range s.hits {
		if s.hits[i].entry == e && s.hits[i].field == s.field {
			return
		}
	}
	if len(s.hits) < maxHits {
		s.hits = append(s.hits, hit{sh, e, s.field, s.inbound, string(seen), as})
	}
}

// find looks one key up.
func (s *scan) find(kind kindCode, key []byte) (*shard, *entry) {
	hash := s.m.hash(kind, key)
	sh := s.m.shards[hash>>shardShift].Load()
	return sh, sh.find(hash, kind, key)
}

// host looks up an address or a name.
func (s *scan) host(u use, value string) {
	if addr, ok := parseAddress(value); ok {
		s.address(u, addr)
		return
	}
	if u&useDomain == 0 || len(value) > maxDomain+1 || strings.IndexByte(value, '.') < 0 {
		return
	}
	s.domain(appendLower(s.buf[:0], strings.TrimSuffix(value, ".")))
}

func (s *scan) address(u use, addr netip.Addr) {
	if u&useAddress != 0 {
		var raw [16]byte
		key := raw[:]
		if addr.Is4() {
			four := addr.As4()
			key = append(raw[:0], four[:]...)
		} else {
			raw = addr.As16()
		}
		if sh, e := s.find(codeAddress, key); e != nil {
			s.note(sh, e, vedette.IndicatorAddress, []byte(addr.String()))
		}
	}
	if u&useNetwork != 0 && s.m.networks.Load().Contains(addr) {
		s.within(addr)
	}
}

// within finds every network that holds an address.
func (s *scan) within(addr netip.Addr) {
	for p := range s.m.networks.Load().Supernets(netip.PrefixFrom(addr, addr.BitLen())) {
		if sh, e := s.find(codeNetwork, appendPrefix(nil, p)); e != nil {
			s.note(sh, e, vedette.IndicatorAddress, []byte(addr.String()))
		}
	}
}

// domain looks up a name in lower case and the names above it.
func (s *scan) domain(name []byte) {
	if sh, e := s.find(codeDomain, name); e != nil {
		s.note(sh, e, vedette.IndicatorDomain, name)
	}
	labels := 1
	for i := len(name) - 1; i > 0 && labels <= maxParents; i-- {
		if name[i] != '.' {
			continue
		}
		if labels++; labels > 2 {
			if sh, e := s.find(codeDomain, name[i+1:]); e != nil && e.flags&flagSubdomains != 0 {
				s.note(sh, e, vedette.IndicatorDomain, name)
			}
		}
	}
}

// url looks up a URL with and without its query, and its host.
func (s *scan) url(u use, value string) {
	if value[0] == '/' {
		if u&useURL == 0 {
			return
		}
		s.path(value)
		return
	}
	b, host, ok := appendURL(s.buf[:0], value)
	if !ok {
		return
	}
	s.wholeURL(u, b)
	if u&useHost != 0 {
		s.hostOf(u, b[host[0]:host[1]])
	}
}

func (s *scan) wholeURL(u use, b []byte) {
	if u&useURL == 0 {
		return
	}
	if sh, e := s.find(codeURL, b); e != nil {
		s.note(sh, e, vedette.IndicatorURL, b)
	}
	for i, c := range b {
		if c != '?' {
			continue
		}
		if sh, e := s.find(codeURL, b[:i]); e != nil {
			s.note(sh, e, vedette.IndicatorURL, b)
		}
		return
	}
}

// path puts a URL together from a path and the event's other fields, as sensors of networks write it.
func (s *scan) path(value string) {
	host := s.ev.Value("url.domain")
	if host == "" {
		host = s.ev.Value("destination.domain")
	}
	scheme := s.ev.Value("url.scheme")
	if scheme == "" {
		scheme = "http"
	}
	if host == "" || len(scheme)+len(host)+len(value)+3 > maxURL {
		return
	}
	b := appendLower(s.buf[:0], scheme)
	b = append(b, "://"...)
	b = appendHost(b, host)
	s.wholeURL(useURL, appendPath(b, value))
}

func (s *scan) hostOf(u use, host []byte) {
	if len(host) > 2 && host[0] == '[' {
		if addr, err := netip.ParseAddr(string(host[1 : len(host)-1])); err == nil {
			s.address(u, addr)
		}
		return
	}
	if addr, ok := parse4(host); ok {
		s.address(u, addr)
	} else if u&useDomain != 0 && len(host) <= maxDomain {
		s.domain(host)
	}
}

// text looks up the URLs within a command line.
func (s *scan) text(u use, value string) {
	value = value[:min(len(value), maxText)]
	for range maxInText {
		at := strings.Index(value, "://")
		if at < 0 {
			return
		}
		from := at
		for from > 0 && (value[from-1]|0x20 >= 'a' && value[from-1]|0x20 <= 'z') {
			from--
		}
		end := strings.IndexAny(value[at+3:], " \t\r\n\"'`<>|)")
		if end < 0 {
			end = len(value)
		} else {
			end += at + 3
		}
		if one := strings.TrimRight(value[from:end], ",;."); from < at && len(one) <= maxURL {
			s.url(u, one)
		}
		value = value[end:]
	}
}

func (s *scan) email(u use, value string) {
	if open := strings.LastIndexByte(value, '<'); open >= 0 {
		value = strings.TrimSuffix(value[open+1:], ">")
	}
	at := strings.LastIndexByte(value, '@')
	if at < 1 || len(value) > maxDomain+100 {
		return
	}
	b := appendLower(s.buf[:0], value)
	if sh, e := s.find(codeEmail, b); u&useEmail != 0 && e != nil {
		s.note(sh, e, vedette.IndicatorEmail, b)
	}
	if u&useDomain != 0 {
		s.domain(b[at+1:])
	}
}

// hashes looks up a list such as "SHA1=…,MD5=…,IMPHASH=…".
func (s *scan) hashes(value string) {
	for value = value[:min(len(value), maxHashText)]; value != ""; {
		var one string
		one, value, _ = strings.Cut(value, ",")
		name, sum, _ := strings.Cut(one, "=")
		switch {
		case strings.EqualFold(name, "imphash"):
			s.file(useImphash&s.present, sum)
		case len(name) > 2:
			s.file(useFiles&^useImphash&s.present, sum)
		}
	}
}

// file looks up one hash; its length and the field tell its kind.
func (s *scan) file(u use, value string) {
	var kind kindCode
	switch {
	case len(value) == 32 && u&useImphash != 0:
		kind = codeImphash
	case len(value) == 32 && u&useMD5 != 0:
		kind = codeMD5
	case len(value) == 40 && u&useSHA1 != 0:
		kind = codeSHA1
	case len(value) == 64 && u&useSHA256 != 0:
		kind = codeSHA256
	case len(value) == 128 && u&useSHA512 != 0:
		kind = codeSHA512
	default:
		return
	}
	key := s.buf[:len(value)/2]
	for i := range key {
		hi, lo := hexDigit(value[2*i]), hexDigit(value[2*i+1])
		if hi > 15 || lo > 15 {
			return
		}
		key[i] = hi<<4 | lo
	}
	if sh, e := s.find(kind, key); e != nil {
		s.note(sh, e, kindsByCode[kind], appendLower(nil, value))
	}
}

// parseAddress reads an address as netip does, without making an error of what is none.
func parseAddress(value string) (netip.Addr, bool) {
	if addr, ok := parse4(value); ok {
		return addr, true
	}
	if len(value) > 64 || strings.IndexByte(value, ':') < 0 {
		return netip.Addr{}, false
	}
	for i := range len(value) {
		c := value[i]
		if c == '%' {
			value = value[:i]
			break
		}
		if c != ':' && c != '.' && hexDigit(c) > 15 {
			return netip.Addr{}, false
		}
	}
	addr, err := netip.ParseAddr(value)
	return addr.Unmap(), err == nil
}

// parse4 reads an IPv4 address in its plain form.
func parse4[T string | []byte](s T) (netip.Addr, bool) {
	if len(s) < 7 || len(s) > 15 {
		return netip.Addr{}, false
	}
	var four [4]byte
	n, part, digits := 0, 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			if part = part*10 + int(c-'0'); part > 255 || digits > 0 && part < 10 {
				return netip.Addr{}, false
			}
			digits++
		case c == '.' && digits > 0 && n < 3:
			four[n], part, digits = byte(part), 0, 0
			n++
		default:
			return netip.Addr{}, false
		}
	}
	if n != 3 || digits == 0 {
		return netip.Addr{}, false
	}
	four[3] = byte(part)
	return netip.AddrFrom4(four), true
}
