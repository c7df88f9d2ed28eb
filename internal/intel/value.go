package intel

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"github.com/vedette-soc/vedette"
)

// Bounds on values, in bytes.
const (
	maxValue  = 2048 // of any indicator
	maxDomain = 253
)

// The widest networks that can be indicators: wider ones would name a good part of the internet.
const (
	minBits4 = 8
	minBits6 = 24
)

// IndicatorID names an indicator for ever: made from its kind and its value in normal form.
func IndicatorID(kind vedette.IndicatorKind, value string) string {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + value))
	return "ind_" + hex.EncodeToString(sum[:12])
}

// Normal returns the one form in which a value of that kind is kept and compared, and possibly a closer kind: a network
// of one address is an address. A value that is none of that kind is an invalid error that says why.
func Normal(kind vedette.IndicatorKind, value string) (vedette.IndicatorKind, string, error) {
	value = Refang(value)
	if len(value) > maxValue {
		return kind, "", vedette.Errorf(vedette.CodeInvalid, "the value has %d bytes; at most %d are kept", len(value), maxValue)
	}
	switch kind {
	case vedette.IndicatorAddress, vedette.IndicatorNetwork:
		return normalNetwork(value)
	case vedette.IndicatorDomain:
		name, err := normalDomain(value)
		return kind, name, err
	case vedette.IndicatorURL:
		text, ok := normalURL(value)
		if !ok {
			return kind, "", vedette.Errorf(vedette.CodeInvalid, "%q is no URL with a host", vedette.Shorten(value, 100))
		}
		return kind, text, nil
	case vedette.IndicatorEmail:
		text, err := normalEmail(value)
		return kind, text, err
	}
	if size := hashSize(kind); size > 0 {
		value = strings.ToLower(value)
		if raw, err := hex.DecodeString(value); err != nil || len(raw) != size {
			return kind, "", vedette.Errorf(vedette.CodeInvalid, "%q is no %s", vedette.Shorten(value, 100), kind)
		}
		return kind, value, nil
	}
	return kind, "", vedette.Errorf(vedette.CodeInvalid, "indicators of kind %q are not known", vedette.Shorten(string(kind), 40))
}

// Name finds the kind, unless it is known, and the normal form of a value.
func Name(kind vedette.IndicatorKind, value string) (vedette.IndicatorKind, string, error) {
	if kind == "" {
		return Guess(value)
	}
	return Normal(kind, value)
}

// Guess finds the kind of a value that came without one, and its normal form.
func Guess(value string) (vedette.IndicatorKind, string, error) {
	value = Refang(value)
	var tries []vedette.IndicatorKind
	switch {
	case strings.Contains(value, "://"):
		tries = []vedette.IndicatorKind{vedette.IndicatorURL}
	case strings.Contains(value, "@"):
		tries = []vedette.IndicatorKind{vedette.IndicatorEmail}
	case isHex(value) && len(value) == 32:
		tries = []vedette.IndicatorKind{vedette.IndicatorMD5}
	case isHex(value) && len(value) == 40:
		tries = []vedette.IndicatorKind{vedette.IndicatorSHA1}
	case isHex(value) && len(value) == 64:
		tries = []vedette.IndicatorKind{vedette.IndicatorSHA256}
	case isHex(value) && len(value) == 128:
		tries = []vedette.IndicatorKind{vedette.IndicatorSHA512}
	case strings.ContainsAny(value, "/"):
		tries = []vedette.IndicatorKind{vedette.IndicatorNetwork}
		if i := strings.IndexByte(value, '/'); strings.Contains(value[:i], ".") && strings.Trim(value[:i], "0123456789.") != "" {
			tries, value = []vedette.IndicatorKind{vedette.IndicatorURL}, "http://"+value
		}
	default:
		tries = []vedette.IndicatorKind{vedette.IndicatorAddress, vedette.IndicatorDomain}
	}
	var err error
	for _, kind := range tries {
		var normal string
		if kind, normal, err = Normal(kind, value); err == nil {
			return kind, normal, nil
		}
	}
	return "", "", err
}

func isHex(s string) bool {
	for i := range len(s) {
		if hexDigit(s[i]) > 15 {
			return false
		}
	}
	return s != ""
}

// Refang undoes what people do to values so that nobody clicks on them: hxxp, [.], (dot), [at], [:]. It also takes off
// spaces and quotes.
func Refang(value string) string {
	value = strings.Trim(value, " \t\r\n\"'`\u00a0\ufeff")
	if strings.ContainsAny(value, "[({\\") {
		value = fangs().Replace(value)
	}
	if len(value) > 5 && value[0]|0x20 == 'h' && value[3]|0x20 == 'p' && (value[4] == ':' || value[4]|0x20 == 's' && value[5] == ':') {
		if mid := strings.ToLower(value[1:3]); mid == "xx" || mid == "**" {
			return "http" + value[4:]
		}
	}
	return value
}

func fangs() *strings.Replacer {
	return strings.NewReplacer("[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "[DOT]", ".", "\\.", ".",
		"[:]", ":", "[://]", "://", "[/]", "/", "[at]", "@", "(at)", "@", "[@]", "@")
}

func normalNetwork(value string) (vedette.IndicatorKind, string, error) {
	if addr, err := netip.ParseAddr(strings.Trim(value, "[]")); err == nil {
		addr = addr.Unmap().WithZone("")
		if addr.IsUnspecified() || addr.IsLoopback() || addr.IsMulticast() {
			return vedette.IndicatorAddress, "", vedette.Errorf(vedette.CodeInvalid, "%s names no machine that could be bad", addr)
		}
		return vedette.IndicatorAddress, addr.String(), nil
	}
	p, err := netip.ParsePrefix(value)
	if err != nil {
		return vedette.IndicatorNetwork, "", vedette.Errorf(vedette.CodeInvalid, "%q is neither an address nor a network", vedette.Shorten(value, 100))
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	p = p.Masked()
	if p.IsSingleIP() {
		return normalNetwork(p.Addr().String())
	}
	if p.Addr().Is4() && p.Bits() < minBits4 || p.Addr().Is6() && p.Bits() < minBits6 {
		return vedette.IndicatorNetwork, "", vedette.Errorf(vedette.CodeInvalid, "the network %s is too wide to be an indicator", p)
	}
	return vedette.IndicatorNetwork, p.String(), nil
}

// normalDomain returns a name in lower case ASCII without the final dot. A suffix under which anybody can register
// names is refused: it would name half the world.
func normalDomain(value string) (string, error) {
	value = strings.Trim(strings.TrimPrefix(value, "*."), ".")
	name, err := idna.Lookup.ToASCII(value)
	if err != nil { // underscores and other characters that names in use have
		name = strings.ToLower(value)
	}
	switch {
	case !isHostname(name):
		return "", vedette.Errorf(vedette.CodeInvalid, "%q is no domain", vedette.Shorten(value, 100))
	case !strings.Contains(name, "."):
		return "", vedette.Errorf(vedette.CodeInvalid, "%q is a name without a domain", vedette.Shorten(value, 100))
	}
	if suffix, icann := publicsuffix.PublicSuffix(name); icann && suffix == name {
		return "", vedette.Errorf(vedette.CodeInvalid, "anybody can register names under %s: it is too wide to be an indicator", name)
	}
	return name, nil
}

// standsForMany tells whether strangers share a domain, as on hosting under github.io: then the name alone is meant.
func standsForMany(domain string) bool {
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix == domain
}

// isHostname tells whether a text in lower case can be the name of a machine.
func isHostname(s string) bool {
	if s == "" || len(s) > maxDomain {
		return false
	}
	label := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			if label == 0 {
				return false
			}
			label = 0
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_':
			if label++; label > 63 {
				return false
			}
		default:
			return false
		}
	}
	last := s[strings.LastIndexByte(s, '.')+1:]
	return label > 0 && strings.Trim(last, "0123456789") != ""
}

func normalEmail(value string) (string, error) {
	value = strings.TrimPrefix(strings.Trim(value, "<>"), "mailto:")
	at := strings.LastIndexByte(value, '@')
	if at < 1 || strings.ContainsAny(value, " \t\r\n<>,;") || strings.Count(value, "@") != 1 {
		return "", vedette.Errorf(vedette.CodeInvalid, "%q is no e-mail address", vedette.Shorten(value, 100))
	}
	name, err := normalDomain(value[at+1:])
	if err != nil {
		return "", err
	}
	return strings.ToLower(value[:at]) + "@" + name, nil
}

// hashSize is the length of a hash in bytes, 0 for what is no hash.
func hashSize(kind vedette.IndicatorKind) int {
	switch kind {
	case vedette.IndicatorMD5, vedette.IndicatorImphash:
		return 16
	case vedette.IndicatorSHA1:
		return 20
	case vedette.IndicatorSHA256:
		return 32
	case vedette.IndicatorSHA512:
		return 64
	}
	return 0
}

// hexDigit is the value of a hexadecimal digit in any case, more than 15 for anything else.
func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xff
}
