package triage

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	vedette "github.com/vedette-soc/vedette"
)

// evidenceText says in one sentence what an alert saw, and about whom.
func evidenceText(a *vedette.Alert, g *group, count int64) vedette.Text {
	var who act
	who.name(a, g)
	en := strings.TrimRight(clean(a.RuleTitle, 160), ". ")
	en += prefixed(" on ", listEn(who.hosts)) + prefixed(" by ", listEn(who.users)) + prefixed(" from ", listEn(who.actors)) + prefixed(" to ", listEn(who.peers))
	var parts []string
	for _, part := range []string{
		wrapped("主机 ", listZh(who.hosts), ""), wrapped("用户 ", listZh(who.users), ""), wrapped("来源 ", listZh(who.actors), ""),
		wrapped("目的 ", listZh(who.peers), ""),
	} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	zh := titleZh(a) + prefixed("：", strings.Join(parts, "，"))
	if field, value := telling(a.Matched); field != "" {
		en += " (" + field + " = " + value + ")"
		zh += "（" + field + " = " + value + "）"
	}
	if count > 1 {
		en += fmt.Sprintf(", the latest of %d", count)
		zh += fmt.Sprintf("，共 %d 次中的最近一次", count)
	}
	return vedette.Text{En: en + ".", Zh: spaced(zh + "。")}
}

// tellingFields are those that say most about an alert, in order. Read-only.
var tellingFields = [...]string{
	"process.command_line", "url.original", "url.path", "dns.question.name", "file.path", "registry.path", "service.name",
	"event.action", "message", "process.executable", "user_agent.original",
}

// telling picks the matched field that says most.
func telling(matched map[string]string) (field, value string) {
	for _, name := range tellingFields {
		if v := clean(matched[name], 160); v != "" {
			return name, v
		}
	}
	names := make([]string, 0, len(matched))
	for name, v := range matched {
		if v != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "", ""
	}
	first := slices.Min(names)
	return clean(first, 60), clean(matched[first], 160)
}

// listEn writes up to maxNames names and how many more there are.
func listEn(names []string) string {
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return names[0]
	case n <= maxNames:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	case n == maxNames+1:
		return strings.Join(names[:maxNames], ", ") + " and 1 other"
	default:
		return fmt.Sprintf("%s and %d others", strings.Join(names[:maxNames], ", "), n-maxNames)
	}
}

// listZh is listEn in Chinese.
func listZh(names []string) string {
	if len(names) <= maxNames {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s等 %d 个", strings.Join(names[:maxNames], "、"), len(names))
}

// prefixed puts a word before text that is there.
func prefixed(before, text string) string { return wrapped(before, text, "") }

// wrapped puts words around text that is there.
func wrapped(before, text, after string) string {
	if text == "" {
		return ""
	}
	return before + text + after
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// capital makes the first letter of a sentence a capital, unless it begins with what looks like a machine's name.
func capital(text string) string {
	if first, _, _ := strings.Cut(text, " "); strings.ContainsAny(first, "-.:0123456789") {
		return text
	}
	c, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(c)) + text[size:]
}

// spaced puts a space between Chinese characters and Latin words or numbers, as Chinese typography asks for.
func spaced(text string) string {
	var b strings.Builder
	var last rune
	for _, c := range text {
		if unicode.Is(unicode.Han, last) && latin(c) || latin(last) && unicode.Is(unicode.Han, c) {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
		last = c
	}
	return b.String()
}

func latin(c rune) bool { return c < utf8.RuneSelf && (unicode.IsLetter(c) || unicode.IsDigit(c)) }

// size writes an amount of data as people do, in powers of ten.
func size(bytes int64) string {
	units := []string{"B", "KB", "MB", "GB", "TB", "PB"}
	value, unit := float64(bytes), 0
	for value >= 1000 && unit < len(units)-1 {
		value /= 1000
		unit++
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}
