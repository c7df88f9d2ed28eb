package baseline

import "strings"

// forms learns the forms of log lines that have no other structure, for each program that writes them, with a tree of fixed
// depth after Drain (He, Zhu, Zheng and Lyu 2017): lines are sorted by how many words they have and by their first word, and
// within that by which form they are most like; where they differ the form has a gap. A form that the program never wrote is
// news, weighed like all other (novelty.go).
type forms struct {
	groups map[uint64][]form // by program, number of words and first word
	count  int
	room   *room
	lost   uint64
	tokens [formWords]uint64
}

const (
	formWords   = 40   // words of a line that are looked at
	formsMost   = 8192 // forms of one tenant
	formsGroup  = 64   // of one group; more are one
	formBytes   = 200  // about what one takes, its words included
	formAlike   = 0.6  // share of words that must agree
	gap         = 1    // the word that stands for any
	formMessage = 1024 // bytes of a line that are looked at
)

// form is a line with gaps.
type form struct {
	words []uint64
	id    uint64
}

func (t *forms) make(r *room) { t.room = r }

// observe finds the form of an event's message, if that is all there is to the event.
func (t *forms) observe(f *facts) {
	ev := f.ev
	if ev.First(keyAction) != nil || ev.First(keyCode) != nil {
		return
	}
	message := f.value(keyMessage)
	if message == "" {
		if ev.First(keyParseError) == nil {
			return
		}
		message = ev.Raw
	}
	message = message[:min(len(message), formMessage)]
	app := f.value(keyApp)
	if app == "" {
		app = f.value(keyProcess)
	}
	if app == "" {
		app = ev.Dataset
	}
	who := f.t.b.names.of(nameWord, app)
	if who.none() {
		who = f.t.b.names.id(nameWord, "unknown")
	}
	id, fresh := t.form(f, who.id, message)
	if id == 0 {
		return
	}
	value := name{id: id}
	if fresh {
		value.text = show(squash(strings.ToValidUTF8(message, "?")))
	}
	if e, common := f.t.novel.touch(f, formOfApp, who.id, id); !common && (fresh || e == nil) {
		if value.text == "" {
			value.text = show(squash(strings.ToValidUTF8(message, "?")))
		}
		f.t.novel.news(f, formOfApp, who, value, e)
	}
}

// form returns the form of a line, a new one when it is like none.
func (t *forms) form(f *facts, who uint64, message string) (id uint64, fresh bool) {
	tokens := t.split(f.t.b.seed, message)
	if len(tokens) == 0 {
		return 0, false
	}
	key := join(join(who, tokens[0]), uint64(len(tokens)))
	group := t.groups[key]
	best, agree := -1, int(formAlike*float64(len(tokens))+0.999)
	for i := range group {
		if n := alike(group[i].words, tokens); n >= agree {
			best, agree = i, n+1
		}
	}
	if best >= 0 {
		if !f.mute {
			widen(group[best].words, tokens)
		}
		return group[best].id, false
	}
	id = key
	for _, word := range tokens {
		id = join(id, word)
	}
	if f.mute {
		return id, true
	}
	if t.count >= formsMost || len(group) >= formsGroup {
		t.lost++
		return 0, false
	}
	if t.groups == nil {
		t.groups = make(map[uint64][]form)
	}
	t.groups[key] = append(group, form{words: append([]uint64(nil), tokens...), id: id})
	t.count++
	t.room.take(formBytes)
	return id, true
}

// split makes words of a line; those with a digit are gaps.
func (t *forms) split(seed uint64, line string) []uint64 {
	n := 0
	for i := 0; i < len(line) && n < formWords; {
		if isGap(line[i]) || line[i] == ':' || line[i] == '[' || line[i] == ']' {
			i++
			continue
		}
		start, h := i, seed
		digits := false
		for i < len(line) && !isGap(line[i]) && line[i] != ':' && line[i] != '[' && line[i] != ']' {
			digits = digits || isDigit(line[i])
			h = fold(h^uint64(line[i]), hashA)
			i++
		}
		if h |= 2; digits || i-start > 32 {
			h = gap
		}
		t.tokens[n] = h
		n++
	}
	return t.tokens[:n]
}

// alike counts the words that agree. A gap agrees with what is a gap in the line too, and half with anything else.
func alike(words, tokens []uint64) int {
	n, gaps := 0, 0
	for i, w := range words {
		switch w {
		case tokens[i]:
			n++
		case gap:
			gaps++
		}
	}
	return n + gaps/2
}

func widen(words, tokens []uint64) {
	for i := range words {
		if words[i] != tokens[i] {
			words[i] = gap
		}
	}
}

func (t *forms) visit(a *archive) {
	a.u64(&t.lost)
	n := len(t.groups)
	a.count(&n, formsMost)
	if !a.reading() {
		for _, key := range sortedKeys(t.groups) {
			group := t.groups[key]
			a.u64(&key)
			many := len(group)
			a.count(&many, formsGroup)
			for i := range group {
				group[i].visit(a)
			}
		}
		return
	}
	if n > 0 {
		t.groups = make(map[uint64][]form, n)
	}
	for ; n > 0 && a.err == nil; n-- {
		var key uint64
		a.u64(&key)
		many := 0
		a.count(&many, formsGroup)
		group := make([]form, many)
		for i := range group {
			group[i].visit(a)
			if len(group[i].words) != len(group[0].words) {
				a.damaged("forms of one group differ in length")
			}
		}
		if t.groups[key] = group; a.err == nil && many > 0 {
			t.count += many
			t.room.take(many * formBytes)
		}
	}
}

func (m *form) visit(a *archive) {
	n := len(m.words)
	a.u64(&m.id)
	a.count(&n, formWords)
	if a.reading() {
		m.words = make([]uint64, n)
	}
	for i := range m.words {
		a.u64(&m.words[i])
	}
}
