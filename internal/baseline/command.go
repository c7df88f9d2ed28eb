package baseline

import (
	"fmt"
	"math"

	"github.com/vedette-soc/vedette"
)

// words remembers which words of command lines follow one another, for each program, and tells of pairs that never did.
// Numbers, hashes and file names are words of one kind each, so that what differs every time is not new every time.
type words struct {
	tokens [mostWords]uint64
	spans  [mostWords][2]int
	n      int
}

const (
	mostWords    = 32
	mostCommand  = 2048 // bytes of a command line that are looked at
	leastCommand = 60   // command lines of a program before a pair of its words can be new
)

// split finds the words of a command line, the program's own name aside.
func (w *words) split(seed uint64, command string) {
	w.n = 0
	command = command[:min(len(command), mostCommand)]
	for i := 0; i < len(command) && w.n < mostWords; {
		if isGap(command[i]) {
			i++
			continue
		}
		end := i
		for end < len(command) && !isGap(command[end]) {
			end++
		}
		w.tokens[w.n] = wordHash(seed, command[i:end])
		w.spans[w.n] = [2]int{i, end}
		w.n++
		i = end
	}
}

func isGap(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == ',' || c == ';' || c == '=' || c == '(' || c == ')'
}

// wordHash is the hash of a word's form: digits and long mixed runs say nothing, and of a path only whether it is one and
// where it begins.
func wordHash(seed uint64, word string) uint64 {
	if len(word) > 40 {
		return seed | 1
	}
	h := seed
	digits, path := false, -1
	for i := 0; i < len(word); i++ {
		c := word[i]
		switch {
		case isDigit(c):
			digits = true
			continue
		case c == '/' || c == '\\':
			if path >= 0 && i > path+1 {
				return fold(h^'/', hashB) | 1 // the first folder is enough
			}
			path = i
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		h = fold(h^uint64(c), hashA)
	}
	if digits {
		h = fold(h^'#', hashA)
	}
	return h | 1
}

// observeWords looks at a command line's pairs of words.
func (n *novelty) observeWords(f *facts, w *words) {
	command := f.value(keyCommand)
	if command == "" || f.program.none() {
		return
	}
	w.split(f.t.b.seed, command)
	as := commandStats(f.program.id)
	p := n.profiles.find(as)
	unseen := -1
	for i := 1; i < w.n; i++ {
		key := join(join(w.tokens[i-1], w.tokens[i]), f.program.id)
		e := n.seen.find(key)
		switch {
		case e == nil || e.count == 0:
			if unseen < 0 {
				unseen = i
			}
			if !f.mute {
				e, _ = n.seen.put(key, f.day)
				*e = seenEntry{first: f.day, last: f.day, count: 1, days: 1}
			}
		case f.mute:
		default:
			if e.last != f.day {
				e.last, e.days = f.day, e.days+1-e.days/255
			}
			e.count += 1 - e.count/math.MaxUint16
		}
	}
	n.judgeWords(f, w, p, unseen, command)
	n.countCommand(f, as, unseen >= 0)
}

func commandStats(program uint64) uint64 { return join(program, 0x80000) }

func (n *novelty) countCommand(f *facts, key uint64, fresh bool) {
	if f.mute {
		return
	}
	p, made := n.profiles.put(key, f.day)
	if made {
		p.first, p.faded = f.day, f.day
	}
	p.fade(f.day)
	p.n++
	if fresh {
		p.news++
		p.total++
	}
}

func (n *novelty) judgeWords(f *facts, w *words, p *profileEntry, unseen int, command string) {
	if unseen < 0 || p == nil || p.n < leastCommand || f.late {
		return
	}
	n.words.today++
	nats := math.Log((float64(p.n) + 1) / (float64(p.news) + 0.5))
	pair := show(command[w.spans[unseen-1][0]:w.spans[unseen][1]])
	f.t.raise(f, finding{
		as: commandNgram, feature: wordsOfProgram, what: f.program.text + "\x00" + pair, observed: 1, unit: unitTimes, baseline: int64(p.n),
		since: int64(p.first) * secondsPerHour * hoursPerDay, weight: 0.45*min(nats, 7) - n.words.penalty(4),
		matched: map[string]string{"process.command_line": command},
		text: vedette.Text{
			En: fmt.Sprintf("“%s” was never part of a command line of %s, in %d of them", pair, show(f.program.text), int64(p.n)),
			Zh: fmt.Sprintf("“%s”从未出现在 %s 的命令行中（共 %d 条）", pair, show(f.program.text), int64(p.n)),
		},
	})
}
