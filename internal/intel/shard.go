package intel

import (
	"encoding/hex"
	"math/bits"
	"net/netip"
	"strings"
	"time"
	"unsafe"

	"github.com/vedette-soc/vedette"
)

// shardCount is over how many tables the indicators are spread. A change copies the tables that it touches and nothing
// else, so the memory that it takes on top is a sixty-fourth of the whole.
const (
	shardCount = 64
	shardShift = 64 - 6
)

// Flags of an entry.
const (
	flagSubdomains = 1 << iota
	flagAllowed
)

// kindCode is the small integer of a kind, in the order of vedette.IndicatorKinds.
type kindCode uint8

const (
	codeAddress kindCode = iota + 1
	codeNetwork
	codeDomain
	codeURL
	codeEmail
	codeMD5
	codeSHA1
	codeSHA256
	codeSHA512
	codeImphash
)

func codeOf(kind vedette.IndicatorKind) kindCode {
	for i, k := range kindsByCode {
		if k == kind {
			return kindCode(i)
		}
	}
	return 0
}

// kindsByCode is read-only.
var kindsByCode = [...]vedette.IndicatorKind{"", vedette.IndicatorAddress, vedette.IndicatorNetwork, vedette.IndicatorDomain, vedette.IndicatorURL,
	vedette.IndicatorEmail, vedette.IndicatorMD5, vedette.IndicatorSHA1, vedette.IndicatorSHA256, vedette.IndicatorSHA512, vedette.IndicatorImphash}

// entry is one indicator in memory; its texts stand in the shard's arena. Times are seconds since 1970.
type entry struct {
	key, detail        uint32 // places in the arena
	from, until        uint32
	asserted           uint32
	keyLen, detailLen  uint16
	kind               kindCode
	base, flags, level uint8 // level holds severity and marking
}

func (e *entry) severity() vedette.Severity { return vedette.Severity(e.level & 0x0f) }

func (e *entry) tlp() vedette.TLP {
	order := [...]vedette.TLP{"", vedette.TLPClear, vedette.TLPGreen, vedette.TLPAmber, vedette.TLPAmberStrict, vedette.TLPRed}
	return order[min(int(e.level>>4), len(order)-1)]
}

// shard is one table: open addressing over 32-bit slots that hold 15 bits of the hash and 17 bits of place. It never
// changes once it is made.
type shard struct {
	slots   []uint32
	entries []entry
	arena   []byte
	mask    uint32
	kinds   use // that stand in it
}

// entrySize is what an entry takes, in bytes.
const entrySize = int64(unsafe.Sizeof(entry{}))

const (
	placeBits  = 17
	placeMask  = 1<<placeBits - 1
	maxEntries = placeMask - 1 // of one shard
)

func slotOf(hash uint64, place int) uint32 {
	return uint32(hash>>40)<<placeBits | uint32(place+1)
}

// find returns the entry with that kind and key; the key itself is compared.
func (s *shard) find(hash uint64, kind kindCode, key []byte) *entry {
	if s == nil || len(s.slots) == 0 {
		return nil
	}
	tag := uint32(hash>>40) << placeBits
	for i := uint32(hash) & s.mask; ; i = (i + 1) & s.mask {
		slot := s.slots[i]
		if slot == 0 {
			return nil
		}
		if slot&^placeMask != tag {
			continue
		}
		if e := &s.entries[slot&placeMask-1]; e.kind == kind && string(s.arena[e.key:e.key+uint32(e.keyLen)]) == string(key) {
			return e
		}
	}
}

func (s *shard) keyOf(e *entry) []byte { return s.arena[e.key : e.key+uint32(e.keyLen)] }

// detailOf returns an entry's feeds and labels.
func (s *shard) detailOf(e *entry) (feeds, labels []string) {
	text := string(s.arena[e.detail : e.detail+uint32(e.detailLen)])
	a, b, _ := strings.Cut(text, "\x00")
	return lines(a), lines(b)
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// building is a shard while it is made.
type building struct {
	shard
	details map[string]uint32
	hash    func(kindCode, []byte) uint64
}

// rebuild makes of a shard another one, in which the indicators of changes stand as they are given, or no longer when
// they are nil.
func rebuild(old *shard, changes map[string]*loaded, hash func(kindCode, []byte) uint64) *shard {
	b := &building{details: map[string]uint32{}, hash: hash}
	if old != nil {
		b.entries = make([]entry, 0, len(old.entries)+len(changes))
		b.arena = make([]byte, 0, len(old.arena)+24*len(changes))
		var key []byte
		for i := range old.entries {
			e := &old.entries[i]
			key = append(append(key[:0], byte(e.kind)), old.keyOf(e)...)
			if _, changed := changes[string(key)]; changed {
				continue
			}
			b.add(*e, old.keyOf(e), old.arena[e.detail:e.detail+uint32(e.detailLen)])
		}
	}
	for _, c := range changes {
		if c != nil {
			b.add(c.entry, c.key, []byte(c.detail))
		}
	}
	return b.finish()
}

func (b *building) add(e entry, key, detail []byte) {
	if len(b.entries) >= maxEntries {
		return // bounded far above by the library's own limit
	}
	at, known := b.details[string(detail)]
	if !known {
		at = uint32(len(b.arena))
		b.arena = append(b.arena, detail...)
		b.details[string(detail)] = at
	}
	e.detail, e.detailLen = at, uint16(len(detail))
	e.key, e.keyLen = uint32(len(b.arena)), uint16(len(key))
	b.arena = append(b.arena, key...)
	b.entries = append(b.entries, e)
}

func (b *building) finish() *shard {
	if len(b.entries) == 0 {
		return nil
	}
	s := &shard{entries: b.entries, arena: b.arena}
	if cap(s.arena)-len(s.arena) > len(s.arena)/8 {
		s.arena = append(make([]byte, 0, len(s.arena)), s.arena...)
	}
	if cap(s.entries)-len(s.entries) > len(s.entries)/8 {
		s.entries = append(make([]entry, 0, len(s.entries)), s.entries...)
	}
	size := 1 << bits.Len(uint(len(s.entries)*3/2))
	s.slots, s.mask = make([]uint32, size), uint32(size-1)
	for i := range s.entries {
		e := &s.entries[i]
		s.kinds |= 1 << (e.kind - 1)
		hash := b.hash(e.kind, s.keyOf(e))
		at := uint32(hash) & s.mask
		for s.slots[at] != 0 {
			at = (at + 1) & s.mask
		}
		s.slots[at] = slotOf(hash, i)
	}
	return s
}

// loaded is an indicator on its way into a shard.
type loaded struct {
	entry
	key    []byte
	detail string
}

const maxDetail = 2000 // bytes of feeds and labels that an entry keeps in memory

// load turns an indicator into an entry; false for a value that cannot be one.
func load(in *vedette.Indicator, allowed bool) (*loaded, bool) {
	key, ok := appendKey(nil, in.Kind, in.Value)
	if !ok || len(key) > maxValue {
		return nil, false
	}
	l := &loaded{key: key, detail: detailText(in)}
	l.kind, l.base = codeOf(in.Kind), uint8(min(max(in.Base, 0), 100))
	l.from, l.until, l.asserted = seconds(in.ValidFrom), seconds(in.ValidUntil), seconds(in.Asserted)
	l.level = uint8(in.Severity)&0x0f | uint8(in.TLP.Level())<<4
	if in.Subdomains {
		l.flags |= flagSubdomains
	}
	if allowed {
		l.flags |= flagAllowed
	}
	return l, true
}

func detailText(in *vedette.Indicator) string {
	text := strings.Join(in.Feeds, "\n") + "\x00" + strings.Join(in.Labels, "\n")
	return vedette.Cut(text, maxDetail)
}

func seconds(t time.Time) uint32 {
	s := t.Unix()
	if t.IsZero() || s < 0 {
		return 0
	}
	return uint32(min(s, 1<<32-1))
}

// appendKey appends the compact form of a value in normal form: the bytes of addresses and hashes, the text of others.
func appendKey(b []byte, kind vedette.IndicatorKind, value string) ([]byte, bool) {
	switch kind {
	case vedette.IndicatorAddress:
		addr, err := netip.ParseAddr(value)
		if err != nil {
			return b, false
		}
		return append(b, addr.AsSlice()...), true
	case vedette.IndicatorNetwork:
		p, err := netip.ParsePrefix(value)
		if err != nil {
			return b, false
		}
		return appendPrefix(b, p), true
	}
	if hashSize(kind) > 0 {
		raw, err := hex.DecodeString(value)
		return append(b, raw...), err == nil
	}
	return append(b, value...), value != ""
}

func appendPrefix(b []byte, p netip.Prefix) []byte {
	return append(append(b, p.Addr().AsSlice()...), byte(p.Bits()))
}

// valueOf is the normal form that a key was made from.
func valueOf(kind kindCode, key []byte) string {
	switch kind {
	case codeAddress:
		addr, _ := netip.AddrFromSlice(key)
		return addr.String()
	case codeNetwork:
		addr, _ := netip.AddrFromSlice(key[:len(key)-1])
		return netip.PrefixFrom(addr, int(key[len(key)-1])).String()
	case codeDomain, codeURL, codeEmail:
		return string(key)
	}
	return hex.EncodeToString(key)
}
