package detect

import (
	"fmt"
	"strings"
	"testing"
)

// commandLine is what most rules look at: long enough to cost something, and without a match.
const commandLine = `"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -ExecutionPolicy Bypass -File "C:\Program Files\Contoso Agent\bin\Collect-Inventory.ps1" -OutFile C:\ProgramData\Contoso\inventory-{0}.json -Verbose`

// Shapes of expressions that public rules use much, by the automaton, guards and counters against Go's own matcher.
func BenchmarkExpression(b *testing.B) {
	v := textOnly(commandLine)
	for name, pattern := range map[string]string{
		"guarded": "\\w+`(?:\\w+|-|.)`[\\w+|\\s]", "class": `\\[a-zA-Z0-9]{1,32}\.[a-zA-Z0-9]{1,6}\.[ "']{1}`, "hex": `\s[a-fA-F0-9]{64}\s[a-fA-F0-9]{16}`,
		"length": `.{1000,}`, "chain": `\+.*\+.*\+.*\+.*\+`, "words": `(?i)echo.*clip.*&&.*(?:clipboard|invoke)`,
	} {
		m, err := newExpression(pattern, "", pattern)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name+"/ours", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.match(v, 0)
			}
		})
		b.Run(name+"/regexp", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.re.MatchString(commandLine)
			}
		})
	}
}

// What the index does with one text, by how many literals are wanted of it.
func BenchmarkScanner(b *testing.B) {
	for _, n := range []int{10, 1000, 10_000} {
		wanted := make(map[need][]filing)
		for i := range n {
			wanted[need{text: fmt.Sprintf(`tool%d.exe -x`, i)}] = []filing{filingOf(int32(i), allClauses)}
			wanted[need{text: fmt.Sprintf(`\tool%d.exe`, i), at: needEnd}] = []filing{filingOf(int32(i), allClauses)}
		}
		f := newScanner(wanted)
		v := newView(newNames(), n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(commandLine)))
			for b.Loop() {
				f.look(v, commandLine, false)
			}
		})
	}
}

func BenchmarkFold(b *testing.B) {
	for name, s := range map[string]string{"ascii": commandLine, "mixed": strings.ReplaceAll(commandLine, "Contoso", "公司Ä")} {
		b.Run(name, func(b *testing.B) {
			var into []byte
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				into = appendLower(into[:0], s)
			}
		})
	}
}
