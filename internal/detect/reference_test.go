package detect_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// reference decides as plainly as the specification reads, without an index, a cache or a compiled pattern: every value
// becomes an anchored regular expression over folded text. It knows the modifiers that random rules use.
type reference struct {
	detection map[string]any
	event     *vedette.Event
}

func (r reference) selections() []string {
	var out []string
	for name := range r.detection {
		if name != "condition" {
			out = append(out, name)
		}
	}
	return out
}

// condition is evaluated over a tree that the generator made, so that the grammar of the engine is tested against it.
func (r reference) condition(c any) bool {
	switch c := c.(type) {
	case string:
		return r.selection(r.detection[c])
	case []any:
		switch c[0] {
		case "not":
			return !r.condition(c[1])
		case "and":
			return r.condition(c[1]) && r.condition(c[2])
		case "or":
			return r.condition(c[1]) || r.condition(c[2])
		case "1 of", "all of":
			some, every := false, true
			for _, name := range r.selections() {
				if strings.HasPrefix(name, c[1].(string)) && !strings.HasPrefix(name, "_") {
					holds := r.selection(r.detection[name])
					some, every = some || holds, every && holds
				}
			}
			return c[0] == "1 of" && some || c[0] == "all of" && every
		}
	}
	panic("unknown condition")
}

func (r reference) selection(s any) bool {
	switch s := s.(type) {
	case map[string]any:
		for key, want := range s {
			if !r.item(key, want) {
				return false
			}
		}
		return true
	case []any:
		for _, one := range s {
			if m, ok := one.(map[string]any); ok {
				if r.selection(m) {
					return true
				}
			} else if r.item("", one) {
				return true
			}
		}
	}
	return false
}

func (r reference) item(key string, want any) bool {
	parts := strings.Split(key, "|")
	wants, ok := want.([]any)
	if !ok {
		wants = []any{want}
	}
	all, neg := slices.Contains(parts, "all"), slices.Contains(parts, "neq")
	some, every := false, true
	for _, w := range wants {
		holds := r.value(parts, w)
		some, every = some || holds, every && holds
	}
	holds := some
	if all {
		holds = every
	}
	return holds != neg
}

func (r reference) value(parts []string, want any) bool {
	var texts []string
	present := false
	for _, f := range r.event.Fields {
		if parts[0] != "" && f.Name != "src."+parts[0] {
			continue
		}
		present = true
		if f.Kind == vedette.KindNull {
			if want == nil {
				return true
			}
			continue
		}
		texts = append(texts, f.Value)
	}
	if slices.Contains(parts, "exists") {
		return present == want.(bool)
	}
	if want == nil {
		return !present
	}
	if parts[0] == "" {
		texts = append(texts, r.event.Raw)
	}
	for _, text := range texts {
		if referenceMatch(parts, want, text) {
			return true
		}
	}
	return false
}

func referenceMatch(parts []string, want any, text string) bool {
	textual := slices.ContainsFunc(parts, func(m string) bool {
		return m == "contains" || m == "startswith" || m == "endswith" || m == "gt" || m == "lte"
	})
	if n, ok := want.(int); ok && !textual && parts[0] != "" {
		f, err := strconv.ParseFloat(text, 64)
		return err == nil && f == float64(n) && !strings.ContainsAny(text, "xX_")
	}
	w := fmt.Sprint(want)
	has := func(m string) bool { return slices.Contains(parts[1:], m) }
	if n, err := strconv.ParseFloat(w, 64); err == nil && (has("gt") || has("lte")) {
		f, err := strconv.ParseFloat(text, 64)
		return err == nil && (has("gt") && f > n || has("lte") && f <= n)
	}
	if has("re") {
		if has("i") {
			w = "(?i)" + w
		}
		return regexp.MustCompile(w).MatchString(text)
	}
	pattern := ""
	previous := ' '
	runes := []rune(w)
	for i := 0; i < len(runes); i++ {
		c := runes[i]
		next := ' '
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		word := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
		switch {
		case c == '\\' && strings.ContainsRune(`\*?`, next) && i+1 < len(runes):
			i++
			c = runes[i]
			pattern += regexp.QuoteMeta(string(c))
		case c == '*':
			pattern += ".*"
			c = ' '
		case c == '?':
			pattern += "."
			c = ' '
		case has("windash") && (c == '-' || c == '/') && !word(previous) && word(next):
			pattern += "[-/\u2013\u2014\u2015]"
		default:
			pattern += regexp.QuoteMeta(string(unicode.ToLower(c)))
			if has("cased") {
				pattern = strings.TrimSuffix(pattern, regexp.QuoteMeta(string(unicode.ToLower(c)))) + regexp.QuoteMeta(string(c))
			}
		}
		previous = c
	}
	before, after := "", ""
	if has("contains") || has("endswith") || parts[0] == "" {
		before = ".*"
	}
	if has("contains") || has("startswith") || parts[0] == "" {
		after = ".*"
	}
	if !has("cased") {
		text = strings.Map(unicode.ToLower, text)
	}
	return regexp.MustCompile("(?s)^" + before + pattern + after + "$").MatchString(text)
}

// maker makes random rules and events over a small alphabet, so that they meet often.
type maker struct{ *rand.Rand }

var pieces = []string{"a", "b", "C", "ab", "cmd", ".exe", `\`, `\\`, `\*`, `\?`, "*", "?", " -a", " /b", "-", "\u2013x", "密", "Ä", "ſ", "1", "22", " ", "K", "s", "power", "shell"}
var plainPieces = []string{"a", "b", "c", "A", "ab", "cmd", ".exe", `\`, "*", "?", " -a", " /a", " \u2013b", " —b", "\u2015x", "密", "ä", "Ä", "ſ", "1", "22", " ", "\u212a", "S", "\n", "power", "shell"}

func (m maker) text(from []string, n int) string {
	var b strings.Builder
	for range m.IntN(n + 1) {
		b.WriteString(from[m.IntN(len(from))])
	}
	return b.String()
}

func (m maker) value() any {
	switch m.IntN(12) {
	case 0:
		return m.IntN(30)
	case 1:
		return nil
	case 2:
		return ""
	}
	return m.text(pieces, 4)
}

var fieldChoice = []string{"A", "B", "D"}

func (m maker) item(s map[string]any) {
	field := fieldChoice[m.IntN(len(fieldChoice))]
	key := field + []string{"", "", "|contains", "|startswith", "|endswith", "|contains|all", "|contains|windash", "|cased", "|contains|cased", "|neq", "|contains|neq", "|windash|endswith"}[m.IntN(12)]
	switch m.IntN(10) {
	case 0:
		s[field+"|exists"] = m.IntN(2) == 0
		return
	case 1:
		s[field+[]string{"|gt", "|lte"}[m.IntN(2)]] = m.IntN(30)
		return
	case 2:
		s[field+[]string{"|re", "|re|i"}[m.IntN(2)]] = []string{"a+b", "^(cmd|power)", "[ab]{2}", "s", "K", `shell|\.exe$`, ".", `(?:ab|cmd)+\.exe`}[m.IntN(8)]
		return
	}
	modified := strings.Contains(key, "|") && !strings.HasSuffix(key, "|neq") && !strings.HasSuffix(key, "|cased") || strings.Contains(key, "contains")
	one := func() any {
		v := m.value()
		if v == nil && modified {
			return "x"
		}
		return v
	}
	if m.IntN(2) == 0 {
		s[key] = one()
		return
	}
	var list []any
	for range 1 + m.IntN(4) {
		list = append(list, one())
	}
	s[key] = list
}

func (m maker) selection() any {
	mapping := func() map[string]any {
		s := map[string]any{}
		for range 1 + m.IntN(3) {
			m.item(s)
		}
		return s
	}
	switch m.IntN(5) {
	case 0:
		return []any{mapping(), mapping()}
	case 1:
		words := []any{}
		for range 1 + m.IntN(3) {
			if w := m.text(pieces, 3); w != "" {
				words = append(words, w)
			}
		}
		return append(words, "zz")
	}
	return mapping()
}

// conditionOf returns a condition as text and as a tree.
func (m maker) conditionOf(names []string, depth int) (string, any) {
	switch n := m.IntN(7); {
	case n == 0:
		s, c := m.conditionOf(names, depth-1)
		return "not (" + s + ")", []any{"not", c}
	case n < 4 && depth > 0:
		a, ca := m.conditionOf(names, depth-1)
		b, cb := m.conditionOf(names, depth-1)
		op := []string{"and", "or"}[n%2]
		return "(" + a + ") " + op + " (" + b + ")", []any{op, ca, cb}
	case n == 4:
		q := []string{"1 of", "all of"}[m.IntN(2)]
		prefix := []string{"s", "s1", ""}[m.IntN(3)]
		if prefix == "s1" && !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, "s1") }) {
			prefix = "s"
		}
		return q + " " + prefix + "*", []any{q, prefix}
	}
	name := names[m.IntN(len(names))]
	return name, name
}

func (m maker) event() *vedette.Event {
	ev := eventOf()
	ev.Raw = m.text(plainPieces, 8)
	for range m.IntN(6) {
		name := "src." + fieldChoice[m.IntN(len(fieldChoice))]
		switch m.IntN(10) {
		case 0:
			ev.AddKind(name, "", vedette.KindNull)
		case 1:
			ev.Add(name, "")
		case 2:
			ev.AddKind(name, []string{"7", "22", "22.0", "022", "3.5", "-1"}[m.IntN(6)], vedette.KindNumber)
		default:
			ev.Add(name, m.text(plainPieces, 5))
		}
	}
	return ev
}

// The engine, with its index and its caches, must agree with the reference on random rules and events.
func TestEngineAgreesWithReference(t *testing.T) {
	const rounds, rulesEach, eventsEach = 24, 40, 50
	m := maker{rand.New(rand.NewPCG(1, 2))}
	hits, total := 0, 0
	for range rounds {
		var docs []string
		conditions := map[string]any{}
		detections := map[string]map[string]any{}
		for i := range rulesEach {
			id := fmt.Sprintf("r%02d", i)
			detection, names := map[string]any{}, []string{"s0", "s1", "s2"}[:1+m.IntN(3)]
			for _, name := range names {
				detection[name] = m.selection()
			}
			source, tree := m.conditionOf(names, 2)
			detection["condition"] = source
			detections[id], conditions[id] = detection, tree
			doc, err := yaml.Marshal(map[string]any{"title": id, "id": id, "logsource": map[string]any{"product": "testos"}, "detection": detection})
			if err != nil {
				t.Fatal(err)
			}
			docs = append(docs, string(doc))
		}
		rs := mustCompile(t, docs...)
		for range eventsEach {
			ev := m.event()
			got := map[string]bool{}
			for _, a := range fires(rs, ev) {
				got[a.RuleID] = true
			}
			for i, r := range rs.Rules {
				want := reference{detections[r.ID], ev}.condition(conditions[r.ID])
				total++
				if want {
					hits++
				}
				if got[r.ID] != want {
					t.Fatalf("fires %v, reference says %v\n%s\nevent %q raw %q\n%+v", got[r.ID], want, docs[i], ev.Fields, ev.Raw, r.Explain(ev))
				}
				if ex := r.Explain(ev); ex.Matched != want {
					t.Fatalf("the explanation says %v, reference says %v\n%s", ex.Matched, want, docs[i])
				}
			}
		}
	}
	t.Logf("%d of %d pairs match", hits, total)
}

// The corpus itself, on random events made of its own literals, must give the same with the index and without.
func TestIndexHidesNoRule(t *testing.T) {
	files := active(corpus(t))
	var some []string
	for i := 0; i < len(files); i += 5 {
		some = append(some, string(files[i].Data))
	}
	rs := compile(t, detect.Options{}, some...)
	m := maker{rand.New(rand.NewPCG(3, 4))}
	found := 0
	for range 60 {
		target := rs.Rules[m.IntN(len(rs.Rules))]
		ev := eventFor(m, target)
		got := map[string]bool{}
		for _, a := range fires(rs, ev) {
			got[a.RuleID] = true
			found++
		}
		for _, r := range rs.Rules {
			if want := r.Explain(ev).Matched; got[r.ID] != want {
				t.Fatalf("%s %q: fires %v, without the index %v", r.ID, r.Title, got[r.ID], want)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d alerts: the events say too little", found)
	}
}

// eventFor makes an event that looks like what a rule is after, by asking the rule what it expects.
func eventFor(m maker, r *detect.Rule) *vedette.Event {
	ev := eventOf()
	ev.Logsource = vedette.Logsource{Product: r.Logsource.Product, Service: r.Logsource.Service, Categories: []string{r.Logsource.Category}}
	byField := map[string]string{}
	for _, s := range r.Explain(ev).Selections {
		for _, f := range s.Fields {
			if f.Field == "" || strings.HasPrefix(s.Name, "filter") {
				continue
			}
			options := strings.Split(f.Expected, " or ")
			pick := options[m.IntN(len(options))]
			if strings.Contains(f.Expected, " and ") {
				pick = strings.ReplaceAll(f.Expected, " and ", " ")
			}
			pick = strings.ReplaceAll(pick, "*", "")
			if f.Op == "equals" || byField[f.Field] == "" {
				byField[f.Field] = pick
			} else {
				byField[f.Field] = pick + byField[f.Field]
			}
		}
	}
	for field, value := range byField {
		ev.Add(field, value)
	}
	return ev
}
