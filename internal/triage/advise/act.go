package advise

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// act is one sentence of a story: the evidence of one step, of which it names only what the pieces it cites show.
type act struct {
	step     Step
	from, to time.Time
	count    int64 // alerts that the cited pieces stand for
	more     bool  // there are pieces beyond those that are cited
	actors   []string
	hosts    []string
	users    []string
	peers    []string
	things   []string
	bytes    int64
	titles   vedette.Text // of the worst rule among them
	worst    vedette.Severity
	ended    ending // when all ended alike
	pieces   []*piece
}

// tell puts the evidence into acts, one for each step, in the order of time. Evidence of what is merely unusual is told
// apart.
func (v *view) tell() []*act {
	var all []*act
	for i := range v.pieces {
		p := &v.pieces[i]
		if p.step == StepOdd {
			continue
		}
		at := slices.IndexFunc(all, func(a *act) bool { return a.step == p.step })
		if at < 0 {
			at, all = len(all), append(all, &act{step: p.step})
		}
		all[at].pieces = append(all[at].pieces, p)
	}
	for _, a := range all {
		a.sum()
	}
	return all
}

// sum chooses the pieces that the act cites and adds them up.
func (a *act) sum() {
	chosen := choose(a.pieces)
	a.more = len(chosen) < len(a.pieces)
	a.pieces = chosen
	a.from, a.to, a.ended = chosen[0].Time, chosen[0].Time, chosen[0].ended
	worst := chosen[0]
	for _, p := range chosen {
		a.count += p.count
		if p.Time.Before(a.from) {
			a.from = p.Time
		}
		if p.Time.After(a.to) {
			a.to = p.Time
		}
		if p.ended != a.ended {
			a.ended = unknown
		}
		a.actors, a.hosts, a.users = addAll(a.actors, p.actors), addAll(a.hosts, p.hosts), addAll(a.users, p.users)
		a.peers, a.things = addAll(a.peers, p.peers), addAll(a.things, p.things)
		if a.step == StepLeave {
			a.bytes = max(a.bytes, bytesOf(p.Alert))
		}
		if p.Severity > worst.Severity {
			worst = p
		}
	}
	a.titles, a.worst = text(Clean(worst.RuleTitle, 120), TitleZh(worst.Alert)), worst.Severity
}

// choose keeps at most maxCitation pieces: the first, the last, and of the others the worst and most frequent.
func choose(pieces []*piece) []*piece {
	if len(pieces) <= maxCitation {
		return pieces
	}
	inner := slices.Clone(pieces[1 : len(pieces)-1])
	slices.SortStableFunc(inner, func(p, q *piece) int {
		return cmp.Or(cmp.Compare(q.Severity, p.Severity), cmp.Compare(q.count, p.count))
	})
	kept := append([]*piece{pieces[0], pieces[len(pieces)-1]}, inner[:maxCitation-2]...)
	slices.SortFunc(kept, func(p, q *piece) int { return p.n - q.n })
	return kept
}

func addAll(list, more []string) []string {
	for _, name := range more {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// bytesOf returns the largest amount of data that an alert speaks of.
func bytesOf(a *vedette.Alert) int64 {
	var most int64
	for _, name := range [...]string{"source.bytes", "destination.bytes", "network.bytes", "http.request.bytes", "http.response.bytes"} {
		if n, ok := number(a, name); ok {
			most = max(most, n)
		}
	}
	return most
}

// furthest returns the act that shows the most advanced step, not counting those that are left out. What hardly matters
// comes behind what does.
func furthest(acts []*act, except ...Step) *act {
	var found *act
	for _, a := range acts {
		if a.step >= StepOther || slices.Contains(except, a.step) {
			continue
		}
		if found == nil || cmp.Or(compareBool(a.worst >= vedette.Medium, found.worst >= vedette.Medium), int(a.step-found.step)) > 0 {
			found = a
		}
	}
	return found
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

// cite writes the numbers of pieces.
func cite(pieces ...*piece) string {
	var b strings.Builder
	for _, n := range numbersOf(pieces) {
		b.WriteString("[" + strconv.Itoa(n) + "]")
	}
	return b.String()
}

// numbersOf lists the numbers of pieces in order, each once.
func numbersOf(pieces []*piece) []int {
	numbers := make([]int, 0, len(pieces))
	for _, p := range pieces {
		if p != nil {
			numbers = append(numbers, p.n)
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	return numbers[:min(len(numbers), maxCitation)]
}

// citeAll writes numbers that are already in order.
func citeAll(numbers []int) string {
	var b strings.Builder
	for _, n := range numbers[:min(len(numbers), maxCitation)] {
		b.WriteString("[" + strconv.Itoa(n) + "]")
	}
	return b.String()
}
