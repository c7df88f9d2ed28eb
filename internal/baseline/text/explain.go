package text

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/vedette-soc/vedette"
)

// Kind says what a model reads, for its sentences.
type Kind struct{ En, Zh string }

// Commands are of processes and shells.
func Commands() Kind { return Kind{"command line", "命令行"} }

// Values are of HTTP parameters.
func Values() Kind { return Kind{"parameter", "请求参数"} }

// Agents are what HTTP clients call themselves.
func Agents() Kind { return Kind{"user agent", "User-Agent"} }

// Text says in one sentence what surprised in a string: the window, how rare that is, and on how many strings it stands.
func (m *Model) Text(kind Kind, v Surprise) vedette.Text {
	one := int64(math.Round(1 / max(v.Tail, 1e-9)))
	window := printable(v.Window)
	t := vedette.Text{
		En: fmt.Sprintf("This %s reads unlike the %d seen here, most of all at “%s”: at most one in %d surprises as much", kind.En, m.Learned(), window, one),
		Zh: fmt.Sprintf("该%s与此处见过的 %d 条明显不同，最异常处为“%s”：每 %d 条中至多一条同样异常", kind.Zh, m.Learned(), window, one),
	}
	if v.Length > math.Log(1000) {
		t.En += "; it is also longer than nearly all"
		t.Zh += "；且长度超过几乎所有样本"
	}
	return t
}

// printable is what can be shown of bytes that an attacker may have chosen: no control character, nothing that turns the
// direction of writing, no broken character.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff {
			return '·'
		}
		return r
	}, s)
}
