package baseline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// lexicon keeps the texts of values that hosts, accounts, addresses and programs have, so that what is usual of them can be
// said in words: the tables know hashes alone. No finding depends on it.
type lexicon struct {
	words map[uint64]word
	most  int // that there is room for
	room  *room
}

// word is a value of a feature, and the day on which somebody had it last.
type word struct {
	as    feature
	day   uint16
	value uint64
	text  string
}

const (
	lexiconMost  = 1 << 13
	lexiconStep  = 1 << 9 // words for which room is asked at once
	lexiconWord  = 160    // bytes of a text
	lexiconBytes = lexiconWord + 96
)

func (l *lexicon) make(r *room) { l.words, l.room = map[uint64]word{}, r }

// spoken tells whether the feature is one that an entity's page speaks of.
func (as feature) spoken() bool {
	return featureSpecs[as].kind != vedette.EntityDomain && as < chainOfParents
}

// note remembers what a value is called.
func (l *lexicon) note(as feature, value uint64, day uint16, text func() string) {
	if !as.spoken() {
		return
	}
	key := valueKey(as, value)
	w, known := l.words[key]
	if !known {
		if len(l.words) >= l.most && !l.grow() && !l.sweep() {
			return
		}
		w = word{as: as, value: value, text: strings.Clone(vedette.Cut(text(), lexiconWord))}
	}
	w.day = day
	l.words[key] = w
}

// spelled is a value as the event wrote it, where its name leaves out what differs from version to version.
func (f *facts) spelled(as feature, value name) string {
	text := ""
	switch as {
	case programOnHost, childOfParent:
		text = entity.Path(f.value(keyProgram))
	case serviceOnHost:
		text = f.value(keyService)
	case agentOnApp:
		text = f.value(keyAgent)
	}
	return cmp.Or(text, value.text)
}

func (l *lexicon) grow() bool {
	if l.most >= lexiconMost || !l.room.grant(lexiconStep*lexiconBytes) {
		return false
	}
	l.most += lexiconStep
	return true
}

// sweep forgets an eighth: what nobody had for the longest time. It is false when there is nothing to forget.
func (l *lexicon) sweep() bool {
	keys := sortedKeys(l.words)
	slices.SortStableFunc(keys, func(a, b uint64) int { return cmp.Compare(l.words[a].day, l.words[b].day) })
	for _, key := range keys[:(len(keys)+7)/8] {
		delete(l.words, key)
	}
	return len(keys) > 0
}

func (l *lexicon) visit(a *archive) {
	n := len(l.words)
	a.count(&l.most, lexiconMost)
	a.count(&n, l.most)
	if !a.reading() {
		for _, key := range sortedKeys(l.words) {
			w := l.words[key]
			w.visit(a)
		}
		return
	}
	l.room.take(l.most * lexiconBytes)
	for ; n > 0 && a.err == nil; n-- {
		var w word
		w.visit(a)
		l.words[valueKey(w.as, w.value)] = w
	}
}

func (w *word) visit(a *archive) {
	as := uint8(w.as)
	a.u8(&as)
	if w.as = feature(as); w.as >= features {
		a.damaged("a feature is unknown")
		w.as = 0
	}
	a.u16(&w.day)
	a.u64(&w.value)
	a.text(&w.text)
}
