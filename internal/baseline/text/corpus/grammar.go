package corpus

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf16"

	"github.com/vedette-soc/vedette/internal/baseline/text/lexicon"
)

// maker fills templates. A name in braces stands for a fresh choice of that kind.
type maker struct {
	rng   *rand.Rand
	words []string
}

func newMaker(seed uint64) *maker {
	return &maker{rng: rand.New(rand.NewPCG(seed, 0x76656465747465)), words: lexicon.Words()}
}

// many fills n templates, each chosen anew.
func (m *maker) many(n int, templates []string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = m.fill(pick(m, templates))
	}
	return out
}

func (m *maker) fill(template string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		kind, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(m.one(kind))
		template = after
	}
}

func (m *maker) one(kind string) string {
	switch kind {
	case "w":
		return pick(m, m.words)
	case "w2":
		return pick(m, m.words) + pick(m, []string{"-", "_", ""}) + pick(m, m.words)
	case "W":
		w := pick(m, m.words)
		return strings.ToUpper(w[:1]) + w[1:]
	case "n":
		return fmt.Sprint(m.rng.IntN(100))
	case "N":
		return fmt.Sprint(m.rng.IntN(100000))
	case "port":
		return fmt.Sprint(1024 + m.rng.IntN(60000))
	case "ip":
		return fmt.Sprintf("10.%d.%d.%d", m.rng.IntN(8), m.rng.IntN(256), 1+m.rng.IntN(254))
	case "out":
		return fmt.Sprintf("203.0.113.%d", 1+m.rng.IntN(254))
	case "host":
		return pick(m, []string{"web", "db", "app", "mail", "file", "build", "cache"}) + fmt.Sprintf("-%02d", m.rng.IntN(30))
	case "user":
		return pick(m, []string{"zhang", "wang", "li", "chen", "alice", "bob", "carol", "dave", "deploy", "backup", "ops"}) + pick(m, []string{"", "", "1", ".wei", "2"})
	case "dir":
		return pick(m, []string{"/etc", "/var/log", "/srv", "/opt", "/home/deploy", "/usr/local/bin", "/var/lib", "/tmp", "/data"}) + "/" + pick(m, m.words)
	case "wdir":
		return pick(m, []string{`C:\Program Files`, `C:\Program Files (x86)`, `C:\Users\alice\Documents`, `D:\data`, `C:\ProgramData`, `C:\Windows\System32`}) + `\` + m.one("W")
	case "ext":
		return pick(m, []string{"log", "txt", "conf", "csv", "json", "tar.gz", "sh", "py", "xml", "yml"})
	case "svc":
		return pick(m, []string{"nginx", "sshd", "postgresql", "redis", "docker", "cron", "rsyslog", "mysql", "kubelet", "chronyd", "zabbix-agent"})
	case "pkg":
		return pick(m, []string{"curl", "git", "vim", "htop", "python3-pip", "nginx", "openjdk-17-jre", "build-essential", "jq", "tmux", "libssl-dev"})
	case "guid":
		return fmt.Sprintf("%08X-%04X-%04X-%04X-%012X", m.rng.Uint32(), m.rng.IntN(1<<16), m.rng.IntN(1<<16), m.rng.IntN(1<<16), m.rng.Int64N(1<<48))
	case "hex":
		return fmt.Sprintf("%x%x", m.rng.Uint64(), m.rng.Uint64())
	case "code":
		return m.encoded()
	default:
		return kind
	}
}

// encoded is a script as attackers hand it over: random bytes or words, in base64 of UTF-16.
func (m *maker) encoded() string {
	text := "$" + m.one("w") + " = " + m.one("w2") + " ; " + strings.Repeat(m.one("W")+"-"+m.one("W")+" ", 2+m.rng.IntN(12))
	var raw []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		raw = append(raw, byte(unit), byte(unit>>8)) //nolint:gosec // the two halves
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func pick[T any](m *maker, from []T) T { return from[m.rng.IntN(len(from))] }
