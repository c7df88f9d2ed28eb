package corpus

import (
	"encoding/base32"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/vedette-soc/vedette/internal/baseline/text/lexicon"
)

// Domains makes up n domains as people register them, of these words; nil takes all words.
func Domains(seed uint64, n int, words []string) []string {
	if words == nil {
		words = lexicon.Words()
	}
	rng := rand.New(rand.NewPCG(seed, 5))
	namer := lexicon.NewNamer(rng, words)
	suffixes := []string{"com", "com", "com", "com", "net", "org", "cn", "com.cn", "de", "co.uk", "io", "ru", "fr", "jp", "info", "com.br"}
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Trim(namer.Label(), "-") + "." + suffixes[rng.IntN(len(suffixes))]
	}
	return out
}

// Asked makes up a name that an ordinary machine asks for below a domain: few, of words, some with a number or a digest as
// caches for content use them.
func Asked(rng *rand.Rand, words []string, domain string) string {
	fronts := []string{"www", "www", "mail", "api", "cdn", "img", "static", "login", "news", "m", "app", "update", "ns1", "ns2", "smtp"}
	front := fronts[rng.IntN(len(fronts))]
	switch k := rng.IntN(40); {
	case k == 0:
		front = fmt.Sprintf("%s%d.%s", front, rng.IntN(20), words[rng.IntN(len(words))])
	case k == 1:
		front = words[rng.IntN(len(words))]
	case k == 2:
		front = fmt.Sprintf("a%d.dsc%c.%s", rng.IntN(2000), 'a'+rune(rng.IntN(8)), front)
	case k < 8:
		return domain
	}
	return front + "." + domain
}

// Family is a way of making up domains by a program.
type Family struct {
	Name string
	make func(m *maker) string
}

// Families are the generators of domains that are written here, after the shapes that published families have; each is
// our own. The last, of words, is told apart by no reader of single names.
func Families() []Family {
	return []Family{
		{"letters", func(m *maker) string { return m.of("abcdefghijklmnopqrstuvwxyz", 8, 20) }},
		{"short-letters", func(m *maker) string { return m.of("abcdefghijklmnopqrstuvwxyz", 5, 9) }},
		{"letters-to-y", func(m *maker) string { return m.of("abcdefghijklmnopqrstuvwxy", 12, 18) }},
		{"hex", func(m *maker) string { return m.of("0123456789abcdef", 8, 32) }},
		{"letters-digits", func(m *maker) string { return m.of("abcdefghijklmnopqrstuvwxyz0123456789", 10, 26) }},
		{"base32", func(m *maker) string { return m.of("abcdefghijklmnopqrstuvwxyz234567", 16, 24) }},
		{"few-letters", func(m *maker) string { return m.of("aeiloqsuwy"+m.of("bcdfghjkmnprtvxz", 3, 3), 12, 16) }},
		{"syllables", func(m *maker) string {
			var b strings.Builder
			for range 3 + m.rng.IntN(4) {
				b.WriteByte(pick(m, []byte("bcdfghjklmnpqrstvwxz")))
				b.WriteByte(pick(m, []byte("aeiouy")))
			}
			return b.String()
		}},
		{"word-and-noise", func(m *maker) string { return m.one("w") + m.of("abcdefghijklmnopqrstuvwxyz", 4, 8) }},
		{"words", func(m *maker) string { return m.one("w") + m.one("w") + pick(m, []string{"", m.one("w")}) }},
	}
}

// Domains makes up n domains of this family.
func (f Family) Domains(seed uint64, n int) []string {
	m := newMaker(seed)
	out := make([]string, n)
	for i := range out {
		out[i] = f.make(m) + "." + pick(m, []string{"com", "net", "org", "info", "biz", "ru", "cc", "top"})
	}
	return out
}

func (m *maker) of(letters string, least, most int) string {
	b := make([]byte, least+m.rng.IntN(most-least+1))
	for i := range b {
		b[i] = letters[m.rng.IntN(len(letters))]
	}
	return string(b)
}

// Tunnel makes up the names that a tunnel asks for to carry so many bytes below a domain, at most perName in each. Each
// begins with a number, as tunnels do, so that no answer comes from a cache.
func Tunnel(seed uint64, domain string, bytes, perName int) []string {
	rng := rand.New(rand.NewPCG(seed, 9))
	var out []string
	for sent := 0; sent < bytes; sent += perName {
		raw := make([]byte, min(perName, bytes-sent))
		for i := range raw {
			raw[i] = byte(rng.Uint32())
		}
		text := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
		name := fmt.Sprintf("%x", len(out))
		for len(text) > 0 {
			cut := min(len(text), 60)
			name += "." + text[:cut]
			text = text[cut:]
		}
		out = append(out, name+"."+domain)
	}
	return out
}
